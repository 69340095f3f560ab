"""版面: what stands on a form, apart from how it is drawn; Word file and page are made from one value."""

from __future__ import annotations

import unicodedata
from typing import Final

import msgspec

PAGE_MM: Final = (210, 297)
MARGINS_MM: Final = {"top": 37, "left": 28, "right": 26, "bottom": 35}
"""GB/T 9704-2012 [F:S35]: 天头 37 mm, 订口 28 mm, 版心 156×225 mm. Head and foot hold the codes."""
QR_MM: Final = 25
"""Modules of 0.9 mm: five pixels and more in a scan of 150 dpi."""
QR_EDGE_MM: Final = 7
"""From the edge of the paper to a code: nearer than 5 mm many printers do not print."""
TITLE_FONTS: Final = ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "SimSun", "宋体")
BODY_FONTS: Final = ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong")
LABEL_FONTS: Final = ("黑体", "SimHei", "STHeiti")
FALLBACK_FONTS: Final = ("Noto Serif CJK SC", "Source Han Serif SC", "serif")
"""The named fonts are no free ones: they are asked for and not shipped. What is missing is replaced."""


class Fields(msgspec.Struct, frozen=True, kw_only=True, tag="fields"):
    """一行要素: labels with values side by side; an empty value is filled in by hand."""

    cells: tuple[tuple[str, str], ...]


class Listing(msgspec.Struct, frozen=True, kw_only=True, tag="listing"):
    """清单: a table within the form."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    """In millimetres; together as wide as the form."""
    rows: tuple[tuple[str, ...], ...]
    none: str = "无"
    """What is said where there are no rows."""


class Box(msgspec.Struct, frozen=True, kw_only=True, tag="box"):
    """留白: room to write in by hand, with a line for signature and date where it is signed."""

    label: str
    height: int
    """In millimetres."""
    text: str = ""
    """Printed at its top: choices to tick, for instance."""
    signed: bool = True


Block = Fields | Listing | Box
WIDTH_MM: Final = PAGE_MM[0] - MARGINS_MM["left"] - MARGINS_MM["right"]
LABEL_MM: Final = 28
SIGNATURE: Final = "签名:                     日期:        年    月    日"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """文书版面 of one form."""

    title: str
    subject: str
    """The file's title, for whoever opens it on a screen."""
    code: str
    marks: tuple[str, ...]
    """演练, 示例: above the title of every page."""
    blocks: tuple[Block, ...]
    note: str
    """What the signer and the clerk should know, below."""
    printed: str


def clean(text: str) -> str:
    """Text without control characters, which a Word file cannot hold and paper does not show."""
    return "".join(
        " " if sign in "\t\r\n" else sign
        for sign in unicodedata.normalize("NFC", text)
        if sign in "\t\r\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
    ).strip()
