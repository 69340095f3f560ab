"""送达: a batch of notices through one channel, a task for each."""

from __future__ import annotations

from loguru import logger
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from domain.notices.letters import LETTER_TITLES, LetterState
from flows.environment import RNG, Job, current_job, current_runtime, process_name, untagged_tasks
from flows.patience import let_people_first
from services import delivery
from services.bootstrap import Runtime
from services.notifying.claiming import claim_letters
from services.notifying.sending import send_letters

STATES = {
    delivery.SENT: "已送达",
    delivery.WAITING: "稍后再送",
    delivery.MAYBE_SENT: "可能已发",
    delivery.DEAD: "无法送达",
}


@task(name="通知", task_run_name="{line}", cache_policy=NO_CACHE, persist_result=False)
def _notice(line: str, message_id: str) -> None:
    """One notice; what came of it is in its name."""


@flow(name="deliver", description="送达一批消息,每条消息一个任务", flow_run_name="送达 · {channel}")
def deliver(channel: str) -> None:
    """送达一批消息 of one channel, at most 100."""
    runtime = current_runtime()
    lease_s = runtime.settings.relay_lease_s
    job = current_job()
    if channel in runtime.notifying.ports:
        post = runtime.notifying
        _send(runtime, channel, job or Job(letters=claim_letters(post, process_name(), lease_s, channel)))
    elif job is not None:
        _deliver(runtime, channel, job)
    else:
        claims = delivery.claim_messages(runtime.db, runtime.wall, process_name(), lease_s, channel)
        _deliver(runtime, channel, Job(messages=claims))


def _send(runtime: Runtime, channel: str, job: Job) -> None:
    """Letters to persons: one by one, and of each a task that says what came of it."""
    labels = {claim.id: claim.label for claim in job.letters}
    settled = send_letters(runtime.notifying, channel, job.letters, RNG)
    with untagged_tasks():
        for result in settled:
            let_people_first()
            _notice(f"{labels[result.id]} · {LETTER_TITLES[LetterState(result.state)]}", result.id)
            job.tasks += 1
    sent = sum(result.state == LetterState.SENT for result in settled)
    logger.info("渠道 {}:{} 条通知中已发 {} 条", channel, len(settled), sent)


def _deliver(runtime: Runtime, channel: str, job: Job) -> None:
    settled = delivery.deliver_batch(runtime.db, runtime.wall, runtime.channels, channel, job.messages, RNG)
    with untagged_tasks():
        for claim, result in zip(job.messages, settled, strict=True):
            let_people_first()
            _notice(f"{claim.label} · {STATES[result.state]}", claim.id)
            job.tasks += 1
    sent = sum(result.state == delivery.SENT for result in settled)
    logger.info("渠道 {}:{} 条中已送达 {} 条", channel, len(settled), sent)
