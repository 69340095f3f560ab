"""定时检查: when the clock has a sweep to do, and how it is noted that it was done.

A sweep looks at what lies there, so one makes up for however many were missed. It is done once a working day
(make-up Saturdays are some); on a day off only where the last working day had none.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import msgspec

from config.clock import WallClock
from domain.doers import Machine
from domain.workdays import WorkCalendar
from models.database import Database
from models.ledger import SETTINGS
from models.tables import SettingRow
from services.checking.running import Swept
from services.clock import is_rehearsal_database, today
from services.noting import in_turn, note
from services.world import world_of

LAST_SWEEP: Final = "checks_swept_on"
"""设置: the business date of the last whole sweep."""


class SweepPlan(msgspec.Struct, frozen=True, kw_only=True):
    """定时检查安排."""

    on: date
    last: date | None = None
    due: bool = False
    missed: int = 0
    """Working days since the last sweep that had none."""
    line: str = ""
    """Why, or why not."""


def plan_sweep(db: Database, wall: WallClock) -> SweepPlan:
    """检查安排: whether the clock has a sweep to do now."""
    on = today(db, wall)
    if is_rehearsal_database(db, wall):
        return SweepPlan(on=on, line="这是演练库,定时检查跳过;需要时请手工检查")
    world = world_of(db)
    return sweep_due(on, last_sweep(db), world.calendar(world.heads()))


def sweep_due(on: date, last: date | None, calendar: WorkCalendar) -> SweepPlan:
    """The rule, over values."""
    if last is not None and last >= on:
        return SweepPlan(on=on, last=last, line=f"{on} 已经检查过,不再重复")
    working = calendar.is_workday(on)
    if last is None:
        return SweepPlan(on=on, due=True, line="还没有检查过,现在检查")
    missed = calendar.workdays_between(last, on - timedelta(days=1))
    if missed:
        line = f"上次检查是 {last},其间 {missed} 个工作日没有检查,由这次一并检查"
        return SweepPlan(on=on, last=last, due=True, missed=missed, line=line)
    if not working:
        return SweepPlan(on=on, last=last, line=f"{on} 不是工作日,不检查")
    return SweepPlan(on=on, last=last, due=True, line="今天是工作日,现在检查")


def last_sweep(db: Database) -> date | None:
    """上次检查: the business date of the last whole sweep."""
    with db.read() as session:
        row = session.get(SettingRow, LAST_SWEEP)
        return None if row is None else date.fromisoformat(row.value)


def note_sweep(db: Database, swept: Swept, on: date, *, wall: WallClock, run: str = "") -> None:
    """记入: a whole sweep was done; the first of a day is noted, a later one changes nothing."""
    with in_turn(db, SETTINGS) as session:
        row = session.get(SettingRow, LAST_SWEEP)
        if row is not None and row.value >= on.isoformat():
            return
        row = row or SettingRow(key=LAST_SWEEP, value="")
        row.value = on.isoformat()
        session.add(row)
        counts = {
            name: getattr(swept, name) for name in ("cases", "findings", "blocking", "opened", "cleared")
        }
        note(
            session,
            SETTINGS,
            {"type": "checks_swept", "on": on.isoformat(), "broken": len(swept.broken), "run": run, **counts},
            actor=Machine.CHECKING.value,
            wall=wall,
            command_id=f"checks-swept:{on.isoformat()}",
            channel="flow",
        )
