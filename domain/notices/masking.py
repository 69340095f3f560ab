"""遮蔽: personal data in what leaves the system, replaced by enough to recognise it and no more.

Why: mail, text messages and chat lie on other machines and on phones. Identity-card numbers, mobile and bank
card numbers and mail addresses are masked wherever they stand in a text (个人信息保护法第六条,
最小必要); names of persons are never put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_NO_DIGIT_BEFORE: Final = r"(?<![0-9A-Za-z])"
_NO_DIGIT_AFTER: Final = r"(?![0-9A-Za-z])"


def _ends(first: int, last: int) -> Callable[[re.Match[str]], str]:
    def cover(found: re.Match[str]) -> str:
        text = found.group()
        return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]

    return cover


def _mail(found: re.Match[str]) -> str:
    return f"{found.group(1)}***@{found.group(2)}"


_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    # 公民身份号码 (GB 11643): 17 digits and a check character.
    (re.compile(rf"{_NO_DIGIT_BEFORE}[1-9][0-9]{{16}}[0-9Xx]{_NO_DIGIT_AFTER}"), _ends(3, 2)),
    (re.compile(rf"{_NO_DIGIT_BEFORE}[1-9][0-9]{{15}}(?:[0-9]{{3}})?{_NO_DIGIT_AFTER}"), _ends(4, 4)),
    (re.compile(rf"{_NO_DIGIT_BEFORE}1[3-9][0-9]{{9}}{_NO_DIGIT_AFTER}"), _ends(3, 4)),
    (re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+\.[A-Za-z]{2,})"), _mail),
)


def masked(text: str) -> str:
    """Return ``text`` with what points to a person covered."""
    for pattern, cover in _RULES:
        text = pattern.sub(cover, text)
    return text
