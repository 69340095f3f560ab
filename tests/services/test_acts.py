"""One act: one ledger row, done exactly once, whole or not at all; on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select, text

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.refusal import Refused
from models.chain import LedgerRow, row_hash
from models.database import Database
from models.faults import DatabaseFull, DatabaseNewer
from models.ledger import case_stream, count, rows
from models.statements import EVENT
from models.tables import CaseRow, MessageRow, StepRow, TimerRow, WorkItemRow
from services.act_loading import LedgerMismatchError
from services.acts import Done, Entry, act, act_many
from services.inbox import case_work, person_inbox
from services.rebuilding import check_projections
from services.rehearsing import start_rehearsal
from tests.services.acting import CODE, STEPS, TODAY, Office, agreeing, done, opening, prepare, submitting


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock)) as db:
        yield Office(db, wall_clock)


def _ledger(db: Database, case: str = "case-0") -> list[LedgerRow]:
    with db.read() as session:
        return list(rows(session.connection(), case_stream(case)))


def test_one_act_is_one_row_with_everything_about_it(office: Office) -> None:
    office.open()
    answer = office.submit()
    row = _ledger(office.db)[-1]
    assert (row.seq, answer.seq) == (2, 2)
    assert (row.command_id, row.actor, row.position, row.channel) == (
        "submit-0-1.1", "clerk-0", "zone-0/handler", "cli",
    )  # fmt: skip
    assert (row.occurred_on, row.programme_version, row.rehearsal) == ("2022-03-02", f"{CODE}/1", 0)
    assert row.recorded_at == int(office.wall.now().timestamp() * 1_000_000)
    assert row.hash == row_hash(row)
    assert row.prev_hash == _ledger(office.db)[-2].hash
    assert [each["type"] for each in msgspec.json.decode(row.body)] == ["submitted", "node_opened"]


def test_the_answer_tells_what_waits_next(office: Office) -> None:
    office.open()
    answer = office.submit()
    (waits,) = answer.new_work
    assert (waits.kind, waits.body, waits.position, waits.step) == ("decide", "county", "head", "1.1")
    assert waits.not_person == "clerk-0"
    inbox = person_inbox(office.db, "head", wall=office.wall)
    assert not isinstance(inbox, Refused)
    assert [(each.case_id, each.step) for each in inbox] == [("case-0", "1.1")]


def test_projections_are_written_with_the_act(office: Office) -> None:
    office.open()
    office.submit()
    with office.db.read() as session:
        steps = {row.step: row.state for row in session.execute(select(StepRow)).scalars()}
        timers = session.execute(select(func.count()).select_from(TimerRow)).scalar_one()
        case = session.get(CaseRow, "case-0")
    assert steps == {step: "in_progress" for step in STEPS} | {"1.1": "in_review"}
    assert timers == len(STEPS)
    assert case is not None
    assert (case.seq, case.state, case.bulk) == (2, "open", False)
    assert check_projections(office.db).equal


def test_the_same_command_again_gets_the_same_answer_and_changes_nothing(office: Office) -> None:
    office.open()
    first = office.submit()
    before = _ledger(office.db)
    office.wall.advance(timedelta(hours=1))
    again = office.submit()
    assert again.repeated
    assert (again.seq, again.events, again.case) == (first.seq, first.events, first.case)
    assert again.new_work == first.new_work
    assert _ledger(office.db) == before


def test_an_old_answer_is_given_again_as_it_was(office: Office) -> None:
    opened = office.open()
    office.submit()
    office.agree()
    again = done(office.send(opening(), "head"))
    assert again.repeated
    assert (again.seq, again.case) == (1, opened.case)


@pytest.mark.parametrize(
    ("change", "actor"),
    [({"step": "1.2"}, "clerk-0"), ({"round": 2}, "clerk-0"), ({}, "head"), ({"case": "case-1"}, "clerk-0")],
    ids=["another step", "another round", "another person", "another case"],
)
def test_a_command_id_with_other_content_is_refused(
    office: Office, change: dict[str, object], actor: str
) -> None:
    office.open()
    office.open(1)
    office.submit()
    other = msgspec.structs.replace(submitting(), **change)
    answer = office.send(other, actor)
    assert isinstance(answer, Refused)
    assert answer.code == "command.reused"
    assert office.seqs() == [1, 2]
    assert office.seqs(1) == [1]


def test_a_refusal_writes_nothing(office: Office) -> None:
    office.open()
    before = _everything(office.db)
    answer = office.send(agreeing(), "head")
    assert isinstance(answer, Refused)
    assert answer.message
    assert _everything(office.db) == before


def _everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    tables = ("event", "reform_case", "step", "work_item", "timer", "message")
    with db.read() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608
            for name in tables
        }


def test_an_unknown_person_programme_unit_or_case_is_refused(office: Office) -> None:
    codes = []
    for command, actor, programme in (
        (opening(), "nobody", (CODE, 1)),
        (opening(), "head", (CODE, 9)),
        (msgspec.structs.replace(opening(), unit="unit-99"), "head", (CODE, 1)),
        (submitting(), "clerk-0", (CODE, 1)),
    ):
        answer = act(office.db, command, Entry(actor=actor), wall=office.wall, programme=programme)
        assert isinstance(answer, Refused)
        assert answer.remedy
        codes.append(answer.code)
    assert codes == ["actor.unknown", "programme.unknown", "unit.unknown", "case.unknown"]


def test_many_are_done_each_by_itself(office: Office) -> None:
    commands = [opening(0), msgspec.structs.replace(opening(1), unit="unit-99"), opening(2), opening(0)]
    told: list[int] = []
    answers = act_many(
        office.db, commands, Entry(actor="head"), wall=office.wall, programme=(CODE, 1), batch=2,
        after_batch=told.append,
    )  # fmt: skip
    assert [isinstance(answer, Done) for answer in answers] == [True, False, True, True]
    assert isinstance(answers[3], Done)
    assert answers[3].repeated
    assert told == [2, 4]
    with office.db.read() as session:
        assert {tuple(row) for row in session.execute(select(CaseRow.id, CaseRow.bulk))} == {  # type: ignore[call-overload]
            ("case-0", True), ("case-2", True),
        }  # fmt: skip


def test_a_rehearsal_marks_every_row(migrated_db_url: str, wall_clock: FixedClock) -> None:
    with closing(prepare(migrated_db_url, wall_clock)) as db:
        office = Office(db, wall_clock)
        start_rehearsal(db, TODAY, actor=FOUNDING, wall=wall_clock, command_id="rehearsal")
        office.open()
        office.submit()
        assert [row.rehearsal for row in _ledger(db)] == [1, 1]


def test_a_case_that_left_its_stream_is_not_written_on(office: Office) -> None:
    office.open()
    with office.db.write() as session:
        session.execute(text("UPDATE reform_case SET seq = 7"))
    before = _everything(office.db)
    with pytest.raises(LedgerMismatchError, match="案卷到第 7 条,留痕到第 1 条"):
        office.submit()
    assert _everything(office.db) == before


def test_a_decomposed_name_is_stored_composed(office: Office) -> None:
    command = msgspec.structs.replace(opening(), unit_name="e\u0301示例")
    answer = done(office.send(command, "head"))
    assert answer.case.unit_name == "\u00e9示例"
    assert "\u00e9示例" in _ledger(office.db)[0].body
    assert done(office.send(command, "head")).repeated


@pytest.mark.parametrize("text_", ["a\ud800b", "a\x00b"], ids=["no unicode", "nul"])
def test_what_cannot_be_stored_is_refused(office: Office, text_: str) -> None:
    answer = office.send(msgspec.structs.replace(opening(), unit_name=text_), "head")
    assert isinstance(answer, Refused)
    assert answer.code == "command.text"
    with office.db.read() as session:
        assert session.get(CaseRow, "case-0") is None


def test_a_full_disk_is_told_and_leaves_nothing_half_done(
    migrated_sqlite_url: str, wall_clock: FixedClock
) -> None:
    with closing(prepare(migrated_sqlite_url, wall_clock)) as db:
        office = Office(db, wall_clock)
        office.open()
        _limit(db, grow_by=0)
        acts, before = _fill(office)
        with pytest.raises(DatabaseFull, match=r"磁盘空间不足.*没有保存.*清理磁盘"):
            office.submit(STEPS[acts])
        assert _everything(db) == before
        assert office.seqs() == list(range(1, acts + 2))
        _limit(db, grow_by=1000)
        office.submit(STEPS[acts])
        assert office.seqs() == list(range(1, acts + 3))
        assert check_projections(db).equal


def _fill(office: Office) -> tuple[int, dict[str, list[tuple[object, ...]]]]:
    """Act until the disk is full; return how many acts went well, and what stood before the next."""
    for acts, step in enumerate(STEPS):
        before = _everything(office.db)
        try:
            office.submit(step)
        except DatabaseFull:
            return acts, before
    pytest.fail("the disk did not fill")


def _limit(db: Database, *, grow_by: int) -> None:
    """Let the file of the lent connection grow by so many pages."""
    with db.act_connection() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()
        assert pages is not None
        connection.execute(f"PRAGMA max_page_count={pages[0] + grow_by}")


def test_a_newer_database_is_not_written_to(office: Office, migrated_db_url: str) -> None:
    office.open()
    with office.db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with closing(Database(migrated_db_url)) as later, pytest.raises(DatabaseNewer, match="请升级程序"):
        Office(later, office.wall).submit()
    with office.db.read() as session:
        assert session.execute(
            select(func.count()).where(EVENT.c.stream == case_stream("case-0"))
        ).scalar_one() == 1  # fmt: skip


def test_work_is_computed_anew_at_every_act(office: Office) -> None:
    office.open()
    for step in STEPS:
        office.submit(step)
        office.agree(step)
    assert case_work(office.db, "case-0") == []
    with office.db.read() as session:
        case = session.get(CaseRow, "case-0")
        left = session.execute(select(func.count()).select_from(WorkItemRow)).scalar_one()
        timers = session.execute(select(func.count()).select_from(TimerRow)).scalar_one()
        messages = session.execute(select(func.count()).select_from(MessageRow)).scalar_one()
        total = count(session.connection())
    assert case is not None
    assert (case.state, left, timers, messages) == ("completed", 0, 0, 0)
    assert case.seq == 1 + 2 * len(STEPS)
    assert total == case.seq + 2
