"""标识的共用值: the fault that every parser answers with, and the way typed text becomes a code."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import msgspec

PROVINCES: Final[dict[str, str]] = {
    "11": "北京市",
    "12": "天津市",
    "13": "河北省",
    "14": "山西省",
    "15": "内蒙古自治区",
    "21": "辽宁省",
    "22": "吉林省",
    "23": "黑龙江省",
    "31": "上海市",
    "32": "江苏省",
    "33": "浙江省",
    "34": "安徽省",
    "35": "福建省",
    "36": "江西省",
    "37": "山东省",
    "41": "河南省",
    "42": "湖北省",
    "43": "湖南省",
    "44": "广东省",
    "45": "广西壮族自治区",
    "46": "海南省",
    "50": "重庆市",
    "51": "四川省",
    "52": "贵州省",
    "53": "云南省",
    "54": "西藏自治区",
    "61": "陕西省",
    "62": "甘肃省",
    "63": "青海省",
    "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
    "71": "台湾省",
    "81": "香港特别行政区",
    "82": "澳门特别行政区",
}
"""省级代码: the first two digits of GB/T 2260."""

_UNSEEN: Final = re.compile("[\\s\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\u00ad\u200b-\u200f\u2060\ufeff]")
_DASHES: Final = re.compile("[-\u2010-\u2015\u2212_.·]")


class Fault(msgspec.Struct, frozen=True):
    """错误: why a text is no valid code. `code` is for machines, `message` says what to do, in Chinese."""

    code: str
    message: str


def normalise_code(text: str) -> str:
    """A code as typed, made comparable: half-width, upper case, no spaces, nothing invisible, no dashes."""
    return _DASHES.sub("", squeeze(text)).upper()


def squeeze(text: str) -> str:
    """Half-width text without white space and invisible characters."""
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    # A spacing accent comes apart into a space and a mark, which joins its letter once the space is gone.
    return unicodedata.normalize("NFC", bare)


def shown(text: str) -> str:
    """The text as typed, short enough for a message."""
    return text.strip() if len(text.strip()) <= 40 else f"{text.strip()[:40]}…"
