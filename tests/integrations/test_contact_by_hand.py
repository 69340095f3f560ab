"""What people do about an outside system: take over, send again, record by hand; never both ways at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from domain import events as e
from domain.outside import FilingOutcome, FilingReceipt, FilingRequest
from domain.refusal import Refused
from domain.states import StepStatus
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Lie, Mode
from services.acts import Done, Entry
from services.outside import Answered
from services.outside_hands import ask_again, send_again, stopped_outside, take_over
from tests.integrations.contact_checks import (
    STEPS,
    answered,
    assert_by_hand,
    assert_done_once,
    filed,
    sandbox_of,
)
from tests.integrations.contact_office import (
    DESK,
    FILE,
    VERIFY,
    Office,
)

# --- what asking again cannot mend

LIES = [Lie.CASE, Lie.CONTENT, Lie.NUMBER, Lie.NOT_JSON, Lie.REDIRECT]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_peoples_work_at_once(
    asked_on_sqlite: Office, step: str, lie: Lie, request: pytest.FixtureRequest
) -> None:
    asked = asked_on_sqlite
    sandbox_of(step, request).trouble(Mode.LIE, times=4, lie=lie, method="POST" if step == FILE else None)
    assert answered(asked, step) is Answered.PERSON
    assert asked.why(step).startswith("人工办理:")
    assert any(word in asked.why(step) for word in ("请人工核实", "请核对接口地址"))
    assert asked.letters() == [(f"manual:{step}", asked.machine(step).why)]
    assert_by_hand(asked, step)


@pytest.mark.parametrize("step", STEPS)
def test_a_refusal_is_peoples_work_at_once(asked: Office, step: str, request: pytest.FixtureRequest) -> None:
    sandbox_of(step, request).trouble(Mode.FAIL, times=1, status=422)
    assert answered(asked, step) is Answered.PERSON
    assert "不予受理(422)" in asked.why(step)
    assert_by_hand(asked, step)


def test_the_responsible_people_are_told_with_the_reason(asked: Office, filing_sandbox: Sandbox) -> None:
    filing_sandbox.trouble(Mode.FAIL, status=403)
    assert answered(asked, FILE) is Answered.PERSON
    assert any("不予受理(403)" in text for text in asked.notices_to(DESK))
    assert not any("不予受理" in text for text in asked.notices_to(asked.clerk))


class Silent:
    """A filing body that cannot say, or a port that the settings have turned to manual."""

    def __init__(self, outcome: FilingOutcome) -> None:
        self._outcome = outcome

    def file(self, request: FilingRequest, idempotency_key: str) -> FilingReceipt:
        return FilingReceipt(outcome=self._outcome)


@pytest.mark.parametrize(
    ("outcome", "letters"), [(FilingOutcome.UNKNOWN, 1), (FilingOutcome.MANUAL, 0)], ids=str
)
def test_where_no_machine_can_answer_people_do(asked: Office, outcome: FilingOutcome, letters: int) -> None:
    asked.runtime = dataclasses.replace(asked.runtime, filing=Silent(outcome))
    assert answered(asked, FILE) is Answered.PERSON
    assert len(stopped_outside(asked.runtime.db, asked.case_id)) == letters
    assert_by_hand(asked, FILE)


# --- sent again


@pytest.mark.parametrize("step", STEPS)
def test_what_was_put_right_is_sent_again_and_done_once(
    asked: Office, step: str, request: pytest.FixtureRequest
) -> None:
    sandbox = sandbox_of(step, request)
    sandbox.trouble(Mode.LIE, times=1, lie=Lie.CASE, method="POST" if step == FILE else None)
    assert answered(asked, step) is Answered.PERSON
    asked.later(days=1)
    again = send_again(asked.runtime, asked.case_id)
    assert (again.sent, again.refused) == (1, ())
    assert send_again(asked.runtime, asked.case_id).sent == 0
    assert asked.work(step) == []
    assert asked.letters() == []
    assert answered(asked, step) is Answered.RECORDED
    assert_done_once(asked, step, sandbox)


def test_it_can_be_given_up_and_sent_again_more_than_once(asked: Office, filing_sandbox: Sandbox) -> None:
    for _ in range(2):
        filing_sandbox.trouble(Mode.FAIL, status=422)
        assert answered(asked, FILE) is Answered.PERSON
        assert send_again(asked.runtime, asked.case_id).sent == 1
    assert answered(asked, FILE) is Answered.RECORDED
    assert_done_once(asked, FILE, filing_sandbox)


def test_what_people_have_registered_is_not_sent_again(asked: Office, filing_sandbox: Sandbox) -> None:
    filing_sandbox.trouble(Mode.FAIL, status=422)
    assert answered(asked, FILE) is Answered.PERSON
    stopped = stopped_outside(asked.runtime.db, asked.case_id)
    assert isinstance(asked.record_by_hand(FILE), Done)
    assert stopped
    assert send_again(asked.runtime, asked.case_id).sent == 0
    assert isinstance(ask_again(asked.runtime, Entry(actor=DESK), asked.case_id, FILE), Refused)
    asked.check_filing()
    assert filed(asked, filing_sandbox) == [], "by paper only"


# --- people and the machine at once


class Meanwhile:
    """The real filing body, and something that happens here between its act and its answer."""

    def __init__(self, office: Office, happens: Callable[[], object]) -> None:
        self._real = office.runtime.filing
        self._happens = happens

    def file(self, request: FilingRequest, idempotency_key: str) -> FilingReceipt:
        receipt = self._real.file(request, idempotency_key)
        self._happens()
        return receipt


def test_a_late_answer_is_told_to_who_took_over_and_does_not_count(
    asked: Office, filing_sandbox: Sandbox
) -> None:
    taken: list[object] = []
    took = Meanwhile(
        asked, lambda: taken.append(take_over(asked.runtime, Entry(actor=DESK), asked.case_id, FILE))
    )
    asked.runtime = dataclasses.replace(asked.runtime, filing=took)
    assert answered(asked, FILE) is Answered.PERSON
    assert isinstance(taken[0], Done), taken
    assert "报送已受理(示例备〔2022〕" in asked.why(FILE)
    assert "勿重复办理" in asked.why(FILE)
    assert stopped_outside(asked.runtime.db, asked.case_id) == ()
    assert asked.events(e.FilingRecorded) == 0
    assert_by_hand(asked, FILE)
    assert len(filed(asked, filing_sandbox)) == 1


def test_a_late_answer_after_the_recording_by_hand_does_not_count(
    asked: Office, filing_sandbox: Sandbox
) -> None:
    recorded: list[object] = []
    by_hand = Meanwhile(asked, lambda: recorded.append(asked.record_by_hand(FILE)))
    asked.runtime = dataclasses.replace(asked.runtime, filing=by_hand)
    assert answered(asked, FILE) is Answered.PERSON
    assert isinstance(recorded[0], Done), recorded
    assert "报送已受理(示例备〔2022〕" in asked.machine(FILE).why
    assert asked.work(FILE) == ["check_filing"]
    asked.check_filing()
    assert asked.events(e.FilingRecorded) == 1
    assert asked.state(FILE).evidence["receipt"].fields["number"] == "示例收〔2022〕9号"


def test_a_late_answer_of_a_verification_done_by_hand_is_out_of_date(asked: Office) -> None:
    (claim,) = asked.claim(VERIFY)
    assert isinstance(asked.record_by_hand(VERIFY), Done)
    assert asked.ask_claim(claim).answered is Answered.OUT_OF_DATE
    assert asked.events(e.Verified) == 1


def test_who_takes_over_knows_that_it_may_have_been_carried_out(
    asked: Office, filing_sandbox: Sandbox
) -> None:
    filing_sandbox.trouble(Mode.DOWN, method="GET")
    filing_sandbox.trouble(Mode.LOSE_ANSWER, method="POST")
    assert answered(asked, FILE) is Answered.LATER
    assert isinstance(take_over(asked.runtime, Entry(actor=asked.clerk), asked.case_id, FILE), Refused)
    assert isinstance(take_over(asked.runtime, Entry(actor=DESK), asked.case_id, FILE), Done)
    assert "办理结果不明" in asked.why(FILE)
    assert_by_hand(asked, FILE)


def test_a_recording_by_hand_ends_the_asking(asked: Office, filing_sandbox: Sandbox) -> None:
    assert isinstance(asked.record_by_hand(FILE), Done)
    assert asked.claim(FILE) == []
    assert "待第二人核对" in asked.why(FILE)
    assert filed(asked, filing_sandbox) == []


def test_a_licence_handed_in_again_is_verified_again(asked: Office, credit_code: str) -> None:
    assert answered(asked, VERIFY) is Answered.RECORDED
    asked.withdraw(VERIFY)
    asked.submit(VERIFY)
    assert answered(asked, VERIFY) is Answered.RECORDED
    assert asked.state(VERIFY).status is StepStatus.IN_REVIEW
    assert asked.events(e.Verified) == 2


def test_a_company_that_is_another_one_sends_the_licence_back(office: Office, credit_code: str) -> None:
    office.submit_licence(credit_code, name="示例另一家有限公司")
    assert answered(office, VERIFY) is Answered.RECORDED
    assert office.state(VERIFY).status is StepStatus.RETURNED
