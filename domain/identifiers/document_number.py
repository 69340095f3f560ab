"""文号: the numbers offices give their papers, in one form, whatever was typed.

Numbers come from the offices' own systems and are never given here; an odd one warns and is kept, because a
refused number would only be typed wrongly (`practice.md` 3).

Basis: GB/T 9704-2012 for 发文字号 (机关代字 + 〔年份〕 + 序号 + 号, no 第, no leading zero); practice for 令,
公告 and 纪要.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

from domain.identifiers.values import shown, squeeze


class DocumentKind(StrEnum):
    """文号种类."""

    LETTER = "letter"
    """发文字号: `豫办〔2019〕21号`."""
    ORDER = "order"
    """令: `国务院令第713号`."""
    ANNOUNCEMENT = "announcement"
    """公告: `公告2018年第4号`."""
    MINUTES = "minutes"
    """纪要期号: `纪要〔2022〕第5号`."""
    NONE = "none"
    """无文号."""
    OTHER = "other"
    """其他写法: kept as typed, with a warning."""

    @property
    def label(self) -> str:
        """The word on the screen."""
        return _LABELS[self]


_LABELS: Final = {
    DocumentKind.LETTER: "发文字号",
    DocumentKind.ORDER: "令",
    DocumentKind.ANNOUNCEMENT: "公告",
    DocumentKind.MINUTES: "纪要期号",
    DocumentKind.NONE: "无文号",
    DocumentKind.OTHER: "其他写法",
}


class DocumentNumber(msgspec.Struct, frozen=True):
    """文号: normalised, so that equal numbers are equal texts."""

    kind: DocumentKind
    text: str
    issuer: str = ""
    """机关代字 or 发文机关, as the number names it; empty where it names none."""
    year: int | None = None
    serial: int | None = None
    warnings: tuple[str, ...] = ()


_OPEN: Final = "[\\[({〈<《【〔「『]"
_CLOSE: Final = "[\\])}〉>》】〕」』]"
_CHINESE_NUMBER: Final = "[〇零一二三四五六七八九十百千两]{1,9}"
_NUMBER: Final = rf"(?P<serial>[0-9]{{1,9}}|{_CHINESE_NUMBER})"
_BRACKETED: Final = re.compile(
    rf"(?P<issuer>.*?)(?P<open>{_OPEN})(?P<year>[0-9]{{1,4}})年?(?P<close>{_CLOSE})"
    rf"(?P<nth>第?){_NUMBER}(?P<unit>[号期]?)"
)
_UNBRACKETED: Final = re.compile(
    r"(?P<issuer>[^0-9]+?)(?P<year>(?:19|20)[0-9]{2})(?:年?第?|[-—/])(?P<serial>[0-9]{1,5})号?"
)
_ORDER: Final = re.compile(
    rf"(?P<issuer>.*?)令(?:(?P<year>[0-9]{{4}})年)?[\[(]?(?P<nth>第?){_NUMBER}(?P<unit>号?)[\])]?"
)
_ANNOUNCEMENT: Final = re.compile(
    rf"(?P<issuer>.*?)公告(?:(?P<year>[0-9]{{4}})年)?(?P<nth>第?){_NUMBER}(?P<unit>号?)"
)
_ANNOUNCEMENT_LAST: Final = re.compile(
    rf"(?P<issuer>.*?)(?:(?P<year>[0-9]{{4}})年)?(?P<nth>第){_NUMBER}(?P<unit>号)公告"
)
_MINUTES: Final = re.compile(
    rf"(?P<issuer>.*?纪要)[\[(]?(?:(?P<year>[0-9]{{4}})年)?(?P<nth>第?){_NUMBER}(?P<unit>[号期]?)[\])]?"
)
_NONE_WORDS: Final = frozenset({"", "无", "无文号", "无字号", "无发文字号", "没有文号", "/", "-", "—", "——"})
_QUOTED: Final = re.compile("^[“”\"'‘’]+|[“”\"'‘’。;,、]+$")
_WRAPPED: Final = re.compile(rf"{_OPEN}(?P<inside>.*号){_CLOSE}")
_ISSUER: Final = re.compile(r"[\u3400-\u9fff]{1,12}")
_DIGITS: Final = "〇一二三四五六七八九"
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}
_EARLIEST, _LATEST = 1949, 2099


def normalise_document_number(text: str) -> DocumentNumber:
    """文号: kind, one written form, and what to look at again; nothing is ever refused.

    Brackets of any shape become 〔〕, full-width characters half-width, spaces vanish, and Chinese
    numerals become Arabic.
    """
    clean = _trim(text)
    if clean in _NONE_WORDS:
        return DocumentNumber(DocumentKind.NONE, "无文号")
    for pattern, read in _READERS:
        if match := pattern.fullmatch(clean):
            return read(match)
    hint = "请核对;发文字号的写法是“机关代字〔年份〕序号号”,例如 豫办〔2019〕21号,没有文号的请填“无文号”"
    return DocumentNumber(
        DocumentKind.OTHER, clean, warnings=(f"未能识别文号“{shown(text)}”的写法,已按原样登记,{hint}",)
    )


def _trim(text: str) -> str:
    clean = _QUOTED.sub("", squeeze(text)).replace("號", "号")
    wrapped = _WRAPPED.fullmatch(clean)
    clean = wrapped["inside"] if wrapped else clean
    return clean.removesuffix("文") if clean.endswith("号文") else clean


def _read_bracketed(match: re.Match[str]) -> DocumentNumber:
    """发文字号, and those 令, 公告 and 纪要 that are numbered within a bracketed year."""
    issuer, serial = match["issuer"], _number(match["serial"])
    kind = _kind_of(issuer)
    letter = kind is DocumentKind.LETTER
    nth = "" if letter else match["nth"]
    unit = (match["unit"] or "号") if not letter else "号"
    text = f"{issuer}〔{match['year']}〕{nth}{serial}{unit}"
    warnings = [*_issuer_warnings(issuer, letter), *_year_warnings(match["year"])]
    if letter and match["nth"]:
        warnings.append(f"发文字号的序号不加“第”,已写作“{text}”,请对照原件核对")
    if letter and match["unit"] == "期":
        warnings.append(f"发文字号以“号”结尾,已写作“{text}”,请对照原件核对")
    warnings += _number_warnings(match, text)
    return DocumentNumber(kind, text, issuer, _year(match["year"]), serial, tuple(warnings))


def _read_unbracketed(match: re.Match[str]) -> DocumentNumber:
    """A 发文字号 typed without brackets: `豫办2019年21号`, `豫办2019-21`."""
    issuer, serial = match["issuer"].rstrip("-—/"), int(match["serial"])
    text = f"{issuer}〔{match['year']}〕{serial}号"
    warnings = (
        f"发文字号的年份应写在六角括号内,已写作“{text}”,请对照原件核对",
        *_issuer_warnings(issuer, True),
        *_year_warnings(match["year"]),
    )
    return DocumentNumber(DocumentKind.LETTER, text, issuer, int(match["year"]), serial, warnings)


def _read_numbered(kind: DocumentKind, word: str) -> Callable[[re.Match[str]], DocumentNumber]:
    """令, 公告 and 纪要 that carry 第n号, with or without a year before it."""

    def read(match: re.Match[str]) -> DocumentNumber:
        serial, year = _number(match["serial"]), match["year"]
        unit = match["unit"] or "号"
        text = f"{match['issuer']}{word}{f'{year}年' if year else ''}第{serial}{unit}"
        warnings = [*_year_warnings(year), *_number_warnings(match, text)]
        if not match["nth"]:
            warnings.append(f"{kind.label}的序号前应有“第”,已写作“{text}”,请对照原件核对")
        return DocumentNumber(kind, text, match["issuer"], _year(year), serial, tuple(warnings))

    return read


_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], DocumentNumber]], ...]] = (
    (_BRACKETED, _read_bracketed),
    (_MINUTES, _read_numbered(DocumentKind.MINUTES, "")),
    (_ANNOUNCEMENT, _read_numbered(DocumentKind.ANNOUNCEMENT, "公告")),
    (_ANNOUNCEMENT_LAST, _read_numbered(DocumentKind.ANNOUNCEMENT, "公告")),
    (_ORDER, _read_numbered(DocumentKind.ORDER, "令")),
    (_UNBRACKETED, _read_unbracketed),
)


def _kind_of(issuer: str) -> DocumentKind:
    endings = {
        "纪要": DocumentKind.MINUTES,
        "公告": DocumentKind.ANNOUNCEMENT,
        "令": DocumentKind.ORDER,
    }
    return next((kind for end, kind in endings.items() if issuer.endswith(end)), DocumentKind.LETTER)


def _issuer_warnings(issuer: str, letter: bool) -> list[str]:
    if not letter:
        return []
    if not issuer:
        return ["发文字号缺机关代字,请对照原件补上,例如 豫办〔2019〕21号中的“豫办”"]
    if not _ISSUER.fullmatch(issuer):
        return [f"机关代字“{shown(issuer)}”一般是12个字以内的汉字,请对照原件核对"]
    return []


def _year_warnings(year: str | None) -> list[str]:
    if not year or (len(year) == 4 and _EARLIEST <= int(year) <= _LATEST):
        return []
    if len(year) != 4:
        return [f"文号的年份“{year}”应写四位,例如2022,请对照原件更正"]
    return [f"文号的年份“{year}”不在{_EARLIEST}至{_LATEST}之间,请对照原件核对"]


def _number_warnings(match: re.Match[str], text: str) -> list[str]:
    warnings = []
    if not match["unit"]:
        warnings.append(f"文号末尾缺“号”,已写作“{text}”,请对照原件核对")
    if match["serial"].startswith("0"):
        warnings.append(f"文号的序号不编虚位(前面不加0),已写作“{text}”,请对照原件核对")
    if _number(match["serial"]) == 0:
        warnings.append("文号的序号为0,请对照原件核对")
    return warnings


def _year(text: str | None) -> int | None:
    return int(text) if text and len(text) == 4 else None


def _number(text: str) -> int:
    """An Arabic or Chinese numeral below ten thousand; `二〇二二` reads digit by digit."""
    if text.isdigit() and text.isascii():
        return int(text)
    plain = text.replace("零", "〇").replace("两", "二")
    if not any(place in plain for place in _PLACES):
        return int("".join(str(_DIGITS.index(char)) for char in plain))
    total, digit = 0, 0
    for char in plain:
        if char in _PLACES:
            total += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            digit = _DIGITS.index(char)
    return total + digit
