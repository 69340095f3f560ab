"""The common client: circuit breaker, limit of calls, ten seconds at most, only the configured address."""

import random
import threading
import time

import pytest

from domain.outside import FilingOutcome
from domain.outside_errors import (
    OutsideBusy,
    OutsideCircuitOpen,
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
)
from integrations.answers import header_key
from integrations.breaker import CircuitState
from integrations.company_http import HttpCompanyRegistry
from integrations.filing_http import HttpFiling
from integrations.http_client import Call, CallLimits, OutsideSystem
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Lie, Mode
from tests.integrations.conftest import QUICK, filing_request, registered
from tests.integrations.test_company_http import QUERY


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


BREAKING = CallLimits(
    connect_s=0.5, read_s=0.5, total_s=3.0, tries=1, failures_to_open=3, open_for_s=60.0, queue_s=0.05
)


def _fail(port: HttpFiling, times: int) -> None:
    for number in range(times):
        with pytest.raises(OutsideTimeout):
            port.file(filing_request(), f"breaker-{number}")


def test_the_circuit_opens_and_half_opens(filing_sandbox: Sandbox) -> None:
    clock = Clock()
    filing_sandbox.trouble(Mode.FAIL, status=500, times=100)
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=BREAKING, monotonic=clock) as system:
        port = HttpFiling(system)
        _fail(port, 3)
        assert system.health().circuit is CircuitState.OPEN

        clock.at += 20
        with pytest.raises(OutsideCircuitOpen, match="已暂停调用") as error:
            port.file(filing_request(), "open")
        assert error.value.retry_after == pytest.approx(40)
        assert not error.value.attempted

        clock.at += 40
        assert system.health().circuit is CircuitState.HALF_OPEN
        _fail(port, 1)
        assert system.health().circuit is CircuitState.OPEN, "one failed probe is enough"

        clock.at += 60
        filing_sandbox.calm()
        request = filing_request()
        assert port.file(request, request.case_id).outcome is FilingOutcome.ACCEPTED
        assert system.health().circuit is CircuitState.CLOSED
        filing_sandbox.trouble(Mode.FAIL, status=500, times=2)
        _fail(port, 2)
        assert system.health().circuit is CircuitState.CLOSED, "the earlier failures are forgotten"


def test_an_open_circuit_calls_nobody(filing_sandbox: Sandbox) -> None:
    filing_sandbox.trouble(Mode.FAIL, status=500, times=3, method="GET")
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=BREAKING, monotonic=Clock()) as system:
        port = HttpFiling(system)
        _fail(port, 3)
        posts = filing_sandbox.received()["posts"]
        request = filing_request()
        with pytest.raises(OutsideCircuitOpen):
            port.file(request, request.case_id)
    assert filing_sandbox.received()["posts"] == posts
    assert registered(filing_sandbox, request) == []


def test_a_half_open_circuit_lets_one_probe_through(filing_sandbox: Sandbox) -> None:
    clock = Clock()
    filing_sandbox.trouble(Mode.FAIL, status=500, times=3, method="GET")
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=BREAKING, monotonic=clock) as system:
        port = HttpFiling(system)
        _fail(port, 3)
        clock.at += 61
        probing, go_on = threading.Event(), threading.Event()

        def slow_probe(_: Call) -> str:
            probing.set()
            assert go_on.wait(5)
            return "answered"

        probe = threading.Thread(target=system.run, args=(slow_probe,))
        probe.start()
        assert probing.wait(5)
        with pytest.raises(OutsideCircuitOpen):
            port.file(filing_request(), "second")
        go_on.set()
        probe.join(5)
        assert system.health().circuit is CircuitState.CLOSED


def test_refusals_leave_the_circuit_closed_and_lies_open_it(filing_sandbox: Sandbox) -> None:
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=BREAKING, monotonic=Clock()) as system:
        port = HttpFiling(system)
        filing_sandbox.trouble(Mode.FAIL, status=422, times=5, method="POST")
        for number in range(5):
            with pytest.raises(OutsideRefused):
                port.file(filing_request(), f"refused-{number}")
        assert system.health().circuit is CircuitState.CLOSED
        filing_sandbox.trouble(Mode.LIE, lie=Lie.NOT_JSON, times=3)
        for number in range(3):
            with pytest.raises(OutsideProtocolError):
                port.file(filing_request(), f"lie-{number}")
        assert system.health().circuit is CircuitState.OPEN


