"""For tests of what happens between two transactions on PostgreSQL: one holds, the other waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import psycopg
from sqlalchemy.engine import URL

PATIENCE_S = 20
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'"
)


def until_waiting_or_done(url: URL, job: Future[Any]) -> None:
    """Return once a connection to the database waits for another one's lock, or ``job`` has ended."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as looking:
        for _ in range(PATIENCE_S * 100):
            found = looking.execute(_WAITING).fetchone()
            if job.done() or (found is not None and found[0]):
                return
            time.sleep(0.01)
    raise AssertionError("it neither waited nor ended")


class PausedOnce:
    """Put in another callable's place: the first call does its work and then waits until it is let go."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work = work
        self._first = threading.Lock()
        self._reached = threading.Event()
        self._go = threading.Event()

    def __call__(self, *args: Any, **more: Any) -> Any:
        """Do the work, then, the first time, wait."""
        answer = self._work(*args, **more)
        if self._first.acquire(blocking=False):
            self._reached.set()
            assert self._go.wait(PATIENCE_S), "never let go"
        return answer

    def until_reached(self) -> None:
        """Return once the first caller waits."""
        assert self._reached.wait(PATIENCE_S), "never reached"

    def go_on(self) -> None:
        """Let the first caller go."""
        self._go.set()
