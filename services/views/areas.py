"""地区: zones by province, city and county (GB/T 2260), with the names that the register knows.

No list of divisions is kept beside the register: the name of an area is what the names of its bodies begin
with, and its code where they agree on nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Final

from domain.permissions import common_division
from services.organisation import BodyPlace
from services.views.board import Board, Unit

_ENDINGS: Final = "省市区县州盟旗"
_PREFIXES: Final = ("中共", "中国共产党")
_PROVINCE, _CITY, _COUNTY = 2, 4, 6
NOWHERE: Final = "000000"
"""Units of which no area is registered: 待补."""


def area_of(division: str, digits: int) -> str:
    """The area of so many digits that a division lies in."""
    return division[:digits].ljust(6, "0") if division else NOWHERE


def digits_below(units: Iterable[Unit]) -> int:
    """Of how many digits the areas are that tell these units apart: just under what holds them all."""
    common = common_division({unit.division for unit in units})
    if not common or common == NOWHERE:
        return _PROVINCE
    return _CITY if common.endswith("0000") else _COUNTY


def area_names(board: Board, areas: Iterable[str], units: Iterable[Unit]) -> dict[str, str]:
    """Area → its name; provinces as the catalogue prints them."""
    provinces = {area_of(unit.division, _PROVINCE): unit.province for unit in units if unit.province}
    names = _from_bodies(board.organisation.places)
    return {
        area: provinces.get(area) or names.get(area) or ("地区待补" if area == NOWHERE else area)
        for area in areas
    }


def _from_bodies(places: Mapping[str, BodyPlace]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for place in places.values():
        if place.division and not place.unit:
            found.setdefault(place.division, []).append(_bare(place.name))
    return {division: name for division, names in found.items() if (name := _beginning(names))}


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _beginning(names: list[str]) -> str:
    if len(names) == 1:
        return ""
    first, last_name = min(names), max(names)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last_name, strict=False))
    common = "".join(letter for letter, _ in same)
    last = max((common.rfind(each) for each in _ENDINGS), default=-1)
    return common[: last + 1] if last > 0 else ""
