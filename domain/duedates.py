"""期限: a due date with the line that explains it, and both ways of counting a publicity period.

Why: an officer accepts a computed date only when the line beside it says how it came about, and a date
that rests on an unpublished holiday arrangement must not look final.

Basis: 民法典 arts. 201 to 203 (the first day is not counted; a month ends on its corresponding day, or
the last day of the month; a last day that is a day off gives way to the day after the days off).
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from enum import StrEnum
from itertools import groupby
from typing import Final

import msgspec

from domain.workdays import Span, SpanKind, WorkCalendar

_WEEKDAYS: Final = "一二三四五六日"
_MONTHS: Final = 12


class PeriodUnit(StrEnum):
    """期限单位."""

    WORKING_DAY = "working_day"
    """工作日: days of the work calendar."""
    DAY = "day"
    """日: calendar days."""
    MONTH = "month"
    """月: natural months."""


_UNIT_WORDS: Final = {
    PeriodUnit.WORKING_DAY: "个工作日",
    PeriodUnit.DAY: "日",
    PeriodUnit.MONTH: "个月",
}


class DueStatus(StrEnum):
    """期限状态, in the words of the screen."""

    SET = "已定"
    PROVISIONAL = "暂定"
    """Counted through a year whose holiday arrangement is not published: computed again later."""
    WAITING = "待定"
    """The date it counts from is not known yet."""


class DueDate(msgspec.Struct, frozen=True):
    """期限: a legal date in Asia/Shanghai and the line that explains it."""

    date: dt.date | None
    """None while it waits for the date it counts from."""
    line: str
    provisional: bool
    calendar_id: str

    @property
    def status(self) -> DueStatus:
        """已定, 暂定 or 待定."""
        if self.date is None:
            return DueStatus.WAITING
        return DueStatus.PROVISIONAL if self.provisional else DueStatus.SET


class PublicityPeriod(msgspec.Struct, frozen=True):
    """公示期: by the count in force, with the end under the other count beside it.

    Whether the day of posting counts is a parameter of each period (`practice.md` 6); where the two
    counts differ the officer sees both.
    """

    starts_on: dt.date
    ends_on: dt.date
    line: str
    first_day_counts: bool
    other_ends_on: dt.date
    other_line: str
    provisional: bool
    calendar_id: str

    @property
    def counts_differ(self) -> bool:
        """Whether the two ways of counting give different last days."""
        return self.ends_on != self.other_ends_on


class DayCount(msgspec.Struct, frozen=True):
    """公示天数: the length of a finished period under both counts."""

    with_first_day: int
    without_first_day: int


def deadline(
    start: dt.date | None,
    amount: int,
    unit: PeriodUnit,
    calendar: WorkCalendar,
    *,
    count_first_day: bool = False,
    roll: bool = True,
    waits_for: str = "",
) -> DueDate:
    """期限: `amount` units from `start`, whose own day is not counted unless `count_first_day`.

    `roll`: a period in days or months whose last day is a day off ends on the next working day
    (民法典 art. 203). Without `start` the answer is 待定, and `waits_for` names what gives it, for
    example `登记“印发日期”`. Amount 0 means the day itself.

    Raises ValueError for a negative amount: a programme with one is refused at publication.
    """
    if amount < 0:
        raise ValueError(f"a period cannot be negative: {amount}")
    if start is None:
        return waiting(waits_for, amount, unit, calendar)
    period = _count(start, amount, unit, calendar, count_first_day, roll)
    line = f"{_opening(start, amount, unit, count_first_day)}{period.notes} → {_day(period.end, start.year)}"
    return DueDate(period.end, line + _provisional_mark(period, calendar), bool(period.unknown), calendar.id)


def earliest(
    start: dt.date | None,
    amount: int,
    unit: PeriodUnit,
    calendar: WorkCalendar,
    *,
    count_first_day: bool = False,
    roll: bool = True,
    waits_for: str = "",
) -> DueDate:
    """最早日期: the first day after a period that has to run in full; arguments as for `deadline`."""
    if amount < 0:
        raise ValueError(f"a period cannot be negative: {amount}")
    if start is None:
        return waiting(waits_for, amount, unit, calendar)
    period = _count(start, amount, unit, calendar, count_first_day, roll)
    first = period.end + dt.timedelta(days=1)
    full = f"满{_day(period.end, start.year)}"
    line = (
        f"{_opening(start, amount, unit, count_first_day)}{period.notes},{full} → {_day(first, start.year)}起"
    )
    return DueDate(first, line + _provisional_mark(period, calendar), bool(period.unknown), calendar.id)


def waiting(waits_for: str, amount: int, unit: PeriodUnit, calendar: WorkCalendar) -> DueDate:
    """待定: a due date that counts from a date nobody knows yet."""
    cause = f"{waits_for}后起算" if waits_for else "起算日期登记后起算"
    return DueDate(None, f"待定:{cause},{amount}{_UNIT_WORDS[unit]}", False, calendar.id)


def publicity_period(
    posted_on: dt.date,
    days: int,
    unit: PeriodUnit,
    first_day_counts: bool,
    calendar: WorkCalendar,
    *,
    roll: bool = True,
) -> PublicityPeriod:
    """公示期: `days` units from the day of posting, under the count in force and the other one.

    Raises ValueError when `days` is below 1.
    """
    if days < 1:
        raise ValueError(f"a publicity period has at least one day: {days}")
    one = deadline(posted_on, days, unit, calendar, count_first_day=first_day_counts, roll=roll)
    other = deadline(posted_on, days, unit, calendar, count_first_day=not first_day_counts, roll=roll)
    return PublicityPeriod(
        starts_on=posted_on,
        ends_on=_known(one),
        line=one.line,
        first_day_counts=first_day_counts,
        other_ends_on=_known(other),
        other_line=other.line,
        provisional=one.provisional or other.provisional,
        calendar_id=calendar.id,
    )


def counted_days(posted_on: dt.date, ended_on: dt.date, unit: PeriodUnit, calendar: WorkCalendar) -> DayCount:
    """公示天数: what a period that ran from `posted_on` to `ended_on` comes to, under both counts.

    In working days or calendar days. Raises ValueError for months, and for an end before the start.
    """
    if ended_on < posted_on:
        raise ValueError(f"a period cannot end before it starts: {posted_on} to {ended_on}")
    if unit is PeriodUnit.DAY:
        length = (ended_on - posted_on).days
        return DayCount(length + 1, length)
    if unit is PeriodUnit.WORKING_DAY:
        length = calendar.workdays_between(posted_on, ended_on)
        return DayCount(length + calendar.is_workday(posted_on), length)
    raise ValueError("the length of a period is counted in working days or days")


class _Period(msgspec.Struct, frozen=True):
    end: dt.date
    notes: str
    """What the line says between the opening and the arrow, with its colon; may be empty."""
    unknown: tuple[int, ...]
    """Provisional years the count ran through."""


def _count(
    start: dt.date, amount: int, unit: PeriodUnit, calendar: WorkCalendar, first_counts: bool, roll: bool
) -> _Period:
    if unit is PeriodUnit.WORKING_DAY and amount:
        return _working_days(start, amount, calendar, first_counts)
    return _natural(start, amount, unit, calendar, first_counts, roll)


def _working_days(start: dt.date, amount: int, calendar: WorkCalendar, first_counts: bool) -> _Period:
    end = calendar.add_workdays(start, amount, count_first_day=first_counts)
    first = start if first_counts else start + dt.timedelta(days=1)
    spans = calendar.spans(first, end)
    notes = f":{_spans_text(spans, start.year)}" if spans else ""
    return _Period(end, notes, calendar.provisional_years(first, end))


def _natural(
    start: dt.date, amount: int, unit: PeriodUnit, calendar: WorkCalendar, first_counts: bool, roll: bool
) -> _Period:
    notes = []
    if unit is PeriodUnit.MONTH and amount:
        last = _add_months(start, amount)
        if last.day != start.day:
            notes.append(f"{last.month}月无{start.day}日,以月末为准")
    else:
        last = start + dt.timedelta(days=amount)
    if first_counts and amount:
        last -= dt.timedelta(days=1)
    end = calendar.next_workday(last) if roll else last
    if end != last:
        notes.append(_rolled_text(last, calendar, start.year))
    unknown = calendar.provisional_years(last, end) if roll else ()
    return _Period(end, f":{','.join(notes)}" if notes else "", unknown)


def _add_months(start: dt.date, months: int) -> dt.date:
    """The corresponding day, or the last day of the month where there is none (民法典 art. 202)."""
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    return dt.date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _rolled_text(last: dt.date, calendar: WorkCalendar, year: int) -> str:
    span = calendar.span_on(last)
    if span is None:
        return f"期满日{_day(last, year)}({_weekday(last)})休息,顺延"
    whole = "" if span.first == span.last else f"({_range(span.first, span.last, year)})"
    return f"期满日{_day(last, year)}逢{span.name}放假{whole},顺延"


def _spans_text(spans: tuple[Span, ...], year: int) -> str:
    parts = []
    for kind, group in groupby(spans, key=lambda span: span.kind):
        if kind is SpanKind.MAKE_UP:
            days = "、".join(f"{_day(span.first, year)}({_weekday(span.first)})" for span in group)
            parts.append(f"{days}调休上班计入")
        else:
            parts += [f"{_range(span.first, span.last, year)}{span.name}放假扣除" for span in group]
    return ",".join(parts)


def _opening(start: dt.date, amount: int, unit: PeriodUnit, first_counts: bool) -> str:
    day = f"{start.year}年{start.month}月{start.day}日"
    if not amount:
        return f"{day}当日"
    return f"自{day}{'当日' if first_counts else '次日'}起{amount}{_UNIT_WORDS[unit]}"


def _provisional_mark(period: _Period, calendar: WorkCalendar) -> str:
    if not period.unknown:
        return ""
    first, last = period.unknown[0], period.unknown[-1]
    years = f"{first}年" if first == last else f"{first}—{last}年"
    newest = calendar.last_notice_year
    state = "尚未公布" if newest is None or last > newest else "未收录"
    return f"(暂定:{years}放假安排{state})"


def _day(day: dt.date, year: int) -> str:
    """`4月7日`, with its year where that is not `year`."""
    prefix = "" if day.year == year else f"{day.year}年"
    return f"{prefix}{day.month}月{day.day}日"


def _range(first: dt.date, last: dt.date, year: int) -> str:
    """`4月3—5日`, `9月29日—10月6日`, `12月31日—2023年1月2日`; one day alone is named alone."""
    if first == last:
        return _day(first, year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_day(first, year)[:-1]}—{last.day}日"
    return f"{_day(first, year)}—{_day(last, first.year)}"


def _weekday(day: dt.date) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"


def _known(due: DueDate) -> dt.date:
    if due.date is None:
        raise ValueError("a period with a start has an end")
    return due.date
