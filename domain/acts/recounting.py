"""重算日期: every date of open work on the calendar as it is now, and what of it moves.

The act and its preview are the same rule: what a recount would emit is what the officer sees beforehand.
"""

from __future__ import annotations

from datetime import date

from domain import commands as c
from domain import events as e
from domain.acts.publicity import period_of
from domain.case import StepState, split_key
from domain.judging import Judgement
from domain.refusal import refuse
from domain.states import OPEN, WITH_DOER, StepStatus
from domain.terms import renew_node_term, renew_term


def recount_dates(j: Judgement, command: c.RecountDates) -> None:
    """重算日期: terms of steps and nodes and periods of publicity that still run.

    Not: dates that somebody chose (代办期限, an extension), and the day on which a machine's work turns
    manual. Refused where nothing moves, so that no row is written for it.
    """
    j.require_open_case()
    before = dict(j.case.steps)
    for key, state in before.items():
        if split_key(key)[0] in j.view.by_id and _running(state):
            _recount(j, key)
    if not j.events:
        refuse("recount.nothing", "没有需要重算的日期", "无须处理", case=command.case)
    moved = tuple(key for key, state in before.items() if _days(state) != _days(j.state(key)))
    j.emit(e.DatesRecounted(source=command.source, on=command.occurred_on, moved=moved))


def _days(state: StepState) -> tuple[date | None, ...]:
    return (
        state.due.date if state.due else None,
        state.node_due.date if state.node_due else None,
        state.period.ends_on if state.period else None,
    )


def _running(state: StepState) -> bool:
    held = state.status is StepStatus.SUSPENDED and state.suspended_from in OPEN
    return state.status in OPEN or held


def _recount(j: Judgement, key: str) -> None:
    if j.state(key).due is not None:
        renew_term(j, key)
    renew_node_term(j, key)
    _renew_period(j, key)


def _renew_period(j: Judgement, key: str) -> None:
    """A period that has ended and would have ended all the same stays as it was told."""
    state = j.state(key)
    if state.period is None or (state.suspended_from or state.status) not in WITH_DOER:
        return
    period = period_of(j, j.step(key), state)
    if period is None or (state.period_ended and period.ends_on < j.facts.today):
        return
    same = (period.ends_on, period.line, period.other_ends_on, period.provisional)
    if same != (
        state.period.ends_on,
        state.period.line,
        state.period.other_ends_on,
        state.period.provisional,
    ):
        j.emit(e.PeriodSet(step=key, period=period))
