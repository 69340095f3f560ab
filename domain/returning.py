"""退回: where a matter goes when it is sent back, and what starts anew.

Goes to the doer, to an earlier node, or to a closed step this one depends on. The steps after the target
reset and keep their round count; the returner may name closed ones that stand; what is terminated stays.
"""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.case import split_key, step_key
from domain.decisions import Decision, Outcome
from domain.judging import Judgement
from domain.plan import NodePlan, StepPlan
from domain.refusal import refuse
from domain.states import DONE, StepStatus

_RESETTABLE = frozenset(
    set(StepStatus) - {StepStatus.NOT_STARTED, StepStatus.TERMINATED, StepStatus.NOT_APPLICABLE}
)
DOER = "doer"
STOP = "stop"


def send_back(j: Judgement, key: str, step: StepPlan, node: NodePlan, against: tuple[Decision, ...]) -> None:
    """Carry out what those who are against it, or who returned it, have decided: once for all of them."""
    returned = next((d for d in against if d.outcome is Outcome.RETURN), None)
    target = (returned.return_to or DOER) if returned else node.node.on_refuse.to
    stands = returned.stands if returned else ()
    last = max(against, key=lambda d: d.occurred_on)
    if target == STOP:
        j.emit(e.CaseTerminated(on=last.occurred_on, by=last.decided_by, reason="审批不同意,改革任务终止"))
        return
    go_back(j, key, step, target, by=last.decided_by, on=last.occurred_on, node=node.id, stands=stands)


def go_back(
    j: Judgement,
    key: str,
    step: StepPlan,
    target: str,
    *,
    by: str,
    on: date,
    node: str = "",
    stands: tuple[str, ...] = (),
    reason: str = "",
) -> None:
    """Send a step back to a target that `check_target` has found right."""
    if target in (DOER, step.id):
        j.emit(e.Returned(step=key, node=node, by=by, on=on, reason=reason))
        return
    order = [plan.id for plan in step.nodes]
    if target in order:
        drops = tuple(order[order.index(target) :])
        j.emit(e.Returned(step=key, node=node, to_node=target, by=by, on=on, drops=drops, reason=reason))
        return
    to_step = target_key(j, key, step, target)
    if j.state(to_step).status not in (StepStatus.CLOSED, StepStatus.ACCEPTED):
        j.emit(e.Returned(step=key, node=node, by=by, on=on, reason=reason))
        return
    resets = resets_after(j, to_step, stands)
    thaws = thawed(j, (to_step, *resets))
    j.emit(
        e.Returned(
            step=key, node=node, to_step=to_step, by=by, on=on, resets=resets, thaws=thaws, reason=reason
        )
    )


def target_key(j: Judgement, key: str, step: StepPlan, target: str) -> str:
    """The key of a target step: the same item's copy where both run per item of one register."""
    other = j.view.by_id.get(target)
    same = other is not None and other.items_of and other.items_of == step.items_of
    return step_key(target, split_key(key)[1]) if same else target


def resets_after(j: Judgement, key: str, stands: tuple[str, ...]) -> tuple[str, ...]:
    """Every begun step that rests on the target, but those named to stand, what rests only on these,
    and what has ended for good.
    """
    step, item = split_key(key)
    affected = _affected(j, step, {split_key(other)[0] for other in stands})
    found = []
    for other, state in j.case.steps.items():
        other_step, other_item = split_key(other)
        sibling = item and other_item and other_item != item and _same_items(j, step, other_step)
        if other_step in affected and not sibling and state.status in _RESETTABLE:
            found.append(other)
    return tuple(found)


def _affected(j: Judgement, step: str, standing: set[str]) -> set[str]:
    """The steps reached from `step` without passing through one that stands."""
    stands = {s for s in standing if j.state(s).status in DONE}
    reached = {step}
    size = 0
    while size != len(reached):
        size = len(reached)
        reached |= {s.id for s in j.view.steps if s.id not in stands and reached & set(s.after)}
    return reached - {step}


def _same_items(j: Judgement, one: str, other: str) -> bool:
    return j.view.by_id[one].items_of == j.view.by_id[other].items_of


def thawed(j: Judgement, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Registers frozen by steps that start anew may be filled again."""
    names = [r for key in keys for r in j.view.by_id[split_key(key)[0]].step.freezes]
    return tuple(name for name in dict.fromkeys(names) if name in j.case.registers)


def check_target(j: Judgement, key: str, step: StepPlan, node: NodePlan, target: str) -> None:
    """Whether one may send back there: the doer, an earlier node, or a closed step this one depends on."""
    order = [plan.id for plan in step.nodes]
    if target in ("", DOER, step.id) or target in order[: order.index(node.id)]:
        return
    other = j.state(target_key(j, key, step, target))
    if j.view.depends_on(step.id, target) and other.status in (StepStatus.CLOSED, StepStatus.ACCEPTED):
        return
    earlier = [
        s.id for s in j.view.steps if j.view.depends_on(step.id, s.id) and j.state(s.id).status in DONE
    ]
    refuse(
        "return.target",
        f"不能退回到“{target}”:只能退回承办人、前面的审批节点,或本任务所依据的已办结任务",
        f"可退回:承办人(doer)、{'、'.join([*order[: order.index(node.id)], *earlier]) or '无其他'}",
        target=target,
        step=key,
    )
