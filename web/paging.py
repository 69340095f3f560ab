"""分页: a list is read on from where the last page ended, by a mark that means nothing to its reader.

The order is that of a key which never changes, so that nothing is shown twice or left out while the list
grows.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar

from fastapi import Query

from domain.refusal import Refused
from web.api.shapes import storable
from web.problems import ProblemError

MOST: Final = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="一页最多几条", examples=[50])]
Cursor = Annotated[
    str,
    Query(
        max_length=2000,
        pattern=r"^[A-Za-z0-9_-]*$",
        description="上一页应答里的 `next`;不填为第一页",
    ),
]
Key = TypeVar("Key", str, int)
Item = TypeVar("Item")


def position(cursor: str, *kinds: type) -> tuple[Any, ...] | None:
    """Return the key that a cursor holds, ``None`` for the first page.

    Raises:
        ProblemError: it is no cursor of ours for this list.
    """
    if not cursor:
        return None
    try:
        found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        found = None
    right = (
        isinstance(found, list)
        and len(found) == len(kinds)
        and all(type(value) is kind for value, kind in zip(found, kinds, strict=True))
        and all(_usable(value) for value in found)
    )
    if not right:
        raise ProblemError(
            Refused(
                code="request.cursor",
                message="分页标记不对",
                remedy="请原样使用上一页应答里的 next,或从第一页读起",
            )
        )
    return tuple(found)


def _usable(value: str | int) -> bool:
    """Whether a database takes it as it is."""
    if isinstance(value, int):
        return abs(value) < 1 << 62
    try:
        return storable(value) == value
    except ValueError:
        return False


def page(items: Sequence[Item], limit: int, key: Callable[[Item], Sequence[str | int]]) -> dict[str, Any]:
    """Return a page of ``items``, of which one more was read than is shown if there are more."""
    shown = items[:limit]
    more = len(items) > limit
    return {"items": list(shown), "next": cursor_of(key(shown[-1])) if more and shown else None}


def cursor_of(key: Sequence[str | int]) -> str:
    """Return the mark that holds ``key``."""
    return urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")
