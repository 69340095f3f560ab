"""每日任务: when the clock has one to do, what it missed, and how it is noted that it was done.

Each looks at what lies there, so one run makes up for however many were missed. It is done once a working day
(make-up Saturdays are some); on a day off only where the last working day had none, and reminders never. A
run that failed notes nothing: the next one does what is owed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from config.clock import WallClock
from domain.doers import Machine
from domain.workdays import WorkCalendar
from models.database import Database
from models.ledger import SETTINGS
from models.tables import SettingRow
from services.clock import is_rehearsal_database, today
from services.noting import in_turn, note
from services.world import world_of


class Daily(StrEnum):
    """每日任务."""

    CHECKS = "checks"
    LAMPS = "lamps"
    REMINDERS = "reminders"
    DIGEST = "digest"


class Rule(NamedTuple):
    """一项每日任务: its word, where its last day is kept, whether a day off makes up for a missed one."""

    verb: str
    last: str
    actor: str
    makes_up_on_days_off: bool = True


RULES: Final[Mapping[Daily, Rule]] = {
    Daily.CHECKS: Rule("检查", "checks_swept_on", Machine.CHECKING.value),
    Daily.LAMPS: Rule("登记时限和亮灯", "lamps_counted_on", "machine:lamps"),
    Daily.REMINDERS: Rule("提醒", "reminded_on", "machine:reminding", makes_up_on_days_off=False),
    Daily.DIGEST: Rule("发早间摘要", "digest_sent_on", "machine:digest", makes_up_on_days_off=False),
}


class DailyPlan(msgspec.Struct, frozen=True, kw_only=True):
    """今天要不要做."""

    on: date
    last: date | None = None
    due: bool = False
    missed: int = 0
    """Working days since the last good run that had none."""
    line: str = ""
    """Why, or why not."""


def plan_daily(db: Database, wall: WallClock, job: Daily) -> DailyPlan:
    """安排: whether the clock has this to do now. A rehearsal is left alone: whoever plays it runs it."""
    on = today(db, wall)
    if is_rehearsal_database(db, wall):
        return DailyPlan(on=on, line=f"这是演练库,定时{RULES[job].verb}跳过;需要时请手工{RULES[job].verb}")
    world = world_of(db)
    return daily_due(RULES[job], on, last_done(db, job), world.calendar(world.heads()))


def daily_due(rule: Rule, on: date, last: date | None, calendar: WorkCalendar) -> DailyPlan:
    """The rule, over values."""
    verb, working = rule.verb, calendar.is_workday(on)
    if last is not None and last >= on:
        return DailyPlan(on=on, last=last, line=f"{on} 已经{verb}过,不再重复")
    if not working and not rule.makes_up_on_days_off:
        return DailyPlan(on=on, last=last, line=f"{on} 不是工作日,不{verb}")
    if last is None:
        return DailyPlan(on=on, due=True, line=f"还没有{verb}过,现在{verb}")
    missed = calendar.workdays_between(last, on - timedelta(days=1))
    if missed:
        line = f"上次{verb}是 {last},其间 {missed} 个工作日没有{verb},由这次一并{verb}"
        return DailyPlan(on=on, last=last, due=True, missed=missed, line=line)
    if not working:
        return DailyPlan(on=on, last=last, line=f"{on} 不是工作日,不{verb}")
    return DailyPlan(on=on, last=last, due=True, line=f"今天是工作日,现在{verb}")


def last_done(db: Database, job: Daily) -> date | None:
    """上次: the business date of the last good run."""
    with db.read() as session:
        row = session.get(SettingRow, RULES[job].last)
        return None if row is None else date.fromisoformat(row.value)


def note_daily(
    db: Database,
    job: Daily,
    on: date,
    counts: Mapping[str, object],
    *,
    wall: WallClock,
    run: str = "",
    event: str = "daily_done",
) -> None:
    """记入: a whole run was done; the first of a day is noted, a later one changes nothing."""
    rule = RULES[job]
    with in_turn(db, SETTINGS) as session:
        row = session.get(SettingRow, rule.last)
        if row is not None and row.value >= on.isoformat():
            return
        row = row or SettingRow(key=rule.last, value="")
        row.value = on.isoformat()
        session.add(row)
        note(
            session,
            SETTINGS,
            {"type": event, "job": str(job), "on": on.isoformat(), "run": run, **counts},
            actor=rule.actor,
            wall=wall,
            command_id=f"daily:{job}:{on.isoformat()}",
            channel="flow",
        )
