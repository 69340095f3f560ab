"""筛选项: links that set or take away one part of a filter, the rest kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from web.console.asking import Asking, words_of


class Link(NamedTuple):
    """筛选项."""

    label: str
    href: str
    on: bool
    count: int | None = None  # type: ignore[assignment]


def links(
    asking: Asking,
    path: str,
    name: str,
    choices: Iterable[tuple[str, str, int | None]],
    *,
    everything: bool = True,
    **more: str,
) -> list[Link]:
    """One link a choice (value, title, how many), 全部 first."""
    chosen = words_of(asking.filter).get(name, "")
    found = [Link("全部", asking.only(**{name: ""}).to(path, **more), not chosen)] if everything else []
    return found + [
        Link(title, asking.only(**{name: value}).to(path, **more), value == chosen, count)
        for value, title, count in choices
    ]
