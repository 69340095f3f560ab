"""工作日历: which days are worked, counted fast, and which years are only computed.

Why: a deadline in working days moves with the yearly arrangement of the State Council (放假调休), which
appears in November of the year before. A date that runs beyond the last loaded notice can still be
given, but must say that it is provisional (暂定).

Basis: 国务院办公厅 yearly notices (节假日安排的通知); the statutory days by 全国年节及纪念日放假办法, as
the `holidays` library computes them.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import msgspec

from domain import holiday_table
from domain.holiday_table import Basis

_SATURDAY: Final = 5


class DayKind(StrEnum):
    """日期性质: what an override makes of a day."""

    WORKDAY = "workday"
    """上班: also for a Saturday or Sunday."""
    HOLIDAY = "holiday"
    """放假."""


class DayOverride(msgspec.Struct, frozen=True):
    """日期调整: one day that a notice sets, with the notice it comes from."""

    day: dt.date
    kind: DayKind
    source: str
    """The notice, as its document number: `国办发明电〔2021〕11号`."""
    name: str = ""
    """Short holiday name for the explanation line, such as `春节`; empty for a working day."""


class YearNotice(msgspec.Struct, frozen=True):
    """年度放假通知: the year it arranges and where that is known from."""

    year: int
    source: str
    loaded: bool = False
    """载入: its days are overrides, whole; what the library has for the year counts no more."""


class SpanKind(StrEnum):
    """What makes days notable in an explanation line."""

    MAKE_UP = "make_up"
    """调休上班: a Saturday or Sunday that is worked."""
    OFF = "off"
    """放假: a run of days off that takes in at least one Monday to Friday."""


class Span(NamedTuple):
    """特殊日期: days, first and last included, that an explanation line names."""

    first: dt.date
    last: dt.date
    kind: SpanKind
    name: str
    """Holiday name, `国庆、中秋` when two share the run; empty for a make-up day."""


class WorkCalendar(msgspec.Struct, frozen=True, dict=True, cache_hash=True):
    """工作日历: a value; equal calendars share their counted tables, in any number of threads.

    Make one with `work_calendar`. Dates are legal dates in Asia/Shanghai. Years outside 1949 to 2099
    have plain weeks. A year whose notice is not in `notices` is provisional: statutory days and
    their day in lieu are computed, make-up working days are unknown. A notice may also move the last days of
    the December before its year; those stand as the older notice left them until it is loaded.
    """

    id: str
    """Identifier kept with every date counted on this calendar."""
    region: str
    """Where it holds: `全国`, or a division name where a region adds days of its own."""
    notices: tuple[YearNotice, ...]
    """Years with a published arrangement, ascending."""
    overrides: tuple[DayOverride, ...] = ()
    """Days set by a loaded notice, ascending; they hold over the library."""

    @cached_property
    def _tables(self) -> _Tables:
        return _tables_of(self)

    @property
    def last_notice_year(self) -> int | None:
        """The latest year with a published arrangement; None when there is none at all."""
        return self.notices[-1].year if self.notices else None

    def source_of(self, year: int) -> str | None:
        """放假依据: the notice or record behind a year; None when the year is provisional."""
        return self._tables.sources.get(year)

    def is_provisional(self, year: int) -> bool:
        """暂定: whether the days of `year` are only computed."""
        return year not in self._tables.sources

    def provisional_years(self, first: dt.date, last: dt.date) -> tuple[int, ...]:
        """The provisional years that the days from `first` to `last` touch."""
        sources = self._tables.sources
        return tuple(year for year in range(first.year, last.year + 1) if year not in sources)

    def is_workday(self, day: dt.date) -> bool:
        """工作日: whether `day` is worked, 调休 included."""
        return day.toordinal() not in self._tables.days(day.year).off

    def next_workday(self, day: dt.date) -> dt.date:
        """顺延: `day` itself when it is worked, else the first working day after it."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def add_workdays(self, start: dt.date, count: int, *, count_first_day: bool = False) -> dt.date:
        """第 n 个工作日: the working day that is the `count`-th after `start`.

        `count_first_day` makes `start` itself the first when it is worked. A negative count goes back;
        0 gives `start` unchanged.
        """
        if not count:
            return start
        year, ordinal = start.year, start.toordinal()
        if count < 0:
            return self._back(year, ordinal + count_first_day, count)
        days = self._tables.days(year).worked
        index = bisect_right(days, ordinal - count_first_day) + count - 1
        while index >= len(days):
            index -= len(days)
            year += 1
            days = self._tables.days(year).worked
        return dt.date.fromordinal(days[index])

    def workdays_between(self, first: dt.date, last: dt.date) -> int:
        """工作日数: working days after `first` up to and with `last`.

        Negative when `last` lies before `first`: the days from `last` up to, without, `first`; so
        `workdays_between(a, add_workdays(a, n)) == n` for every n.
        """
        if last < first:
            return -self._count(last.toordinal(), last.year, first.toordinal(), first.year)
        return self._count(first.toordinal() + 1, first.year, last.toordinal() + 1, last.year)

    def remaining_workdays(self, today: dt.date, due: dt.date) -> int:
        """剩余工作日: working days left until `due`; 0 on the day itself, negative when overdue.

        Overdue is at least -1 even where only days off have passed since.
        """
        if today <= due:
            return self.workdays_between(today, due)
        return min(-self.workdays_between(due, today), -1)

    def spans(self, first: dt.date, last: dt.date) -> tuple[Span, ...]:
        """特殊日期: make-up days and holidays from `first` to `last`, cut to that range, in order.

        A holiday that falls on a weekend within the range changes no count and is left out.
        """
        found = []
        for year in range(max(first.year - 1, 1), last.year + 1):
            for span in self._tables.spans(year):
                if span.first <= last and span.last >= first:
                    cut = span._replace(first=max(span.first, first), last=min(span.last, last))
                    if cut.kind is SpanKind.MAKE_UP or _has_weekday(cut):
                        found.append(cut)
        return tuple(found)

    def span_on(self, day: dt.date) -> Span | None:
        """The whole holiday run (放假) that `day` lies in, if any."""
        for year in (day.year - 1, day.year):
            for span in self._tables.spans(year) if year else ():
                if span.first <= day <= span.last and span.kind is SpanKind.OFF:
                    return span
        return None

    def known_until(self, year: int) -> WorkCalendar:
        """当时所知: this calendar with the notices up to `year` only, later years provisional."""
        notices = tuple(notice for notice in self.notices if notice.year <= year)
        unknown = {notice.source for notice in self.notices if notice.year > year}
        overrides = tuple(
            override
            for override in self.overrides
            if override.day.year <= year and override.source not in unknown
        )
        calendar_id = f"{self.id}@{year}"
        return WorkCalendar(calendar_id, self.region, notices, overrides)

    def _back(self, year: int, ordinal: int, count: int) -> dt.date:
        days = self._tables.days(year).worked
        index = bisect_left(days, ordinal) + count
        while index < 0:
            year -= 1
            days = self._tables.days(year).worked
            index += len(days)
        return dt.date.fromordinal(days[index])

    def _count(self, start: int, start_year: int, stop: int, stop_year: int) -> int:
        """Working days with `start` <= ordinal < `stop`; each ordinal may be one past its year."""
        tables = self._tables
        count = bisect_left(tables.days(stop_year).worked, stop)
        count -= bisect_left(tables.days(start_year).worked, start)
        return count + sum(len(tables.days(year).worked) for year in range(start_year, stop_year))


