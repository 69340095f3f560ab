"""让先: people's acts go before bulk work, also inside one process.

A launch shows thousands of cases. Its flow stops between two tasks while a flow for a person's act is being
run, for a moment at most, so that the two do not share Prefect's one writer (SQLite) at that time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LONGEST_S: Final = 2.0
"""Bulk work goes on after so long all the same: it must not starve."""

bulk_turn = threading.Lock()
"""One piece of bulk work at a time (a launch's cases, a batch of notices): SQLite has one writer."""

_condition = threading.Condition()
_people: list[int] = []
"""Threads in which a flow for a person's act runs."""


@contextmanager
def people_at_work() -> Iterator[None]:
    """A flow for a person's act runs in this block."""
    me = threading.get_ident()
    with _condition:
        _people.append(me)
    try:
        yield
    finally:
        with _condition:
            _people.remove(me)
            _condition.notify_all()


def let_people_first() -> None:
    """Wait while a flow for a person's act runs, for two seconds at most.

    A batch of people's acts, which is such a flow itself, does not wait for itself.
    """
    me = threading.get_ident()
    with _condition:
        _condition.wait_for(lambda: not _people or me in _people, timeout=LONGEST_S)


def no_pause() -> None:
    """People's own work waits for nobody."""
