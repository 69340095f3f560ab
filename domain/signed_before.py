"""免签: who has agreed already, in the same round and on the same papers, is not asked again.

Only where the programme says so for a node. What counts is the person's own agreement at an earlier node; it
stands in for the later seat as long as it stands itself. Separation of duties is looked at anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.case import Seat, StepState
from domain.decisions import Decision
from domain.judging import Actor, Judgement
from domain.nodes import NodeStanding, counts, evidence_hashes, role_seats
from domain.plan import NodePlan, StepPlan


def later_seats(j: Judgement, key: str, step: StepPlan, node: NodePlan, holder: Actor) -> tuple[str, ...]:
    """Seats at later nodes with 免签 that the one who decides holds too, as `node|role@body`."""
    order = [each.id for each in step.nodes]
    after = step.nodes[order.index(node.id) + 1 :]
    return tuple(
        f"{each.id}|{seat.key}"
        for each in after
        if each.node.skip_signed
        for role in each.node.roles
        for seat in role_seats(j.plan, j.case, key, role)
        if holder.holds(seat)
    )


def signed_before(
    j: Judgement, key: str, step: StepPlan, node: NodePlan, found: NodeStanding
) -> Iterator[tuple[Seat, Decision]]:
    """Each seat that is asked now and may be passed, with the decision that stands in for it."""
    state = j.state(key)
    if not node.node.skip_signed:
        return
    seen = evidence_hashes(j.case, key, node)
    for seat in found.open:
        place = f"{node.id}|{seat.key}"
        for given in state.decisions:
            saw_all = place in given.also and seen.items() <= given.hashes.items()
            if saw_all and _stands(j, key, step, state, given):
                yield seat, given
                break


def _stands(j: Judgement, key: str, step: StepPlan, state: StepState, decision: Decision) -> bool:
    """Whether it counts where it was given; never across the separation of duties."""
    node = step.node(decision.node)
    return (
        node is not None
        and decision.decided_by not in state.submitters
        and counts(decision, node, evidence_hashes(j.case, key, node))
    )
