"""查看工作日历: what a year's days rest on, and how a date comes about."""

from __future__ import annotations

import datetime as dt

import msgspec

from domain.duedates import PeriodUnit, deadline
from domain.refusal import Refused
from domain.workdays import SpanKind
from services.bootstrap import Runtime
from services.calendars.loading import current_calendar

FIRST_YEAR, LAST_YEAR = 1950, 2098
"""Years with statutory days of their own; beyond them there are plain weeks only."""
LONGEST = 3660
"""Units: as many as a programme may ask for."""
SPAN_TITLES = {str(SpanKind.OFF): "放假", str(SpanKind.MAKE_UP): "调休上班"}


class SpanLine(msgspec.Struct, frozen=True, kw_only=True):
    """放假或调休上班的一段: days, first and last included."""

    first: dt.date
    last: dt.date
    kind: str
    """`off` or `make_up`."""
    name: str
    """Of the holiday; empty for a make-up day."""


class YearShown(msgspec.Struct, frozen=True, kw_only=True):
    """一年的放假安排."""

    year: int
    source: str
    """The notice or record it rests on; empty where it is provisional."""
    loaded: bool
    """The notice was loaded here, and does not come with the program."""
    provisional: bool
    workdays: int
    spans: tuple[SpanLine, ...]


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """日期说明: the day, the line that explains it, and the other count of the first day beside it."""

    date: dt.date
    line: str
    provisional: bool
    other_date: dt.date
    other_line: str


def show_year(runtime: Runtime, year: int) -> YearShown | Refused:
    """放假安排 of a year, as acts count on it now."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _out_of_range(year)
    calendar = current_calendar(runtime)
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    source = calendar.source_of(year)
    return YearShown(
        year=year,
        source=source or "",
        loaded=any(notice.loaded for notice in calendar.notices if notice.year == year),
        provisional=source is None,
        workdays=calendar.workdays_between(first - dt.timedelta(days=1), last),
        spans=tuple(
            SpanLine(first=span.first, last=span.last, kind=str(span.kind), name=span.name)
            for span in calendar.spans(first, last)
        ),
    )


def explain_date(
    runtime: Runtime, start: dt.date, amount: int, unit: PeriodUnit, *, first_day: bool = False
) -> Explained | Refused:
    """日期说明: `amount` units from `start`, with the line an officer sees beside a deadline."""
    if not 1 <= amount <= LONGEST:
        return Refused(
            code="calendar.amount",
            message=f"期限 {amount} 不在 1 至 {LONGEST} 之间",
            remedy="请核对期限的长度",
            facts={"amount": amount},
        )
    if not FIRST_YEAR <= start.year <= LAST_YEAR - LONGEST // 300:
        return _out_of_range(start.year)
    calendar = current_calendar(runtime)
    one = deadline(start, amount, unit, calendar, count_first_day=first_day)
    other = deadline(start, amount, unit, calendar, count_first_day=not first_day)
    return Explained(
        date=one.date or start,
        line=one.line,
        provisional=one.provisional,
        other_date=other.date or start,
        other_line=other.line,
    )


def _out_of_range(year: int) -> Refused:
    return Refused(
        code="calendar.year",
        message=f"{year}年不在可以计算的范围内",
        remedy=f"请写 {FIRST_YEAR} 至 {LAST_YEAR} 之间的年份",
        facts={"year": year},
    )
