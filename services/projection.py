"""投影: the rows that lists read, as the difference between two states of a case.

Nothing here decides anything: every row is computed from the case alone, so the same functions write them
after an act and rebuild them from the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from domain.case import Case, StepState
from domain.open_work import Timer, WorkItem, open_timers, open_work
from domain.plan import Plan
from domain.touched import touched
from models import statements as s
from models.work_item import NO_DUE

Write = tuple[s.Statement, tuple[Any, ...]]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def step_row(case_id: str, key: str, state: StepState) -> tuple[Any, ...]:
    """Return the row of one step, in the order of ``STEP_COLUMNS``."""
    due = state.due
    return (
        case_id,
        key,
        state.status.value,
        state.round,
        _iso(state.opened_on),
        None if due is None else _iso(due.date),
        "" if due is None else due.line,
        due is not None and due.provisional,
        _iso(state.submitted_on),
        _iso(state.closed_on),
    )


def work_row(case_id: str, item: WorkItem, opened_seq: int) -> tuple[Any, ...]:
    """Return the row of one piece of work, in the order of ``WORK_ITEM_COLUMNS``."""
    due = _iso(item.due_on)
    return (
        case_id,
        item.key,
        item.kind.value,
        item.step,
        item.round,
        item.node,
        item.seat,
        item.role,
        item.body,
        item.position,
        item.not_person,
        item.opened_on.isoformat(),
        due,
        due or NO_DUE,
        opened_seq,
    )


def agenda_rows(case_id: str, key: str, state: StepState) -> dict[str, tuple[Any, ...]]:
    """Return the rows of the items of one step, in the order of ``AGENDA_COLUMNS``, by their key."""
    return {
        f"{key}|{place}": (
            case_id,
            f"{key}|{place}",
            key,
            item.node,
            item.seat,
            item.body,
            item.state.value,
            item.session,
            _iso(item.planned_on),
        )
        for place, item in state.agenda.items()
    }


def timer_row(case_id: str, timer: Timer) -> tuple[Any, ...]:
    """Return the row of one timer, in the order of ``TIMER_COLUMNS``, with no try made yet."""
    return (
        0,
        0,
        False,
        case_id,
        timer.key,
        timer.kind.value,
        timer.step,
        timer.node,
        timer.on.isoformat(),
        timer.generation,
    )


def step_writes(before: Case | None, after: Case) -> Iterator[Write]:
    """Yield what makes the step rows of ``before`` those of ``after``; untouched steps are the same."""
    old = before.steps if before is not None else {}
    for key, state in after.steps.items():
        known = old.get(key)
        if known is None:
            yield s.INSERT_STEP, step_row(after.id, key, state)
        elif known is not state:
            row = step_row(after.id, key, state)
            if row != step_row(after.id, key, known):
                yield s.UPDATE_STEP, (*row[2:], after.id, key)
            if known.agenda is not state.agenda:
                yield from _agenda_writes(after.id, key, known, state)
    for key in old:
        if key not in after.steps:
            yield from _agenda_writes(after.id, key, old[key], StepState())
            yield s.DELETE_STEP, (after.id, key)


def _agenda_writes(case_id: str, key: str, before: StepState, after: StepState) -> Iterator[Write]:
    """Yield what makes the items of a step those after the act."""
    old, new = agenda_rows(case_id, key, before), agenda_rows(case_id, key, after)
    for name, row in old.items():
        if new.get(name) != row:
            yield s.DELETE_AGENDA, (case_id, name)
    for name, row in new.items():
        if old.get(name) != row:
            yield s.INSERT_AGENDA, row


def work_writes(
    case_id: str, before: dict[str, WorkItem], after: dict[str, WorkItem], seq: int
) -> Iterator[Write]:
    """Yield what makes the work items of ``before`` those of ``after``."""
    for key in before:
        if key not in after:
            yield s.DELETE_WORK_ITEM, (case_id, key)
    for key, item in after.items():
        known = before.get(key)
        if known is None:
            yield s.INSERT_WORK_ITEM, work_row(case_id, item, seq)
        elif known != item:
            yield s.UPDATE_WORK_ITEM, (*work_row(case_id, item, seq)[2:-1], case_id, key)


def timer_writes(case_id: str, before: dict[str, Timer], after: dict[str, Timer]) -> Iterator[Write]:
    """Yield what makes the timers of ``before`` those of ``after``; a re-armed one starts with no tries."""
    for key, timer in before.items():
        if after.get(key) != timer:
            yield s.DELETE_TIMER, (case_id, key)
    for key, timer in after.items():
        if before.get(key) != timer:
            yield s.INSERT_TIMER, timer_row(case_id, timer)


class Computed:
    """What a state of a case asks of people and of the clock: at all its steps, or at some."""

    __slots__ = ("timers", "work")

    def __init__(self, plan: Plan, case: Case | None, steps: Collection[str] | None = None) -> None:
        self.work: dict[str, WorkItem] = {} if case is None else open_work(plan, case, steps)
        self.timers: dict[str, Timer] = {} if case is None else open_timers(plan, case, steps)


def computed_both(plan: Plan, before: Case | None, after: Case, step: str = "") -> tuple[Computed, Computed]:
    """What two states of a case ask, at `step` and where else they can differ."""
    steps = None if before is None else touched(plan, before, after, step)
    return Computed(plan, before, steps), Computed(plan, after, steps)
