"""组织: bodies, persons and their positions as one value, read once for each state of it.

Roles are positions in bodies. A programme names a body by its kind (``finance_bureau``) and a level seen from
the reform unit's 主管级; here both become the code of one body of the register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.judging import Actor
from domain.programme import Level, Programme
from models.tables import BodyRow, HoldingRow, PersonRow, ReformUnitRow

SUPERVISING_LEVELS: Final = ("county", "city", "province")
_NATION: Final = "000000"
_ALWAYS: Final = (date.min, date.max)


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """改革单位的位置: what decides which bodies stand around a unit."""

    id: str
    division_code: str = ""
    supervising_level: str = ""
    lead_area: str = ""
    participating: tuple[str, ...] = ()

    def division_of(self, level: Level) -> str:
        """Return the division code of a body at ``level``; empty where it cannot be said (待补)."""
        if level is Level.PROVINCE:
            return _widen(self.lead_area or self.division_code, "province")
        if self.supervising_level not in SUPERVISING_LEVELS:
            return ""
        rung = SUPERVISING_LEVELS.index(self.supervising_level) + (level is Level.ABOVE)
        if rung == len(SUPERVISING_LEVELS):
            return _NATION
        return _widen(self.lead_area or self.division_code, SUPERVISING_LEVELS[rung])


def _widen(division: str, level: str) -> str:
    """The division of ``level`` that ``division`` lies in: 411024 → 411000 (city) → 410000 (province)."""
    kept = {"county": 6, "city": 4, "province": 2}[level]
    return division[:kept].ljust(6, "0") if division else ""


@dataclass(frozen=True, slots=True)
class Held:
    """任职: one position held for a time, both days included."""

    body: str
    position: str
    first: date
    last: date


class BodyPlace(NamedTuple):
    """机构的位置: what permissions ask of a body. ``unit`` is set where it belongs to one reform unit."""

    kind: str
    """``account``, ``no-account``, ``external``."""
    type: str
    division: str
    unit: str


@dataclass(slots=True)
class Organisation:
    """组织 at one state of the stream ``organisation``."""

    seq: int
    persons: frozenset[str]
    places: Mapping[str, BodyPlace]
    _held: Mapping[str, tuple[Held, ...]]
    _in_division: Mapping[tuple[str, str], tuple[tuple[str, date, date], ...]]
    _of_unit: Mapping[tuple[str, str], tuple[tuple[str, date, date], ...]]
    _actors: dict[tuple[str, date], Actor] = field(default_factory=dict)

    def actor(self, person: str, on: date) -> Actor | None:
        """Return the person with the positions held on ``on``; ``None`` for somebody unknown."""
        found = self._actors.get((person, on))
        if found is None and person in self.persons:
            positions = frozenset((h.body, h.position) for h in self.held(person, on))
            found = self._actors[person, on] = Actor(person=person, positions=positions)
        return found

    def held(self, person: str, on: date) -> tuple[Held, ...]:
        """Return the positions that a person holds on ``on``."""
        return tuple(h for h in self._held.get(person, ()) if h.first <= on <= h.last)

    def holders(self, body: str, position: str, on: date) -> tuple[str, ...]:
        """Return the persons who hold ``position`` (or any, for ``any``) in ``body`` on ``on``."""
        return tuple(
            person
            for person, held in self._held.items()
            if any(
                h.body == body and position in (h.position, "any") and h.first <= on <= h.last for h in held
            )
        )

    def resolve(self, programme: Programme, unit: UnitPlace, on: date) -> dict[str, tuple[str, ...]]:
        """角色落实: role → bodies for this unit. A role without a body has an empty tuple: 无人承办."""
        by_body = {body.id: self._bodies(body.id, body.level, unit, on) for body in programme.bodies}
        return {role.id: by_body[role.body] for role in programme.roles}

    def _bodies(self, type_: str, level: Level, unit: UnitPlace, on: date) -> tuple[str, ...]:
        if level is Level.ITEM:
            return ()
        if level is Level.UNIT:
            return _valid(self._of_unit.get((type_, unit.id), ()), on)
        if level is Level.PARTICIPATING:
            found = (_valid(self._in_division.get((type_, area), ()), on) for area in unit.participating)
            return tuple(code for codes in found for code in codes)
        return _valid(self._in_division.get((type_, unit.division_of(level)), ()), on)


def _valid(bodies: Iterable[tuple[str, date, date]], on: date) -> tuple[str, ...]:
    return tuple(code for code, first, last in bodies if first <= on <= last)


def load_organisation(session: Session, seq: int) -> Organisation:
    """Read the whole organisation. ``seq`` is the head of its stream that was read before."""
    in_division: dict[tuple[str, str], list[tuple[str, date, date]]] = defaultdict(list)
    of_unit: dict[tuple[str, str], list[tuple[str, date, date]]] = defaultdict(list)
    places: dict[str, BodyPlace] = {}
    bodies = session.execute(
        select(  # type: ignore[call-overload]
            BodyRow.code,
            BodyRow.type,
            BodyRow.kind,
            BodyRow.division,
            BodyRow.unit_id,
            BodyRow.valid_from,
            BodyRow.valid_to,
        ).order_by(BodyRow.code)
    )
    for code, type_, kind, division, unit_id, first, last in bodies:
        places[code] = BodyPlace(kind, type_, division, unit_id)
        entry = (code, first or _ALWAYS[0], last or _ALWAYS[1])
        if unit_id:
            of_unit[type_, unit_id].append(entry)
        else:
            in_division[type_, division].append(entry)
    held: dict[str, list[Held]] = defaultdict(list)
    holdings = session.execute(
        select(  # type: ignore[call-overload]
            HoldingRow.person,
            HoldingRow.body,
            HoldingRow.position,
            HoldingRow.valid_from,
            HoldingRow.valid_to,
        )
    )
    for person, body, position, first, last in holdings:
        held[person].append(Held(body, position, first, last or _ALWAYS[1]))
    return Organisation(
        seq=seq,
        persons=frozenset(session.execute(select(PersonRow.id)).scalars()),  # type: ignore[call-overload]
        places=places,
        _held={person: tuple(each) for person, each in held.items()},
        _in_division={key: tuple(each) for key, each in in_division.items()},
        _of_unit={key: tuple(each) for key, each in of_unit.items()},
    )


def place_of(unit: ReformUnitRow) -> UnitPlace:
    """Return the place of a stored reform unit."""
    return UnitPlace(
        id=unit.id,
        division_code=unit.division_code,
        supervising_level=unit.supervising_level or "",
        lead_area=unit.lead_area or "",
        participating=tuple(msgspec.json.decode(unit.participating, type=list[str])),
    )
