"""定时检查: a sweep is a daily run (`services.daily`); it is noted with what it found."""

from __future__ import annotations

from datetime import date
from typing import Final

from config.clock import WallClock
from domain.workdays import WorkCalendar
from models.database import Database
from services.checking.running import Swept
from services.daily import RULES, Daily, DailyPlan, daily_due, last_done, note_daily, plan_daily

COUNTED: Final = ("cases", "findings", "blocking", "opened", "cleared")


def plan_sweep(db: Database, wall: WallClock) -> DailyPlan:
    """检查安排: whether the clock has a sweep to do now."""
    return plan_daily(db, wall, Daily.CHECKS)


def sweep_due(on: date, last: date | None, calendar: WorkCalendar) -> DailyPlan:
    """The rule, over values."""
    return daily_due(RULES[Daily.CHECKS], on, last, calendar)


def last_sweep(db: Database) -> date | None:
    """上次检查: the business date of the last whole sweep."""
    return last_done(db, Daily.CHECKS)


def note_sweep(db: Database, swept: Swept, on: date, *, wall: WallClock, run: str = "") -> None:
    """记入: a whole sweep was done; the first of a day is noted, a later one changes nothing."""
    counts = {name: getattr(swept, name) for name in COUNTED} | {"broken": len(swept.broken)}
    note_daily(db, Daily.CHECKS, on, counts, wall=wall, run=run, event="checks_swept")
