"""Against a real Prefect server: every event is shown, and no stop of anything loses one."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import pytest

from benchmarks.workload import prepare
from models.event_codec import decode_events
from models.ledger import case_stream, rows
from services.bootstrap import Runtime, open_runtime
from services.prefect_api import FlowRun, PrefectApi, TaskRun
from services.relaying import case_queue
from tests.flows.stack import Stack, act_on, open_case, until

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("stack"))
    prepare(made.settings.database_url, 10).close()
    made.start_server()
    made.relay.start()
    yield made
    made.relay.stop()
    made.leave()


@pytest.fixture
def runtime(stack: Stack) -> Iterator[Runtime]:
    with open_runtime(stack.settings) as opened:
        yield opened


def tasks_of(stack: Stack, number: int) -> list[TaskRun]:
    with PrefectApi(stack.settings) as prefect:
        return prefect.task_runs(run_tags=[f"zone:unit-{number}"]) or []


def events_of(runtime: Runtime, case: str) -> int:
    with runtime.db.read() as session:
        stored = list(rows(session.connection(), case_stream(case)))
    return sum(len(decode_events(row.body)) for row in stored)


def wait_shown(stack: Stack, runtime: Runtime, number: int, case: str) -> list[TaskRun]:
    """Wait until each event of the case has a task that is completed."""
    wanted = events_of(runtime, case)

    def shown() -> bool:
        return len({t.name for t in tasks_of(stack, number) if t.state == "COMPLETED"}) >= wanted

    until(shown, f"{wanted} events of {case} shown: {stack.relay.last_words()}", 120)
    until(lambda: not case_queue(runtime.db).people, "nothing waits")
    return tasks_of(stack, number)


def test_each_step_is_opened_and_closed_and_each_decision_is_a_task(stack: Stack, runtime: Runtime) -> None:
    case = open_case(runtime, 0)
    for _ in range(3):
        act_on(runtime, case)
    names = Counter(task.name for task in wait_shown(stack, runtime, 0, case))
    assert set(names.values()) == {1}
    assert len([name for name in names if name.startswith("1.1 ") and " · 启动 · " in name]) == 1
    assert len([name for name in names if name.startswith("1.1 ") and name.endswith(" · 办结")]) == 1
    assert len([name for name in names if name.endswith(" · 同意")]) == 2
    assert not any("p-" in name for name in names), "a person in a task's name"


def test_a_relay_killed_in_the_middle_shows_as_crashed_and_is_made_up(stack: Stack, runtime: Runtime) -> None:
    case = open_case(runtime, 1)
    _kill_while_it_shows(stack, runtime, case)
    stack.relay.start()
    wanted = events_of(runtime, case)
    until(lambda: sum(shown_by_whole_runs(stack).values()) >= wanted, "made up", 120)
    until(lambda: not case_queue(runtime.db).people, "nothing waits")
    runs = runs_of(stack)
    crashed = [run for run in runs if run.state == "CRASHED"]
    assert crashed, [run.state for run in runs]
    assert all(run.message for run in crashed)
    made_up = shown_by_whole_runs(stack)
    assert (len(made_up), set(made_up.values())) == (wanted, {1})
    assert not [run for run in runs if run.state in ("RUNNING", "PENDING")]


def _kill_while_it_shows(stack: Stack, runtime: Runtime, case: str) -> None:
    """Kill the relay in a run of the case; it is held still first, so that the run cannot end meanwhile."""
    relay = stack.relay.process
    assert relay is not None
    try:
        held = any(_held_in_a_run(stack, runtime, case, relay) for _ in range(6))
        assert held, "every run ended before the relay was held"
    except BaseException:
        relay.send_signal(signal.SIGCONT)
        raise
    relay.kill()
    relay.wait()


def _held_in_a_run(stack: Stack, runtime: Runtime, case: str, relay: Popen[bytes]) -> bool:
    def running() -> bool:
        return any(run.state == "RUNNING" for run in runs_of(stack))

    _hold_between_writes(stack, relay)
    for _ in range(8):
        act_on(runtime, case)
    relay.send_signal(signal.SIGCONT)
    while not running() and case_queue(runtime.db).people:
        time.sleep(0.01)
    relay.send_signal(signal.SIGSTOP)
    time.sleep(0.5)  # what was on its way to Prefect arrives
    if running():
        return True
    relay.send_signal(signal.SIGCONT)
    return False


def _hold_between_writes(stack: Stack, relay: Popen[bytes]) -> None:
    """Stop it where it holds no lock of the database: acts go on while it stands."""
    while True:
        relay.send_signal(signal.SIGSTOP)
        if _is_writable(stack):
            return
        relay.send_signal(signal.SIGCONT)
        time.sleep(0.02)


def _is_writable(stack: Stack) -> bool:
    with closing(sqlite3.connect(stack.settings.data_dir / "zone-reform.sqlite3", timeout=0.2)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True


def runs_of(stack: Stack) -> list[FlowRun]:
    with PrefectApi(stack.settings) as prefect:
        return prefect.flow_runs(tags=["zone:unit-1"]) or []


def shown_by_whole_runs(stack: Stack) -> Counter[str]:
    """How often each event is shown by runs that came to their end."""
    whole = {run.id for run in runs_of(stack) if run.state == "COMPLETED"}
    return Counter(task.name for task in tasks_of(stack, 1) if task.flow_run_id in whole)


@pytest.mark.parametrize("wiped", [False, True], ids=["stopped", "wiped"])
def test_with_prefect_away_acts_go_on_and_are_caught_up(stack: Stack, runtime: Runtime, wiped: bool) -> None:
    number = 3 + wiped
    case = open_case(runtime, number)
    wait_shown(stack, runtime, number, case)
    before = events_of(runtime, case)
    stack.server.stop()
    took = [act_on(runtime, case) for _ in range(4)]
    assert max(took) < 2, "an act waited for Prefect"
    assert case_queue(runtime.db).people == 1
    if wiped:
        stack.wipe_prefect()
    stack.start_server()
    missing = events_of(runtime, case) - (before if wiped else 0)
    until(
        lambda: len({task.name for task in tasks_of(stack, number) if task.state == "COMPLETED"}) >= missing,
        f"caught up: {stack.relay.last_words()}",
        120,
    )
    until(lambda: not case_queue(runtime.db).people, "nothing waits")
    assert case_queue(runtime.db).dead == ()


def test_the_log_says_once_that_prefect_went(stack: Stack) -> None:
    said = Path(stack.relay.log).read_text(encoding="utf-8")
    assert said.count("连不上 Prefect") <= said.count("Prefect 已恢复") + 1
