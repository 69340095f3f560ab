"""A relay whose work lies in PostgreSQL: events, timers and notices of a case, as on several machines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.clock import SystemClock
from config.settings import Settings
from domain.commands import Submit
from models.statements import MESSAGE
from services.acts import Done, Entry, act
from services.bootstrap import Runtime, open_runtime
from services.clock import today
from services.prefect_api import PrefectApi
from services.relaying import case_queue
from services.timers import due_timers
from tests.deployments.running_up import RunningUp, events_of, launch_long_ago
from tests.flows.stack import until
from tests.services.acting import STEPS, prepare

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(400)]

UNIT = "unit-7"


@pytest.fixture
def runtime(up: RunningUp, migrated_postgres_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """The database, and a relay that works on it."""
    prepare(migrated_postgres_url, SystemClock()).close()
    relay = up.relay_on(migrated_postgres_url)
    relay.start()
    with open_runtime(Settings(data_dir=tmp_path, database_url=migrated_postgres_url)) as opened:
        yield opened
    assert relay.stop(60), relay.last_words(40)
    assert relay.exit_code == 0, relay.last_words(40)


def messages(runtime: Runtime) -> dict[str, int]:
    """How many notices are in which state."""
    counted = select(MESSAGE.c.state, func.count()).group_by(MESSAGE.c.state)
    with runtime.db.read() as session:
        return {state: number for state, number in session.connection().execute(counted)}


def test_events_timers_and_notices_of_a_case_go_through(up: RunningUp, runtime: Runtime) -> None:
    case = launch_long_ago(runtime, UNIT)
    submitted = act(
        runtime.db,
        Submit(command_id="s", case=case, occurred_on=today(runtime.db, runtime.wall), step="1.1", round=1),
        Entry(actor="clerk-7"),
        wall=runtime.wall,
        notices=runtime.notices,
    )
    assert isinstance(submitted, Done), submitted
    until(lambda: not due_timers(runtime.db, runtime.wall), "the timers are fired", 120)
    until(
        lambda: set(messages(runtime)) == {"sent"},
        lambda: f"the notices are delivered: {messages(runtime)} {relay_said(up)}",
        120,
    )
    assert messages(runtime)["sent"] == len(STEPS) + 1, "each step to its doer, and the one submitted"
    until(lambda: not case_queue(runtime.db).people, "nothing waits", 120)
    assert case_queue(runtime.db).dead == ()
    wanted = events_of(runtime, case)
    assert wanted["FellOverdue"] == len(STEPS)
    with PrefectApi(up.settings) as prefect:

        def shown() -> set[str]:
            tasks = prefect.task_runs(run_tags=[f"case:{case}"]) or []
            return {task.name for task in tasks if task.state == "COMPLETED"}

        until(lambda: len(shown()) == wanted.total(), f"all shown: {relay_said(up)}", 150)


def relay_said(up: RunningUp) -> str:
    return (up.folder / "beside.log").read_text(encoding="utf-8")[-3000:]
