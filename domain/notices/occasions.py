"""提醒时点: on which days the doer of an open piece of work is reminded, as a table.

Machines remind the doer and nobody above (practice: 机器不训领导). Each occasion comes once for one due date;
after days on which nothing ran, only the one that holds now comes, never those that were missed.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from domain.lamps import Colour, lamp
from domain.programme import LampPolicy
from domain.workdays import WorkCalendar

OVERDUE_EVERY: Final = 5
"""After the first day overdue, again every so many working days (proposed)."""


class Occasion(StrEnum):
    """提醒种类."""

    SOON = "soon"
    """临期: the lamp has turned yellow."""
    TOMORROW = "tomorrow"
    """明日到期: one working day is left."""
    TODAY = "today"
    """今日到期."""
    OVERDUE = "overdue"
    """逾期首日."""
    STILL_OVERDUE = "still_overdue"
    """仍逾期."""


RUN_FAILED: Final = "run_failed"
"""运行失败: what the system administrator is told."""
URGED: Final = "urge"
"""催办, which a person pressed."""
URGENT: Final[frozenset[str]] = frozenset({Occasion.TODAY, Occasion.OVERDUE, RUN_FAILED, URGED})


class Reminder(NamedTuple):
    """提醒: what is said, ``number`` tells one repetition from the next; ``lamp`` is the lamp's word."""

    occasion: Occasion
    number: int
    left: int
    lamp: str


def reminder(
    policy: LampPolicy, opened_on: date, due_on: date, today: date, calendar: WorkCalendar
) -> Reminder | None:
    """The reminder that holds on ``today``, ``None`` where there is none."""
    shown = lamp(policy, opened_on, due_on, today, calendar)
    left = calendar.remaining_workdays(today, due_on)
    if left < 0:
        number = (-left - 1) // OVERDUE_EVERY
        return Reminder(Occasion.STILL_OVERDUE if number else Occasion.OVERDUE, number, left, shown.word)
    if left <= 1:
        # On a day off before the due date none is left, and yet it is not today.
        occasion = Occasion.TODAY if due_on == today else Occasion.TOMORROW
        return Reminder(occasion, 0, left, shown.word)
    if shown.colour is Colour.YELLOW:
        return Reminder(Occasion.SOON, 0, left, shown.word)
    return None
