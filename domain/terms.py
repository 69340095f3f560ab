"""任务时限: which of a step's terms is running, and setting it anew when what it counts from moves."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.duedates import DueDate
from domain.judging import Judgement
from domain.states import WITH_DOER


def term(j: Judgement, key: str, opened_on: date | None, submitted_on: date | None = None) -> DueDate | None:
    """期限 of a step: of its terms the last whose start is known, else the first, as 待定."""
    found: DueDate | None = None
    for due in j.step(key).step.due:
        if not due.minimum:
            each = j.due(key, due, opened_on, submitted_on)
            found = each if found is None or each.date is not None else found
    return found


def set_term(j: Judgement, key: str, submitted_on: date | None = None) -> None:
    """Set the term of an open step anew where what it counts from has moved."""
    state = j.state(key)
    submitted = submitted_on if state.status in WITH_DOER else state.submitted_on
    due = term(j, key, state.opened_on, submitted)
    if due != state.due:
        j.emit(e.DueSet(step=key, due=due))
