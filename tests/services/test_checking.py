"""检查的运行: cases are told once, a broken one holds up no other, looking back, sweeps by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.clock import BUSINESS_TIMEZONE, FixedClock
from config.settings import Settings
from domain.checks import catalogue, evaluating
from domain.workdays import work_calendar
from models.ledger import SETTINGS
from models.ledger import rows as ledger_rows
from services.bootstrap import Runtime, open_runtime
from services.checking.as_of import case_as_of, check_as_of
from services.checking.loading import case_ids
from services.checking.running import check_cases, machine_entry, reader_of
from services.checking.standing import standing_findings
from services.checking.sweeping import last_sweep, note_sweep, plan_sweep, sweep_due
from services.reading import load_case
from tests.services.acting import TODAY, Office, agreeing, case_of, done, prepare, programme_text, submitting

MORNING = datetime(2022, 3, 2, 9, 0, tzinfo=BUSINESS_TIMEZONE)


def with_checks() -> str:
    """The eight steps, 1.2 after 1.1, and a check that blocks: who submits does not decide."""
    made: dict[str, Any] = msgspec.json.decode(programme_text())
    made["checks"] = [
        {"id": "X-02", "severity": "block", "basis": {"text": "示例"}},
        {
            "id": "P-04",
            "steps": ["1.1"],
            "parameters": {"step": "1.1", "days": "7"},
            "basis": {"text": "示例"},
        },
    ]
    steps = made["stages"][0]["steps"]
    steps[1]["gates"] = [{"step": "1.1"}]
    return msgspec.json.encode(made).decode()


@pytest.fixture
def runtime(migrated_db_url: str, data_dir: Path) -> Iterator[Runtime]:
    """Three cases; of the first, 1.1 is done on the day it was opened."""
    wall = FixedClock(MORNING)
    prepare(migrated_db_url, wall, units=3, text=with_checks()).close()
    settings = Settings(data_dir=data_dir, database_url=migrated_db_url)
    with open_runtime(settings, wall) as opened:
        office = Office(opened.db, wall)
        for unit in range(3):
            office.open(unit)
        done(office.send(submitting(), "clerk-0"))
        done(office.send(agreeing(), "head"))
        yield opened


def run(runtime: Runtime, on: date = TODAY) -> Any:
    return check_cases(runtime, case_ids(runtime.db), on, machine_entry())


def test_the_first_run_tells_and_the_second_changes_nothing(runtime: Runtime) -> None:
    first = run(runtime)
    assert (first.cases, first.findings, first.opened, first.broken) == (3, 1, 1, ())
    seqs = Office(runtime.db, FixedClock(MORNING)).seqs()
    second = run(runtime)
    assert (second.findings, second.opened, second.cleared, second.recorded) == (1, 0, 0, 0)
    assert Office(runtime.db, FixedClock(MORNING)).seqs() == seqs
    standing = list(standing_findings(runtime.db, TODAY))
    assert [(each.case, each.check, each.place, each.since) for each in standing] == [
        (case_of(0), "P-04", "1.1", TODAY)
    ]


def test_a_case_that_cannot_be_looked_at_is_named_and_the_others_are_done(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = catalogue.CATALOGUE["P-04"].look

    def trouble(look: Any) -> None:
        if look.case.id == case_of(0):
            raise ZeroDivisionError
        real(look)

    rule = msgspec.structs.replace(catalogue.CATALOGUE["P-04"], look=trouble)
    monkeypatch.setattr(evaluating, "CATALOGUE", {**catalogue.CATALOGUE, "P-04": rule})
    swept = run(runtime)
    assert swept.cases == 2
    assert [case for case, _ in swept.broken] == [case_of(0)]


def test_a_case_as_it_was_before_it_was_decided(runtime: Runtime) -> None:
    reader = reader_of(runtime)
    before = check_as_of(runtime.db, case_of(0), TODAY - timedelta(days=1), reader)
    assert before is None
    now = check_as_of(runtime.db, case_of(0), TODAY, reader)
    assert now is not None
    assert {each.check for each in now.failed} == {"P-04"}
    known = case_as_of(runtime.db, case_of(0), TODAY, known=True)
    assert known is not None
    assert known.case == load_case(runtime.db, case_of(0))


def test_what_was_recorded_late_is_in_the_situation_and_not_in_what_was_known(runtime: Runtime) -> None:
    later = FixedClock(MORNING + timedelta(days=9))
    done(Office(runtime.db, later).send(submitting(unit=1), "clerk-1"))
    situation = case_as_of(runtime.db, case_of(1), TODAY)
    known = case_as_of(runtime.db, case_of(1), TODAY, known=True)
    assert situation is not None
    assert known is not None
    assert (situation.case.steps["1.1"].submitted_on, situation.left_out) == (TODAY, 0)
    assert (known.case.steps["1.1"].submitted_on, known.left_out) == (None, 1)


@pytest.mark.parametrize(
    ("on", "last", "due", "missed"),
    [
        ("2022-04-06", None, True, 0),
        ("2022-04-06", "2022-04-06", False, 0),
        ("2022-04-07", "2022-04-06", True, 0),
        ("2022-04-02", "2022-04-01", True, 0),
        ("2022-04-03", "2022-04-02", False, 0),
        ("2022-04-04", "2022-04-01", True, 1),
        ("2022-04-08", "2022-03-31", True, 4),
    ],
    ids=["never", "today", "next day", "a worked Saturday", "a Sunday", "off, one missed", "after an outage"],
)
def test_when_there_is_a_sweep_to_do(on: str, last: str | None, due: bool, missed: int) -> None:
    before = date.fromisoformat(last) if last else None
    plan = sweep_due(date.fromisoformat(on), before, work_calendar())
    assert (plan.due, plan.missed) == (due, missed)
    assert plan.line


def test_a_sweep_is_noted_once_a_day(runtime: Runtime) -> None:
    assert plan_sweep(runtime.db, runtime.wall).due
    swept = run(runtime)
    note_sweep(runtime.db, swept, TODAY, wall=runtime.wall)
    note_sweep(runtime.db, swept, TODAY, wall=runtime.wall)
    assert last_sweep(runtime.db) == TODAY
    assert not plan_sweep(runtime.db, runtime.wall).due
    with runtime.db.read() as session:
        noted = [row for row in ledger_rows(session.connection(), SETTINGS) if "checks_swept" in row.body]
    assert len(noted) == 1
