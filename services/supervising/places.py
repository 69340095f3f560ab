"""督办的单位和范围: where an office lies, which position of it closes, and the target that a matter is."""

from __future__ import annotations

from typing import Final

from domain.permissions import Target
from services.organisation import BodyPlace, Organisation
from services.permits import unit_target
from services.supervising.desk import SupervisionDesk
from services.world import world_of

_HEAD: Final = "head"
_SUPERVISOR: Final = "supervisor"


def organisation_of(desk: SupervisionDesk) -> Organisation:
    """The register of bodies and persons as it stands."""
    world = world_of(desk.runtime.db)
    return world.organisation(world.heads())


def division_of(desk: SupervisionDesk, body: str) -> str:
    """Where a body lies."""
    place = organisation_of(desk).places.get(body)
    return place.division if place else ""


def closing_position(desk: SupervisionDesk, office: str) -> str:
    """Which position of an office closes and issues: anyone of a 督查机构, the head of a 改革办."""
    place = organisation_of(desk).places.get(office)
    return "any" if place is not None and place.type == _SUPERVISOR else _HEAD


def own_area(desk: SupervisionDesk, office: str = "") -> Target:
    """The area of the office that acts: the named one, or that of the person's own first office."""
    organisation = organisation_of(desk)
    if office:
        return Target(division=division_of(desk, office), bodies=frozenset({office}))
    for held in organisation.held(desk.person, desk.today):
        place: BodyPlace = organisation.places[held.body]
        if place.division:
            return Target(division=place.division, bodies=frozenset({held.body}))
    return Target()


def matter_target(desk: SupervisionDesk, office: str, division: str, unit: str = "") -> Target:
    """The target that a matter is: where its office lies, and that office."""
    area = unit_target(desk.runtime.db, unit).division if unit else division
    return Target(division=area or division, unit=unit, bodies=frozenset({office}))
