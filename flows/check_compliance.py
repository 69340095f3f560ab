"""合规检查: every open case, in shards; each shard a task, run by threads, processes or a Dask cluster.

The clock starts it every day; whether there is something to do it asks the calendar itself. What it tells the
cases goes by commands whose ids name what is told to which state of a case, so a run that is killed is simply
run again.
"""

from __future__ import annotations

import time
from datetime import date
from importlib import import_module
from typing import Any, Final

import msgspec
from loguru import logger
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from config.check_settings import CheckRunner
from config.settings import Settings
from domain.doers import Machine
from domain.permissions import Action
from domain.refusal import Refused
from flows.environment import current_runtime, run_id
from services.authority import allow
from services.checking.loading import case_ids, parts
from services.checking.running import Swept, check_cases, machine_entry
from services.checking.sweeping import note_sweep, plan_sweep
from services.clock import today

GAP_S: Final = 0.05
"""Between two commits, so that whoever waits for the writer finds it free."""


class CheckingBrokenError(RuntimeError):
    """检查有误: some cases could not be looked at; the others are done, and the run fails for it."""


class CheckingRefusedError(RuntimeError):
    """检查被拒: the machine has no right to check."""


class RunnerMissingError(RuntimeError):
    """运行方式没有安装: the settings ask for a Dask cluster and its package is not here."""


@flow(
    name="check-compliance",
    description="合规检查:检查全部在办的改革任务,每批一个任务",
    flow_run_name="合规检查",
)
def check_compliance(by_hand: bool = True) -> dict[str, int]:
    """合规检查; return how many cases, findings, and how many of these are new or gone.

    By the clock it looks only on working days, once, and makes up what was missed.
    """
    runtime = current_runtime()
    allowed = allow(runtime.db, Machine.CHECKING, Action.CHECK_RUN, wall=runtime.wall)
    if isinstance(allowed, Refused):
        raise CheckingRefusedError(str(allowed))
    if not by_hand:
        plan = plan_sweep(runtime.db, runtime.wall)
        logger.info(plan.line)
        if not plan.due:
            return {}
    on = today(runtime.db, runtime.wall)
    shards = [list(part) for part in parts(case_ids(runtime.db), runtime.settings.check_shard)]
    runner = runner_of(runtime.settings)
    total = check_shards.with_options(task_runner=runner)(shards, on, run_id())
    if total.broken:
        named = "、".join(case for case, _ in total.broken[:5])
        raise CheckingBrokenError(
            f"{len(total.broken)} 个改革任务没有检查成:{named};其余 {total.cases} 个已检查"
        )
    note_sweep(runtime.db, total, on, wall=runtime.wall, run=run_id())
    logger.info(
        "检查 {} 个改革任务:问题 {} 处,新增 {} 处,消除 {} 处",
        total.cases,
        total.findings,
        total.opened,
        total.cleared,
    )
    return {name: value for name, value in msgspec.to_builtins(total).items() if name != "broken"}


@flow(name="check-shards", description="分批检查", flow_run_name="分批检查", persist_result=False)
def check_shards(shards: list[list[str]], on: date, run: str) -> Swept:
    """分批检查: a task for each shard, together by the runner of this flow."""
    futures = [
        check_shard.submit(f"第 {number}/{len(shards)} 批 · {len(shard)} 个", shard, on, run)
        for number, shard in enumerate(shards, start=1)
    ]
    total = Swept()
    for future in futures:
        total = total.plus(future.result())
    return total


@task(name="检查一批", task_run_name="合规检查 · {line}", cache_policy=NO_CACHE, persist_result=False)
def check_shard(line: str, ids: list[str], on: date, run: str) -> Swept:
    """检查一批, and tell the cases what is new."""
    runtime = current_runtime()
    found = check_cases(runtime, ids, on, machine_entry(run), after_commit=lambda _: time.sleep(GAP_S))
    logger.info("{}:问题 {} 处,新增 {} 处", line, found.findings, found.opened)
    return found


def runner_of(settings: Settings) -> TaskRunner[Any]:
    """How shards are run together, as the settings say.

    Raises:
        RunnerMissingError: Dask is asked for and not installed.
    """
    if settings.check_runner is CheckRunner.THREADS:
        return ThreadPoolTaskRunner(max_workers=settings.check_workers)
    if settings.check_runner is CheckRunner.PROCESSES:
        return ProcessPoolTaskRunner(max_workers=settings.check_workers)
    try:
        dask = import_module("prefect_dask")
    except ModuleNotFoundError as error:
        raise RunnerMissingError(
            "设置 ZR_CHECK_RUNNER=dask,但没有安装 prefect-dask;请安装,或改为 threads、processes"
        ) from error
    runner: TaskRunner[Any] = dask.DaskTaskRunner(address=settings.check_dask_address or None)
    return runner
