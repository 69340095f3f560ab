"""Due dates, their explanation lines, and both counts of a publicity period."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duedates import (
    DueDate,
    DueStatus,
    PeriodUnit,
    PublicityPeriod,
    counted_days,
    deadline,
    earliest,
    publicity_period,
)
from domain.workdays import DayKind, DayOverride, work_calendar

CHINA = work_calendar()
UNTIL_2026 = CHINA.known_until(2026)
WORKING, DAY, MONTH = PeriodUnit.WORKING_DAY, PeriodUnit.DAY, PeriodUnit.MONTH


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


LINES = [
    (
        ("2022-03-02", 25, WORKING),
        "2022-04-07",
        "自2022年3月2日次日起25个工作日:4月2日(周六)调休上班计入,4月3—5日清明放假扣除 → 4月7日",
    ),
    (("2022-03-02", 5, WORKING), "2022-03-09", "自2022年3月2日次日起5个工作日 → 3月9日"),
    (
        ("2022-09-20", 12, WORKING),
        "2022-10-11",
        "自2022年9月20日次日起12个工作日:10月1—7日国庆放假扣除,"
        "10月8日(周六)、10月9日(周日)调休上班计入 → 10月11日",
    ),
    (
        ("2022-12-20", 10, WORKING),
        "2023-01-04",
        "自2022年12月20日次日起10个工作日:12月31日—2023年1月2日元旦放假扣除 → 2023年1月4日",
    ),
    (
        ("2022-04-04", 1, WORKING),
        "2022-04-06",
        "自2022年4月4日次日起1个工作日:4月5日清明放假扣除 → 4月6日",
    ),
    (
        ("2022-12-31", 40, WORKING),
        "2023-03-02",
        "自2022年12月31日次日起40个工作日:2023年1月1—2日元旦放假扣除,2023年1月21—27日春节放假扣除,"
        "2023年1月28日(周六)、2023年1月29日(周日)调休上班计入 → 2023年3月2日",
    ),
    (
        ("2022-04-20", 9, WORKING),
        "2022-05-05",
        "自2022年4月20日次日起9个工作日:4月24日(周日)调休上班计入,4月30日—5月4日劳动节放假扣除 → 5月5日",
    ),
    (("2022-03-02", 30, DAY), "2022-04-01", "自2022年3月2日次日起30日 → 4月1日"),
    (
        ("2022-03-04", 30, DAY),
        "2022-04-06",
        "自2022年3月4日次日起30日:期满日4月3日逢清明放假(4月3—5日),顺延 → 4月6日",
    ),
    (
        ("2022-03-10", 30, DAY),
        "2022-04-11",
        "自2022年3月10日次日起30日:期满日4月9日(周六)休息,顺延 → 4月11日",
    ),
    (("2022-03-03", 30, DAY), "2022-04-02", "自2022年3月3日次日起30日 → 4月2日"),
    (
        ("2022-01-31", 1, MONTH),
        "2022-02-28",
        "自2022年1月31日次日起1个月:2月无31日,以月末为准 → 2月28日",
    ),
    (
        ("2019-10-31", 4, MONTH),
        "2020-03-02",
        "自2019年10月31日次日起4个月:2月无31日,以月末为准,期满日2020年2月29日(周六)休息,顺延 → 2020年3月2日",
    ),
    (("2021-12-15", 3, MONTH), "2022-03-15", "自2021年12月15日次日起3个月 → 2022年3月15日"),
    (("2022-03-02", 0, WORKING), "2022-03-02", "2022年3月2日当日 → 3月2日"),
    (
        ("2022-04-09", 0, DAY),
        "2022-04-11",
        "2022年4月9日当日:期满日4月9日(周六)休息,顺延 → 4月11日",
    ),
]


@pytest.mark.parametrize(("period", "end", "line"), LINES)
def test_deadline_and_its_line(period: tuple[str, int, PeriodUnit], end: str, line: str) -> None:
    start, amount, unit = period
    due = deadline(day(start), amount, unit, CHINA)
    assert due == DueDate(day(end), line, False, "CN")
    assert due.status is DueStatus.SET


@pytest.mark.parametrize(
    ("start", "amount", "unit", "line"),
    [
        (
            "2026-12-20",
            20,
            WORKING,
            "自2026年12月20日次日起20个工作日:2027年1月1—3日元旦放假扣除 → "
            "2027年1月18日(暂定:2027年放假安排尚未公布)",
        ),
        (
            "2026-12-20",
            30,
            DAY,
            "自2026年12月20日次日起30日 → 2027年1月19日(暂定:2027年放假安排尚未公布)",
        ),
        (
            "2026-12-31",
            14,
            MONTH,
            "自2026年12月31日次日起14个月:2月无31日,以月末为准 → 2028年2月29日(暂定:2028年放假安排尚未公布)",
        ),
    ],
)
def test_beyond_the_last_notice_a_date_is_provisional(
    start: str, amount: int, unit: PeriodUnit, line: str
) -> None:
    due = deadline(day(start), amount, unit, UNTIL_2026)
    assert due.line == line
    assert due.provisional
    assert due.status is DueStatus.PROVISIONAL


def test_several_provisional_years_are_named_together() -> None:
    due = deadline(day("2026-06-01"), 600, WORKING, UNTIL_2026)
    assert due.line.endswith("(暂定:2027—2028年放假安排尚未公布)")


def test_years_before_the_first_record_are_said_to_be_missing() -> None:
    due = deadline(day("1999-04-05"), 5, WORKING, CHINA)
    assert due.line.endswith("(暂定:1999年放假安排未收录)")


def test_calendar_days_that_do_not_roll_need_no_notice() -> None:
    due = deadline(day("2027-03-01"), 30, DAY, UNTIL_2026, roll=False)
    assert due == DueDate(day("2027-03-31"), "自2027年3月1日次日起30日 → 3月31日", False, "CN@2026")


def test_once_the_notice_is_known_the_same_period_ends_elsewhere() -> None:
    before = deadline(day("2022-03-02"), 22, WORKING, CHINA.known_until(2021))
    after = deadline(day("2022-03-02"), 22, WORKING, CHINA)
    assert (before.date, before.provisional) == (day("2022-04-01"), True)
    assert (after.date, after.provisional) == (day("2022-04-01"), False)
    assert deadline(day("2022-03-02"), 23, WORKING, CHINA.known_until(2021)).date == day("2022-04-04")
    assert deadline(day("2022-03-02"), 23, WORKING, CHINA).date == day("2022-04-02")


def test_a_period_from_an_unknown_date_waits() -> None:
    due = deadline(None, 5, WORKING, CHINA, waits_for="登记“印发日期”")
    assert due == DueDate(None, "待定:登记“印发日期”后起算,5个工作日", False, "CN")
    assert due.status is DueStatus.WAITING
    assert deadline(None, 1, MONTH, CHINA).line == "待定:起算日期登记后起算,1个月"
    assert earliest(None, 30, DAY, CHINA, waits_for="公示开始").line == "待定:公示开始后起算,30日"


def test_earliest_is_the_day_after_the_whole_period() -> None:
    due = earliest(day("2022-03-02"), 5, WORKING, CHINA)
    assert due.date == day("2022-03-10")
    assert due.line == "自2022年3月2日次日起5个工作日,满3月9日 → 3月10日起"
    due = earliest(day("2022-03-04"), 30, DAY, CHINA)
    assert due.date == day("2022-04-07")
    assert due.line == "自2022年3月4日次日起30日:期满日4月3日逢清明放假(4月3—5日),顺延,满4月6日 → 4月7日起"


def test_a_negative_period_is_a_mistake_of_the_programme() -> None:
    with pytest.raises(ValueError, match="negative"):
        deadline(day("2022-03-02"), -1, WORKING, CHINA)
    with pytest.raises(ValueError, match="negative"):
        earliest(day("2022-03-02"), -1, DAY, CHINA)


@pytest.mark.parametrize(
    ("posted", "first_counts", "ends", "other"),
    [
        ("2022-03-02", True, "2022-03-08", "2022-03-09"),
        ("2022-03-02", False, "2022-03-09", "2022-03-08"),
        ("2022-04-04", True, "2022-04-12", "2022-04-12"),
        ("2022-03-30", True, "2022-04-06", "2022-04-07"),
    ],
)
def test_publicity_shows_both_counts(posted: str, first_counts: bool, ends: str, other: str) -> None:
    period = publicity_period(day(posted), 5, WORKING, first_counts, CHINA)
    assert period.starts_on == day(posted)
    assert (period.ends_on, period.other_ends_on) == (day(ends), day(other))
    assert period.counts_differ is (ends != other)
    assert ("当日起" in period.line) is first_counts
    assert ("当日起" in period.other_line) is not first_counts


def test_publicity_lines_explain_both_ends() -> None:
    period = publicity_period(day("2022-03-30"), 5, WORKING, True, CHINA)
    tail = "4月2日(周六)调休上班计入,4月3—5日清明放假扣除"
    assert period.line == f"自2022年3月30日当日起5个工作日:{tail} → 4月6日"
    assert period.other_line == f"自2022年3月30日次日起5个工作日:{tail} → 4月7日"
    assert not period.provisional


def test_publicity_in_calendar_days() -> None:
    period = publicity_period(day("2022-03-01"), 7, DAY, True, CHINA)
    assert (period.ends_on, period.other_ends_on) == (day("2022-03-07"), day("2022-03-08"))
    plain = publicity_period(day("2022-03-06"), 7, DAY, True, CHINA, roll=False)
    assert (plain.ends_on, plain.other_ends_on) == (day("2022-03-12"), day("2022-03-13"))
    rolled = publicity_period(day("2022-03-06"), 7, DAY, True, CHINA)
    assert rolled.ends_on == rolled.other_ends_on == day("2022-03-14")


def test_publicity_needs_a_length() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        publicity_period(day("2022-03-02"), 0, WORKING, True, CHINA)


def test_a_finished_period_is_measured_under_both_counts() -> None:
    count = counted_days(day("2022-03-02"), day("2022-03-08"), WORKING, CHINA)
    assert (count.with_first_day, count.without_first_day) == (5, 4)
    count = counted_days(day("2022-04-04"), day("2022-04-12"), WORKING, CHINA)
    assert (count.with_first_day, count.without_first_day) == (5, 5)
    count = counted_days(day("2022-03-02"), day("2022-03-08"), DAY, CHINA)
    assert (count.with_first_day, count.without_first_day) == (7, 6)
    with pytest.raises(ValueError, match="before it starts"):
        counted_days(day("2022-03-02"), day("2022-03-01"), DAY, CHINA)
    with pytest.raises(ValueError, match="working days or days"):
        counted_days(day("2022-03-02"), day("2022-03-08"), MONTH, CHINA)


def test_a_holiday_without_a_name_is_still_deducted() -> None:
    local = work_calendar(
        "示例", "示例地区", overrides=[DayOverride(day("2022-03-03"), DayKind.HOLIDAY, "示例通知")]
    )
    due = deadline(day("2022-03-02"), 1, WORKING, local)
    assert due.line == "自2022年3月2日次日起1个工作日:3月3日放假扣除 → 3月4日"
    due = deadline(day("2022-03-02"), 1, DAY, local)
    assert due.line == "自2022年3月2日次日起1日:期满日3月3日逢放假,顺延 → 3月4日"


def test_values_survive_the_snapshot() -> None:
    due = deadline(day("2022-03-02"), 25, WORKING, CHINA)
    assert msgspec.json.decode(msgspec.json.encode(due), type=DueDate) == due
    period = publicity_period(day("2022-03-02"), 5, WORKING, True, CHINA)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(period), type=PublicityPeriod) == period
    assert len({due, deadline(day("2022-03-02"), 25, WORKING, CHINA)}) == 1


DATES = st.dates(dt.date(2001, 1, 1), dt.date(2035, 12, 31))
UNITS = st.sampled_from(PeriodUnit)


@given(DATES, st.integers(1, 300), UNITS)
def test_a_rolled_deadline_is_a_working_day_after_its_start(
    start: dt.date, amount: int, unit: PeriodUnit
) -> None:
    due = deadline(start, amount, unit, CHINA)
    assert due.date is not None
    assert due.date > start
    assert CHINA.is_workday(due.date)
    assert due.provisional == ("暂定" in due.line)


@given(DATES, st.integers(1, 300), UNITS)
def test_a_longer_period_never_ends_earlier(start: dt.date, amount: int, unit: PeriodUnit) -> None:
    one, two = deadline(start, amount, unit, CHINA).date, deadline(start, amount + 1, unit, CHINA).date
    assert one is not None
    assert two is not None
    assert one <= two


@given(DATES, st.integers(1, 60), st.sampled_from([WORKING, DAY]), st.booleans())
def test_the_two_counts_differ_by_at_most_one_workday(
    posted: dt.date, length: int, unit: PeriodUnit, first_counts: bool
) -> None:
    period = publicity_period(posted, length, unit, first_counts, CHINA)
    early, late = sorted((period.ends_on, period.other_ends_on))
    assert CHINA.workdays_between(early, late) <= 1
    swapped = publicity_period(posted, length, unit, not first_counts, CHINA)
    assert (swapped.ends_on, swapped.other_ends_on) == (period.other_ends_on, period.ends_on)


@given(DATES, st.integers(1, 60), st.booleans())
def test_a_period_that_ran_its_course_measures_what_it_should(
    posted: dt.date, length: int, first_counts: bool
) -> None:
    period = publicity_period(posted, length, WORKING, first_counts, CHINA)
    count = counted_days(posted, period.ends_on, WORKING, CHINA)
    assert (count.with_first_day if first_counts else count.without_first_day) == length


@given(DATES, st.integers(1, 120))
def test_months_keep_the_day_or_take_the_end_of_the_month(start: dt.date, months: int) -> None:
    end = deadline(start, months, MONTH, CHINA, roll=False).date
    assert end is not None
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end + dt.timedelta(days=1)).day == 1
