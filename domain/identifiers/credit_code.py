"""统一社会信用代码: GB 32100-2015, with the organisation code of GB 11714 inside it.

A credit code never changes when divisions do, so its region part informs and never refuses (`practice.md` 6).
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Final

import msgspec

from domain.identifiers.values import Fault, normalise_code, shown

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: digits and letters without I, O, S, V, Z."""
_VALUE: Final = {char: value for value, char in enumerate(_ALPHABET)}
_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_MODULUS: Final = 31
_LENGTH: Final = 18

_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_MODULUS: Final = 11
_ORGANISATION_LENGTH: Final = 9

_EXCLUDED: Final = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
"""Letters the standard leaves out, and the character they are usually misread from."""
_CONFUSED: Final = (
    "0D",
    "0Q",
    "DQ",
    "8B",
    "17",
    "6G",
    "UW",
    "UY",
    "MN",
    "NH",
    "CG",
    "EF",
    "PR",
    "38",
    "69",
    "1L",
    "4A",
    "XY",
    "5J",
)
"""Pairs that are misread for each other on a licence or its scan."""


class CreditKind(StrEnum):
    """登记类别: registry and class, the first two characters."""

    ORGAN = "11"
    """机关."""
    INSTITUTION = "12"
    """事业单位."""
    MASS_ORGANISATION = "13"
    """群团."""
    OTHER_ESTABLISHED = "19"
    """机构编制部门登记的其他机构."""
    ASSOCIATION = "51"
    """社会团体."""
    CIVIL_NON_ENTERPRISE = "52"
    """民办非企业单位."""
    FOUNDATION = "53"
    """基金会."""
    ENTERPRISE = "91"
    """企业."""
    SOLE_TRADER = "92"
    """个体工商户."""
    COOPERATIVE = "93"
    """农民专业合作社."""
    OTHER = "other"
    """其他: another registry or class; the standard's list grows, so none is refused."""


_KIND_WORDS: Final = {
    CreditKind.ORGAN: "机关",
    CreditKind.INSTITUTION: "事业单位",
    CreditKind.MASS_ORGANISATION: "群团组织",
    CreditKind.OTHER_ESTABLISHED: "机构编制部门登记的其他机构",
    CreditKind.ASSOCIATION: "社会团体",
    CreditKind.CIVIL_NON_ENTERPRISE: "民办非企业单位",
    CreditKind.FOUNDATION: "基金会",
    CreditKind.ENTERPRISE: "企业",
    CreditKind.SOLE_TRADER: "个体工商户",
    CreditKind.COOPERATIVE: "农民专业合作社",
    CreditKind.OTHER: "其他机构",
}


class CreditUse(StrEnum):
    """代码用处: whose code a field asks for."""

    COMMITTEE = "committee"
    """管委会: 机关 or 事业单位."""
    COMPANY = "company"
    """开发区公司: 企业."""


_USES: Final[dict[CreditUse, tuple[str, frozenset[CreditKind]]]] = {
    CreditUse.COMMITTEE: ("管委会", frozenset({CreditKind.ORGAN, CreditKind.INSTITUTION})),
    CreditUse.COMPANY: ("公司", frozenset({CreditKind.ENTERPRISE})),
}


class OrganisationCode(msgspec.Struct, frozen=True):
    """组织机构代码: nine characters, the last one a check character (GB 11714)."""

    text: str


class CreditCode(msgspec.Struct, frozen=True):
    """统一社会信用代码: checked, and taken apart."""

    text: str

    @property
    def kind(self) -> CreditKind:
        """登记类别."""
        prefix = self.text[:2]
        return CreditKind(prefix) if prefix in _KNOWN_PREFIXES else CreditKind.OTHER

    @property
    def kind_label(self) -> str:
        """登记类别, in Chinese."""
        return _KIND_WORDS[self.kind]

    @property
    def region(self) -> str:
        """登记机关行政区划码: six digits, of the registry at the time of registration."""
        return self.text[2:8]

    @property
    def organisation(self) -> OrganisationCode:
        """主体标识码: the organisation code inside."""
        return OrganisationCode(self.text[8:17])


_KNOWN_PREFIXES: Final = frozenset(kind.value for kind in CreditKind if kind is not CreditKind.OTHER)


def credit_check_character(first: str) -> str:
    """校验码: the 18th character for the first 17. Raises ValueError for anything but 17 valid characters."""
    if len(first) != len(_WEIGHTS) or any(char not in _VALUE for char in first):
        raise ValueError(f"not 17 characters of GB 32100: {first!r}")
    total = sum(_VALUE[char] * weight for char, weight in zip(first, _WEIGHTS, strict=True))
    return _ALPHABET[-total % _MODULUS]


def organisation_check_character(first: str) -> str:
    """校验码: the 9th character for the first 8 of an organisation code. Raises ValueError otherwise."""
    if len(first) != len(_ORGANISATION_WEIGHTS) or any(char not in _ORGANISATION_ALPHABET for char in first):
        raise ValueError(f"not 8 characters of GB 11714: {first!r}")
    pairs = zip(first, _ORGANISATION_WEIGHTS, strict=True)
    total = sum(_ORGANISATION_ALPHABET.index(char) * weight for char, weight in pairs)
    value = -total % _ORGANISATION_MODULUS
    return "X" if value == _ORGANISATION_MODULUS - 1 else str(value)


