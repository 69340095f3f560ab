"""口令规则: which passwords may be used.

GB/T 22239-2019 8.1.4.1 a asks for complexity and regular change and names no figure; all of them are
parameters. Why guessable ones are refused besides: ``Admin@123`` fulfils every rule of length and classes.
The two libraries are imported where they are used: their tables take a fifth of a second to load.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import msgspec

from domain.access import BASIS
from domain.refusal import Refused

LONGEST: Final = 128
"""Longer ones would only cost time to hash."""
_ESTIMATED: Final = 72
"""How much of a password the estimate looks at; its time grows faster than the length."""
_SHORTEST_WORD: Final = 3
_CLASSES: Final = ("大写字母", "小写字母", "数字", "其他字符")

_OWN: Final = "user_inputs"
"""Where the estimate keeps the words of its last caller."""
_LEET: Final = str.maketrans("@4031$5!7", "aaoeissit")

# The estimate keeps a caller's own words in a module variable; two at once would see each other's.
_estimating: Final = threading.Lock()


class PasswordRules(msgspec.Struct, frozen=True, kw_only=True):
    """口令规则: the parameters, from the settings."""

    min_length: int = 10
    min_classes: int = 3
    history: int = 5
    max_age_days: int = 90
    """0: no regular change is asked for."""
    min_strength: int = 3
    """Of the estimate's five marks, 0 (guessed at once) to 4."""
    words: tuple[str, ...] = ()
    """本地常用词: words that everybody around would guess first."""


def judge_password(password: str, rules: PasswordRules, own_words: Sequence[str]) -> Refused | None:
    """口令是否可用: length, kinds of characters, not common, not one's own name.

    Args:
        own_words: the login name and the person's name; a Chinese name also counts in pinyin and initials.
    """
    if len(password) < rules.min_length:
        return Refused(
            code="password.short",
            message=f"口令太短:{len(password)} 个字符,至少要 {rules.min_length} 个",
            remedy="可以用几个不相干的词连成一句",
            facts={"length": len(password), "at_least": rules.min_length},
            basis=BASIS,
        )
    if len(password) > LONGEST:
        return Refused(
            code="password.long",
            message=f"口令太长,最多 {LONGEST} 个字符",
            remedy="请缩短",
            facts={"length": len(password), "at_most": LONGEST},
        )
    classes = character_classes(password)
    if classes < rules.min_classes:
        return Refused(
            code="password.classes",
            message=f"口令只有 {classes} 类字符,至少要 {rules.min_classes} 类",
            remedy=f"请混用{'、'.join(_CLASSES)}",
            facts={"classes": classes, "at_least": rules.min_classes},
            basis=BASIS,
        )
    return _judge_guessable(password, rules, own_words)


def character_classes(password: str) -> int:
    """Return how many of the four kinds of characters occur; a Chinese character is of the fourth."""
    return sum(
        any(test(char) for char in password)
        for test in (
            lambda c: "A" <= c <= "Z",
            lambda c: "a" <= c <= "z",
            lambda c: "0" <= c <= "9",
            lambda c: not (c.isascii() and c.isalnum()),
        )
    )


def _judge_guessable(password: str, rules: PasswordRules, own_words: Sequence[str]) -> Refused | None:
    words = spellings(own_words)
    plain = password.casefold()
    if any(word in plain or word[::-1] in plain for word in words):
        return Refused(
            code="password.own_name",
            message="口令里有登录名或本人姓名(含拼音)",
            remedy="请换一个与本人无关的口令",
            basis=BASIS,
        )
    local = spellings(rules.words)
    if (
        any(word in plain for word in local)
        or is_dressed_word(password)
        or strength(password, words) < rules.min_strength
    ):
        return Refused(
            code="password.common",
            message="这个口令太常见,容易被猜中",
            remedy="请不要用常见词、键盘连键、年份、重复字符;可以用几个不相干的词连成一句",
            basis=BASIS,
        )
    return None


def is_dressed_word(password: str) -> bool:
    """Whether a password is one common word with digits and signs around or in place of letters.

    The estimate gives ``Admin@123456`` three of four marks; whoever guesses begins with just these.
    """
    plain = password.casefold()
    inner = plain.strip("0123456789!@#$%^&*()_+-=.,~?")
    cores = {"".join(c for c in form if c.isalpha()) for form in (plain, plain.translate(_LEET))}
    return bool((cores | {inner, inner.translate(_LEET)}) & _common_words())


@cache
def _common_words() -> frozenset[str]:
    """Common passwords, words and names that the estimate's own tables hold, some 90,000."""
    from zxcvbn.matching import RANKED_DICTIONARIES

    return frozenset(word for name, words in RANKED_DICTIONARIES.items() if name != _OWN for word in words)


def strength(password: str, words: Iterable[str] = ()) -> int:
    """Return the estimate's mark, 0 to 4."""
    from zxcvbn import zxcvbn

    with _estimating:
        return int(zxcvbn(password[:_ESTIMATED], user_inputs=list(words))["score"])


def spellings(words: Iterable[str]) -> list[str]:
    """Every way in which somebody would type these words: as they are, in pinyin."""
    from pypinyin import Style, lazy_pinyin

    found: dict[str, None] = {}
    for word in words:
        plain = word.casefold().strip()
        pinyin = lazy_pinyin(plain)
        initials = "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER))
        for form in (plain, "".join(pinyin), initials, *plain.replace("@", ".").split(".")):
            if len(form) >= _SHORTEST_WORD or not form.isascii():
                found.setdefault(form)
    return [form for form in found if form]
