"""任务时限: which of a step's terms is running, and setting it anew when what it counts from moves."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.case import StepState, split_key
from domain.duedates import DueDate, prolonged, stopped
from domain.judging import Judgement
from domain.programme import Due
from domain.states import OPEN, WITH_DOER, CaseStatus
from domain.term_changes import ClockStop, Extension, binding, skips_of, standing


def term(
    j: Judgement,
    key: str,
    opened_on: date | None,
    submitted_on: date | None = None,
    stops: tuple[ClockStop, ...] = (),
    extensions: tuple[Extension, ...] = (),
) -> DueDate | None:
    """期限 of a step: of its terms the last whose start is known, else the first, as 待定.

    Days on which the clock stood still are not counted; the latest extension holds over an earlier date.
    """
    due = _running(j, key, opened_on, submitted_on)
    return None if due is None else _moved(j, key, due, opened_on, submitted_on, stops, extensions)


def _moved(
    j: Judgement,
    key: str,
    due: Due,
    opened_on: date | None,
    submitted_on: date | None,
    stops: tuple[ClockStop, ...],
    extensions: tuple[Extension, ...],
) -> DueDate:
    """A term without the days on which its clock stood still, and as long as it was extended."""
    start, _ = j.start_of(key, due, opened_on, submitted_on)
    calendar, skips = j.facts.calendar, skips_of(stops)
    found = j.due(key, due, opened_on, submitted_on, skips)
    if extensions:
        found = _extended(j, due, found, stops, extensions)
    held = standing(stops)
    if start is None or held is None or (found.date is not None and found.date < held.since):
        return found
    return stopped(start, due.amount, due.unit, calendar, held.skip, skips)


def _running(j: Judgement, key: str, opened_on: date | None, submitted_on: date | None) -> Due | None:
    terms = binding(j.step(key))
    known = [due for due in terms if j.start_of(key, due, opened_on, submitted_on)[0] is not None]
    return known[-1] if known else next(iter(terms), None)


def _extended(
    j: Judgement,
    due: Due,
    found: DueDate,
    stops: tuple[ClockStop, ...],
    extensions: tuple[Extension, ...],
) -> DueDate:
    last = extensions[-1]
    later = skips_of(tuple(stop for stop in stops if stop.since >= last.on))
    paper = f"({last.number})" if last.number else ""
    why = f"经批准第{len(extensions)}次延期{paper}"
    return prolonged(found, last.new, why, due.unit, j.facts.calendar, later)


def set_term(j: Judgement, key: str, submitted_on: date | None = None) -> None:
    """Set the term of an open step anew where what it counts from has moved."""
    state = j.state(key)
    _set(j, key, submitted_on if state.status in WITH_DOER else state.submitted_on)


def renew_term(j: Judgement, key: str) -> None:
    """Set the term of a step anew on the same start: its clock, its extension or the calendar has moved."""
    _set(j, key, submission_of(j.state(key)))


def renew_node_term(j: Judgement, key: str) -> None:
    """Set the term of the open node anew on the same start, with a clock and an extension of its own."""
    state = j.state(key)
    step = j.view.by_id.get(split_key(key)[0])
    node = step.node(state.node) if step else None
    if node is None or node.node.due is None or state.node_due is None:
        return
    opened_on, stops, extensions = state.node_opened_on, state.node_stops, state.node_extensions
    due = _moved(j, key, node.node.due, opened_on, state.submitted_on, stops, extensions)
    if not same_date(due, state.node_due):
        j.emit(e.NodeDueSet(step=key, node=state.node, due=due))


def follow_meetings(j: Judgement) -> None:
    """Terms that count from a meeting follow it: decided, corrected, withdrawn, or planned anew."""
    if not j.plan.meeting_bound or j.case.status is not CaseStatus.OPEN:
        return
    for key, state in list(j.case.steps.items()):
        step = split_key(key)[0]
        if step in j.plan.meeting_bound and state.status in OPEN and step in j.view.by_id:
            renew_term(j, key)
            renew_node_term(j, key)


def submission_of(state: StepState) -> date | None:
    """The submission that terms count from: after a return still the one before it, in a new term none."""
    anew = state.status in WITH_DOER and state.back_on is not None and state.back_on == state.opened_on
    return None if anew else state.submitted_on


def _set(j: Judgement, key: str, submitted_on: date | None) -> None:
    state = j.state(key)
    due = term(j, key, state.opened_on, submitted_on, state.stops, state.extensions)
    if not same_date(due, state.due):
        j.emit(e.DueSet(step=key, due=due))


def same_date(one: DueDate | None, other: DueDate | None) -> bool:
    """Whether two dates say the same, on whichever calendar they were counted."""
    if one is None or other is None:
        return one is other
    return (one.date, one.line, one.provisional) == (other.date, other.line, other.provisional)
