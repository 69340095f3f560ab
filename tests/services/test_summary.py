"""小结: facts and counts are questions to the data, case by case; and what happened, act by act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from config.clock import FixedClock
from domain.events import CaseOpened, Decided
from services import summary
from services.acts import Enclosures
from services.history import case_history
from services.private_texts import new_text
from services.reading import load_case
from services.summary import case_events, summarise
from tests.services.acting import STEPS, TODAY, Office, agreeing, case_of, done, prepare, submitting


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock, 3)) as db:
        yield Office(db, wall_clock)


decode, plan = summary.decode_case, summary.plan_of


def _finish(office: Office, unit: int) -> None:
    for step in STEPS:
        office.submit(step, unit)
        office.agree(step, unit)


def test_a_summary_counts_what_was_done_and_names_whom_the_rest_waits_for(office: Office) -> None:
    for unit in range(3):
        office.open(unit)
    _finish(office, 2)
    office.submit("1.1", 0)
    found = summarise(office.db, TODAY)
    assert [(zone.unit, zone.done, zone.total, zone.complete) for zone in found.zones] == [
        ("unit-2", 8, 8, True),
        ("unit-0", 0, 8, False),
        ("unit-1", 0, 8, False),
    ]
    assert (len(found.finished), len(found.in_progress)) == (1, 2)
    first = found.in_progress[0].waits[0]
    assert (first.step, first.act, first.who) == ("1.1", "审批", "示例县局(县局负责人)")
    counts = found.counts
    assert (counts.cases, counts.steps_opened, counts.steps_closed) == (3, 24, 8)
    assert (counts.decisions, counts.by_medium) == (8, {"线上": 8})
    assert (counts.units, counts.ledger_rows) == (3, 3 + 17 + 2)


def test_events_of_all_cases_come_in_the_order_of_their_streams(office: Office) -> None:
    for unit in range(2):
        office.open(unit)
    office.submit("1.1", 1)
    office.agree("1.1", 1)
    every = list(case_events(office.db))
    one = list(case_events(office.db, case_of(1)))
    assert [type(each) for each in every].count(CaseOpened) == 2
    assert every[-len(one) :] == one
    assert isinstance(next(each for each in one if isinstance(each, Decided)), Decided)


def test_a_case_is_read_and_let_go_before_the_next(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A country has 2,543 of them; all at once took 300 MB."""
    for unit in range(3):
        office.open(unit)
    seen: list[str] = []
    monkeypatch.setattr(summary, "decode_case", lambda row: seen.append("read") or decode(row))
    monkeypatch.setattr(summary, "plan_of", lambda db, case: seen.append("done") or plan(db, case))
    summarise(office.db, TODAY)
    assert seen == ["read", "done"] * 3


def test_the_history_of_a_case_tells_dates_people_and_lateness(office: Office) -> None:
    office.open()
    assert isinstance(office.wall, FixedClock)
    office.wall.advance(timedelta(days=5))
    done(office.send(submitting(), "clerk-0"))
    opinion = new_text("opinion", "同意,请抓紧", case_of(0))
    done(office.send(agreeing(opinion=opinion.ref), "head", enclosed=Enclosures(texts=(opinion,))))
    case = load_case(office.db, case_of(0))
    assert case is not None
    opened, submitted, agreed = case_history(office.db, case, TODAY)
    assert (opened.seq, submitted.seq, agreed.seq) == (1, 2, 3)
    assert (submitted.actor_name, submitted.channel_title) == ("示例人员 clerk-0", "命令行代办")
    assert (submitted.occurred_on, submitted.late) == (TODAY, "补录(迟5日)")
    assert submitted.recorded_at.isoformat() == "2022-03-07T09:00:00+08:00"
    assert agreed.lines[0].endswith("审批 · 示例县局 · 同意")
    assert "决定人 示例人员 head · 线上" in agreed.notes
    assert "意见 同意,请抓紧" in agreed.notes
