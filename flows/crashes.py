"""中断的运行: runs whose process is gone stay `Running` in Prefect for ever unless somebody says otherwise.

The relay forces them to Crashed, with a message, at its start, when Prefect comes back, and when it takes
over a lease that ran out. Each of its runs carries the tag ``relay:<process>``: it is known whose it was.
Of a run that a worker started Prefect knows the number of its process only, not the machine: where worker and
relay share one (`zonectl up`), the relay closes those too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from loguru import logger
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.context import SyncClientContext
from prefect.states import Crashed

from config.running import process_token
from flows.environment import is_dead

RELAY: Final = "relay"
PAGE: Final = 200
YOUNG: Final = timedelta(seconds=20)
"""A run of our own that is so young may just be starting."""
LONG_PENDING: Final = timedelta(minutes=5)
"""A worker that took up a run has started its process by then."""
_OPEN: Final = [StateType.RUNNING, StateType.PENDING]
PROCESS_GONE: Final = "运行它的进程已中断,未完成的部分由接力程序补做"
NOT_DONE: Final = "运行它的进程已中断,没有做完;重新运行即可,已做的不会重复"
LEASE_OVER: Final = "认领时限已过,运行它的接力程序没有交回,由另一个接力程序补做"
PREFECT_GONE: Final = "运行期间 Prefect 中断,未完成的部分由接力程序补做"


def owner_tag(name: str) -> str:
    """Return the tag of the runs of the process ``name``."""
    return f"{RELAY}:{name}"


def _owner(run: FlowRun) -> str:
    prefix = f"{RELAY}:"
    return next((tag.removeprefix(prefix) for tag in run.tags or [] if tag.startswith(prefix)), "")


def crash_dead(me: str, mine: Collection[UUID], now: datetime) -> int:
    """Force runs of dead processes of this host, and forgotten ones of our own, to Crashed; return how many.

    ``mine`` are the runs this process is really running.
    """
    crashed = 0
    with SyncClientContext.get_or_create() as context:
        for run in _open_runs(context.client, [RELAY]):
            owner = _owner(run)
            if owner == me:
                started = run.start_time or run.expected_start_time or run.created
                forgotten = run.id not in mine and started is not None and now - started > YOUNG
                message = PREFECT_GONE if forgotten else ""
            else:
                message = PROCESS_GONE if owner and is_dead(owner) else ""
            if message:
                _crash(context.client, run, message)
                crashed += 1
    return crashed


def crash_orphans(now: datetime) -> int:
    """Force runs of a worker of this machine whose process is gone to Crashed; return how many.

    Only where every worker is on this machine: on another one the same number is another process.
    """
    with SyncClientContext.get_or_create() as context:
        orphans = [run for run in _open_runs(context.client, []) if _is_orphan(run, now)]
        for run in orphans:
            _crash(context.client, run, NOT_DONE)
    return len(orphans)


def _is_orphan(run: FlowRun, now: datetime) -> bool:
    if _owner(run):
        return False
    if run.infrastructure_pid:
        return run.infrastructure_pid.isdigit() and not process_token(int(run.infrastructure_pid))
    state = run.state
    return state is not None and state.is_pending() and now - state.timestamp > LONG_PENDING


def crash_abandoned(owner: str, case_id: str) -> int:
    """Force the runs in which ``owner`` worked on ``case_id`` to Crashed, for its lease ran out."""
    with SyncClientContext.get_or_create() as context:
        runs = [
            run
            for run in _open_runs(context.client, [owner_tag(owner)])
            if f"case:{case_id}" in (run.tags or []) or case_id in run.parameters.get("case_ids", ())
        ]
        for run in runs:
            _crash(context.client, run, LEASE_OVER)
    return len(runs)


def _open_runs(client: SyncPrefectClient, tags: list[str]) -> list[FlowRun]:
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=tags) if tags else None,
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_OPEN)),
        ),
        limit=PAGE,
    )


def _crash(client: SyncPrefectClient, run: FlowRun, message: str) -> None:
    unfinished = client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
        task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=_OPEN))),
        limit=PAGE,
    )
    for each in unfinished:
        client.set_task_run_state(each.id, Crashed(message=message), force=True)
    client.set_flow_run_state(run.id, Crashed(message=message), force=True)
    logger.warning("运行 {}({})已标为 Crashed:{}", run.name, run.id, message)


def arrived_tasks(runs: Collection[UUID]) -> int:
    """Return how many task runs Prefect has of ``runs``: they travel in the background and may be lost."""
    with SyncClientContext.get_or_create() as context:
        answer = context.client.request(
            "POST",
            "/task_runs/count",
            json={"flow_runs": {"id": {"any_": [str(run) for run in runs]}}},
        )
        return int(answer.json())
