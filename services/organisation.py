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

from domain.case import Seat
from domain.judging import Acting, Actor
from domain.organisation.values import BodyData
from domain.programme import Level, Programme
from domain.work_kinds import ONE_PERSON
from models.tables import AdministratorRow, BodyRow, HoldingRow, PersonRow, ProxyRow, ReformUnitRow

SUPERVISING_LEVELS: Final = ("county", "city", "province")
_NATION: Final = "000000"
_ALWAYS: Final = (date.min, date.max)
_body_data = msgspec.json.Decoder(BodyData).decode


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """改革单位的位置: what decides which bodies stand around a unit."""

    id: str
    division_code: str = ""
    supervising_level: str = ""
    lead_area: str = ""
    participating: tuple[str, ...] = ()

    @property
    def own_division(self) -> str:
        """The division of the level that runs the unit; where 主管级 is 待补, the area itself."""
        return self.division_of(Level.SUPERVISING) or self.lead_area or self.division_code

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
    first: date = date.min
    last: date = date.max
    successor: str = ""
    """Who has its functions since its last day; empty where nobody has."""
    name: str = ""

    def stands(self, on: date) -> bool:
        """Whether the body exists on a day."""
        return self.first <= on <= self.last


class Proxy(NamedTuple):
    """请假代理: who acts for the holder of a position, both days included."""

    deputy: str
    first: date
    last: date
    acting: Acting


