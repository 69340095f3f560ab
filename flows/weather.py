"""Prefect 在不在: asked by every lane of the relay before it starts a flow.

While Prefect is away nothing is claimed and nothing counts as a failed try; one thread asks again, with
growing pauses, and the log says once that it went and once that it came back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Final

import httpx
from loguru import logger
from prefect.exceptions import PrefectHTTPStatusError

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 15.0
PROBE_TIMEOUT_S: Final = 3.0


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def is_prefect_away(error: BaseException) -> bool:
    """Whether ``error`` says that Prefect could not be reached or not answer, not that the flow failed."""
    return any(
        isinstance(cause, httpx.TransportError)
        or (isinstance(cause, PrefectHTTPStatusError) and cause.response.status_code >= 500)
        or (isinstance(cause, RuntimeError) and "Failed to reach API" in str(cause))
        for cause in _causes(error)
    )


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:120]}"


class Weather:
    """Prefect 在不在. ``came_back`` is called by the thread that finds it back, before any lane goes on."""

    def __init__(self, api_url: str, came_back: Callable[[], None]) -> None:
        self._health = f"{api_url.rstrip('/')}/health"
        self._came_back = came_back
        self._fine = threading.Event()
        self._asking = threading.Lock()
        self._pause = FIRST_PAUSE_S
        self._told = False

    @property
    def fine(self) -> bool:
        """Whether Prefect answered when it was last asked."""
        return self._fine.is_set()

    def lost(self, error: BaseException) -> None:
        """A lane could not reach Prefect."""
        self._fine.clear()
        if not self._told:
            self._told = True
            logger.warning("连不上 Prefect,办理照常;显示和送达积压,恢复后自动补上({})", _short(error))

    def wait(self, stop: threading.Event) -> bool:
        """Return at once while Prefect is there; otherwise ask, pause, and return whether it answered."""
        if self._fine.is_set():
            return True
        if not self._asking.acquire(blocking=False):
            self._fine.wait(FIRST_PAUSE_S)
            return self._fine.is_set()
        try:
            return self._fine.is_set() or self._ask(stop)
        finally:
            self._asking.release()

    def _ask(self, stop: threading.Event) -> bool:
        try:
            httpx.get(self._health, timeout=PROBE_TIMEOUT_S, trust_env=False).raise_for_status()
            self._came_back()
        except Exception as error:
            if not is_prefect_away(error) and not isinstance(error, httpx.HTTPError):
                raise
            self.lost(error)
            stop.wait(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE_S)
            return False
        if self._told:
            logger.info("Prefect 已恢复,开始补做积压")
        self._told = False
        self._pause = FIRST_PAUSE_S
        self._fine.set()
        return True
