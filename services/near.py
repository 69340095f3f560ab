"""相近的名称: what somebody may have meant who typed a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

LIKE: Final = 0.45
"""“鄢陵开发区” for “鄢陵县产业集聚区” is still meant; two names that share only “开发区” are not."""
MOST: Final = 3


def near_names(words: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names most like ``words``, the likest first; none where nothing is like it."""
    return tuple(get_close_matches(words.strip(), dict.fromkeys(names), n=MOST, cutoff=LIKE))


def did_you_mean(words: str, names: Iterable[str]) -> str:
    """`是不是“…”、“…”?`, or nothing."""
    near = near_names(words, names)
    return f"是不是{'、'.join(f'“{name}”' for name in near)}?" if near else ""
