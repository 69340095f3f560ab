"""不计入期限的日期: days on which a period's clock stood still, and where they move its end.

Convention (proposed, no rule of law): the day from which the clock stands still is not counted, the day on
which it goes on is.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from domain.date_words import range_words
from domain.workdays import WorkCalendar


class Skip(msgspec.Struct, frozen=True):
    """停止计时的一段: first and last included."""

    first: dt.date
    last: dt.date
    paper: str = ""
    """The number of the paper by which it stood still, for the line."""

    def lost(self, start: dt.date, end: dt.date, calendar: WorkCalendar | None) -> int:
        """How many days after `start` up to `end` fall into it: working days of `calendar`, or all days."""
        before = max(self.first - dt.timedelta(days=1), start)
        last = min(self.last, end)
        if last <= before:
            return 0
        return calendar.workdays_between(before, last) if calendar else (last - before).days

    def words(self, year: int) -> str:
        """`3月10—20日停止计时(文号)不计入`."""
        paper = f"({self.paper})" if self.paper else ""
        return f"{range_words(self.first, self.last, year)}停止计时{paper}不计入"


def moved(start: dt.date, end: dt.date, calendar: WorkCalendar | None, skips: tuple[Skip, ...]) -> dt.date:
    """The end of a period once the days after `start` that are not counted are added to it.

    In working days of `calendar`, or in days without one. Moving the end may take in further days that are
    not counted, hence until nothing changes.
    """
    now, lost = end, 0
    while True:
        found = sum(skip.lost(start, now, calendar) for skip in skips)
        if found == lost:
            return now
        lost = found
        now = calendar.add_workdays(end, lost) if calendar else end + dt.timedelta(days=lost)


def counted(start: dt.date, last: dt.date, calendar: WorkCalendar | None, skips: tuple[Skip, ...]) -> int:
    """已计天数: days after `start` up to `last` that were counted."""
    if last <= start:
        return 0
    whole = calendar.workdays_between(start, last) if calendar else (last - start).days
    return whole - sum(skip.lost(start, last, calendar) for skip in skips)


def skips_words(skips: tuple[Skip, ...], start: dt.date, end: dt.date) -> list[str]:
    """What the line of a period says of those that fall into it."""
    return [skip.words(start.year) for skip in skips if skip.last > start and skip.first <= end]
