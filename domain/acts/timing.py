"""时间: order of dates, and what the clock itself does."""

from __future__ import annotations

from datetime import date

from domain import commands as c
from domain import events as e
from domain.case import StepState, split_key
from domain.decisions import Decision, Medium, Outcome
from domain.judging import Judgement
from domain.nodes import evidence_hashes
from domain.open_work import Timer, TimerKind, open_timers, silent_seats
from domain.refusal import refuse


def require_not_before(on: date, earlier: date | None, what: str, predecessor: str) -> None:
    """倒签: nothing may be dated before what it follows."""
    if earlier is not None and on < earlier:
        refuse(
            "date.before_predecessor",
            f"{what}日期 {on} 早于{predecessor}日期 {earlier}",
            "请核对原件上的日期;日期确实在先的,请说明理由",
            on=on.isoformat(),
            predecessor=earlier.isoformat(),
        )


def require_past(on: date, today: date) -> None:
    """Nothing has happened on a day that has not come."""
    if on > today:
        refuse(
            "date.future",
            f"发生日期 {on} 晚于今天 {today}",
            "请核对日期",
            on=on.isoformat(),
            today=today.isoformat(),
        )


def fire_timer(j: Judgement, command: c.FireTimer) -> None:
    """计时到点: a timer of an older date is refused as stale; the relay then drops it."""
    timer = open_timers(j.plan, j.case).get(command.key)
    if timer is None or timer.generation != command.generation:
        refuse("timer.stale", "该计时已失效", "无须处理", key=command.key)
    if j.facts.today < timer.on:
        refuse("timer.early", f"该计时 {timer.on} 到点", "无须处理", key=command.key, on=timer.on.isoformat())
    state = j.state(timer.step)
    if timer.kind is TimerKind.DUE:
        due = state.due.date if state.due else None
        j.emit(e.FellOverdue(step=timer.step, due_on=due or timer.on, on=timer.on))
    elif timer.kind is TimerKind.PERIOD:
        j.emit(e.PeriodEnded(step=timer.step, on=timer.on))
    elif timer.kind is TimerKind.MANUAL:
        j.emit(e.ManualTurned(step=timer.step, on=timer.on, reason=command.reason))
    elif timer.kind is TimerKind.NODE_DUE:
        due = state.node_due.date if state.node_due else None
        on = timer.on
        j.emit(e.NodeFellOverdue(step=timer.step, node=timer.node, due_on=due or on, on=on))
    elif timer.kind is TimerKind.DELEGATION:
        j.emit(e.DelegationEnded(step=timer.step, key=timer.node, on=timer.on))
    else:
        _lapse(j, timer, state)


def _lapse(j: Judgement, timer: Timer, state: StepState) -> None:
    """逾期视为无意见: silence is written for each who has not answered."""
    step = j.view.by_id[split_key(timer.step)[0]]
    node = step.node(timer.node)
    if node is None:
        return
    hashes = evidence_hashes(j.case, timer.step, node)
    last_day = state.node_due.date if state.node_due else None
    for seat in silent_seats(j.case, timer.step, node, state):
        lapsed = Decision(
            id=str(j.case.counter + 1),
            node=node.id,
            seat=seat.key,
            outcome=Outcome.LAPSED,
            decided_by=seat.body,
            occurred_on=last_day or timer.on,
            medium=Medium.CLOCK,
            recorded_by="clock",
            fingerprint=node.fingerprint,
            hashes=hashes,
        )
        j.emit(e.Decided(step=timer.step, decision=lapsed))
