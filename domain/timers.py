"""计时: what a case asks of the clock, computed from its state alone like open work."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from domain.case import DOER_HAND, Case, Seat, StepState, split_key
from domain.nodes import current, evidence_hashes
from domain.objections import rule_of, unanswered
from domain.plan import NodePlan, Plan, View
from domain.programme import ObjectionRule
from domain.states import OPEN, WITH_DOER, CaseStatus, StepStatus
from domain.touched import states_of


class TimerKind(StrEnum):
    """计时类型."""

    DUE = "due"
    NODE_DUE = "node_due"
    """审批时限."""
    LAPSE = "lapse"
    """A consultation's silence."""
    MANUAL = "manual"
    DELEGATION = "delegation"
    """代办期限."""
    PERIOD = "period"


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """计时: fires at the beginning of `on`, a legal date; stale once the generation has moved."""

    key: str
    kind: TimerKind
    step: str
    node: str = ""
    on: date
    generation: int


def open_timers(plan: Plan, case: Case, steps: Collection[str] | None = None) -> dict[str, Timer]:
    """Everything that waits for the clock, by natural key; only at `steps`, where given."""
    if case.status is not CaseStatus.OPEN:
        return {}
    view = plan.view(case.choices)
    timers: dict[str, Timer] = {}
    for key, state in case.steps.items() if steps is None else states_of(case, steps):
        if state.status in OPEN and split_key(key)[0] in view.by_id:
            for timer in _step_timers(view, case, key, state):
                timers[timer.key] = timer
    return timers


def silent_seats(case: Case, key: str, node: NodePlan, state: StepState) -> tuple[Seat, ...]:
    """Who has not answered at the open node on what lies there now."""
    hashes = evidence_hashes(case, key, node)
    answered = {d.seat for d in state.decisions if d.node == node.id and current(d, node, hashes)}
    return tuple(seat for seat in state.seats if seat.key not in answered)


def _step_timers(view: View, case: Case, key: str, state: StepState) -> Iterator[Timer]:
    if state.due is not None and state.due.date is not None and not state.overdue:
        yield _timer(TimerKind.DUE, key, state.due.date, state)
    period = state.period if not state.period_ended and state.status in WITH_DOER else None
    if period is not None and not _prolonged(view, key, state):
        yield _timer(TimerKind.PERIOD, key, period.ends_on, state)
    machine = state.machine
    waiting = state.status in (StepStatus.VERIFYING, StepStatus.FILING)
    if waiting and machine is not None and not machine.manual and machine.manual_on is not None:
        yield _timer(TimerKind.MANUAL, key, machine.manual_on, state)
    yield from _hand_timers(key, state)
    yield from _node_timers(view, case, key, state)


def _prolonged(view: View, key: str, state: StepState) -> bool:
    """Whether the end of the period waits for the answer to an objection."""
    asked = view.by_id[split_key(key)[0]].step.publicity
    return (
        asked is not None
        and rule_of(asked) is ObjectionRule.PROLONG
        and bool(unanswered(state.objections.values()))
    )


def _hand_timers(key: str, state: StepState) -> Iterator[Timer]:
    for place, hand in state.hands.items():
        turn = state.status in WITH_DOER if place == DOER_HAND else place.partition("|")[0] == state.node
        if hand.prepares and hand.until is not None and not hand.answered and turn:
            yield _timer(TimerKind.DELEGATION, key, hand.until, state, place)


def _node_timers(view: View, case: Case, key: str, state: StepState) -> Iterator[Timer]:
    """A node's term lapses where silence is an answer; everywhere else it is told that it has passed."""
    if not state.node or state.node_due is None or state.node_due.date is None:
        return
    node = view.by_id[split_key(key)[0]].node(state.node)
    if node is None:
        return
    if node.node.silence != "no_opinion":
        if not state.node_overdue:
            yield _timer(TimerKind.NODE_DUE, key, state.node_due.date, state, state.node)
    elif silent_seats(case, key, node, state):
        yield _timer(TimerKind.LAPSE, key, state.node_due.date, state, state.node)


def _timer(kind: TimerKind, key: str, last_day: date, state: StepState, node: str = "") -> Timer:
    """A period ends at 24:00 of its last day, so the timer is due on the day after."""
    name = f"{kind}:{key}:{node}" if node else f"{kind}:{key}"
    return Timer(
        key=name,
        kind=kind,
        step=key,
        node=node,
        on=last_day + timedelta(days=1),
        generation=state.generation,
    )
