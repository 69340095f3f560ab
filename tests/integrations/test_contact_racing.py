"""Two relays at once on PostgreSQL: timers, questions to outside systems, notices: nothing twice."""

from __future__ import annotations

import dataclasses
import random
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final, TypeVar

import pytest
from sqlalchemy import func, select

from config.clock import FixedClock
from domain import events as e
from domain.outside import FilingReceipt, FilingRequest
from domain.states import StepStatus
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Mode
from models.statements import TIMER
from services import delivery, outside
from services.bootstrap import Runtime
from services.notices import IN_APP
from services.outside import Answered
from services.outside_hands import send_again, stopped_outside
from services.timers import Fired, fire_due
from tests.integrations.contact_checks import assert_done_once, filed
from tests.integrations.contact_office import FILE, KINDS, LEASE_S, Office, open_office, runtime_on

RELAYS: Final = ("one", "two")
CASES: Final = 6
Found = TypeVar("Found")


@pytest.fixture
def offices(
    office_postgres_url: str, wall_clock: FixedClock, filing_sandbox: Sandbox
) -> Iterator[list[Office]]:
    """Six cases whose plan waits to be filed."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(open_office(office_postgres_url, wall_clock, filing=filing_sandbox.url))
            for _ in range(CASES)
        ]
        for office in opened:
            office.approve_plan()
        yield opened


@pytest.fixture
def relays(
    office_postgres_url: str, wall_clock: FixedClock, filing_sandbox: Sandbox
) -> Iterator[list[Runtime]]:
    """Two processes, as far as the database and the outside can tell."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(runtime_on(office_postgres_url, wall_clock, filing=filing_sandbox.url))
            for _ in RELAYS
        ]


def both(relays: list[Runtime], work: Callable[[Runtime, str], Found]) -> list[Found]:
    """Let both do ``work`` from the same moment on."""
    ready = threading.Barrier(len(RELAYS))

    def begin(runtime: Runtime, name: str) -> Found:
        ready.wait(30)
        return work(runtime, name)

    with ThreadPoolExecutor(len(RELAYS)) as pool:
        return list(pool.map(begin, relays, RELAYS))


def test_each_filing_is_asked_for_by_one(
    offices: list[Office], relays: list[Runtime], filing_sandbox: Sandbox
) -> None:
    posts = filing_sandbox.received()["posts"]

    def ask_all(runtime: Runtime, name: str) -> list[Answered]:
        found = []
        for office in offices:
            for claim in outside.claim_outside(
                runtime.db, runtime.wall, name, LEASE_S, office.case_id, KINDS[FILE]
            ):
                asked = outside.ask(runtime, claim, run_id=None, rng=office.rng)
                found.append(asked.answered)
        return found

    answers = [answer for answers in both(relays, ask_all) for answer in answers]
    assert answers == [Answered.RECORDED] * CASES
    assert filing_sandbox.received()["posts"] == posts + CASES
    for office in offices:
        assert_done_once(office, FILE, filing_sandbox)


class Together:
    """A filing body that both relays are at, each before the other has its answer."""

    def __init__(self, runtime: Runtime, ready: threading.Barrier) -> None:
        self._real = runtime.filing
        self._ready = ready

    def file(self, request: FilingRequest, idempotency_key: str) -> FilingReceipt:
        self._ready.wait(30)
        receipt = self._real.file(request, idempotency_key)
        self._ready.wait(30)
        return receipt


def test_two_that_ask_at_once_after_a_lease_ran_out_do_it_once(
    offices: list[Office], relays: list[Runtime], filing_sandbox: Sandbox
) -> None:
    office, ready = offices[0], threading.Barrier(len(RELAYS))
    (slow,) = office.claim(FILE, RELAYS[0])
    office.later(seconds=LEASE_S + 1)
    (quick,) = office.claim(FILE, RELAYS[1])
    claims = dict(zip(RELAYS, (slow, quick), strict=True))

    def ask(runtime: Runtime, name: str) -> Answered:
        at_once = dataclasses.replace(runtime, filing=Together(runtime, ready))
        return outside.ask(at_once, claims[name], run_id=None, rng=office.rng).answered

    assert set(both(relays, ask)) <= {Answered.RECORDED, Answered.OUT_OF_DATE}
    assert_done_once(office, FILE, filing_sandbox)


