"""开发区代码: the code of a zone in the national catalogue (中国开发区审核公告目录).

Source: the 2018 edition (国家发展改革委等六部委公告2018年第4号). The rule is inferred from its 2,543
rows, so what it only suggests (which type goes with which level) warns, and what the form cannot be is a
fault.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec

from domain.identifiers.values import PROVINCES, Fault, normalise_code, shown


class ZoneLevel(StrEnum):
    """级别: the letter that opens the code."""

    NATIONAL = "G"
    """国家级."""
    PROVINCIAL = "S"
    """省级."""

    @property
    def label(self) -> str:
        """The word on the screen."""
        return "国家级" if self is ZoneLevel.NATIONAL else "省级"


ZONE_TYPES: Final[dict[str, tuple[ZoneLevel, str]]] = {
    "1": (ZoneLevel.NATIONAL, "经济技术开发区"),
    "2": (ZoneLevel.NATIONAL, "高新技术产业开发区"),
    "3": (ZoneLevel.NATIONAL, "海关特殊监管区域"),
    "5": (ZoneLevel.NATIONAL, "边境/跨境经济合作区"),
    "6": (ZoneLevel.NATIONAL, "其他类型开发区"),
    "7": (ZoneLevel.PROVINCIAL, "经济开发区"),
    "8": (ZoneLevel.PROVINCIAL, "高新技术产业开发区"),
    "9": (ZoneLevel.PROVINCIAL, "工业园区"),
}
"""类型码: the fourth character, with the level it occurs at in the 2018 edition."""

_LENGTH: Final = 7
_FORM: Final = re.compile(r"([GS])([0-9]{2})([1-9])([0-9]{3})")
_LOOKALIKES: Final = {"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}


class ZoneCode(msgspec.Struct, frozen=True):
    """开发区代码: `S419085` taken apart."""

    text: str
    level: ZoneLevel
    province_code: str
    type_code: str
    serial: int
    warnings: tuple[str, ...] = ()

    @property
    def province(self) -> str:
        """省份."""
        return PROVINCES[self.province_code]

    @property
    def type_name(self) -> str:
        """类型, as the catalogue prints it; empty for a type the 2018 edition does not have."""
        return ZONE_TYPES[self.type_code][1] if self.type_code in ZONE_TYPES else ""


def parse_zone_code(text: str) -> ZoneCode | Fault:
    """开发区代码: the normalised code, or what is wrong with it.

    Full-width characters, spaces, dashes and small letters are put right without a word.
    """
    code = normalise_code(text)
    match = _FORM.fullmatch(code)
    if match is None:
        return _form_fault(text, code)
    letter, province, kind, serial = match.groups()
    if province not in PROVINCES:
        return Fault(
            "zone-code-province",
            f"开发区代码“{code}”第2、3位“{province}”不是省级代码,请对照目录更正(河南省为41)",
        )
    level = ZoneLevel(letter)
    return ZoneCode(code, level, province, kind, int(serial), _type_warnings(code, level, kind))


def _type_warnings(code: str, level: ZoneLevel, kind: str) -> tuple[str, ...]:
    known = ZONE_TYPES.get(kind)
    if known is None:
        return (f"开发区代码“{code}”的类型码“{kind}”未见于2018年版目录,请核对代码和目录版本",)
    if known[0] is not level:
        return (
            f"开发区代码“{code}”为{level.label},类型码“{kind}”在2018年版目录中只用于{known[0].label},请核对",
        )
    return ()


def _form_fault(text: str, code: str) -> Fault:
    if not code:
        return Fault("zone-code-empty", "开发区代码未填写,应为7位,例如 S419085")
    if len(code) != _LENGTH:
        return Fault(
            "zone-code-length",
            f"开发区代码“{shown(text)}”有{len(code)}位,应为7位:"
            "G或S、2位省级代码、1位类型码、3位顺序号,例如 S419085",
        )
    if code[0] not in "GS":
        return Fault(
            "zone-code-level", f"开发区代码“{code}”第1位“{code[0]}”应为G(国家级)或S(省级),请对照目录更正"
        )
    return _digit_fault(code)


def _digit_fault(code: str) -> Fault:
    for place, char in enumerate(code[1:], start=2):
        if char not in "0123456789":
            guess = f",是否应为数字“{_LOOKALIKES[char]}”" if char in _LOOKALIKES else ""
            return Fault("zone-code-digit", f"开发区代码“{code}”第{place}位“{char}”应为数字{guess},请更正")
    return Fault("zone-code-type", f"开发区代码“{code}”第4位类型码不能是0,请对照目录更正")
