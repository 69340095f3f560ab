"""生成的样例: bodies and persons around every zone of the catalogue, so that a launch of all can be tried.

Nothing here is a fact: each province gets one 示例 city with one set of bodies, and every zone is put under
it as 市管. Deterministic: the same catalogue gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from domain.programme import BodyKind, Level, Programme
from domain.units import SupervisingLevel, Zone
from services.roster import NewBody, NewHolding, NewPerson, Roster

LABEL: Final = "示例"
POSITIONS: Final = ("handler", "head", "member")
SINCE: Final = date(2019, 1, 1)
"""From when the persons hold their positions: before the first act of any rehearsal."""


def placed(zones: Iterable[Zone]) -> list[Zone]:
    """Put every zone under its province's 示例 city."""
    return [
        replace(zone, supervising_level=SupervisingLevel.CITY, lead_area=f"{_province(zone)}9001")
        for zone in zones
    ]


def _province(zone: Zone) -> str:
    """The first two digits of a division code, which a zone's code carries after its letter."""
    return zone.code[1:3]


def roster_for(zones: Sequence[Zone], programme: Programme) -> Roster:
    """Return bodies, persons and positions for these zones, as far as the programme names them."""
    bodies: dict[str, NewBody] = {}
    for province in dict.fromkeys(_province(zone) for zone in zones):
        for body in programme.bodies:
            division = {
                Level.SUPERVISING: f"{province}9000",
                Level.ABOVE: f"{province}0000",
                Level.PROVINCE: f"{province}0000",
            }.get(body.level)
            if division is not None:
                code = f"body:{division}:{body.id}"
                name = f"{LABEL}{division} {body.title}"
                bodies[code] = _body(code, name, body.id, body.kind, division, str(body.level))
    unit_bodies = [body for body in programme.bodies if body.level is Level.UNIT]
    for zone in zones:
        for body in unit_bodies:
            code = f"body:{zone.id}:{body.id}"
            name = f"{zone.name}{body.title}({LABEL})"
            bodies[code] = _body(code, name, body.id, body.kind, "", "unit", zone.id)
    return _staffed(tuple(bodies.values()))


def _body(
    code: str, name: str, type_: str, kind: BodyKind, division: str, level: str, unit_id: str = ""
) -> NewBody:
    return NewBody(
        code=code, name=name, type=type_, kind=str(kind), division=division, level=level, unit_id=unit_id
    )


def _staffed(bodies: tuple[NewBody, ...]) -> Roster:
    """One 示例 person for each position of each body that works in the system."""
    persons: list[NewPerson] = []
    holdings: list[NewHolding] = []
    for body in bodies:
        if body.kind != BodyKind.ACCOUNT:
            continue
        for position in POSITIONS:
            person = f"demo-{body.code.removeprefix('body:')}-{position}"
            persons.append(NewPerson(id=person, name=f"{LABEL}用户({body.name}·{position})"))
            holdings.append(NewHolding(person=person, body=body.code, position=position, valid_from=SINCE))
    return Roster(bodies=bodies, persons=tuple(persons), holdings=tuple(holdings))
