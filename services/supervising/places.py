"""督办的单位和范围: where an office lies, which position of it closes, and the target that a matter is."""

from __future__ import annotations

from typing import Final

from domain.permissions import OFFICES, AccessRole, Target
from domain.refusal import Refused
from services.organisation import Organisation
from services.permits import unit_target
from services.supervising.desk import SupervisionDesk
from services.world import world_of

_HEAD: Final = "head"
_SUPERVISING: Final = frozenset({AccessRole.SUPERVISOR})
_REFORMING: Final = frozenset({AccessRole.REFORM_OFFICE, AccessRole.REFORM_OFFICE_HEAD})
SUPERVISOR_TYPES: Final = frozenset(type_ for (type_, _), role in OFFICES.items() if role in _SUPERVISING)
"""督查机构: 督查室 of every level, and that of the level above under the name a programme gives it."""
OFFICE_TYPES: Final = SUPERVISOR_TYPES | {type_ for (type_, _), role in OFFICES.items() if role in _REFORMING}
"""Which bodies supervise: they register, draft, take requests to leaders and record the answers."""


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
    return "any" if place is not None and place.type in SUPERVISOR_TYPES else _HEAD


def own_area(desk: SupervisionDesk, office: str = "") -> Target:
    """The area of the office that acts: the named one, or that of the person's own first office."""
    organisation = organisation_of(desk)
    if office:
        return Target(division=division_of(desk, office), bodies=frozenset({office}))
    held = [each.body for each in organisation.held(desk.person, desk.today)]
    offices = [body for body in held if organisation.places[body].type in OFFICE_TYPES]
    for body in (*offices, *held):
        if organisation.places[body].division:
            return Target(division=organisation.places[body].division, bodies=frozenset({body}))
    return Target()


def matter_target(desk: SupervisionDesk, office: str, division: str, unit: str = "") -> Target:
    """The target that a matter is: where its office lies, and that office."""
    area = unit_target(desk.runtime.db, unit).division if unit else division
    return Target(division=area or division, unit=unit, bodies=frozenset({office}))


def unit_unknown(desk: SupervisionDesk, unit: str) -> Refused | None:
    """Why there is no such reform unit; `None` where there is, or where none is named."""
    if not unit or world_of(desk.runtime.db).unit(unit) is not None:
        return None
    return Refused(
        code="unit.unknown",
        message=f"没有改革单位“{unit}”",
        remedy="请核对改革单位的编号",
        facts={"unit": unit},
    )