def work_calendar(
    calendar_id: str = "CN",
    region: str = "全国",
    *,
    notices: Mapping[int, str] | None = None,
    overrides: Iterable[DayOverride] = (),
    loaded: Collection[int] = (),
) -> WorkCalendar:
    """工作日历: build one, by default on every arrangement the installed library holds.

    `notices` (year to source) replaces the default: a year left out becomes provisional even where the
    library holds it; a year added, or named in `loaded`, rests on `overrides`, over its statutory days. Of
    two overrides for one day the later one in `overrides` holds.
    """
    sources = holiday_table.known_notices() if notices is None else notices
    by_day = {override.day: override for override in overrides}
    return WorkCalendar(
        id=calendar_id,
        region=region,
        notices=tuple(YearNotice(year, sources[year], year in loaded) for year in sorted(sources)),
        overrides=tuple(by_day[day] for day in sorted(by_day)),
    )


class _Year(NamedTuple):
    worked: tuple[int, ...]
    """Ordinals of the working days, ascending."""
    off: frozenset[int]
    names: dict[int, str]


class _Tables:
    """The counted years of one calendar: filled as asked for, each entry final once set.

    Two threads may compute the same year at once; they get equal values, so no lock is needed.
    """

    __slots__ = ("_calendar", "_days", "_loaded", "_spans", "sources")

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._days: dict[int, _Year] = {}
        self._spans: dict[int, tuple[Span, ...]] = {}
        self._loaded = frozenset(notice.year for notice in calendar.notices if notice.loaded)
        self.sources: dict[int, str] = {notice.year: notice.source for notice in calendar.notices}

    def days(self, year: int) -> _Year:
        found = self._days.get(year)
        return found if found is not None else self._days.setdefault(year, self._count_year(year))

    def spans(self, year: int) -> tuple[Span, ...]:
        """Spans that begin in `year`."""
        found = self._spans.get(year)
        return found if found is not None else self._spans.setdefault(year, self._find_spans(year))

    def _count_year(self, year: int) -> _Year:
        base = holiday_table.year_days(year, self._basis(year))
        off, names = set(base.off), dict(base.names)
        for override in self._calendar.overrides:
            if override.day.year != year:
                continue
            ordinal = override.day.toordinal()
            names.pop(ordinal, None)
            if override.kind is DayKind.WORKDAY:
                off.discard(ordinal)
            else:
                off.add(ordinal)
                names[ordinal] = holiday_table.short_name(override.name)
        first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
        worked = tuple(ordinal for ordinal in range(first, last + 1) if ordinal not in off)
        return _Year(worked, frozenset(off), names)

    def _basis(self, year: int) -> Basis:
        if year not in self.sources:
            return Basis.COMPUTED
        known = year in holiday_table.library_years() and year not in self._loaded
        return Basis.NOTICE if known else Basis.STATUTORY

    def _find_spans(self, year: int) -> tuple[Span, ...]:
        make_ups = [
            Span(day, day, SpanKind.MAKE_UP, "")
            for day in map(dt.date.fromordinal, self.days(year).worked)
            if day.weekday() >= _SATURDAY
        ]
        runs = [self._run(ordinal) for ordinal in sorted(self.days(year).off) if not self._off(ordinal - 1)]
        return tuple(sorted(make_ups + [run for run in runs if _has_weekday(run)]))

    def _run(self, first: int) -> Span:
        """The run of days off that begins at `first`, into the next year where it goes on."""
        last = first
        names: dict[str, None] = {}
        while self._off(last + 1):
            last += 1
        for ordinal in range(first, last + 1):
            day = dt.date.fromordinal(ordinal)
            for name in self.days(day.year).names.get(ordinal, "").split("、"):
                names[name] = None
        names.pop("", None)
        return Span(dt.date.fromordinal(first), dt.date.fromordinal(last), SpanKind.OFF, "、".join(names))

    def _off(self, ordinal: int) -> bool:
        if not 0 < ordinal <= dt.date.max.toordinal():
            return False
        return ordinal in self.days(dt.date.fromordinal(ordinal).year).off


@lru_cache(maxsize=64)
def _tables_of(calendar: WorkCalendar) -> _Tables:
    return _Tables(calendar)


def _has_weekday(span: Span) -> bool:
    return any(
        dt.date.fromordinal(ordinal).weekday() < _SATURDAY
        for ordinal in range(span.first.toordinal(), span.last.toordinal() + 1)
    )
