"""每日任务: on which days each is due, by the calendar; what was missed is owed once; a day is noted once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.clock import BUSINESS_TIMEZONE, FixedClock
from domain.doers import FOUNDING
from domain.workdays import work_calendar
from models.database import Database
from models.ledger import SETTINGS
from models.ledger import rows as ledger_rows
from models.statements import MESSAGE
from services.daily import RULES, Daily, daily_due, last_done, note_daily, plan_daily
from services.notifying.reminding import remind
from services.rehearsing import start_rehearsal
from tests.services.acting import prepare
from tests.services.notified import Told

D = date.fromisoformat
BEFORE = [
    # The days around 清明 2022: Saturday 2 April is worked, 3 to 5 April are off.
    ("2022-04-01", "2022-03-31", True, 0),  # Friday
    ("2022-04-02", "2022-04-01", True, 0),  # the make-up Saturday
    ("2022-04-03", "2022-04-02", False, 0),
    ("2022-04-05", "2022-04-02", False, 0),
    ("2022-04-06", "2022-04-02", True, 0),
    ("2022-04-06", "2022-04-06", False, 0),  # done already
    ("2022-04-07", "2022-04-01", True, 2),  # the Saturday and the 6th were missed
    ("2022-04-03", "2022-03-30", True, 3),  # a day off makes up for the working days before it
    ("2022-04-03", "", True, 0),  # never done yet
]
"""Today, the last good run, whether it is due, working days missed."""


@pytest.mark.parametrize("job", Daily)
@pytest.mark.parametrize(("on", "last", "due", "missed"), BEFORE)
def test_when_a_daily_run_is_due(job: Daily, on: str, last: str, due: bool, missed: int) -> None:
    calendar, rule = work_calendar(), RULES[job]
    plan = daily_due(rule, D(on), D(last) if last else None, calendar)
    if not rule.makes_up_on_days_off and not calendar.is_workday(D(on)):
        due = missed = 0
    assert (plan.due, plan.missed) == (bool(due), missed)
    assert rule.verb in plan.line


@pytest.mark.parametrize("job", Daily)
def test_a_whole_year_is_done_once_on_every_working_day(job: Daily) -> None:
    calendar, last, done = work_calendar(), D("2021-12-31"), []
    for n in range(365):
        on = D("2022-01-01") + timedelta(days=n)
        if daily_due(RULES[job], on, last, calendar).due:
            last = on
            done.append(on)
    assert done == [
        day for n in range(365) if calendar.is_workday(day := D("2022-01-01") + timedelta(days=n))
    ]


@pytest.mark.parametrize("job", Daily)
def test_three_days_down_are_made_up_once(job: Daily, migrated_db_url: str) -> None:
    wall = FixedClock(datetime(2022, 3, 2, 8, tzinfo=BUSINESS_TIMEZONE))
    db = Database(migrated_db_url)
    note_daily(db, job, D("2022-03-02"), {}, wall=wall)
    wall.advance(timedelta(days=5))  # Monday; Thursday and Friday were missed
    plan = plan_daily(db, wall, job)
    assert (plan.due, plan.missed) == (True, 2)
    assert "其间 2 个工作日没有" in plan.line
    for _ in range(3):
        note_daily(db, job, plan.on, {"n": 1}, wall=wall)
    assert not plan_daily(db, wall, job).due
    assert last_done(db, job) == D("2022-03-07")
    with db.read() as session:
        noted = [row for row in ledger_rows(session.connection(), SETTINGS) if f'"job":"{job}"' in row.body]
    assert len(noted) == 2
    db.close()


def test_a_rehearsal_is_left_to_whoever_plays_it(migrated_db_url: str) -> None:
    wall = FixedClock(datetime(2022, 3, 2, 8, tzinfo=BUSINESS_TIMEZONE))
    db = prepare(migrated_db_url, wall, units=1)
    start_rehearsal(db, D("2022-03-02"), actor=FOUNDING, wall=wall, command_id="rehearsal")
    assert {plan_daily(db, wall, job).due for job in Daily} == {False}
    db.close()


@pytest.fixture
def told(migrated_sqlite_url: str, data_dir: Path) -> Iterator[Told]:
    wall = FixedClock(datetime(2022, 3, 2, 8, tzinfo=BUSINESS_TIMEZONE))
    opened = Told(migrated_sqlite_url, wall, "dingtalk", data_dir=data_dir)
    yield opened
    opened.close()


def test_reminders_of_missed_days_are_not_sent_after(told: Told) -> None:
    """Due on 16 March: who was down from the 10th to the 17th is told once that it is overdue."""
    told.open()
    with told.db.read() as session:
        before = {row.id for row in session.connection().execute(select(MESSAGE))}
    told.at("2022-03-18", "08:00")
    assert remind(told.runtime).due == 8
    assert remind(told.runtime).messages == 0
    with told.db.read() as session:
        rows = [row for row in session.connection().execute(select(MESSAGE)) if row.id not in before]
    assert {row.dedup_key.rpartition(":remind:")[2].split(":")[-2] for row in rows} == {"overdue"}
