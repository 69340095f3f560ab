"""公民身份号码: GB 11643-1999: division, date of birth, serial number, check character."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from domain.identifiers.values import PROVINCES, Fault, normalise_code

_LENGTH: Final = 18
_OLD_LENGTH: Final = 15
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_RESIDENCE: Final = frozenset({"83"})
"""Residence permits of Taiwan residents begin with 83, which is no province."""
_MEND: Final = "请对照证件逐位核对"


class IdCard(msgspec.Struct, frozen=True):
    """公民身份号码: checked."""

    text: str


def id_card_check_character(first: str) -> str:
    """校验码: the 18th character for the first 17 digits. Raises ValueError for anything else."""
    if len(first) != len(_WEIGHTS) or not first.isdigit() or not first.isascii():
        raise ValueError("not 17 digits")
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def parse_id_card(text: str) -> IdCard | Fault:
    """公民身份号码: the normalised number, or what is wrong with it.

    The fault never repeats the number: it goes into lists and logs that others read.
    """
    code = normalise_code(text)
    if len(code) == _OLD_LENGTH and code.isdigit():
        return Fault("id-card-old", "公民身份号码是15位的旧号码,请换用18位的")
    if len(code) != _LENGTH:
        return Fault("id-card-length", f"公民身份号码有{len(code)}位,应为18位,{_MEND}")
    if not (code[:17].isdigit() and code.isascii()) or code[17] not in _CHECKS:
        return Fault("id-card-character", f"公民身份号码应为17位数字加数字或X,{_MEND}")
    if code[:2] not in PROVINCES and code[:2] not in _RESIDENCE:
        return Fault("id-card-region", f"公民身份号码前两位“{code[:2]}”不是省级代码,{_MEND}")
    if not _born(code[6:14]):
        return Fault("id-card-birth", f"公民身份号码第7至14位不是出生日期,{_MEND}")
    if id_card_check_character(code[:17]) != code[17]:
        return Fault("id-card-check", f"公民身份号码的校验码(末位)不符,至少抄错一位,{_MEND}")
    return IdCard(code)


def _born(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1900
    except ValueError:
        return False
