"""Exactly once, between processes: a double click, a retried request, two deciders in the same second."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest

from config.clock import FixedClock
from domain.doers import FOUNDING
from services.inbox import case_work
from services.ledger import verify
from services.rebuilding import check_projections
from services.roster import NewHolding, NewPerson, Roster, write_roster
from tests.services.acting import STEPS, Office, case_of, prepare

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock, 1)) as db:
        second = NewHolding(person="head-2", body="county", position="head", valid_from=date(2020, 1, 1))
        roster = Roster(persons=(NewPerson(id="head-2", name="示例人员"),), holdings=(second,))
        write_roster(db, roster, actor=FOUNDING, wall=wall_clock, command_id="second")
        office = Office(db, wall_clock)
        office.open()
        for step in STEPS:
            office.submit(step)
        yield office


def _race(url: str, start: Path, racers: list[tuple[str, str]]) -> list[list[str]]:
    """What each racer was answered, step by step; all wait for the same start."""
    names = [f"{person}:{name}" for person, name in racers]
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.services.racing_alone", url, str(start), *names],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 40
        while len(list(start.parent.glob(f"{start.name}.*"))) < len(racers):
            assert time.monotonic() < deadline, "not all racers came to the start"
            assert running.poll() is None, running.communicate()
            time.sleep(0.01)
        start.touch()
        out, err = running.communicate(timeout=40)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == 0, err
    answers: list[list[str]] = json.loads(out)
    return answers


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("racers", "loser"),
    [
        ([("head", "same")] * 3, "done True"),
        ([("head", "one"), ("head", "two"), ("head-2", "three")], "step.not_open"),
    ],
    ids=["the same request three times", "a double click and a second decider"],
)
def test_one_decision_however_many_bring_it(
    office: Office, migrated_db_url: str, tmp_path: Path, racers: list[tuple[str, str]], loser: str
) -> None:
    told = _race(migrated_db_url, tmp_path / "start", racers)
    for answers in zip(*told, strict=True):
        # With the last step the case is complete, and says so.
        lost = Counter(loser if answer == "case.ended" else answer for answer in answers)
        assert lost == {"done False": 1, loser: len(racers) - 1}
    assert office.seqs() == list(range(1, 2 + 2 * len(STEPS))), "one row a decision, none twice"
    assert case_work(office.db, case_of(0)) == []
    assert verify(office.db).true
    assert check_projections(office.db).equal
