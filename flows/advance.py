"""推进: show what has happened to a case since it was last shown, and ask its compliance checks.

Every step opened, submitted, decided, checked, returned, verified, filed or closed becomes a tracked task.
The flow is short and does nothing twice that matters: killed in the middle, it is simply made up from the
last settled place. Where a step was handed in or closed, the checks of the case are run at once: who approves
sees what they say, and a step that waits for one opens. What they tell is again shown by the next run.
"""

from __future__ import annotations

import prefect.runtime.flow_run
from loguru import logger
from prefect import flow

from flows.checking import ask_checks
from flows.environment import Job, current_job, current_runtime, process_name
from flows.patience import let_people_first, no_pause
from flows.showing import Pause, show
from services import relaying
from services.bootstrap import Runtime
from services.mirroring import case_story, run_label


def _name_of_one() -> str:
    return run_label(current_runtime().db, str(prefect.runtime.flow_run.parameters["case_id"])).name


def _name_of_many() -> str:
    return f"{len(prefect.runtime.flow_run.parameters['case_ids'])} 个改革任务 · 推进"


@flow(name="advance-case", description="推进一个改革任务:显示新发生的每件事", flow_run_name=_name_of_one)
def advance_case(case_id: str) -> None:
    """推进一个改革任务."""
    _advance([case_id], no_pause)


@flow(name="advance-cases", description="一批推进,最多 100 个改革任务", flow_run_name=_name_of_many)
def advance_cases(case_ids: list[str]) -> None:
    """推进一批改革任务, each with its own tasks."""
    if len(case_ids) > relaying.BATCH:
        raise ValueError(f"一次最多 {relaying.BATCH} 个改革任务")
    _advance(case_ids, let_people_first)


def _advance(case_ids: list[str], pause: Pause) -> None:
    runtime = current_runtime()
    job = current_job()
    if job is not None:
        _show_all(runtime, job, pause)
        return
    job = Job(cases=_claim_by_hand(runtime, case_ids))
    try:
        _show_all(runtime, job, pause)
    finally:
        shown = [(claim, job.shown[claim.case_id]) for claim in job.cases if claim.case_id in job.shown]
        relaying.settle(runtime.db, shown)
        relaying.release(runtime.db, job.rest())


def _claim_by_hand(runtime: Runtime, case_ids: list[str]) -> list[relaying.CaseClaim]:
    lease_s = runtime.settings.relay_lease_s
    claims = relaying.claim_named(runtime.db, runtime.wall, process_name(), lease_s, case_ids)
    for missing in set(case_ids) - {claim.case_id for claim in claims}:
        logger.info("{} 没有待显示的新情况,或正由接力程序办理", missing)
    return claims


def _show_all(runtime: Runtime, job: Job, pause: Pause) -> None:
    settings = runtime.settings
    console = f"http://{settings.web_host}:{settings.web_port}"
    for claim in job.cases:
        if job.shown and job.cut_short is not None and job.cut_short():
            break
        story = case_story(runtime.db, claim.case_id, claim.mirrored_seq, console)
        if story is None:
            continue
        job.tasks += show(story, pause, named=len(job.cases) > 1)
        if story.asks_checks:
            job.tasks += ask_checks(story, named=len(job.cases) > 1)
        job.shown[claim.case_id] = story.seq
        if len(job.cases) == 1:
            logger.info("{}:新情况 {} 件,{}", claim.case_id, len(story.lines), story.now)
    if len(job.cases) > 1:
        logger.info("{} 个改革任务,新情况 {} 件", len(job.shown), job.tasks)
