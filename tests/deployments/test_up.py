"""`zonectl up` as an office runs it: its deployments work, what dies is started again, it ends clean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psutil
import pytest
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun, StateType

from config.clock import BUSINESS_TIMEZONE, SystemClock
from config.prefect_env import WORK_POOL
from config.running import process_token, read_note
from services.bootstrap import Runtime, open_runtime
from services.launching import case_id_of
from services.ledger import verify
from services.prefect_api import PrefectApi
from services.seals import read_seal
from services.timers import due_timers
from tests.deployments.running_up import RunningUp, events_of, launch_long_ago
from tests.flows.stack import until
from tests.services.acting import CODE, STEPS

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(400)]

LAUNCHED = [f"unit-{number}" for number in range(4)]


@pytest.fixture
def runtime(up: RunningUp) -> Iterator[Runtime]:
    with open_runtime(up.settings) as opened:
        yield opened


# --- schedules ---


def scheduled(up: RunningUp) -> list[FlowRun]:
    with up.prefect() as client:
        runs = client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["seal-ledger"])))
    return [run for run in runs if run.auto_scheduled]


def test_the_server_itself_makes_the_next_nights_runs(up: RunningUp) -> None:
    until(lambda: len(scheduled(up)) >= 3, f"three nights: {up.log_of('prefect-server')[-2000:]}", 120)
    runs = scheduled(up)
    nights = sorted(
        run.expected_start_time.astimezone(BUSINESS_TIMEZONE) for run in runs if run.expected_start_time
    )
    assert {(night.hour, night.minute) for night in nights} == {(23, 30)}
    assert [night.date() for night in nights] == [
        nights[0].date() + timedelta(days=number) for number in range(len(nights))
    ]
    assert abs(nights[0] - SystemClock().now()) <= timedelta(days=1, minutes=5)
    assert all(run.parameters == {"by_hand": False} for run in runs)


# --- runs by hand, through the worker ---


def test_what_is_started_in_prefect_is_done_by_the_worker(up: RunningUp, runtime: Runtime) -> None:
    parameters = {"programme": CODE, "version": 1, "unit_ids": LAUNCHED, "launched_by": "head"}
    launch, seal = up.start_run("launch-programme", parameters), up.start_run("seal-ledger")
    up.wait_state(launch, StateType.COMPLETED)
    cases = [case_id_of(CODE, unit) for unit in LAUNCHED]
    assert all(events_of(runtime, case)["CaseOpened"] == 1 for case in cases)
    up.wait_state(seal, StateType.COMPLETED)
    (file,) = (up.settings.data_dir / "seals").glob("seal-*.json")
    found = verify(runtime.db, seal=file)
    assert found.true, found.findings
    assert found.seal == read_seal(file).number == 1
    with PrefectApi(up.settings) as prefect:
        until(lambda: bool(prefect.task_runs(run_tags=[f"zone:{LAUNCHED[0]}"])), "the launch is shown", 120)


# --- what dies is started again ---


def test_a_due_timer_strikes_once_also_over_the_relays_death(up: RunningUp, runtime: Runtime) -> None:
    first = launch_long_ago(runtime, "unit-6")
    until(lambda: events_of(runtime, first)["FellOverdue"] == len(STEPS), "the relay fires the timers")
    before = events_of(runtime, first)
    up.wait_replaced("relay", up.kill("relay"))
    second = launch_long_ago(runtime, "unit-7")
    until(lambda: events_of(runtime, second)["FellOverdue"] == len(STEPS), "the next relay fires timers")
    assert events_of(runtime, first) == before
    assert due_timers(runtime.db, runtime.wall) == 0


def workers(up: RunningUp) -> set[str]:
    with up.prefect() as client:
        answer = client.request("POST", f"/work_pools/{WORK_POOL}/workers/filter", json={})
    return {worker["name"] for worker in answer.json()}


def test_after_worker_and_prefect_were_killed_all_goes_on(up: RunningUp, runtime: Runtime) -> None:
    """Both in the middle of a run, which must neither look alive for ever nor hold up the next."""
    lost, processes = up.begin_run("seal-ledger")
    before = workers(up)
    assert before
    worker = up.kill("worker")
    for each in processes:
        each.kill()
    up.wait_replaced("worker", worker)
    server = up.kill("prefect-server")
    case = launch_long_ago(runtime, "unit-5")
    up.wait_replaced("prefect-server", server)
    until(lambda: bool(workers(up) - before), "the next worker announces itself")
    next_ = up.start_run("seal-ledger")
    assert "重新运行即可" in (up.wait_state(lost, StateType.CRASHED).message or "")
    up.wait_state(next_, StateType.COMPLETED)
    with PrefectApi(up.settings) as prefect:
        until(lambda: bool(prefect.task_runs(run_tags=["zone:unit-5"])), f"{case} is shown", 120)
    found = up.status()
    assert found["prefect"] is True
    assert found["up"]["children"] == dict(up.note().children)


# --- one at a time, and a clean end ---


def test_the_pages_come_before_what_nobody_waits_for(up: RunningUp) -> None:
    children = up.note().children
    nice = {name: psutil.Process(number).nice() for name, number in children.items()}
    assert all(nice["web"] < nice[behind] for behind in ("prefect-server", "worker", "relay")), nice


def test_a_second_up_on_the_same_data_is_refused(up: RunningUp) -> None:
    answer = up.zonectl("up")
    assert answer.returncode == 4, answer.stderr
    assert f"已有一个 zonectl up 在运行(进程号 {up.note().pid}" in answer.stderr
    assert "Ctrl-C" in answer.stderr
    assert process_token(up.note().pid), "the first one still runs"


def test_told_to_stop_it_leaves_no_process_behind(up: RunningUp) -> None:
    """Also not that of a flow which the worker has just begun."""
    up.begin_run("seal-ledger")
    assert len(up.processes()) > len(up.note().children)
    assert up.end() == 0, up.said()
    assert "已全部停止" in up.said()
    assert "强制结束" not in up.said()
    assert [(each.pid, each.cmdline()) for each in up.processes()] == []
    assert read_note(up.settings) is None
