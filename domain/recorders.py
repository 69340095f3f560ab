"""代录的人: who enters what a seat without an account has decided: its recorders, else the step's doer."""

from __future__ import annotations

from domain.case import Case, Seat
from domain.nodes import filled_seats, role_seats
from domain.plan import Plan, StepPlan
from domain.programme import BodyKind


def record_seats(plan: Plan, case: Case, key: str, step: StepPlan, seat: Seat) -> tuple[Seat, ...]:
    """Where a decision of this seat waits to be recorded; nowhere where its body signs in by itself.

    As the programme declares the body. A body chosen at run time has no declared role: who asked it knows.
    """
    role = plan.roles.get(seat.role)
    if role is None or _declared(plan, role.body) is BodyKind.ACCOUNT:
        return ()
    found = tuple(place for each in role.recorders for place in filled_seats(plan, case, key, each))
    return found or role_seats(plan, case, key, step.step.doer)


def _declared(plan: Plan, body: str) -> BodyKind:
    return next(each.kind for each in plan.programme.bodies if each.id == body)