def test_two_that_give_up_at_once_make_one_piece_of_work_and_send_it_again_once(
    offices: list[Office], relays: list[Runtime], filing_sandbox: Sandbox
) -> None:
    office, ready = offices[0], threading.Barrier(len(RELAYS))
    filing_sandbox.trouble(Mode.FAIL, times=2, status=422)
    (slow,) = office.claim(FILE, RELAYS[0])
    office.later(seconds=LEASE_S + 1)
    (quick,) = office.claim(FILE, RELAYS[1])
    claims = dict(zip(RELAYS, (slow, quick), strict=True))

    def give_up(runtime: Runtime, name: str) -> Answered:
        ready.wait(30)
        return outside.ask(runtime, claims[name], run_id=None, rng=office.rng).answered

    both(relays, give_up)
    filing_sandbox.calm()
    assert office.work(FILE) == ["file"]
    assert office.events(e.ManualTurned) == 1
    assert len(stopped_outside(office.runtime.db, office.case_id)) == 1
    again = both(relays, lambda runtime, name: send_again(runtime, office.case_id))
    assert sum(each.sent for each in again) == 1
    assert office.events(e.MachineResumed) == 1
    assert office.ask(FILE)[0].answered is Answered.RECORDED
    assert len(filed(office, filing_sandbox)) == 1


def test_each_timer_is_fired_once(offices: list[Office], relays: list[Runtime]) -> None:
    offices[0].later(days=7)

    def fire(runtime: Runtime, name: str) -> Fired:
        return fire_due(runtime, random.Random(1), limit=1000)  # noqa: S311 (spreads retries)

    assert [fired.failed for fired in both(relays, fire)] == [0, 0]
    for office in offices:
        assert office.events(e.ManualTurned) == 1
        assert office.work(FILE) == ["file"]
        with office.runtime.db.read() as session:
            left = select(func.count()).where(TIMER.c.case_id == office.case_id, TIMER.c.kind == "manual")
            assert session.connection().execute(left).scalar_one() == 0


def test_a_timer_and_an_answer_at_once_end_in_one_of_the_two(
    offices: list[Office], relays: list[Runtime], filing_sandbox: Sandbox
) -> None:
    claims = {office.case_id: office.claim(FILE)[0] for office in offices}
    offices[0].later(days=7)

    def work(runtime: Runtime, name: str) -> None:
        if name == RELAYS[0]:
            fire_due(runtime, random.Random(1), limit=1000)  # noqa: S311 (spreads retries)
            return
        for office in offices:
            outside.ask(runtime, claims[office.case_id], run_id=None, rng=office.rng)

    both(relays, work)
    for office in offices:
        if office.state(FILE).status is StepStatus.CLOSED:
            assert_done_once(office, FILE, filing_sandbox)
        else:
            assert office.work(FILE) == ["file"]
            assert office.events(e.FilingRecorded) == 0
            assert office.claim(FILE) == []


def test_each_notice_is_delivered_once(offices: list[Office], relays: list[Runtime]) -> None:
    handed: Counter[str] = Counter()
    guard = threading.Lock()

    def deliver(runtime: Runtime, name: str) -> None:
        rng = random.Random(secrets.randbits(32))  # noqa: S311 (spreads retries)
        while claims := delivery.claim_messages(runtime.db, runtime.wall, name, LEASE_S, IN_APP, limit=3):
            with guard:
                handed.update(claim.id for claim in claims)
            settled = delivery.deliver_batch(runtime.db, runtime.wall, runtime.channels, IN_APP, claims, rng)
            assert {each.state for each in settled} == {delivery.SENT}

    both(relays, deliver)
    assert len(handed) >= len(offices), "each head has something to decide"
    assert set(handed.values()) == {1}
    assert delivery.message_queue(relays[0].db, relays[0].wall).waiting.get(IN_APP, 0) == 0
