"""The contact flow in a real Prefect: a question is a task of a run, and trouble outside fails no run."""

from __future__ import annotations

import pytest
from prefect import tags
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from config.clock import FixedClock
from domain.states import StepStatus
from flows.contact import contact_outside
from flows.environment import Job, handing_over, prefect_thread, using
from integrations.sandbox.process import start_sandbox
from integrations.sandbox.trouble import Mode
from services.prefect_api import PrefectApi
from tests.flows.stack import Stack, until
from tests.integrations.contact_office import FILE, KINDS, Office, furnished, open_office

TAG = "contact"
pytestmark = [pytest.mark.prefect, pytest.mark.timeout(180)]


def contact(stack: Stack, office: Office) -> None:
    """What the relay does with one case."""
    job = Job(outside=office.claim(FILE))
    api = {PREFECT_API_URL: stack.settings.prefect_api_url, PREFECT_LOGGING_TO_API_ENABLED: False}
    with temporary_settings(api), prefect_thread(), using(office.runtime), handing_over(job), tags(TAG):
        contact_outside(office.case_id, KINDS[FILE])


def test_a_question_is_a_task_and_trouble_outside_fails_no_run(stack: Stack, wall_clock: FixedClock) -> None:
    url = furnished(stack.settings.database_url)
    with start_sandbox("filing") as filing, open_office(url, wall_clock, filing=filing.url) as office:
        office.approve_plan()
        filing.trouble(Mode.FAIL, times=2)
        contact(stack, office)
        assert office.state(FILE).status is StepStatus.FILING
        office.later(seconds=31)
        contact(stack, office)
        assert office.state(FILE).status is StepStatus.CLOSED
        assert len(filing.received()["filings"]) == 1
    with PrefectApi(stack.settings) as prefect:
        until(
            lambda: len(prefect.flow_runs(tags=[TAG], states=["COMPLETED"]) or []) == 2, "both runs are over"
        )
        runs = prefect.flow_runs(tags=[TAG]) or []
    assert {run.state for run in runs} == {"COMPLETED"}
    assert {run.name for run in runs} == {f"对外办理 · file · {office.case_id}"}
