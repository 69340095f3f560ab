"""核对原件: who compares a recording with the original: a second person, never who recorded or decided.

Without a role named by the step it is the recorder's own body, for there the original lies.
"""

from __future__ import annotations

from domain.case import Case, Seat, StepState
from domain.decisions import Decision
from domain.nodes import filled_seats
from domain.plan import Plan, StepPlan
from domain.work_kinds import ANY_POSITION


def check_seats(
    plan: Plan, case: Case, key: str, step: StepPlan, state: StepState, decision: Decision
) -> tuple[Seat, ...]:
    """Where a recording is checked: by the role the step names, else by a colleague of the recorder."""
    named = filled_seats(plan, case, key, step.step.check_by) if step.step.check_by else ()
    if named:
        return named
    role, _, body = decision.recorded_in.partition("@")
    if not body and state.doer is not None:
        role, body = state.doer.role, state.doer.body
    return (Seat(role, body, ANY_POSITION),)


def not_checkers(decision: Decision) -> tuple[str, ...]:
    """Who may not check: the recorder, the person who decided, and for whom either of them acted."""
    of_body = decision.decided_by == decision.seat.partition("@")[2]
    persons = ("" if of_body else decision.decided_by, decision.recorded_for, decision.acting_for)
    return (decision.recorded_by, *(who for who in persons if who))
