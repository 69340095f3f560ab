"""提交后检查: the compliance checks of one case, asked as soon as something was handed in or closed."""

from __future__ import annotations

from loguru import logger
from prefect import task
from prefect.cache_policies import NO_CACHE

from domain.doers import Machine
from domain.permissions import Action
from domain.refusal import Refused
from flows.environment import current_runtime, run_id, untagged_tasks
from models.faults import DatabaseFault
from services.authority import allow
from services.checking.running import check_cases, machine_entry
from services.clock import today
from services.mirroring import CaseStory


def ask_checks(story: CaseStory, *, named: bool) -> int:
    """Ask them in a task of their own; return how many tasks that made."""
    with untagged_tasks():
        _ask(f"{story.unit_name} · 合规检查" if named else "合规检查", story.case_id)
    return 1


@task(
    name="合规检查",
    task_run_name="{line}",
    description="提交后检查",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def _ask(line: str, case_id: str) -> None:
    """What cannot be asked now holds up nothing: the sweep of the next working day asks again."""
    runtime = current_runtime()
    allowed = allow(runtime.db, Machine.CHECKING, Action.CHECK_RUN, wall=runtime.wall)
    if isinstance(allowed, Refused):
        logger.warning("{} 没有检查:{}", case_id, allowed)
        return
    try:
        found = check_cases(runtime, [case_id], today(runtime.db, runtime.wall), machine_entry(run_id()))
    except DatabaseFault as fault:
        logger.warning("{} 没有检查成,由每日检查补做:{}", case_id, fault)
        return
    logger.info("{}:现有问题 {} 处,新增 {} 处", case_id, found.findings, found.opened)
