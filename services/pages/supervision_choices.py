"""督办可选项: bodies and units of one's own area, offered while one types; a full name is taken too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import select

from models.tables import ReformUnitRow
from services.office.counter import Counter
from services.office.supervision import desk_at
from services.organisation import BodyPlace, Organisation
from services.supervising.places import OFFICE_TYPES, organisation_of, own_area

MOST: Final = 300
"""Of a list offered while one types, so that the page stays small."""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """可选的机构和改革单位, by name; and what is one's own."""

    bodies: tuple[str, ...]
    units: tuple[str, ...]
    own_body: str = ""
    own_office: str = ""
    own_unit: str = ""


def choices_of(counter: Counter) -> Choices:
    """督办可选项 of a person."""
    desk = desk_at(counter)
    organisation, area = organisation_of(desk), own_area(desk)
    held = [organisation.places[each.body] for each in organisation.held(desk.person, desk.today)]
    units = _units(counter, area.division)
    unit_names = dict(units)
    own = next((each.unit for each in held if each.unit), "")
    return Choices(
        bodies=_bodies(organisation, area.division, frozenset(unit_names)),
        units=tuple(name for _, name in units[:MOST]),
        own_body=held[0].name if held else "",
        own_office=_office(held, organisation, area.division),
        own_unit=unit_names.get(own, ""),
    )


def _bodies(organisation: Organisation, division: str, units: frozenset[str]) -> tuple[str, ...]:
    stem = _stem(division)
    found = sorted(
        each.name
        for each in organisation.places.values()
        if each.name and (each.unit in units if each.unit else bool(stem) and each.division.startswith(stem))
    )
    return tuple(dict.fromkeys(found))[:MOST]


def _office(held: Iterable[BodyPlace], organisation: Organisation, division: str) -> str:
    """The office that takes a matter to the leaders of one's area: one's own, or the one there."""
    own = next((each.name for each in held if each.type in OFFICE_TYPES), "")
    there = (
        each.name
        for each in organisation.places.values()
        if each.type in OFFICE_TYPES and each.division == division
    )
    return own or next(iter(sorted(there)), "")


def _units(counter: Counter, division: str) -> list[tuple[str, str]]:
    """Id and name of the units within a division, by name."""
    row, stem = ReformUnitRow, _stem(division)
    wanted = select(row.id, row.name).order_by(row.name)  # type: ignore[call-overload]
    inside = wanted.where(row.division_code.startswith(stem) | row.lead_area.startswith(stem))  # type: ignore[union-attr]
    with counter.db.read() as session:
        found = session.execute(inside if stem else wanted.where(row.id == "")).all()
    return [(id_, name) for id_, name in found]


def _stem(division: str) -> str:
    """411000 → 4110: what the codes within a division begin with."""
    stem = division.rstrip("0")
    return stem + "0" * (len(stem) % 2)
