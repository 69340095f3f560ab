"""年度放假通知: read off a sheet with its faults by cell, judged, and laid over the library's record."""

import datetime as dt
from collections.abc import Iterable

import pytest

from domain import holiday_table
from domain.calendar_notice import (
    Notice,
    NoticeDay,
    calendar_with,
    changed_days,
    contradictions,
    judge_notice,
    statutory_days,
)
from domain.calendar_sheet import NoticeReading, read_notice
from domain.cells import CellValue
from domain.duedates import PeriodUnit, deadline
from domain.tabular import Grid, GridRow
from domain.workdays import DayKind, WorkCalendar, work_calendar

CHINA = work_calendar()
UNKNOWN = max(holiday_table.library_years()) + 1
"""The first year whose arrangement the library does not hold; its days here are 示例."""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def sheet(rows: Iterable[tuple[CellValue, ...]], heading: tuple[str, ...] = ()) -> NoticeReading:
    titles = heading or ("开始日期", "结束日期", "安排", "节日", "文号")
    lines = [titles, *rows]
    grid = Grid(
        "放假安排",
        tuple(
            GridRow(number, {at: value for at, value in enumerate(line, 1) if value is not None})
            for number, line in enumerate(lines, 1)
        ),
    )
    return read_notice([grid])


def published(year: int) -> Notice:
    """The arrangement of a year as the library has it, as a notice."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    statutory = dict(statutory_days(year))
    days = []
    for at in range((last - first).days + 1):
        each = first + dt.timedelta(days=at)
        off, weekend = not CHINA.is_workday(each), each.weekday() >= 5
        if off and (not weekend or each in statutory):
            days.append(NoticeDay(each, DayKind.HOLIDAY, statutory.get(each, "")))
        elif not off and weekend:
            days.append(NoticeDay(each, DayKind.WORKDAY))
    return Notice(year=year, number="示例办〔2000〕1号", days=tuple(days))


def test_a_sheet_is_read_into_days() -> None:
    reading = sheet(
        [
            (dt.date(2026, 1, 1), "2026-01-03", "放假", "元旦", "国办发明电〔2025〕7号"),
            ("2026年1月4日", None, "上班", None, None),
            ("2026-02-15", "2026-02-23", "放假", "春节", None),
            ("2026-02-14", None, "调休上班", None, None),
            ("2026-02-28", None, "补班", None, None),
            ("2026-04-04", "2026-04-06", "放假", "清明节", None),
            ("2026-05-01", "2026-05-05", "放假", "劳动节", None),
            ("2026-05-09", None, "上班", None, None),
            ("2026-06-19", "2026-06-21", "放假", "端午节", None),
            ("2026-09-25", "2026-09-27", "放假", "中秋节", None),
            ("2026-10-01", "2026-10-07", "放假", "国庆节", None),
            ("2026-09-20", None, "上班", None, None),
            ("2026-10-10", None, "上班", None, None),
        ]
    )
    assert [fault.line() for fault in reading.faults] == []
    notice = reading.notice
    assert notice is not None
    assert (notice.year, notice.number, len(notice.days)) == (2026, "国办发明电〔2025〕7号", 39)
    assert contradictions(notice) == (), "it is what the library has"


@pytest.mark.parametrize(
    ("row", "cell", "code"),
    [
        (("2027-05-01", "2027-05-05", "休长假", None), "C3", "notice.kind"),
        (("五月一日", None, "放假", None), "A3", "day.form"),
        (("2027-05-05", "2027-05-01", "放假", None), "B3", "notice.range"),
        (("2027-05-05", "2027-06-01", "放假", None), "B3", "notice.range"),
        (("2027-02-30", None, "放假", None), "A3", "day.none"),
        (("2027-05-06", None, "上班", None), "A3", "notice.not_weekend"),
        (("2027-01-01", None, "放假", None), "A3", "notice.twice"),
        (("2026-05-09", None, "上班", None), "A3", "notice.other_year"),
        (("2027-05-09", None, "上班", "=1+1"), "D3", "text.formula"),
    ],
)
def test_a_fault_is_named_by_its_cell(row: tuple[CellValue, ...], cell: str, code: str) -> None:
    reading = sheet([("2027-01-01", "2027-01-03", "放假", "元旦", "示例办〔2026〕1号"), row])
    assert (cell, code) in {(fault.cell, fault.code) for fault in reading.faults}


def test_a_notice_names_its_number_and_every_statutory_day() -> None:
    reading = sheet([("2027-01-01", "2027-01-03", "放假", "元旦", None)])
    found = {fault.code: fault.line() for fault in reading.faults}
    assert set(found) == {"notice.no_number", "notice.statutory_missing"}
    missing = [fault.message for fault in reading.faults if fault.code == "notice.statutory_missing"]
    assert len(missing) == len(statutory_days(2027)) - 1


def test_what_is_no_notice_is_said() -> None:
    assert [fault.code for fault in sheet([], ("名称", "面积")).faults] == ["notice.no_heading"]
    assert [fault.code for fault in sheet([]).faults] == ["notice.no_days"]
    assert [fault.code for fault in read_notice([]).faults] == ["notice.no_heading"]


def test_a_number_can_come_from_outside_the_sheet_and_two_are_kept() -> None:
    grid = Grid(
        "",
        (
            GridRow(1, {1: "日期", 2: "性质", 3: "依据"}),
            GridRow(2, {1: "2027-01-01", 2: "放假", 3: "国办发明电[2026]7号"}),
            GridRow(3, {1: "2027-01-02", 2: "放假", 3: "国办发明电〔2027〕1号"}),
        ),
    )
    notice = read_notice([grid], "不用的").notice
    assert notice is not None
    assert notice.number == "国办发明电〔2026〕7号、国办发明电〔2027〕1号"
    bare = Grid("", (GridRow(1, {1: "日期", 2: "性质"}), GridRow(2, {1: "2027-01-01", 2: "放假"})))
    notice = read_notice([bare], "示例办〔2026〕1号").notice
    assert notice is not None
    assert notice.number == "示例办〔2026〕1号"


@pytest.mark.parametrize("year", range(2019, 2027))
def test_a_published_arrangement_entered_as_a_notice_changes_nothing(year: int) -> None:
    notice = published(year)
    assert list(judge_notice(notice)) == []
    assert contradictions(notice) == ()
    loaded = calendar_with([notice], "示例")
    assert changed_days(CHINA, loaded, year) == ()
    assert loaded.source_of(year) == "示例办〔2000〕1号"


def moved(notice: Notice, drop: str) -> Notice:
    days = tuple(each for each in notice.days if each.day != day(drop))
    return Notice(year=notice.year, number=notice.number, days=days)


def test_a_loaded_notice_holds_whole_over_the_library() -> None:
    """A day that the library has and the notice leaves out is an ordinary day again."""
    notice = moved(published(2022), "2022-04-02")
    loaded = calendar_with([notice], "示例")
    assert CHINA.is_workday(day("2022-04-02"))
    assert not loaded.is_workday(day("2022-04-02"))
    found = contradictions(notice)
    assert [each.words for each in found] == ["2022-04-02(周六)上班 → 放假(清明)"]
    assert loaded.is_workday(day("2021-10-09")), "other years stand"


def test_a_corrected_notice_undoes_the_one_before() -> None:
    wrong = moved(published(2022), "2022-04-02")
    again = calendar_with([published(2022)], "示例2")
    assert changed_days(calendar_with([wrong], "示例"), again, 2022)
    assert changed_days(CHINA, again, 2022) == ()


def test_the_december_before_belongs_to_the_later_notice() -> None:
    day_off = NoticeDay(dt.date(UNKNOWN - 1, 12, 31), DayKind.HOLIDAY, "元旦")
    statutory = [NoticeDay(each, DayKind.HOLIDAY, name) for each, name in statutory_days(UNKNOWN)]
    notice = Notice(year=UNKNOWN, number="示例办〔2000〕2号", days=(day_off, *statutory))
    assert list(judge_notice(notice)) == []
    loaded = calendar_with([notice], "示例")
    assert not loaded.is_workday(day_off.day)
    assert day_off.day in {each.day for each in changed_days(CHINA, loaded, UNKNOWN)}
    assert loaded.known_until(UNKNOWN - 1).is_workday(day_off.day) == CHINA.is_workday(day_off.day)


def test_a_notice_makes_a_provisional_date_final() -> None:
    start = dt.date(UNKNOWN, 4, 26)
    statutory = tuple(NoticeDay(each, DayKind.HOLIDAY, name) for each, name in statutory_days(UNKNOWN))
    before = deadline(start, 10, PeriodUnit.WORKING_DAY, CHINA)
    assert before.provisional
    assert "暂定" in before.line
    loaded: WorkCalendar = calendar_with(
        [Notice(year=UNKNOWN, number="示例办〔2000〕2号", days=statutory)], "示例"
    )
    after = deadline(start, 10, PeriodUnit.WORKING_DAY, loaded)
    assert not after.provisional
    assert "暂定" not in after.line


def test_a_year_without_its_notice_rests_on_what_is_computed() -> None:
    """The day in lieu that was computed is gone unless the notice gives it."""
    may = day("2043-05-04")
    assert not CHINA.is_workday(may), "May 2043: Labour Day falls on a Friday and a Saturday"
    statutory = tuple(NoticeDay(each, DayKind.HOLIDAY, name) for each, name in statutory_days(2043))
    loaded = calendar_with([Notice(year=2043, number="示例", days=statutory)], "示例")
    assert loaded.is_workday(may)
    assert not loaded.is_workday(day("2043-05-01"))
    assert not loaded.is_provisional(2043)
