"""权限检查: a person's standing from the register, and the table asked about it.

Every service that shows or changes something asks here, so that no entry can know another answer. The acts
of a step (submit, decide, record) are judged with the seat by ``domain.decide`` and are not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import select

from domain.case import Case
from domain.permissions import (
    SYSTEM,
    AccessRole,
    Action,
    Grant,
    Standing,
    Target,
    common_division,
    judge,
    roles_of,
)
from domain.refusal import Refused
from models.database import Database
from models.tables import AdministratorRow
from services.organisation import Organisation, UnitPlace
from services.world import world_of


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """兼任业务职务的管理员: the office counts, the positions do not."""

    person: str
    office: AccessRole
    positions: tuple[str, ...]


_OFFICE_TYPES: Final = ("reform_office", "city_reform", "province_reform")


def permit(db: Database, person: str, action: Action, target: Target = SYSTEM, *, on: date) -> Refused | None:
    """Return why ``person`` may not do ``action`` on ``target``; ``None`` where they may.

    Args:
        on: the legal date whose positions count.
    """
    return judge(standing_of(db, person, on), action, target)


def standing_of(db: Database, person: str, on: date) -> Standing:
    """身份: the roles that a person's positions bring on a day, or an administrator's office.

    Never both: who holds an office and, against the rule, a position too, has the office alone; `overlaps`
    lists them. Unknown persons have none.
    """
    office = tuple(_office(db, person))
    if office:
        return Standing(person=person, grants=office)
    world = world_of(db)
    organisation = world.organisation(world.heads())
    return Standing(person=person, grants=tuple(_positions(organisation, person, on)))


def overlaps(db: Database, on: date) -> tuple[Overlap, ...]:
    """兼职的管理员: who holds an administrator's office and on a day a position as well, for the auditor."""
    world = world_of(db)
    organisation = world.organisation(world.heads())
    with db.read() as session:
        offices = session.execute(select(AdministratorRow).order_by(AdministratorRow.person)).scalars().all()
        return tuple(
            Overlap(person=row.person, office=AccessRole(row.role), positions=held)
            for row in offices
            if (held := tuple(f"{each.body}/{each.position}" for each in organisation.held(row.person, on)))
        )


def _positions(organisation: Organisation, person: str, on: date) -> Iterator[Grant]:
    for held in organisation.held(person, on):
        place = organisation.places[held.body]
        for role in roles_of(place.type, held.position):
            yield Grant(
                role, body=held.body, division=place.division, unit=place.unit, position=held.position
            )


def _office(db: Database, person: str) -> Iterator[Grant]:
    """The administrator's office, read each time: taking it away must hold from the next question on."""
    with db.read() as session:
        row = session.get(AdministratorRow, person)
    if row is not None:
        yield Grant(AccessRole(row.role), division=row.division)


def case_target(db: Database, case: Case) -> Target:
    """The target that a case is: where its unit lies and which bodies take part in it."""
    unit = world_of(db).unit(case.unit)
    return Target(division=_division(unit), unit=case.unit, bodies=bodies_in(case))


def bodies_in(case: Case) -> frozenset[str]:
    """Every body that takes part in a case: by its roles, in a seat, as a doer, asked for an opinion,
    as a reader of what circulates, or responsible for what a meeting decided."""
    taking_part = {body for bodies in case.bodies.values() for body in bodies}
    for state in case.steps.values():
        taking_part.update(seat.body for seat in state.seats)
        taking_part.update(body for asked in state.participants.values() for body in asked)
        if state.doer is not None:
            taking_part.add(state.doer.body)
    for circulation in case.circulations.values():
        taking_part.update(reader.body for reader in circulation.readers)
    taking_part.update(each.body for each in case.follow_ups.values())
    return frozenset(taking_part - {""})


def unit_target(db: Database, unit_id: str) -> Target:
    """The target that a reform unit is."""
    return Target(division=_division(world_of(db).unit(unit_id)), unit=unit_id)


def body_target(db: Database, body: str) -> Target:
    """The target that a body is."""
    world = world_of(db)
    place = world.organisation(world.heads()).places.get(body)
    if place is None:
        return SYSTEM
    return Target(division=place.division, unit=place.unit, bodies=frozenset({body}))


def person_target(db: Database, person: str, on: date) -> Target:
    """The target that a person is: the bodies they work in on a day, and the widest division of these."""
    world = world_of(db)
    organisation = world.organisation(world.heads())
    bodies = [held.body for held in organisation.held(person, on)]
    divisions = [organisation.places[body].division for body in bodies]
    return Target(division=common_division(divisions), bodies=frozenset(bodies), person=person)


def host_target(db: Database) -> Target:
    """The deployment as a whole: the division that holds every reform office of the register.

    What holds for all (a programme, the calendar) is for the host's own office and not for one county's.
    """
    world = world_of(db)
    places = world.organisation(world.heads()).places.values()
    return Target(division=common_division(p.division for p in places if p.type in _OFFICE_TYPES))


def _division(unit: UnitPlace | None) -> str:
    return "" if unit is None else unit.lead_area or unit.division_code