@dataclass(slots=True)
class Organisation:
    """组织 at one state of the stream ``organisation``."""

    seq: int
    persons: frozenset[str]
    places: Mapping[str, BodyPlace]
    _held: Mapping[str, tuple[Held, ...]]
    _in_division: Mapping[tuple[str, str], tuple[tuple[str, date, date], ...]]
    _of_unit: Mapping[tuple[str, str], tuple[tuple[str, date, date], ...]]
    _in_body: Mapping[str, tuple[tuple[str, Held], ...]] = field(default_factory=dict)
    _proxies: Mapping[str, tuple[Proxy, ...]] = field(default_factory=dict)
    """By the deputy."""
    administrators: frozenset[str] = frozenset()
    """Who holds an office of the system itself: a position beside it brings no seat (三员分立)."""
    _actors: dict[tuple[str, date], Actor] = field(default_factory=dict)

    def actor(self, person: str, on: date) -> Actor | None:
        """Return the person with the positions held on ``on``; ``None`` for somebody unknown."""
        found = self._actors.get((person, on))
        if found is None and person in self.persons:
            held = () if person in self.administrators else self.held(person, on)
            positions = frozenset((h.body, h.position) for h in held)
            found = self._actors[person, on] = Actor(
                person=person, positions=positions, acting_for=self.acting(person, on)
            )
        return found

    def held(self, person: str, on: date) -> tuple[Held, ...]:
        """Return the positions that a person holds on ``on``; none in a body that does not exist then."""
        return tuple(
            h
            for h in self._held.get(person, ())
            if h.first <= on <= h.last and self.places[h.body].stands(on)
        )

    def acting(self, deputy: str, on: date) -> tuple[Acting, ...]:
        """代理: for whom somebody acts on ``on``, as long as that person still holds the position."""
        if deputy in self.administrators:
            return ()
        return tuple(
            proxy.acting
            for proxy in self._proxies.get(deputy, ())
            if proxy.first <= on <= proxy.last
            and any(
                (held.body, held.position) == (proxy.acting.body, proxy.acting.position)
                for held in self.held(proxy.acting.person, on)
            )
        )

    def able(self, seat: Seat, on: date, programme: str = "", work: str = "") -> tuple[tuple[str, str], ...]:
        """能办的人: who may act in a seat on ``on``, each with whom they act for (empty: nobody else).

        Only in the scope of the proxy; a deputy cannot hand it on.
        """
        own = tuple((person, "") for person in self.holders(seat.body, seat.position, on))
        deputies = (
            (deputy, acting.person)
            for deputy in self._proxies
            for acting in self.acting(deputy, on)
            if acting.covers(seat, programme, work)
        )
        return (*own, *deputies)

    def holders(self, body: str, position: str, on: date) -> tuple[str, ...]:
        """Return the persons who hold ``position`` (or any, for ``any``) in ``body`` on ``on``."""
        place = self.places.get(body)
        if place is None or not place.stands(on):
            return ()
        if position.startswith(ONE_PERSON):
            person = position.removeprefix(ONE_PERSON)
            return (person,) if any(held.body == body for held in self.held(person, on)) else ()
        found = (
            person
            for person, held in self._in_body.get(body, ())
            if position in (held.position, "any") and held.first <= on <= held.last
        )
        return tuple(dict.fromkeys(found))

    def resolve(self, programme: Programme, unit: UnitPlace, on: date) -> dict[str, tuple[str, ...]]:
        """角色落实: role → bodies for this unit. A role without a body has an empty tuple: 无人承办."""
        by_body = {body.id: self._bodies(body.id, body.level, unit, on) for body in programme.bodies}
        return {role.id: by_body[role.body] for role in programme.roles}

    def _bodies(self, type_: str, level: Level, unit: UnitPlace, on: date) -> tuple[str, ...]:
        if level is Level.ITEM:
            return ()
        if level is Level.UNIT:
            return self._standing(self._of_unit.get((type_, unit.id), ()), on)
        if level is Level.PARTICIPATING:
            found = (
                self._standing(self._in_division.get((type_, area), ()), on) for area in unit.participating
            )
            return tuple(code for codes in found for code in codes)
        return self._standing(self._in_division.get((type_, unit.division_of(level)), ()), on)

    def _standing(self, bodies: Iterable[tuple[str, date, date]], on: date) -> tuple[str, ...]:
        """Those that exist on a day; for one that has ended the body that has its functions."""
        found = (self.present(code, on) for code, first, _ in bodies if first <= on)
        return tuple(dict.fromkeys(code for code in found if code))

    def present(self, code: str, on: date) -> str:
        """承继: the body itself, or who has its functions on ``on``; empty where nobody has."""
        seen: set[str] = set()
        while code in self.places and code not in seen:
            seen.add(code)
            place = self.places[code]
            if place.stands(on):
                return code
            code = place.successor
        return ""


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
            BodyRow.name,
            BodyRow.data,
        ).order_by(BodyRow.code)
    )
    for code, type_, kind, division, unit_id, first, last, name, data in bodies:
        entry = (code, first or _ALWAYS[0], last or _ALWAYS[1])
        successor = _body_data(data).successor if last and data != "{}" else ""
        places[code] = BodyPlace(kind, type_, division, unit_id, entry[1], entry[2], successor, name)
        if unit_id:
            of_unit[type_, unit_id].append(entry)
        else:
            in_division[type_, division].append(entry)
    held: dict[str, list[Held]] = defaultdict(list)
    in_body: dict[str, list[tuple[str, Held]]] = defaultdict(list)
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
        each = Held(body, position, first, last or _ALWAYS[1])
        held[person].append(each)
        in_body[body].append((person, each))
    return Organisation(
        seq=seq,
        persons=frozenset(session.execute(select(PersonRow.id)).scalars()),  # type: ignore[call-overload]
        places=places,
        _held={person: tuple(all_) for person, all_ in held.items()},
        _in_division={key: tuple(entries) for key, entries in in_division.items()},
        _of_unit={key: tuple(entries) for key, entries in of_unit.items()},
        _in_body={body: tuple(holders) for body, holders in in_body.items()},
        _proxies=_load_proxies(session),
        administrators=frozenset(session.execute(select(AdministratorRow.person)).scalars()),  # type: ignore[call-overload]
    )


def _load_proxies(session: Session) -> dict[str, tuple[Proxy, ...]]:
    found: dict[str, list[Proxy]] = defaultdict(list)
    for row in session.execute(select(ProxyRow).order_by(ProxyRow.first, ProxyRow.id)).scalars():  # type: ignore[arg-type]
        acting = Acting(
            person=row.person,
            body=row.body,
            position=row.position,
            programmes=frozenset(msgspec.json.decode(row.programmes, type=list[str])),
            works=frozenset(msgspec.json.decode(row.works, type=list[str])),
        )
        last = row.last if row.ended_on is None else min(row.last, row.ended_on)
        found[row.deputy].append(Proxy(row.deputy, row.first, last, acting))
    return {deputy: tuple(proxies) for deputy, proxies in found.items()}


def place_of(unit: ReformUnitRow) -> UnitPlace:
    """Return the place of a stored reform unit."""
    return UnitPlace(
        id=unit.id,
        division_code=unit.division_code,
        supervising_level=unit.supervising_level or "",
        lead_area=unit.lead_area or "",
        participating=tuple(msgspec.json.decode(unit.participating, type=list[str])),
    )
