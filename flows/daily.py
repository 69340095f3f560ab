"""每日定时: deadlines and lamps, reminders, the morning digest: each asks the calendar itself.

The clock starts them every day. Whether there is something to do they ask the calendar of this deployment,
make-up Saturdays included; what was missed while everything stood still is done once, by the next run. Each
is idempotent: killed in the middle, it is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from loguru import logger
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.environment import RNG, current_runtime, run_id
from services.clock import today
from services.daily import Daily, note_daily, plan_daily
from services.lamps.counting import count_lamps
from services.notifying.holding import release_held
from services.notifying.reminding import remind
from services.notifying.sharing import share_out
from services.timers import fire_all

Counts = dict[str, int]


class DeadlinesBrokenError(RuntimeError):
    """时限有误: some timers could not be fired; the others are, the lamps are counted, and the run fails."""


@flow(
    name="deadlines-and-lamps",
    description="时限和亮灯:到点的时限告知改革任务,登记红灯",
    flow_run_name="时限和亮灯",
    persist_result=False,
)
def deadlines_and_lamps(by_hand: bool = True) -> Counts:
    """时限和亮灯; return how many timers fired, and how many lamps turned red or back."""
    return _daily(Daily.LAMPS, by_hand, (_fire_deadlines, _count_lamps))


@flow(
    name="remind-due",
    description="到期提醒:给经办人留下今天的提醒",
    flow_run_name="到期提醒",
    persist_result=False,
)
def remind_due(by_hand: bool = True) -> Counts:
    """到期提醒; return how much work has a reminder today, and how many messages are new."""
    return _daily(Daily.REMINDERS, by_hand, (_remind,))


@flow(
    name="morning-digest",
    description="早间摘要:放行到今天的通知",
    flow_run_name="早间摘要",
    persist_result=False,
)
def morning_digest(by_hand: bool = True) -> Counts:
    """早间摘要; return how many notices were shared out and how many are no longer held.

    The relay does the same at the hour of the settings; this makes sure of it, and tells where it fails.
    """
    return _daily(Daily.DIGEST, by_hand, (_release,))


def _daily(job: Daily, by_hand: bool, works: tuple[Callable[[date], Counts], ...]) -> Counts:
    runtime = current_runtime()
    if not by_hand:
        plan = plan_daily(runtime.db, runtime.wall, job)
        logger.info(plan.line)
        if not plan.due:
            return {}
    on = today(runtime.db, runtime.wall)
    done: Counts = {}
    for work in works:
        done |= work(on)
    if done.get("failed"):
        raise DeadlinesBrokenError(
            f"{done['failed']} 个到点的计时没有办成,其余已办;请运行 zonectl status 查看原因"
        )
    note_daily(runtime.db, job, on, done, wall=runtime.wall, run=run_id())
    return done


@task(name="计时到点", task_run_name="计时到点 · {on}", cache_policy=NO_CACHE, persist_result=False)
def _fire_deadlines(on: date) -> Counts:
    fired = fire_all(current_runtime(), RNG)
    logger.info("计时到点 {} 个,过时的 {} 个,没有办成 {} 个", fired.fired, fired.stale, fired.failed)
    return {"fired": fired.fired, "failed": fired.failed}


@task(name="登记亮灯", task_run_name="登记亮灯 · {on}", cache_policy=NO_CACHE, persist_result=False)
def _count_lamps(on: date) -> Counts:
    counted = count_lamps(current_runtime().db, on)
    logger.info("看了 {} 个改革任务:新亮红灯 {} 盏,熄灭 {} 盏", counted.cases, counted.began, counted.ended)
    return {"cases": counted.cases, "began": counted.began, "ended": counted.ended}


@task(name="到期提醒", task_run_name="到期提醒 · {on}", cache_policy=NO_CACHE, persist_result=False)
def _remind(on: date) -> Counts:
    reminded = remind(current_runtime())
    logger.info("今天要提醒 {} 项,新留消息 {} 条", reminded.due, reminded.messages)
    return {"due": reminded.due, "messages": reminded.messages}


@task(name="早间摘要", task_run_name="早间摘要 · {on}", cache_policy=NO_CACHE, persist_result=False)
def _release(on: date) -> Counts:
    post, shared = current_runtime().notifying, 0
    while part := share_out(post):
        shared += part
    released = release_held(post)
    logger.info("分送 {} 条,放行 {} 条", shared, released)
    return {"shared": shared, "released": released}
