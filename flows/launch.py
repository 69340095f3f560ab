"""批量启动: open the cases of many reform units, a task for each hundred."""

from __future__ import annotations

import time
from typing import Final

from loguru import logger
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.environment import current_runtime, run_id
from services.acts import BATCH, Entry
from services.clock import today
from services.launching import Launched, launch_many

COMMIT: Final = 25
"""Cases in one commit. SQLite has one writer: a longer transaction would keep people's acts waiting."""
GAP_S: Final = 0.05
"""Between two commits, so that whoever waits for the writer (asking every 0.1 s at most) finds it free."""


@flow(
    name="launch-programme",
    description="批量启动改革任务,每一百个改革单位一个任务",
    flow_run_name="批量启动 · {programme} 第 {version} 版",
)
def launch_programme(
    programme: str,
    version: int,
    unit_ids: list[str],
    launched_by: str,
    choices: dict[str, str] | None = None,
    adapters: dict[str, str] | None = None,
) -> dict[str, int]:
    """批量启动: open one case for each unit; a unit that has one already is left as it is.

    Args:
        launched_by: account id of who launches; the office that oversees each unit has to be theirs.
        choices: what is chosen at launch, the same for all.
        adapters: outside system → manual or http; as the settings say where empty.

    Returns:
        How many were opened now, stood already, and were refused (the log says why).
    """
    total = {"opened": 0, "standing": 0, "refused": 0}
    for first in range(0, len(unit_ids), BATCH):
        part = unit_ids[first : first + BATCH]
        line = f"启动 · 第 {first + 1}–{first + len(part)} 个"
        done = _open_batch(line, programme, version, part, launched_by, choices, adapters)
        total["opened"] += len(done.opened)
        total["standing"] += len(done.standing)
        total["refused"] += len(done.refused)
        for unit, refused in done.refused[:5]:
            logger.warning("{} 未启动:{}", unit, refused.message)
    logger.info("新启动 {opened} 个,原已启动 {standing} 个,未启动 {refused} 个", **total)
    return total


@task(name="批量启动", task_run_name="{line}", cache_policy=NO_CACHE, persist_result=False)
def _open_batch(
    line: str,
    programme: str,
    version: int,
    unit_ids: list[str],
    launched_by: str,
    choices: dict[str, str] | None,
    adapters: dict[str, str] | None,
) -> Launched:
    runtime = current_runtime()
    return launch_many(
        runtime,
        Entry(actor=launched_by, channel="flow", run_id=run_id() or None),
        (programme, version),
        unit_ids,
        on=today(runtime.db, runtime.wall),
        choices=choices,
        adapters=adapters,
        batch=COMMIT,
        after_batch=lambda _: time.sleep(GAP_S),
    )
