"""墙上时钟: the one place that reads real time.

Two clocks exist. The *wall clock* here is real UTC, for ``recorded_at``, sessions, leases and retries. The
*business clock* gives legal dates in Asia/Shanghai; in a rehearsal database it is a row that only
``zonectl clock`` moves. Code takes a clock as a parameter and never asks the machine, so that a test or a
rehearsal can set the time, and so that one act has one instant.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BUSINESS_TIMEZONE = ZoneInfo("Asia/Shanghai")
"""法定时区: legal dates are dates of this zone; China has had no daylight saving since 1991."""


class WallClock(Protocol):
    """墙上时钟: gives the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """系统时钟: the machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """固定时钟: a clock that stands until it is moved, for tests."""

    def __init__(self, instant: datetime) -> None:
        self._instant = _aware_utc(instant)

    def now(self) -> datetime:
        """Return the instant at which the clock stands, aware, in UTC."""
        return self._instant

    def advance(self, by: timedelta) -> datetime:
        """Move forward by ``by`` and return the new instant; refuse to go back, as real time does not."""
        if by < timedelta(0):
            raise ValueError("a wall clock does not go back")
        self._instant += by
        return self._instant

    def set(self, instant: datetime) -> None:
        """Stand at ``instant`` (aware), earlier or later: some tests need a machine whose clock was wrong."""
        self._instant = _aware_utc(instant)


def _aware_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)
