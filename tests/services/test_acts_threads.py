"""Eight at once, on one case and on many: no act lost, no gap, nobody told that the database is locked."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import TypeVar

import msgspec
import pytest

from config.clock import FixedClock
from domain.refusal import Refused
from models.database import Database
from services.acts import Done
from services.ledger import verify
from services.rebuilding import check_projections
from tests.services.acting import STEPS, Office, done, opening, prepare, submitting

CLIENTS = 8
T = TypeVar("T")


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock, CLIENTS)) as db:
        yield Office(db, wall_clock)


def _at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run all jobs, each in its own thread, all let go in the same moment."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        gate.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(60) for future in [pool.submit(run, job) for job in jobs]]


def test_on_one_case_every_act_is_kept(office: Office) -> None:
    office.open()

    def work(step: str) -> None:
        office.submit(step)
        office.agree(step)

    _at_once([partial(work, step) for step in STEPS])
    assert office.seqs() == list(range(1, 2 * len(STEPS) + 2))
    assert verify(office.db).true
    assert check_projections(office.db).equal


def test_on_many_cases_none_waits_in_vain(office: Office) -> None:
    def work(unit: int) -> None:
        office.open(unit)
        for step in STEPS:
            office.submit(step, unit)
            office.agree(step, unit)

    _at_once([partial(work, unit) for unit in range(CLIENTS)])
    for unit in range(CLIENTS):
        assert office.seqs(unit) == list(range(1, 2 * len(STEPS) + 2))
    assert verify(office.db).true
    assert check_projections(office.db).equal


def test_one_command_sent_eight_times_at_once_is_done_once(office: Office) -> None:
    opened = _at_once([office.open] * CLIENTS)
    assert sorted(answer.repeated for answer in opened) == [False] + [True] * (CLIENTS - 1)
    submitted = _at_once([office.submit] * CLIENTS)
    assert sorted(answer.repeated for answer in submitted) == [False] + [True] * (CLIENTS - 1)
    assert office.seqs() == [1, 2]


def test_of_eight_who_submit_the_same_step_one_does(office: Office) -> None:
    office.open()

    def attempt(number: int) -> Done | Refused:
        command = msgspec.structs.replace(submitting(), command_id=f"try-{number}")
        return office.send(command, "clerk-0")

    answers = _at_once([partial(attempt, number) for number in range(CLIENTS)])
    assert sum(isinstance(answer, Done) for answer in answers) == 1
    assert office.seqs() == [1, 2]


def test_two_databases_objects_on_one_file_take_turns(
    migrated_db_url: str, office: Office, wall_clock: FixedClock
) -> None:
    """As two processes would: each with its own connections and caches."""
    office.open()
    with closing(Database(migrated_db_url)) as second:
        offices = [office, Office(second, wall_clock)] * (CLIENTS // 2)
        jobs = [partial(here.submit, step) for here, step in zip(offices, STEPS, strict=True)]
        answers = _at_once(jobs)
    assert sorted(answer.seq for answer in answers) == list(range(2, CLIENTS + 2))
    assert done(office.send(opening(), "head")).repeated
    assert check_projections(office.db).equal
