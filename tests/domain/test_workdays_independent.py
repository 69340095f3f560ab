"""300 dated periods over 2019 to 2026 agree with a second, independent record of the published notices.

`chinesecalendar` (MIT, a test dependency only) writes the notices of the State Council down by itself;
nothing of it is used to compute. Where the two differ one of them has a notice wrong, and a person has to
look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from domain import holiday_table
from domain.duedates import PeriodUnit, deadline
from domain.workdays import WorkCalendar, work_calendar

other: Any = pytest.importorskip("chinese_calendar", reason="locked with the test dependencies")
CHINA: WorkCalendar = work_calendar()
YEARS = range(2019, 2027)
LENGTHS = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 45, 60)
EVERY = dt.timedelta(days=9)
LAST = dt.date(2026, 12, 31)
is_workday: Callable[[dt.date], bool] = other.is_workday
ONE = dt.timedelta(days=1)


class Case(NamedTuple):
    """A period: a start, and how many working days after it."""

    start: dt.date
    amount: int


def counted(start: dt.date, amount: int) -> dt.date:
    """The `amount`-th working day after `start`, day by day."""
    day = start
    while amount:
        day += ONE
        amount -= is_workday(day)
    return day


def cases() -> Iterator[Case]:
    """A start every nine days, so that it falls before, into and after every holiday; lengths in turn."""
    for year in YEARS:
        day, number = dt.date(year, 1, 2), 0
        while day.year == year:
            case = Case(day, LENGTHS[number % len(LENGTHS)])
            if day + dt.timedelta(days=2 * case.amount + 12) <= LAST:
                yield case
            day, number = day + EVERY, number + 1


CASES = list(cases())


def test_there_are_enough_cases_in_every_year() -> None:
    assert len(CASES) >= 300
    assert min(sum(case.start.year == year for case in CASES) for year in YEARS) >= 36


@pytest.mark.parametrize("year", YEARS)
def test_every_period_ends_on_the_same_day(year: int) -> None:
    wrong = []
    for case in CASES:
        if case.start.year == year:
            found = deadline(case.start, case.amount, PeriodUnit.WORKING_DAY, CHINA)
            expected = counted(case.start, case.amount)
            if (found.date, found.provisional) != (expected, False):
                wrong.append((case, found.line, expected))
    assert wrong == []


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_worked_in_both_or_in_neither(year: int) -> None:
    day, wrong = dt.date(year, 1, 1), []
    while day.year == year:
        if CHINA.is_workday(day) is not is_workday(day):
            wrong.append(day.isoformat())
        day += ONE
    assert wrong == [], f"{holiday_table.NOTICES[year]}: look at the notice itself"


def test_counting_gives_the_length_back() -> None:
    for case in CASES:
        end = counted(case.start, case.amount)
        assert CHINA.workdays_between(case.start, end) == case.amount


def test_a_period_in_days_never_ends_on_a_day_off() -> None:
    for case in CASES:
        found = deadline(case.start, case.amount, PeriodUnit.DAY, CHINA).date
        expected = case.start + dt.timedelta(days=case.amount)
        while not is_workday(expected):
            expected += ONE
        assert found == expected
