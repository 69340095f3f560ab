"""限速: a token bucket for each account, token and unknown address, in this process.

Per process on purpose: it keeps one program that runs wild from holding up people, and needs no store that
all processes share. With several web processes the whole allows as many times more.
"""

from __future__ import annotations

from math import ceil
from threading import Lock
from typing import Final

from config.clock import WallClock
from domain.refusal import Refused
from web.problems import ProblemError

BURST_S: Final = 15
"""So many seconds' worth may come at once."""
_MOST: Final = 50_000


class Limiter:
    """限速 of one application."""

    def __init__(self, wall: WallClock) -> None:
        self._wall = wall
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: str, per_minute: int) -> None:
        """Take one from the bucket of ``key``.

        Raises:
            ProblemError: it is empty; ``Retry-After`` says when it has one again.
        """
        rate = per_minute / 60
        most = max(1.0, rate * BURST_S)
        now = self._wall.now().timestamp()
        with self._lock:
            left, at = self._left.get(key, (most, now))
            left = min(most, left + max(0.0, now - at) * rate)
            if left >= 1:
                self._left[key] = (left - 1, now)
                self._forget_full(now)
                return
            self._left[key] = (left, now)
        seconds = max(1, ceil((1 - left) / rate))
        raise ProblemError(
            Refused(
                code="rate.limited",
                message=f"请求太频繁,每分钟最多 {per_minute} 次",
                remedy=f"请 {seconds} 秒后再试",
                facts={"seconds": seconds, "per_minute": per_minute},
            ),
            headers={"Retry-After": str(seconds)},
        )

    def _forget_full(self, now: float) -> None:
        """Forget those that are full again, once there are many."""
        if len(self._left) <= _MOST:
            return
        self._left = {key: (left, at) for key, (left, at) in self._left.items() if now - at < BURST_S}
