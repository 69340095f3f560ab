"""行政区划代码: structure by GB/T 2260 (6 digits) and its street extension (9 digits); names from a table.

Which codes exist changes from year to year, so the table is given by the caller, never built in.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from domain.identifiers.values import PROVINCES, Fault, normalise_code, shown

_COUNTY_LENGTH: Final = 6
_STREET_LENGTH: Final = 9
_STATISTICS_LENGTH: Final = 12


class DivisionLevel(StrEnum):
    """区划级别."""

    PROVINCE = "province"
    """省级: `410000`."""
    CITY = "city"
    """地级: `411000`."""
    COUNTY = "county"
    """县级: `411024`."""
    STREET = "street"
    """乡级: 乡镇、街道, `411081104`."""


class DivisionCode(msgspec.Struct, frozen=True):
    """行政区划代码, with the codes above it."""

    text: str
    level: DivisionLevel

    @property
    def province_code(self) -> str:
        """省级代码: two digits."""
        return self.text[:2]

    @property
    def city_code(self) -> str | None:
        """地级代码: four digits; None for a province."""
        return None if self.level is DivisionLevel.PROVINCE else self.text[:4]

    @property
    def county_code(self) -> str | None:
        """县级代码: six digits; None above the county."""
        return self.text[:6] if self.level in (DivisionLevel.COUNTY, DivisionLevel.STREET) else None

    def contains(self, other: DivisionCode) -> bool:
        """Whether `other` is this division or lies within it."""
        significant = {DivisionLevel.PROVINCE: 2, DivisionLevel.CITY: 4, DivisionLevel.COUNTY: 6}
        length = significant.get(self.level, _STREET_LENGTH)
        return other.text[:length] == self.text[:length]


def parse_division_code(text: str) -> DivisionCode | Fault:
    """行政区划代码: the code by its structure, or what is wrong with it; whether it exists is not asked."""
    code = normalise_code(text)
    if fault := _form_fault(text, code):
        return fault
    if code[:2] not in PROVINCES:
        return Fault(
            "division-code-province", f"行政区划代码“{code}”前2位“{code[:2]}”不是省级代码,请更正(河南省为41)"
        )
    level = _level(code)
    if level is None:
        return Fault(
            "division-code-structure", f"行政区划代码“{code}”第3、4位为00时后面也应为0,请对照区划代码表更正"
        )
    if code[6:] == "000":
        return Fault("division-code-structure", f"行政区划代码“{code}”后3位为000,县级代码请只填前6位")
    return DivisionCode(code, level)


def find_division(text: str, names: Mapping[str, str]) -> tuple[DivisionCode, str] | Fault:
    """行政区划: the code and its name in `names` (code to name), or why it is not there."""
    parsed = parse_division_code(text)
    if isinstance(parsed, Fault):
        return parsed
    name = names.get(parsed.text)
    if name is None:
        return Fault(
            "division-code-unknown",
            f"行政区划代码“{parsed.text}”不在现用区划代码表中,请核对代码;确有其地的,请先更新区划代码表",
        )
    return parsed, name


def _form_fault(text: str, code: str) -> Fault | None:
    if not code:
        return Fault("division-code-empty", "行政区划代码未填写,应为6位(县级)或9位(乡镇、街道)数字")
    if not (code.isascii() and code.isdigit()):
        place = next(index for index, char in enumerate(code, start=1) if char not in "0123456789")
        return Fault(
            "division-code-digit", f"行政区划代码“{shown(text)}”第{place}位“{code[place - 1]}”应为数字"
        )
    if len(code) == _STATISTICS_LENGTH:
        return Fault(
            "division-code-length", f"“{code}”是12位统计用区划代码,请取前9位(乡镇、街道)或前6位(县级)"
        )
    if len(code) not in (_COUNTY_LENGTH, _STREET_LENGTH):
        pad = f";如指省、市一级,请补0为“{code.ljust(_COUNTY_LENGTH, '0')}”" if len(code) in (2, 4) else ""
        return Fault(
            "division-code-length",
            f"行政区划代码“{shown(text)}”有{len(code)}位,应为6位(县级)或9位(乡镇、街道){pad}",
        )
    return None


def _level(code: str) -> DivisionLevel | None:
    city, county, street = code[2:4], code[4:6], code[6:]
    if city == "00":
        return DivisionLevel.PROVINCE if county == "00" and not street else None
    if street:
        # Cities without counties (东莞、中山、儋州) have their streets directly below them.
        return DivisionLevel.STREET
    return DivisionLevel.CITY if county == "00" else DivisionLevel.COUNTY
