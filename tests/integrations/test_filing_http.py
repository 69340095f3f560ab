"""Filing over HTTP: what each kind of trouble at the other office comes to."""

import socket
import time
from datetime import date
from pathlib import Path

import pytest

from domain.outside import FilingOutcome, FilingReceipt, filing_digest
from domain.outside_errors import (
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
    OutsideUnavailable,
)
from integrations.filing_http import HttpFiling
from integrations.http_client import CallLimits, OutsideSystem
from integrations.sandbox.process import Sandbox, start_sandbox
from integrations.sandbox.trouble import Lie, Mode
from tests.integrations.conftest import QUICK, filing_request, registered

ONCE = CallLimits(connect_s=0.5, read_s=0.5, total_s=2.0, tries=1)


def test_a_filing_gets_its_receipt(filing_sandbox: Sandbox, filing_system: OutsideSystem) -> None:
    request = filing_request()
    receipt = HttpFiling(filing_system).file(request, f"{request.case_id}/1.11/1/报送")
    (row,) = registered(filing_sandbox, request)
    assert receipt.outcome is FilingOutcome.ACCEPTED
    assert receipt.receipt_number == f"示例备〔2022〕{row['number']}号"
    assert receipt.received_on == date(2022, 3, 2)
    assert receipt.source == "示例备案系统"
    assert len(receipt.raw_digest) == 64
    assert row["content_digest"] == filing_digest(request)


def test_the_same_key_is_the_same_filing(filing_sandbox: Sandbox, filing_system: OutsideSystem) -> None:
    request = filing_request()
    first = HttpFiling(filing_system).file(request, request.case_id)
    second = HttpFiling(filing_system).file(request, request.case_id)
    assert (first.receipt_number, first.received_on) == (second.receipt_number, second.received_on)
    assert len(registered(filing_sandbox, request)) == 1


def test_the_registry_itself_takes_a_repeated_key_for_the_same_filing(filing_sandbox: Sandbox) -> None:
    request = filing_request()
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=QUICK) as system:
        filing_sandbox.trouble(Mode.FAIL, status=404, times=2, method="GET")
        first = HttpFiling(system).file(request, request.case_id)
        second = HttpFiling(system).file(request, request.case_id)
    assert first.receipt_number == second.receipt_number
    assert len(registered(filing_sandbox, request)) == 1


