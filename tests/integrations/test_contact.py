"""What a case asks of outside systems, over real HTTP, with every trouble that passes or stays.

In each: it says in Chinese why it waits, the act is done once outside and recorded once here, nothing is
lost. What people do about it: ``test_contact_by_hand``.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.clock import FixedClock
from domain.states import StepStatus
from integrations.http_client import CallLimits
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Mode
from services.outside import Answered
from services.outside_hands import stopped_outside
from tests.integrations.contact_checks import (
    STEPS,
    answered,
    assert_by_hand,
    assert_done_once,
    next_try,
    sandbox_of,
)
from tests.integrations.contact_office import (
    FILE,
    Office,
    credit_code_of,
    open_office,
)

HURRIED = CallLimits(read_s=0.3, pause_s=0.02, failures_to_open=1000)
SLOWER_THAN_READ_S = 0.6
NOBODY_THERE = "http://127.0.0.1:9"


# --- what passes by itself


@pytest.mark.parametrize("step", STEPS)
def test_a_good_answer_is_recorded(asked: Office, step: str, request: pytest.FixtureRequest) -> None:
    assert asked.why(step).startswith("等待系统")
    assert asked.work(step) == []
    assert answered(asked, step) is Answered.RECORDED
    assert_done_once(asked, step, sandbox_of(step, request))
    assert asked.claim(step) == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("mode", [Mode.FAIL, Mode.DOWN, Mode.LOSE_ANSWER])
def test_trouble_that_passes_is_asked_again_later(
    asked: Office, step: str, mode: Mode, request: pytest.FixtureRequest
) -> None:
    sandbox = sandbox_of(step, request)
    sandbox.trouble(mode, times=2)
    assert answered(asked, step) is Answered.LATER
    assert "已试 1 次" in asked.why(step)
    assert "转人工办理" in asked.why(step)
    assert asked.claim(step) == [], "not before its time"
    asked.later(seconds=31)
    sandbox.calm()
    assert answered(asked, step) is Answered.RECORDED
    assert_done_once(asked, step, sandbox)


@pytest.mark.parametrize("step", STEPS)
def test_a_slow_system_is_not_waited_for(
    office_sqlite_url: str,
    wall_clock: FixedClock,
    step: str,
    credit_code: str,
    request: pytest.FixtureRequest,
) -> None:
    sandbox = sandbox_of(step, request)
    url = sandbox.url
    with open_office(office_sqlite_url, wall_clock, filing=url, registry=url, limits=HURRIED) as office:
        office.submit_licence(credit_code)
        office.approve_plan()
        sandbox.trouble(Mode.SLOW, times=2, seconds=SLOWER_THAN_READ_S)
        assert answered(office, step) is Answered.LATER
        assert "没有按时应答" in office.why(step)
        sandbox.calm()
        until_recorded(office, step)
        assert_done_once(office, step, sandbox)


def until_recorded(office: Office, step: str) -> None:
    """Ask in the intervals of the relay; a slow machine of ours may need more than one."""
    for _ in range(20):
        office.later(hours=1)
        if answered(office, step) is Answered.RECORDED:
            return
    pytest.fail("never recorded")


def test_the_other_side_says_when_to_come_back(asked: Office, filing_sandbox: Sandbox) -> None:
    filing_sandbox.trouble(Mode.FAIL, times=2, retry_after=1800)
    assert answered(asked, FILE) is Answered.LATER
    assert next_try(asked, FILE) == timedelta(seconds=1800)


def test_a_filing_whose_answer_was_lost_is_not_filed_again(asked: Office, filing_sandbox: Sandbox) -> None:
    before = filing_sandbox.received()["posts"]
    filing_sandbox.trouble(Mode.LOSE_ANSWER, method="POST")
    filing_sandbox.trouble(Mode.DOWN, method="GET", times=1)
    # The first question of the first try meets the DOWN, its second try files and loses the answer.
    assert answered(asked, FILE) is Answered.LATER
    assert "办理结果不明" in asked.why(FILE)
    asked.later(seconds=31)
    assert answered(asked, FILE) is Answered.RECORDED
    assert filing_sandbox.received()["posts"] == before + 1
    assert_done_once(asked, FILE, filing_sandbox)


@pytest.mark.parametrize("step", STEPS)
def test_an_answer_that_comes_twice_counts_once(
    asked: Office, step: str, request: pytest.FixtureRequest
) -> None:
    sandbox = sandbox_of(step, request)
    sandbox.trouble(Mode.ANSWER_TWICE, times=2)
    assert answered(asked, step) is Answered.RECORDED
    assert_done_once(asked, step, sandbox)


def test_a_filing_that_waits_for_its_receipt_is_asked_about(asked: Office, filing_sandbox: Sandbox) -> None:
    filing_sandbox.trouble(Mode.PENDING, method="POST")
    assert answered(asked, FILE) is Answered.LATER
    assert "尚未受理" in asked.why(FILE)
    asked.later(seconds=31)
    assert answered(asked, FILE) is Answered.RECORDED
    assert_done_once(asked, FILE, filing_sandbox)


def test_a_filing_sent_back_outside_is_sent_back_here(asked: Office, filing_sandbox: Sandbox) -> None:
    filing_sandbox.trouble(Mode.REJECT, method="POST")
    assert answered(asked, FILE) is Answered.RECORDED
    assert (asked.state(FILE).status, asked.state(FILE).round) == (StepStatus.RETURNED, 2)


# --- hours, and for good


@pytest.mark.parametrize("step", STEPS)
def test_hours_of_silence_are_waited_out_ever_more_rarely(
    asked: Office, step: str, request: pytest.FixtureRequest
) -> None:
    sandbox = sandbox_of(step, request)
    sandbox.trouble(Mode.DOWN, times=1000)
    delays = []
    for _ in range(12):
        assert answered(asked, step) is Answered.LATER
        delays.append(next_try(asked, step).total_seconds())
        asked.later(seconds=delays[-1] + 1)
    assert sum(delays) > 3 * 3600, "hours"
    whole = [min(30 * 2**n, 3600) for n in range(12)]
    assert all(most / 2 <= delay <= most for delay, most in zip(delays, whole, strict=True))
    assert len({delay / most for delay, most in zip(delays, whole, strict=True)}) == 12, "all alike"
    assert "已试 12 次" in asked.why(step)
    assert (asked.work(step), asked.letters()) == ([], [])
    sandbox.calm()
    assert answered(asked, step) is Answered.RECORDED
    assert_done_once(asked, step, sandbox)


@pytest.mark.parametrize("step", STEPS)
def test_for_good_it_is_peoples_work_on_the_day_set_for_it(
    office_url: str, wall_clock: FixedClock, step: str
) -> None:
    with open_office(office_url, wall_clock, filing=NOBODY_THERE, registry=NOBODY_THERE) as office:
        office.submit_licence(credit_code_of("000000"))
        office.approve_plan()
        assert answered(office, step) is Answered.LATER
        assert "暂时无法使用" in office.why(step)
        office.later(days=7)
        office.fire()
        assert office.why(step).startswith("人工办理:到转人工日期仍无结果。最近一次:")
        assert stopped_outside(office.runtime.db, office.case_id) == (), "nothing to put right here"
        assert_by_hand(office, step)
