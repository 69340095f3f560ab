"""Nights that were missed: one seal covers them all, and says that they were missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import FixedClock
from domain.doers import FOUNDING, Machine
from flows.seal import nights_missed, not_needed
from models.database import Database
from services.rehearsing import start_rehearsal
from services.seals import last_seal, make_seal

FIRST_NIGHT = datetime(2022, 3, 1, 15, 30, tzinfo=UTC)
"""23:30 in Beijing."""


def night(number: int) -> datetime:
    return FIRST_NIGHT + timedelta(days=number)


@pytest.fixture
def db(migrated_db_url: str) -> Iterator[Database]:
    opened = Database(migrated_db_url)
    yield opened
    opened.close()


def run(db: Database, folder: Path, planned: datetime, at: datetime) -> tuple[bool, str]:
    """What the nightly run does that was planned for one instant and comes at another."""
    wall = FixedClock(at)
    if not_needed(db, wall, planned):
        return False, ""
    gap = nights_missed(db, wall)
    make_seal(db, folder, actor=Machine.SEALING, wall=wall)
    return True, gap


def test_each_night_has_its_seal(db: Database, tmp_path: Path) -> None:
    for number in range(3):
        assert run(db, tmp_path, night(number), night(number) + timedelta(seconds=5)) == (True, "")
    assert last_seal(db) == (3, night(2) + timedelta(seconds=5))


def test_runs_of_several_nights_that_come_at_once_make_one_seal(db: Database, tmp_path: Path) -> None:
    run(db, tmp_path, night(0), night(0))
    morning = night(3) + timedelta(hours=9)
    came = [run(db, tmp_path, night(n), morning + timedelta(seconds=n)) for n in (1, 2, 3)]
    assert [sealed for sealed, _ in came] == [True, False, False]
    assert came[0][1] == "上次封存是 2022-03-01 23:30,其间 3 天没有封存,由这次一并封存"
    assert run(db, tmp_path, night(4), night(4)) == (True, "")


def test_a_run_that_was_never_made_is_made_up_by_the_next(db: Database, tmp_path: Path) -> None:
    run(db, tmp_path, night(0), night(0))
    sealed, gap = run(db, tmp_path, night(30), night(30))
    assert sealed
    assert "其间 29 天没有封存" in gap


def test_a_seal_by_hand_before_the_night_does_not_replace_the_nights(db: Database, tmp_path: Path) -> None:
    make_seal(db, tmp_path, actor=Machine.SEALING, wall=FixedClock(night(0) - timedelta(hours=6)))
    assert not_needed(db, FixedClock(night(0)), night(0)) == ""
    make_seal(db, tmp_path, actor=Machine.SEALING, wall=FixedClock(night(0) + timedelta(minutes=1)))
    reason = not_needed(db, FixedClock(night(0) + timedelta(minutes=2)), night(0))
    assert reason == "原定 2022-03-01 23:30 的封存已由第 2 号(2022-03-01 23:31)包括,不再重复"


def test_a_rehearsal_is_left_alone(db: Database) -> None:
    wall = FixedClock(night(0))
    start_rehearsal(db, date(2021, 1, 4), actor=FOUNDING, wall=wall, command_id="rehearsal")
    assert "演练库" in not_needed(db, wall, night(0))
