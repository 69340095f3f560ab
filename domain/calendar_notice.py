"""年度放假通知: one year's arrangement as it now stands, judged before it is loaded.

A notice is always the whole arrangement of its year: one that changes an earlier one is entered with all days
as they then are, and both numbers. So what holds for a year is one list, and loading another one undoes it.

Basis: 国务院办公厅 yearly notices; the statutory days by 全国年节及纪念日放假办法, as the `holidays` library
computes them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from domain import holiday_table
from domain.cells import Problem
from domain.date_words import weekday_words
from domain.holiday_table import Basis
from domain.workdays import DayKind, DayOverride, WorkCalendar, work_calendar

LONGEST_RUN = 15
"""Days: a longer run of days off is taken for a slip of the pen."""
_SATURDAY = 5
_MONTHS_BEFORE = 12
KIND_TITLES: dict[DayKind, str] = {DayKind.HOLIDAY: "放假", DayKind.WORKDAY: "上班"}


class NoticeDay(msgspec.Struct, frozen=True):
    """通知里的一天."""

    day: dt.date
    kind: DayKind
    name: str = ""
    """Of the holiday; empty for a working day."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """年度放假通知: the days that differ from the ordinary week, ascending."""

    year: int
    number: str
    """The document number, or several joined by `、` where a later one changed it."""
    days: tuple[NoticeDay, ...]


class DayChange(msgspec.Struct, frozen=True, kw_only=True):
    """变动的一天: worked or not, before and after."""

    day: dt.date
    weekday: str
    before: DayKind
    after: DayKind
    name: str = ""

    @property
    def words(self) -> str:
        """`2027-02-10(周三)上班 → 放假(春节)`."""
        name = f"({self.name})" if self.name else ""
        return f"{self.day}({self.weekday}){KIND_TITLES[self.before]} → {KIND_TITLES[self.after]}{name}"


def notice_year(days: Iterable[dt.date]) -> int | None:
    """The year that a notice arranges: the one in which most of its days lie; None where there are none."""
    found = Counter(day.year for day in days)
    return found.most_common(1)[0][0] if found else None


def judge_notice(notice: Notice) -> Iterator[tuple[dt.date | None, Problem]]:
    """放假通知核对: what cannot be right, each with the day it is about; None for the whole."""
    if not notice.number.strip():
        yield None, Problem("notice.no_number", "没有写文号", "请写明通知的文号,如 国办发明电〔2025〕7号")
    seen: dict[dt.date, DayKind] = {}
    for each in notice.days:
        yield from _judge_day(notice.year, each, seen)
        seen[each.day] = each.kind
    off = {each.day for each in notice.days if each.kind is DayKind.HOLIDAY}
    for day, name in statutory_days(notice.year):
        if day not in off:
            yield (
                None,
                Problem(
                    "notice.statutory_missing",
                    f"没有写{name}({day},{weekday_words(day)})放假,这一天是法定节假日",
                    "请核对通知,把放假日期写全",
                ),
            )


def _judge_day(
    year: int, each: NoticeDay, seen: Mapping[dt.date, DayKind]
) -> Iterator[tuple[dt.date, Problem]]:
    day = each.day
    if day in seen:
        how = "又放假又上班" if seen[day] is not each.kind else "写了两次"
        yield day, Problem("notice.twice", f"{day} {how}", "请核对通知,只留一处")
    before = day.year == year - 1 and day.month == _MONTHS_BEFORE
    if day.year != year and not before:
        yield day, Problem("notice.other_year", f"{day} 不在{year}年", "请核对年份;一个文件只写一年的安排")
    if each.kind is DayKind.WORKDAY and day.weekday() < _SATURDAY:
        message = f"{day} 是{weekday_words(day)},本来就上班"
        yield day, Problem("notice.not_weekend", message, "调休上班的应是周六或周日,请核对日期")


def statutory_days(year: int) -> tuple[tuple[dt.date, str], ...]:
    """法定节假日 of a year with their names, ascending, on whichever day of the week they fall."""
    names = holiday_table.year_days(year, Basis.STATUTORY).names
    return tuple((dt.date.fromordinal(ordinal), name) for ordinal, name in sorted(names.items()))


def calendar_with(
    notices: Iterable[Notice], calendar_id: str, singles: Iterable[DayOverride] = ()
) -> WorkCalendar:
    """工作日历: the library's arrangements, over them these notices, each whole, and single days over all.

    Of two notices that set one day the later year's holds (a notice may move the last days of the December
    before).
    """
    ordered = sorted(notices, key=lambda notice: notice.year)
    sources = holiday_table.known_notices() | {notice.year: notice.number for notice in ordered}
    days = [
        DayOverride(each.day, each.kind, notice.number, each.name)
        for notice in ordered
        for each in notice.days
    ]
    return work_calendar(
        calendar_id,
        notices=sources,
        overrides=(*days, *singles),
        loaded=[notice.year for notice in ordered],
    )


def changed_days(before: WorkCalendar, after: WorkCalendar, year: int) -> tuple[DayChange, ...]:
    """变动的日期: days of a year, and of the December before it, that are worked in one calendar only."""
    day, last = dt.date(year - 1, _MONTHS_BEFORE, 1), dt.date(year, 12, 31)
    found = []
    while day <= last:
        was, now = before.is_workday(day), after.is_workday(day)
        if was != now:
            span = (before if now else after).span_on(day)
            found.append(
                DayChange(
                    day=day,
                    weekday=weekday_words(day),
                    before=_kind(was),
                    after=_kind(now),
                    name=span.name if span else "",
                )
            )
        day += dt.timedelta(days=1)
    return tuple(found)


def contradictions(notice: Notice) -> tuple[DayChange, ...]:
    """与内置数据不符: days on which the library's own record of a published notice says otherwise.

    None for a year that the library does not hold: its days are only computed, and a notice is what they
    wait for.
    """
    if notice.year not in holiday_table.library_years():
        return ()
    return changed_days(work_calendar(), calendar_with([notice], "notice"), notice.year)


def _kind(worked: bool) -> DayKind:
    return DayKind.WORKDAY if worked else DayKind.HOLIDAY