def test_a_fault_of_our_own_says_nothing_about_the_system(filing_sandbox: Sandbox) -> None:
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=BREAKING) as system:
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                system.run(lambda _: 1 / 0)
        assert system.health().circuit is CircuitState.CLOSED
        request = filing_request()
        assert HttpFiling(system).file(request, request.case_id).is_final, "no place was lost"


def test_a_slow_system_does_not_hold_up_another(filing_sandbox: Sandbox, company_sandbox: Sandbox) -> None:
    patient = CallLimits(connect_s=0.5, read_s=3.0, total_s=4.0, tries=1, concurrency=2, queue_s=0.05)
    filing_sandbox.trouble(Mode.SLOW, seconds=1.5, times=2, method="GET")
    company_sandbox.load_companies(
        [{"credit_code": QUERY.credit_code, "company": {"name": "示例", "status": "存续"}}]
    )
    with (
        OutsideSystem("示例备案系统", filing_sandbox.url, limits=patient) as slow,
        OutsideSystem("示例登记系统", company_sandbox.url, limits=patient) as quick,
    ):
        requests = [filing_request() for _ in range(2)]
        waiting = [
            threading.Thread(target=HttpFiling(slow).file, args=(request, request.case_id))
            for request in requests
        ]
        for thread in waiting:
            thread.start()
        time.sleep(0.3)

        began = time.monotonic()
        for number in range(5):
            assert HttpCompanyRegistry(quick).look_up(QUERY, f"quick-{number}").found
        with pytest.raises(OutsideBusy, match="稍后自动再试") as busy:
            HttpFiling(slow).file(filing_request(), "third")
        assert time.monotonic() - began < 1.0, "neither the other system nor the third caller waited"
        assert not busy.value.attempted
        for thread in waiting:
            thread.join(5)
    for request in requests:
        assert len(registered(filing_sandbox, request)) == 1


def test_default_limits_keep_a_run_under_ten_seconds() -> None:
    limits = CallLimits()
    assert (limits.connect_s, limits.read_s, limits.total_s, limits.tries) == (2.0, 5.0, 10.0, 2)


def test_two_slow_tries_end_within_the_total(filing_sandbox: Sandbox) -> None:
    limits = CallLimits(connect_s=0.3, read_s=0.6, total_s=1.0, pause_s=0.05)
    filing_sandbox.trouble(Mode.SLOW, seconds=2.0, times=2)
    began = time.monotonic()
    with (
        OutsideSystem("示例备案系统", filing_sandbox.url, limits=limits) as system,
        pytest.raises(OutsideTimeout),
    ):
        HttpFiling(system).file(filing_request(), "two-slow")
    assert time.monotonic() - began < 1.4


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://u:p@127.0.0.1/"])
def test_an_address_that_cannot_be_right_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="外部系统的地址"):
        OutsideSystem("示例备案系统", address)


def test_proxies_of_the_environment_are_not_used(
    filing_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    request = filing_request()
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=QUICK) as system:
        assert HttpFiling(system).file(request, request.case_id).is_final


def test_keys_fit_a_header_and_stay_apart() -> None:
    assert header_key("case/1.11/1/file") == "case/1.11/1/file"
    assert header_key("许昌\r\nX: y").isascii()
    assert not set("\r\n ") & set(header_key("许昌\r\nX: y"))
    long = [header_key("许" * 100 + end) for end in "ab"]
    assert len(set(long)) == 2
    assert all(len(key) == 64 for key in long)
    with pytest.raises(ValueError, match="empty"):
        header_key("")


def test_the_pause_is_short_and_jittered(filing_sandbox: Sandbox) -> None:
    pauses: list[float] = []
    limits = CallLimits(connect_s=0.5, read_s=0.5, failures_to_open=100)
    rng = random.Random(7)  # noqa: S311
    with OutsideSystem(
        "示例备案系统", filing_sandbox.url, limits=limits, sleep=pauses.append, rng=rng
    ) as system:
        for number in range(5):
            filing_sandbox.trouble(Mode.FAIL, status=500, method="GET")
            HttpFiling(system).file(filing_request(), f"pause-{number}-{rng.random()}")
    assert len(set(pauses)) == 5
    assert all(0.25 <= pause <= 0.5 for pause in pauses)