def test_a_key_used_for_other_content_is_refused(
    filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    HttpFiling(filing_system).file(request, request.case_id)
    other = filing_request(case_id=request.case_id, document_number="示例发〔2022〕6号")
    with pytest.raises(OutsideProtocolError, match="不一致"):
        HttpFiling(filing_system).file(other, request.case_id)
    filing_sandbox.trouble(Mode.FAIL, status=404, method="GET")
    with pytest.raises(OutsideRefused, match="幂等键") as refused:
        HttpFiling(filing_system).file(other, request.case_id)
    assert refused.value.facts["status"] == 409
    assert registered(filing_sandbox, request)[0]["content_digest"] == filing_digest(request)


def test_a_lost_answer_is_asked_for_and_not_filed_again(
    filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    posts = filing_sandbox.received()["posts"]
    filing_sandbox.trouble(Mode.LOSE_ANSWER, method="POST")
    receipt = HttpFiling(filing_system).file(request, request.case_id)
    assert receipt.outcome is FilingOutcome.ACCEPTED
    assert len(registered(filing_sandbox, request)) == 1
    assert filing_sandbox.received()["posts"] == posts + 1, "the second try asked, it did not file"


def test_a_slow_answer_is_left_and_made_up_later(
    filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.SLOW, times=2, seconds=0.8, method="POST")
    began = time.monotonic()
    with pytest.raises(OutsideTimeout, match="请勿重复办理") as late:
        HttpFiling(filing_system).file(request, request.case_id)
    assert time.monotonic() - began < QUICK.total_s
    assert late.value.retry_after is not None
    assert 15 <= late.value.retry_after <= 30
    time.sleep(1)
    assert HttpFiling(filing_system).file(request, request.case_id).outcome is FilingOutcome.ACCEPTED
    assert len(registered(filing_sandbox, request)) == 1


def test_an_answer_that_drips_ends_at_the_deadline(filing_sandbox: Sandbox) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.DRIP, seconds=0.1, times=5)
    limits = CallLimits(connect_s=0.5, read_s=0.5, total_s=1.5)
    began = time.monotonic()
    with (
        OutsideSystem("示例备案系统", filing_sandbox.url, limits=limits) as system,
        pytest.raises(OutsideTimeout) as late,
    ):
        HttpFiling(system).file(request, request.case_id)
    assert 1.4 < time.monotonic() - began < 2.5, "each byte came in time, the whole did not"
    assert late.value.facts == {"reason": "deadline"}


@pytest.mark.parametrize("status", [429, 503])
def test_a_system_that_says_later_is_unavailable(
    status: int, filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.FAIL, status=status, retry_after=120, times=2)
    with pytest.raises(OutsideUnavailable) as error:
        HttpFiling(filing_system).file(request, request.case_id)
    assert error.value.retry_after == 120, "what it asked for is kept, and no second try is made before"
    assert len(registered(filing_sandbox, request)) == 0
    filing_sandbox.calm()
    assert HttpFiling(filing_system).file(request, request.case_id).is_final


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failing_system_leaves_the_outcome_open(
    status: int, filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    filing_sandbox.trouble(Mode.FAIL, status=status, times=2)
    with pytest.raises(OutsideTimeout, match=str(status)):
        HttpFiling(filing_system).file(filing_request(), f"fail-{status}")


def test_one_failure_is_mended_by_the_second_try(
    filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.FAIL, status=500)
    assert HttpFiling(filing_system).file(request, request.case_id).outcome is FilingOutcome.ACCEPTED


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_refusal_is_not_tried_again(
    status: int, filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.FAIL, status=status, method="POST")
    with pytest.raises(OutsideRefused, match="对方系统出错") as refused:
        HttpFiling(filing_system).file(request, request.case_id)
    assert not refused.value.retryable
    assert registered(filing_sandbox, request) == []


@pytest.mark.parametrize("lie", list(Lie))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_lie_is_believed(
    lie: Lie, method: str, filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    if method == "GET":
        HttpFiling(filing_system).file(request, request.case_id)
    filing_sandbox.trouble(Mode.LIE, lie=lie, method=method)
    with pytest.raises(OutsideProtocolError) as error:
        HttpFiling(filing_system).file(request, request.case_id)
    assert not error.value.retryable
    assert request.case_id not in str(error.value.facts)
    assert HttpFiling(filing_system).file(request, request.case_id).outcome is FilingOutcome.ACCEPTED
    assert len(registered(filing_sandbox, request)) == 1


def test_a_wrong_echo_is_named_to_the_officer_and_the_log(
    filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    filing_sandbox.trouble(Mode.LIE, lie=Lie.CONTENT, method="POST")
    request = filing_request()
    with pytest.raises(OutsideProtocolError, match="对方系统返回的内容与报送不一致") as error:
        HttpFiling(filing_system).file(request, request.case_id)
    assert error.value.facts["fields"] == "content_digest"


def test_a_receipt_older_than_the_filing_is_not_believed(
    filing_sandbox: Sandbox, filing_system: OutsideSystem
) -> None:
    request = filing_request()
    HttpFiling(filing_system).file(request, request.case_id)
    later = filing_request(case_id=request.case_id, filed_on=date(2022, 3, 9))
    with pytest.raises(OutsideProtocolError) as error:
        HttpFiling(filing_system).file(later, request.case_id)
    assert "received_on<filed_on" in str(error.value.facts["fields"])


def test_an_answer_sent_twice_is_one_receipt(filing_sandbox: Sandbox, filing_system: OutsideSystem) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.ANSWER_TWICE, times=2)
    assert HttpFiling(filing_system).file(request, request.case_id).outcome is FilingOutcome.ACCEPTED
    assert len(registered(filing_sandbox, request)) == 1


def test_a_pending_filing_is_asked_about_later(filing_sandbox: Sandbox, filing_system: OutsideSystem) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.PENDING, method="POST")
    first = HttpFiling(filing_system).file(request, request.case_id)
    assert (first.outcome, first.is_final, first.receipt_number) == (FilingOutcome.PENDING, False, "")
    second = HttpFiling(filing_system).file(request, request.case_id)
    assert second.outcome is FilingOutcome.ACCEPTED
    assert second.receipt_number


def test_a_filing_that_was_sent_back_says_why(filing_sandbox: Sandbox, filing_system: OutsideSystem) -> None:
    request = filing_request()
    filing_sandbox.trouble(Mode.REJECT, method="POST")
    receipt = HttpFiling(filing_system).file(request, request.case_id)
    assert (receipt.outcome, receipt.is_final) == (FilingOutcome.REJECTED, True)
    assert "备案说明" in receipt.message


def test_a_system_that_is_down_is_unavailable_and_nothing_was_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with (
            OutsideSystem("示例备案系统", f"http://127.0.0.1:{port}", limits=QUICK) as system,
            pytest.raises(OutsideUnavailable, match="示例备案系统暂时无法使用"),
        ):
            HttpFiling(system).file(filing_request(), "down")


def test_a_connection_closed_unread_is_an_unknown_outcome(filing_sandbox: Sandbox) -> None:
    filing_sandbox.trouble(Mode.DOWN)
    with (
        OutsideSystem("示例备案系统", filing_sandbox.url, limits=ONCE) as system,
        pytest.raises(OutsideTimeout),
    ):
        HttpFiling(system).file(filing_request(), "closed")


def test_the_registry_remembers_over_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "filings.json"
    request = filing_request()
    receipts: list[FilingReceipt] = []
    for _ in range(2):
        with (
            start_sandbox("filing", "--state", str(state)) as sandbox,
            OutsideSystem("示例备案系统", sandbox.url, limits=QUICK) as system,
        ):
            receipts.append(HttpFiling(system).file(request, request.case_id))
            assert sandbox.received()["posts"] == 1
    assert receipts[0].receipt_number == receipts[1].receipt_number
