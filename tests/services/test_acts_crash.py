"""Killed with -9 around the commit: what was not committed is gone, what was is done exactly once."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.clock import FixedClock
from services.ledger import verify
from services.rebuilding import check_projections
from tests.services.acting import Office, prepare

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock)) as db:
        yield Office(db, wall_clock)


def _killed(url: str, when: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.services.acting_alone", url, when],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_killed_before_the_commit_nothing_is_there(office: Office, migrated_db_url: str) -> None:
    office.open()
    _killed(migrated_db_url, "before")
    assert office.seqs() == [1]
    assert check_projections(office.db).equal
    answer = office.submit()
    assert (answer.seq, answer.repeated) == (2, False)


def test_killed_between_commit_and_answer_it_is_done_once(office: Office, migrated_db_url: str) -> None:
    office.open()
    _killed(migrated_db_url, "after")
    assert office.seqs() == [1, 2]
    answer = office.submit()
    assert (answer.seq, answer.repeated) == (2, True)
    assert [item.kind for item in answer.new_work] == ["decide"]
    assert office.seqs() == [1, 2]
    assert office.agree().seq == 3
    assert verify(office.db).true
    assert check_projections(office.db).equal
