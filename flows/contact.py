"""对外办理: ask an outside system what a case waits for: a verification, or a filing.

Apart from showing, so that a slow system delays nobody: the relay has one thread a system. The answer is an
act of the machine and is shown like any other.
"""

from __future__ import annotations

from loguru import logger
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.environment import RNG, Job, current_job, current_runtime, process_name, run_id, untagged_tasks
from services import outside


@flow(
    name="contact-outside",
    description="对外办理:向外部系统核验或报送",
    flow_run_name="对外办理 · {kind} · {case_id}",
)
def contact_outside(case_id: str, kind: str) -> None:
    """对外办理 of one case: ``kind`` is verify (公司登记核验) or file (报送备案)."""
    runtime = current_runtime()
    job = current_job()
    if job is None:
        lease_s = runtime.settings.relay_lease_s
        claims = outside.claim_outside(runtime.db, runtime.wall, process_name(), lease_s, case_id, kind)
        job = Job(outside=claims)
    with untagged_tasks():
        for claim in job.outside:
            asked = _ask(f"{claim.step} · {outside.SYSTEM_TITLES[kind]}", claim)
            job.tasks += 1
            logger.info("{} {}:{}", claim.case_id, claim.step, asked.words)


@task(name="对外办理", task_run_name="{line}", cache_policy=NO_CACHE, persist_result=False)
def _ask(line: str, claim: outside.OutsideClaim) -> outside.Asked:
    return outside.ask(current_runtime(), claim, run_id=run_id() or None, rng=RNG)
