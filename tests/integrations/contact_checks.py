"""What the tests of contact with outside systems ask about a case, in one word each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import events as e
from domain.states import StepStatus
from integrations.sandbox.process import Sandbox
from models.statements import TIMER
from services.acts import Done
from services.outside import Answered
from services.outside_hands import stopped_outside
from tests.integrations.contact_office import FILE, VERIFY, Office

STEPS = [FILE, VERIFY]


def sandbox_of(step: str, request: pytest.FixtureRequest) -> Sandbox:
    name = "filing_sandbox" if step == FILE else "company_sandbox"
    sandbox: Sandbox = request.getfixturevalue(name)
    return sandbox


def answered(office: Office, step: str) -> Answered:
    (one,) = office.ask(step)
    return one.answered


def next_try(office: Office, step: str) -> timedelta:
    """How long until the step's system is asked again."""
    with office.runtime.db.read() as session:
        wanted = TIMER.select().where(TIMER.c.case_id == office.case_id, TIMER.c.step == step)
        row = session.connection().execute(wanted).one()
    waits: timedelta = row.next_attempt_at - office.runtime.wall.now()
    return waits


def assert_done_once(office: Office, step: str, sandbox: Sandbox) -> None:
    """Recorded once by the machine, and filed once outside."""
    if step == VERIFY:
        assert office.state(VERIFY).status is StepStatus.IN_REVIEW
        assert office.events(e.Verified) == 1
        return
    assert office.state(FILE).status is StepStatus.CLOSED
    assert office.events(e.FilingRecorded) == 1
    assert len(filed(office, sandbox)) == 1


def filed(office: Office, sandbox: Sandbox) -> list[str]:
    """The keys under which the filing body has this case's filings."""
    book = sandbox.received()["filings"]
    return [row["idempotency_key"] for row in book if row["filing"]["case_id"] == office.case_id]


def assert_by_hand(office: Office, step: str) -> None:
    """The responsible people have it and can finish it; the machine asks no more."""
    assert office.work(step) == ["file" if step == FILE else "verify"]
    assert office.claim(step) == []
    assert isinstance(office.record_by_hand(step), Done)
    if step == FILE:
        office.check_filing()
        assert office.state(FILE).status is StepStatus.CLOSED
        assert office.events(e.FilingRecorded) == 1
    else:
        assert office.state(VERIFY).status is StepStatus.IN_REVIEW
        assert office.events(e.Verified) == 1
    assert stopped_outside(office.runtime.db, office.case_id) == ()
