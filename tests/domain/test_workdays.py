"""Working days against the published notices of 2019 to 2026, written down here from the notices."""

import datetime as dt
import threading

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import holiday_table
from domain.workdays import (
    DayKind,
    DayOverride,
    Span,
    SpanKind,
    WorkCalendar,
    work_calendar,
)

CHINA = work_calendar()

NOTICES: dict[int, tuple[str, str]] = {
    # 国办发明电〔2018〕15号, changed by 国办发明电〔2019〕3号
    2019: (
        "01-01 02-04/02-10 04-05 05-01/05-04 06-07 09-13 10-01/10-07",
        "02-02 02-03 04-28 05-05 09-29 10-12",
    ),
    # 国办发明电〔2019〕16号, changed by 国办发明电〔2020〕1号
    2020: (
        "01-01 01-24/02-02 04-04/04-06 05-01/05-05 06-25/06-27 10-01/10-08",
        "01-19 04-26 05-09 06-28 09-27 10-10",
    ),
    # 国办发明电〔2020〕27号
    2021: (
        "01-01/01-03 02-11/02-17 04-03/04-05 05-01/05-05 06-12/06-14 09-19/09-21 10-01/10-07",
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    # 国办发明电〔2021〕11号
    2022: (
        "01-01/01-03 01-31/02-06 04-03/04-05 04-30/05-04 06-03/06-05 09-10/09-12 10-01/10-07 12-31",
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    # 国办发明电〔2022〕16号
    2023: (
        "01-01/01-02 01-21/01-27 04-05 04-29/05-03 06-22/06-24 09-29/10-06",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    # 国办发明电〔2023〕7号
    2024: (
        "01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    # 国办发明电〔2024〕12号
    2025: (
        "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    # 国办发明电〔2025〕7号
    2026: (
        "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}
"""Year to the days off (runs, first and last day) and the Saturdays and Sundays that are worked."""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def days(first: str, last: str) -> list[dt.date]:
    start, end = day(first), day(last)
    return [start + dt.timedelta(days=step) for step in range((end - start).days + 1)]


def notice_of(year: int) -> tuple[list[tuple[str, str]], list[str]]:
    off, make_up = NOTICES[year]
    runs = [(f"{year}-{run[:5]}", f"{year}-{run[-5:]}") for run in off.split()]
    return runs, [f"{year}-{each}" for each in make_up.split()]


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_every_day_of_the_year_is_as_its_notice_says(year: int) -> None:
    runs, make_up = notice_of(year)
    off = {each for first, last in runs for each in days(first, last)}
    worked = {day(each) for each in make_up}
    for each in days(f"{year}-01-01", f"{year}-12-31"):
        expected = each in worked or (each.weekday() < 5 and each not in off)
        assert CHINA.is_workday(each) is expected, each


def dated_facts() -> list[tuple[str, bool]]:
    """Both ends of each holiday and each make-up day, one case a fact."""
    facts = []
    for year in NOTICES:
        runs, make_up = notice_of(year)
        facts += [(each, False) for run in runs for each in run]
        facts += [(each, True) for each in make_up]
    return sorted(set(facts))


@pytest.mark.parametrize(("text", "worked"), dated_facts())
def test_dated_fact(text: str, worked: bool) -> None:
    assert CHINA.is_workday(day(text)) is worked


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2022-03-02", 25, "2022-04-07"),
        ("2022-03-02", 5, "2022-03-09"),
        ("2022-09-30", 1, "2022-10-08"),
        ("2022-09-30", 2, "2022-10-09"),
        ("2022-09-30", 3, "2022-10-10"),
        ("2022-12-30", 1, "2023-01-03"),
        ("2020-01-23", 1, "2020-02-03"),
        ("2020-01-17", 5, "2020-01-23"),
        ("2020-01-17", 6, "2020-02-03"),
        ("2019-04-30", 1, "2019-05-05"),
        ("2021-02-10", 4, "2021-02-22"),
        ("2023-09-28", 1, "2023-10-07"),
        ("2024-02-08", 1, "2024-02-09"),
        ("2024-02-09", 1, "2024-02-18"),
        ("2025-01-26", 3, "2025-02-06"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2022-10-08", 0, "2022-10-08"),
        ("2022-04-06", -1, "2022-04-02"),
        ("2022-04-04", -1, "2022-04-02"),
        ("2023-01-03", -1, "2022-12-30"),
        ("2022-04-07", -25, "2022-03-02"),
    ],
)
def test_add_workdays(start: str, count: int, end: str) -> None:
    assert CHINA.add_workdays(day(start), count) == day(end)


def test_first_day_counts_only_when_it_is_worked() -> None:
    assert CHINA.add_workdays(day("2022-03-02"), 5, count_first_day=True) == day("2022-03-08")
    assert CHINA.add_workdays(day("2022-04-04"), 1, count_first_day=True) == day("2022-04-06")
    assert CHINA.add_workdays(day("2022-01-01"), 1, count_first_day=True) == day("2022-01-04")
    assert CHINA.add_workdays(day("2022-03-08"), -5, count_first_day=True) == day("2022-03-02")


@pytest.mark.parametrize(
    ("today", "due", "left"),
    [
        ("2022-03-02", "2022-04-07", 25),
        ("2022-04-07", "2022-04-07", 0),
        ("2022-04-08", "2022-04-07", -1),
        ("2022-04-09", "2022-04-08", -1),
        ("2022-04-10", "2022-04-09", -1),
        ("2022-04-18", "2022-04-08", -6),
    ],
)
def test_remaining_workdays(today: str, due: str, left: int) -> None:
    assert CHINA.remaining_workdays(day(today), day(due)) == left


def test_notices_are_named_and_later_years_are_provisional() -> None:
    assert set(range(2001, 2027)) <= holiday_table.library_years()
    assert CHINA.source_of(2022) == "国办发明电〔2021〕11号"
    assert CHINA.source_of(2010) == "holidays 库收录"
    future = max(holiday_table.library_years()) + 1
    assert CHINA.is_provisional(future)
    assert CHINA.source_of(future) is None
    assert CHINA.last_notice_year == future - 1
    assert CHINA.provisional_years(dt.date(future - 1, 12, 1), dt.date(future + 1, 1, 1)) == (
        future,
        future + 1,
    )


def test_a_provisional_year_has_its_statutory_days_and_no_make_up_days() -> None:
    known = CHINA.known_until(2021)
    assert known.is_provisional(2022)
    assert known.id == "CN@2021"
    assert not known.is_workday(day("2022-04-02"))
    assert known.is_workday(day("2022-04-04"))
    assert not known.is_workday(day("2022-04-05"))
    assert not known.is_workday(day("2022-05-02"))
    assert known.is_workday(day("2021-10-09"))


def test_an_override_holds_over_the_library() -> None:
    local = work_calendar(
        "示例",
        "示例地区",
        overrides=[
            DayOverride(day("2022-03-03"), DayKind.HOLIDAY, "示例通知", "示例节"),
            DayOverride(day("2022-03-04"), DayKind.HOLIDAY, "示例通知", "示例节"),
            DayOverride(day("2022-03-04"), DayKind.WORKDAY, "示例通知(更正)"),
        ],
    )
    assert not local.is_workday(day("2022-03-03"))
    assert local.is_workday(day("2022-03-04")), "the later override of a day holds"
    assert local.add_workdays(day("2022-03-02"), 1) == day("2022-03-04")
    assert local.spans(day("2022-03-01"), day("2022-03-09")) == (
        Span(day("2022-03-03"), day("2022-03-03"), SpanKind.OFF, "示例节"),
    )


def test_spans_name_what_changes_a_count() -> None:
    assert CHINA.spans(day("2022-03-03"), day("2022-04-07")) == (
        Span(day("2022-04-02"), day("2022-04-02"), SpanKind.MAKE_UP, ""),
        Span(day("2022-04-03"), day("2022-04-05"), SpanKind.OFF, "清明"),
    )
    assert CHINA.spans(day("2023-01-01"), day("2023-01-02")) == (
        Span(day("2023-01-01"), day("2023-01-02"), SpanKind.OFF, "元旦"),
    ), "cut to the range, though the run began on 31 December"
    assert CHINA.spans(day("2022-09-10"), day("2022-09-11")) == (), "a weekend changes nothing"
    (both,) = CHINA.spans(day("2025-09-29"), day("2025-10-09"))
    assert set(both.name.split("、")) == {"国庆", "中秋"}
    assert CHINA.span_on(day("2023-01-01")) == Span(
        day("2022-12-31"), day("2023-01-02"), SpanKind.OFF, "元旦"
    )
    assert CHINA.span_on(day("2022-03-05")) is None
    assert CHINA.span_on(day("2022-04-02")) is None


def test_extreme_years_have_plain_weeks() -> None:
    assert CHINA.is_workday(day("1900-01-01"))
    assert CHINA.next_workday(day("9999-12-31")) == day("9999-12-31")
    assert CHINA.spans(day("9999-12-01"), day("9999-12-31")) == ()
    assert CHINA.span_on(day("0001-01-01")) is None


def test_a_calendar_is_a_value() -> None:
    again = msgspec.json.decode(msgspec.json.encode(CHINA), type=WorkCalendar)
    assert again == CHINA
    assert hash(again) == hash(CHINA)
    with pytest.raises(AttributeError):
        again.id = "other"  # type: ignore[misc]


def test_threads_count_the_same() -> None:
    fresh = work_calendar("并发示例")
    start = day("2019-01-02")
    found: list[dt.date] = []
    threads = [
        threading.Thread(target=lambda: found.append(fresh.add_workdays(start, 1900))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [CHINA.add_workdays(start, 1900)] * 8


DATES = st.dates(dt.date(2001, 1, 1), dt.date(2035, 12, 31))
COUNTS = st.integers(-400, 400)


@given(DATES, COUNTS)
def test_add_and_between_are_inverse(start: dt.date, count: int) -> None:
    assert CHINA.workdays_between(start, CHINA.add_workdays(start, count)) == count


@given(DATES, COUNTS.filter(bool))
def test_the_nth_workday_is_worked(start: dt.date, count: int) -> None:
    assert CHINA.is_workday(CHINA.add_workdays(start, count))


@given(DATES, st.integers(1, 400))
def test_later_counts_and_later_starts_end_later(start: dt.date, count: int) -> None:
    end = CHINA.add_workdays(start, count)
    assert CHINA.add_workdays(start, count + 1) > end
    assert CHINA.add_workdays(start + dt.timedelta(days=1), count) >= end


@given(DATES, st.integers(1, 400))
def test_the_other_count_ends_at_most_one_workday_earlier(start: dt.date, count: int) -> None:
    without = CHINA.add_workdays(start, count)
    with_first = CHINA.add_workdays(start, count, count_first_day=True)
    assert CHINA.workdays_between(with_first, without) == int(CHINA.is_workday(start))


@given(DATES, DATES, DATES)
def test_between_adds_up_along_the_line(one: dt.date, two: dt.date, three: dt.date) -> None:
    first, middle, last = sorted((one, two, three))
    total = CHINA.workdays_between(first, middle) + CHINA.workdays_between(middle, last)
    assert CHINA.workdays_between(first, last) == total


@given(DATES, DATES)
def test_spans_account_for_every_odd_day(one: dt.date, two: dt.date) -> None:
    """Weekdays, plus make-up days, less the weekdays inside named holidays, are the working days."""
    first, last = sorted((one, two))
    last = min(last, first + dt.timedelta(days=800))
    count = sum(each.weekday() < 5 for each in days(first.isoformat(), last.isoformat()))
    for span in CHINA.spans(first, last):
        inside = days(span.first.isoformat(), span.last.isoformat())
        weekdays = sum(each.weekday() < 5 for each in inside)
        count += 1 if span.kind is SpanKind.MAKE_UP else -weekdays
    assert CHINA.workdays_between(first - dt.timedelta(days=1), last) == count


@given(DATES)
def test_next_workday_is_the_first_one_from_the_day(start: dt.date) -> None:
    found = CHINA.next_workday(start)
    assert found >= start
    assert CHINA.is_workday(found)
    assert not any(CHINA.is_workday(each) for each in days(start.isoformat(), found.isoformat())[:-1])
