"""载入放假通知: the preview writes nothing, the act moves every date once, another notice takes it back."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from config.clock import FixedClock
from config.settings import Settings
from domain.calendar_notice import Notice, NoticeDay, calendar_with, statutory_days
from domain.doers import FOUNDING
from domain.duedates import PeriodUnit
from domain.notices.catalogue import words
from domain.refusal import Refused
from domain.workdays import DayKind
from models.ledger import CALENDAR, ReusedCommandError
from models.tables import AdministratorRow
from services.acts import Done, Entry, act
from services.bootstrap import Runtime, open_runtime
from services.calendars.loading import (
    NoticeDone,
    NoticePreview,
    current_calendar,
    judged,
    load_notice,
    preview_notice,
    read_notice_file,
)
from services.calendars.showing import Explained, YearShown, explain_date, show_year
from services.history import case_history
from services.reading import load_case
from services.rebuilding import check_projections, rebuild_projections
from tests.services import acting
from tests.services.acting import TODAY, case_of, opening, prepare, submitting

NOTICE_YEAR = 2027
"""A year whose arrangement is not published: the days here are 示例."""
AMOUNT = 1213
"""Working days from 2 March 2022: the terms end in January 2027."""
OFF = date(2027, 1, 4)
NUMBER = "示例办〔2026〕1号"


def notice(*more: NoticeDay, number: str = NUMBER) -> Notice:
    """The statutory days, and what is given."""
    days = [NoticeDay(day, DayKind.HOLIDAY, name) for day, name in statutory_days(NOTICE_YEAR)]
    return Notice(
        year=NOTICE_YEAR, number=number, days=tuple(sorted([*days, *more], key=lambda each: each.day))
    )


LONGER = notice(NoticeDay(OFF, DayKind.HOLIDAY, "元旦"))


def programme() -> str:
    """Two steps: one with a long term, one whose node has it."""
    given: dict[str, Any] = json.loads(acting.programme_text())
    long = [{"amount": AMOUNT, "basis": {"text": "示例时限", "confidence": "proposed"}}]
    steps = given["stages"][0]["steps"][:3]
    steps[0]["due"] = long
    steps[1]["due"], steps[1]["nodes"][0]["due"] = [], long[0]
    given["stages"][0]["steps"] = steps
    return json.dumps(given, ensure_ascii=False)


@pytest.fixture
def office(migrated_db_url: str, tmp_path: Path, wall_clock: FixedClock) -> Iterator[Runtime]:
    yield from opened(migrated_db_url, tmp_path, wall_clock)


def opened(url: str, folder: Path, wall: FixedClock) -> Iterator[Runtime]:
    """Three zones, each with an open case; in each 1.1 is with its doer, 1.2 under review."""
    prepare(url, wall, units=3, text=programme()).close()
    with open_runtime(Settings(data_dir=folder, database_url=url), wall) as runtime:
        for unit in range(3):
            for command, who in ((opening(unit), "head"), (submitting("1.2", unit), f"clerk-{unit}")):
                done = act(runtime.db, command, Entry(actor=who), wall=wall, programme=(acting.CODE, 1))
                assert isinstance(done, Done), done
        yield runtime


def load(runtime: Runtime, given: Notice, who: str = "head", key: str = "") -> NoticeDone:
    done = load_notice(runtime, who, judged(given), command_id=key or f"load-{given.number}")
    assert isinstance(done, NoticeDone), done
    return done


def dates(runtime: Runtime, unit: int = 0) -> tuple[date | None, date | None]:
    """The term of 1.1 and of the node of 1.2."""
    case = load_case(runtime.db, case_of(unit))
    assert case is not None
    due, node = case.steps["1.1"].due, case.steps["1.2"].node_due
    return (due.date if due else None, node.date if node else None)


def count(runtime: Runtime, table: str, where: str = "1 = 1") -> int:
    with runtime.db.read() as session:
        found = session.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar()  # noqa: S608
    return int(found or 0)


def test_a_preview_names_every_date_that_moves_and_writes_nothing(office: Runtime) -> None:
    before = count(office, "event")
    found = preview_notice(office, "head", judged(LONGER))
    assert isinstance(found, NoticePreview), found
    old = dates(office)
    assert [(each.case, each.step, each.what) for each in found.moves if each.moves] == [
        (case_of(unit), step, what)
        for unit in range(3)
        for step, what in (("1.1", "办结时限"), ("1.2", "审批时限(县局审批)"))
    ]
    move = found.moves[0]
    assert (move.before, move.was_provisional, move.is_provisional) == (old[0], True, False)
    assert move.after is not None
    assert move.before is not None
    assert move.after > move.before
    assert f"{NOTICE_YEAR}年1月1—4日元旦放假扣除" in move.line
    assert OFF in {change.day for change in found.days}
    assert (found.replaces, found.contradictions, found.unchanged) == ("", (), False)
    assert count(office, "event") == before
    assert count(office, "calendar_override") == 0


def test_loading_moves_each_date_once_and_tells_each_position_once(office: Runtime) -> None:
    preview = preview_notice(office, "head", judged(LONGER))
    assert isinstance(preview, NoticePreview)
    done = load(office, LONGER)
    moved = sum(move.moves for move in preview.moves)
    assert (done.already, done.cases, done.moved) == (False, 3, moved)
    case = load_case(office.db, case_of(0))
    assert case is not None
    due = case.steps["1.1"].due
    assert due is not None
    assert (due.provisional, "暂定" in due.line) == (False, False)
    shown = next(move for move in preview.moves if move.case == case_of(0) and move.step == "1.1")
    assert (due.date, due.line) == (shown.after, shown.line), "what the preview said"
    assert count(office, "timer", f"due_on = '{(due.date or TODAY) + timedelta(days=1)}'") == 6
    assert count(office, "message", "dedup_key LIKE '%calendar:%'") == done.told == 4
    assert count(office, "message", "recipient = 'county/head' AND dedup_key LIKE '%calendar:%'") == 1
    with office.db.read() as session:
        payload = session.execute(
            text("SELECT payload FROM message WHERE recipient = 'zone-0/handler' AND case_id = ''")
        ).scalar()
    assert words(json.loads(str(payload))).text == (
        f"已按{NUMBER}重新计算,您有 1 项待办的期限有变动,请登录系统查看。"
    )
    told = case_history(office.db, case, TODAY)[-1]
    assert f"按新的放假安排重算日期 · {NUMBER}" in told.lines
    assert check_projections(office.db).equal

    rows = count(office, "event")
    again = load(office, LONGER, key="another")
    assert (again.already, again.cases, again.told) == (True, 0, 0)
    assert count(office, "event") == rows
    assert count(office, "message", "dedup_key LIKE '%calendar:%'") == 4


def test_a_corrected_notice_takes_the_first_one_back(office: Runtime) -> None:
    old = dates(office)
    load(office, LONGER)
    assert dates(office) != old
    right = notice(number="示例办〔2026〕1号、示例办〔2026〕2号")
    done = load(office, right)
    assert (done.replaces, done.moved) == (NUMBER, 6)
    assert dates(office) == old
    calendar = current_calendar(office)
    assert calendar.is_workday(OFF)
    assert calendar.source_of(NOTICE_YEAR) == right.number
    same = calendar_with([right], calendar.id)
    assert (same.overrides, same.notices) == (calendar.overrides, calendar.notices)


def test_days_that_were_tampered_with_are_found_and_put_right(office: Runtime, tmp_path: Path) -> None:
    load(office, LONGER)
    with office.db.write() as session:
        session.execute(text(f"DELETE FROM calendar_override WHERE day = '{OFF}'"))  # noqa: S608
        session.execute(
            text(
                "INSERT INTO calendar_override (region, day, kind, source, name, notice_year) "
                "VALUES ('CN', '2027-03-02', 'holiday', 'x', '', 2027)"
            )
        )
    found = check_projections(office.db)
    assert [(each.table, each.key, each.message) for each in found.differences] == [
        ("calendar_override", "2027-01-04", "留痕中有,表中缺少"),
        ("calendar_override", "2027-03-02", "留痕中没有,表中多出"),
    ]
    assert isinstance(rebuild_projections(office.db, actor=FOUNDING, wall=office.wall), Refused)
    with office.db.write() as session:
        session.add(
            AdministratorRow(person="head", role="system_admin", division="", since=office.wall.now())
        )
    rebuilt = rebuild_projections(office.db, actor="head", wall=office.wall)
    assert not isinstance(rebuilt, Refused)
    assert len(rebuilt.differences) == 2
    assert check_projections(office.db).equal


def test_what_was_sent_before_is_not_loaded_again_over_its_correction(office: Runtime) -> None:
    load(office, LONGER, key="first")
    right = notice(number="示例办〔2026〕2号")
    load(office, right, key="second")
    assert load(office, LONGER, key="first").already
    with pytest.raises(ReusedCommandError):
        load(office, notice(number="示例办〔2026〕3号"), key="second")
    assert current_calendar(office).source_of(NOTICE_YEAR) == right.number


def test_acts_after_a_notice_count_on_it(office: Runtime) -> None:
    before = explain_date(office, TODAY, AMOUNT, unit=PeriodUnit.WORKING_DAY)
    load(office, LONGER)
    after = explain_date(office, TODAY, AMOUNT, unit=PeriodUnit.WORKING_DAY)
    assert isinstance(before, Explained)
    assert isinstance(after, Explained)
    assert (before.provisional, after.provisional) == (True, False)
    assert after.date == dates(office)[0]
    shown = show_year(office, NOTICE_YEAR)
    assert isinstance(shown, YearShown)
    assert (shown.source, shown.loaded, shown.provisional) == (NUMBER, True, False)
    assert isinstance(show_year(office, 1800), Refused)
    assert isinstance(explain_date(office, TODAY, 0, unit=PeriodUnit.WORKING_DAY), Refused)


def test_who_may_load_a_notice(office: Runtime) -> None:
    refused = load_notice(office, "clerk-0", judged(LONGER), command_id="x")
    assert isinstance(refused, Refused)
    assert refused.code == "access.denied"
    assert isinstance(preview_notice(office, "clerk-0", judged(LONGER)), Refused)
    assert count(office, "event", f"stream = '{CALENDAR}'") == 0
    assert count(office, "calendar_override") == 0


def test_a_faulty_notice_is_refused_whole(office: Runtime) -> None:
    weekday = notice(NoticeDay(date(2027, 3, 3), DayKind.WORKDAY))
    refused = load_notice(office, "head", judged(weekday), command_id="x")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts["faults"]) == ("notice.faulty", 1)
    assert "周三" in refused.message


def test_where_the_record_says_otherwise_the_officer_has_to_say_that_it_was_compared(
    office: Runtime,
) -> None:
    days = tuple(NoticeDay(day, DayKind.HOLIDAY, name) for day, name in statutory_days(2023))
    given = judged(Notice(year=2023, number="示例办〔2022〕1号", days=days))
    refused = load_notice(office, "head", given, command_id="x")
    assert isinstance(refused, Refused)
    assert refused.code == "notice.contradicts"
    preview = preview_notice(office, "head", given)
    assert isinstance(preview, NoticePreview)
    assert len(preview.contradictions) == refused.facts["days"]
    done = load_notice(office, "head", given, command_id="x", contradicts=True)
    assert isinstance(done, NoticeDone)


def test_the_founding_may_load_what_a_new_database_begins_with(
    migrated_sqlite_url: str, tmp_path: Path, wall_clock: FixedClock
) -> None:
    with open_runtime(Settings(data_dir=tmp_path, database_url=migrated_sqlite_url), wall_clock) as runtime:
        done = load_notice(runtime, FOUNDING, judged(LONGER), command_id="x")
        assert isinstance(done, NoticeDone)
        assert (done.cases, done.told) == (0, 0)


def test_a_recount_that_was_cut_off_goes_on_when_the_notice_is_loaded_again(
    migrated_sqlite_url: str, tmp_path: Path, wall_clock: FixedClock
) -> None:
    for runtime in opened(migrated_sqlite_url, tmp_path, wall_clock):
        old = dates(runtime)
        _forbid(runtime, "recount")
        with pytest.raises(sqlite3.IntegrityError):
            load(runtime, LONGER)
        assert current_calendar(runtime).source_of(NOTICE_YEAR) == NUMBER, "the notice itself stands"
        assert dates(runtime) == old
        _forbid(runtime, "")
        done = load(runtime, LONGER, key="again")
        assert (done.already, done.cases, done.told) == (True, 3, 4)
        assert dates(runtime) != old


def _forbid(runtime: Runtime, word: str) -> None:
    """A disk that takes no row whose command begins with the word; none, where it is empty."""
    with runtime.db.write() as session:
        session.execute(text("DROP TRIGGER IF EXISTS broken"))
        if word:
            session.execute(
                text(
                    "CREATE TRIGGER broken BEFORE INSERT ON event "
                    f"WHEN NEW.command_id LIKE '{word}:%' BEGIN SELECT RAISE(ABORT, 'disk'); END"
                )
            )


def test_a_file_is_read_and_its_digest_kept(office: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "放假.csv"
    lines = ["日期,安排,节日,文号"]
    lines += [f"{each.day},放假,{each.name},{NUMBER}" for each in LONGER.days]
    file.write_text("\n".join(lines), encoding="gb18030")
    read = read_notice_file(file)
    assert not isinstance(read, Refused)
    assert read.reading.notice == LONGER
    done = load_notice(office, "head", read, command_id="x")
    assert isinstance(done, NoticeDone)
    with office.db.read() as session:
        body = session.execute(text("SELECT body FROM event WHERE stream = 'calendar'")).scalar()
    event = json.loads(str(body))[0]
    assert (event["type"], event["file"], event["sha256"]) == ("notice_loaded", "放假.csv", read.sha256)
    missing = read_notice_file(tmp_path / "none.csv")
    assert isinstance(missing, Refused)
