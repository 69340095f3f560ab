"""However the other office misbehaves, a filing with one key is registered once and ends with its receipt."""

import random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.outside import FilingOutcome
from domain.outside_errors import OutsideError
from integrations.filing_http import HttpFiling
from integrations.http_client import CallLimits, OutsideSystem
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Lie, Mode
from tests.integrations.conftest import filing_request, registered

IMPATIENT = CallLimits(connect_s=0.5, read_s=0.1, total_s=1.0, pause_s=0.01, failures_to_open=1000)

troubles = st.lists(
    st.tuples(
        st.sampled_from([m for m in Mode if m is not Mode.REJECT]),
        st.sampled_from(list(Lie)),
        st.sampled_from([500, 503, 404, 502]),
        st.sampled_from([None, "GET", "POST"]),
    ),
    max_size=6,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=troubles)
@example(story=[(Mode.LOSE_ANSWER, Lie.CASE, 503, "POST"), (Mode.FAIL, Lie.CASE, 404, "GET")])
@example(story=[(Mode.SLOW, Lie.CASE, 503, "POST"), (Mode.SLOW, Lie.CASE, 503, "POST")])
@example(story=[(Mode.PENDING, Lie.CASE, 503, "POST"), (Mode.LOSE_ANSWER, Lie.CASE, 503, "GET")])
def test_registered_exactly_once(
    story: list[tuple[Mode, Lie, int, str | None]], filing_sandbox: Sandbox
) -> None:
    filing_sandbox.calm()
    for mode, lie, status, method in story:
        filing_sandbox.trouble(mode, lie=lie, status=status, method=method, seconds=0.15)
    request = filing_request()
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=IMPATIENT, rng=random.Random(1)) as system:  # noqa: S311
        port = HttpFiling(system)
        for _ in range(len(story) + 3):
            try:
                receipt = port.file(request, request.case_id)
            except OutsideError:
                continue
            if receipt.is_final:
                break
    assert receipt.outcome is FilingOutcome.ACCEPTED
    (row,) = registered(filing_sandbox, request)
    assert receipt.receipt_number == f"示例备〔2022〕{row['number']}号"
