"""确认修改: who sees that what was agreed to with changes was changed so: a named role, else the seat itself.

Only a decision of a place that the node still has waits for its changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.case import Case, Seat, StepState
from domain.decisions import Decision
from domain.nodes import role_seats
from domain.plan import NodePlan, Plan


def awaiting(state: StepState, node: NodePlan, seats: tuple[Seat, ...]) -> Iterator[Decision]:
    """待修改、待确认: the decisions at a node that wait, of the seats it has."""
    keys = {seat.key for seat in seats}
    return (d for d in state.decisions if d.node == node.id and d.pending and d.seat in keys)


def confirm_seats(
    plan: Plan, case: Case, key: str, decision: Decision, seats: tuple[Seat, ...]
) -> tuple[Seat, ...]:
    """Where the changes are confirmed; ``seats`` are the node's."""
    if decision.confirm_role == decision.seat:
        return tuple(seat for seat in seats if seat.key == decision.seat)
    return role_seats(plan, case, key, decision.confirm_role)
