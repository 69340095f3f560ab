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

from domain.date_words import day_words, range_words, weekday_words
from domain.skipped_days import Skip, counted, moved, skips_words
from domain.workdays import Span, SpanKind, WorkCalendar

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
    skips: tuple[Skip, ...] = (),
) -> DueDate:
    """期限: `amount` units from `start`, whose own day is not counted unless `count_first_day`.

    `roll`: a period in days or months whose last day is a day off ends on the next working day
    (民法典 art. 203). Without `start` the answer is 待定, and `waits_for` names what gives it, for
    example `登记“印发日期”`. Amount 0 means the day itself. Days in `skips` are not counted.

    Raises ValueError for a negative amount: a programme with one is refused at publication.
    """
    if amount < 0:
        raise ValueError(f"a period cannot be negative: {amount}")
    if start is None:
        return waiting(waits_for, amount, unit, calendar)
    period = _count(start, amount, unit, calendar, count_first_day, roll, skips)
    end = day_words(period.end, start.year)
    line = f"{_opening(start, amount, unit, count_first_day)}{period.notes} → {end}"
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
    full = f"满{day_words(period.end, start.year)} → {day_words(first, start.year)}起"
    line = f"{_opening(start, amount, unit, count_first_day)}{period.notes},{full}"
    return DueDate(first, line + _provisional_mark(period, calendar), bool(period.unknown), calendar.id)


def stopped(
    start: dt.date,
    amount: int,
    unit: PeriodUnit,
    calendar: WorkCalendar,
    since: Skip,
    skips: tuple[Skip, ...] = (),
) -> DueDate:
    """停止计时中: a period that stands still from `since.first` on; its end is not known until it goes on.

    `skips` are earlier days that were not counted. How much of it is used is said in working days or days;
    months are not cut into parts.
    """
    paper = f"({since.paper})" if since.paper else ""
    line = f"{_opening(start, amount, unit, False)},{day_words(since.first, start.year)}起停止计时{paper}"
    if unit is not PeriodUnit.MONTH:
        used = counted(start, since.first - dt.timedelta(days=1), _counts_on(unit, calendar), skips)
        word = _UNIT_WORDS[unit]
        line += f",已计{used}{word},尚余{max(amount - used, 0)}{word}"
    return DueDate(None, f"待定:{line},恢复计时后重算", False, calendar.id)


def prolonged(
    due: DueDate, to: dt.date, why: str, unit: PeriodUnit, calendar: WorkCalendar, skips: tuple[Skip, ...]
) -> DueDate:
    """延期: a date that somebody has decided, over the computed one; days in `skips` move it on.

    A computed date that lies later holds: an extension never shortens a term. Without a computed date there
    is nothing to prolong.
    """
    if due.date is None:
        return due
    on = min([to, *(skip.first - dt.timedelta(days=1) for skip in skips)])
    end = moved(on, to, _counts_on(unit, calendar), skips)
    if due.date >= end:
        return due
    year = due.date.year
    later = "".join(f",{skip.words(year)}" for skip in skips)
    later += f" → {day_words(end, year)}" if end != to else ""
    return DueDate(end, f"{due.line};{why}至{day_words(to, year)}{later}", False, calendar.id)


def _counts_on(unit: PeriodUnit, calendar: WorkCalendar) -> WorkCalendar | None:
    return calendar if unit is PeriodUnit.WORKING_DAY else None


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
    start: dt.date,
    amount: int,
    unit: PeriodUnit,
    calendar: WorkCalendar,
    first_counts: bool,
    roll: bool,
    skips: tuple[Skip, ...] = (),
) -> _Period:
    if unit is PeriodUnit.WORKING_DAY and amount:
        return _working_days(start, amount, calendar, first_counts, skips)
    return _natural(start, amount, unit, calendar, first_counts, roll, skips)


def _working_days(
    start: dt.date, amount: int, calendar: WorkCalendar, first_counts: bool, skips: tuple[Skip, ...]
) -> _Period:
    end = calendar.add_workdays(start, amount, count_first_day=first_counts)
    end = moved(start, end, calendar, skips)
    first = start if first_counts else start + dt.timedelta(days=1)
    spans = calendar.spans(first, end)
    notes = [_spans_text(spans, start.year)] if spans else []
    notes += skips_words(skips, start, end)
    return _Period(end, _noted(notes), calendar.provisional_years(first, end))


def _natural(
    start: dt.date,
    amount: int,
    unit: PeriodUnit,
    calendar: WorkCalendar,
    first_counts: bool,
    roll: bool,
    skips: tuple[Skip, ...],
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
    last = moved(start, last, None, skips)
    notes += skips_words(skips, start, last)
    end = calendar.next_workday(last) if roll else last
    if end != last:
        notes.append(_rolled_text(last, calendar, start.year))
    unknown = calendar.provisional_years(last, end) if roll else ()
    return _Period(end, _noted(notes), unknown)


def _noted(notes: list[str]) -> str:
    return f":{','.join(notes)}" if notes else ""


def _add_months(start: dt.date, months: int) -> dt.date:
    """The corresponding day, or the last day of the month where there is none (民法典 art. 202)."""
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    return dt.date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _rolled_text(last: dt.date, calendar: WorkCalendar, year: int) -> str:
    span = calendar.span_on(last)
    if span is None:
        return f"期满日{day_words(last, year)}({weekday_words(last)})休息,顺延"
    whole = "" if span.first == span.last else f"({range_words(span.first, span.last, year)})"
    return f"期满日{day_words(last, year)}逢{span.name}放假{whole},顺延"


def _spans_text(spans: tuple[Span, ...], year: int) -> str:
    parts = []
    for kind, group in groupby(spans, key=lambda span: span.kind):
        if kind is SpanKind.MAKE_UP:
            days = "、".join(f"{day_words(span.first, year)}({weekday_words(span.first)})" for span in group)
            parts.append(f"{days}调休上班计入")
        else:
            parts += [f"{range_words(span.first, span.last, year)}{span.name}放假扣除" for span in group]
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


def _known(due: DueDate) -> dt.date:
    if due.date is None:
        raise ValueError("a period with a start has an end")
    return due.date