def parse_organisation_code(text: str) -> OrganisationCode | Fault:
    """组织机构代码: the code without its dash, or what is wrong with it."""
    code = normalise_code(text)
    if len(code) != _ORGANISATION_LENGTH:
        return Fault("organisation-code-length", f"组织机构代码“{shown(text)}”有{len(code)}位,应为9位")
    for place, char in enumerate(code, start=1):
        if char not in _ORGANISATION_ALPHABET:
            return Fault(
                "organisation-code-character", f"组织机构代码“{code}”第{place}位“{char}”应为数字或大写字母"
            )
    expected = organisation_check_character(code[:-1])
    if code[-1] != expected:
        return Fault(
            "organisation-code-check",
            f"组织机构代码“{code}”第9位校验码应为“{expected}”,现为“{code[-1]}”,请对照证照逐位核对",
        )
    return OrganisationCode(code)


def parse_credit_code(text: str) -> CreditCode | Fault:
    """统一社会信用代码: the normalised code, or what is wrong with it.

    Both check characters are tested. When the code is one misread character or one pair of swapped
    neighbours away from exactly one valid code, the fault names that place and character.
    """
    code = normalise_code(text)
    if fault := _form_fault(text, code):
        return fault
    expected = credit_check_character(code[:17])
    inner = organisation_check_character(code[8:16])
    if code[17] == expected and code[16] == inner:
        return CreditCode(code)
    return _check_fault(code, expected, inner)


def fault_for_use(code: CreditCode, use: CreditUse) -> Fault | None:
    """类别核对: why a valid code is not of the kind that `use` asks for; None when it is."""
    name, kinds = _USES[use]
    if code.kind in kinds:
        return None
    wanted = "或".join(f"{kind.value}({_KIND_WORDS[kind]})" for kind in sorted(kinds))
    return Fault(
        "credit-code-kind",
        f"{name}的统一社会信用代码应以{wanted}开头,“{code.text}”以{code.text[:2]}开头,属{code.kind_label},请核对",
    )


def region_note(code: CreditCode, divisions: frozenset[str]) -> str | None:
    """区划提示: a note where the registry's region is none of `divisions` (six-digit codes); never a fault.

    A registry of the city or the province above one of them is no mismatch.
    """
    region = code.region
    above = {division[:2] + "0000" for division in divisions} | {
        division[:4] + "00" for division in divisions
    }
    if not divisions or region in divisions | above:
        return None
    return (
        f"信用代码“{code.text}”的登记机关区划码为{region},与所在地区({'、'.join(sorted(divisions))})不同;"
        "区划调整后信用代码不变,此项只作提示"
    )


def _form_fault(text: str, code: str) -> Fault | None:
    if not code:
        return Fault("credit-code-empty", "统一社会信用代码未填写,应为18位")
    if len(code) != _LENGTH:
        step = f"少了{_LENGTH - len(code)}位" if len(code) < _LENGTH else f"多了{len(code) - _LENGTH}位"
        return Fault(
            "credit-code-length",
            f"统一社会信用代码“{shown(text)}”有{len(code)}位,应为18位,{step},请对照证照补正",
        )
    for place, char in enumerate(code, start=1):
        if fault := _character_fault(code, place, char):
            return fault
    return None


def _character_fault(code: str, place: int, char: str) -> Fault | None:
    if char in _EXCLUDED:
        return Fault(
            "credit-code-character",
            f"统一社会信用代码“{code}”第{place}位“{char}”不在标准字符内(不用I、O、S、V、Z),"
            f"是否应为“{_EXCLUDED[char]}”,请对照证照更正",
        )
    if char not in _VALUE:
        return Fault(
            "credit-code-character",
            f"统一社会信用代码“{code}”第{place}位“{char}”应为数字或大写字母,请对照证照更正",
        )
    if 3 <= place <= 8 and not char.isdigit():
        return Fault(
            "credit-code-region",
            f"统一社会信用代码“{code}”第{place}位“{char}”应为数字(第3至8位是登记机关区划码),请对照证照更正",
        )
    return None


def _check_fault(code: str, expected: str, inner: str) -> Fault:
    if code[16] != inner and code[17] == expected:
        wrong = f"第17位(主体标识码的校验码)应为“{inner}”,现为“{code[16]}”"
    elif code[16] == inner:
        wrong = f"第18位校验码应为“{expected}”,现为“{code[17]}”"
    else:
        wrong = f"第9至17位有误(第17位按前8位应为“{inner}”,现为“{code[16]}”),第18位校验码也不符"
    return Fault("credit-code-check", f"统一社会信用代码“{code}”{wrong}。{_mend(code)}")


def _mend(code: str) -> str:
    candidates = {near for near in _near(code) if near != code and _holds(near)}
    if len(candidates) != 1:
        return "校验不符说明至少抄错一位,请对照证照逐位核对"
    (near,) = candidates
    places = [place for place in range(_LENGTH) if near[place] != code[place]]
    if len(places) == 1:
        place = places[0]
        return f"第{place + 1}位“{code[place]}”可能是“{near[place]}”,请对照证照核对"
    return f"第{places[0] + 1}、{places[1] + 1}位可能颠倒,请对照证照核对"


def _near(code: str) -> set[str]:
    """Codes one misread character or one swap of neighbours away."""
    found = {
        code[:place] + other + code[place + 1 :]
        for place, char in enumerate(code)
        for pair in _CONFUSED
        if char in pair
        for other in pair.replace(char, "")
    }
    for place, (left, right) in enumerate(pairwise(code)):
        found.add(code[:place] + right + left + code[place + 2 :])
    return found


def _holds(code: str) -> bool:
    return (
        code[2:8].isdigit()
        and code[17] == credit_check_character(code[:17])
        and code[16] == organisation_check_character(code[8:16])
    )
