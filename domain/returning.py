"""退回: where a matter goes when it is sent back, and what starts anew.

Goes to the doer, to an earlier node, or to a closed step this one depends on. The steps after the target
reset and keep their round count; the returner may name closed ones that stand; what is terminated stays.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from domain import events as e
from domain.case import split_key, step_key
from domain.decisions import RETURNS, Decision, Outcome
from domain.gates import rests_on_done
from domain.judging import Judgement
from domain.nodes import counts, evidence_hashes, goes_on
from domain.plan import NodePlan, StepPlan
from domain.refusal import refuse
from domain.states import DONE, StepStatus
from domain.terms import set_term

_RESETTABLE = frozenset(
    set(StepStatus) - {StepStatus.NOT_STARTED, StepStatus.TERMINATED, StepStatus.NOT_APPLICABLE}
)
_CLOSED = frozenset({StepStatus.CLOSED, StepStatus.ACCEPTED})
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
    by, on = last.decided_by, last.occurred_on
    dissent = not any(d.outcome in RETURNS for d in against)
    resume = bool(returned and returned.resume)
    go_back(j, key, step, target, by=by, on=on, node=node.id, stands=stands, dissent=dissent, resume=resume)


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
    dissent: bool = False,
    resume: bool = False,
) -> None:
    """Send a step back to a target that `check_target` has found right."""
    back = e.Returned(step=key, node=node, by=by, on=on, reason=reason, dissent=dissent)
    order = [plan.id for plan in step.nodes]
    if target in order:
        drops = (target, node) if resume else tuple(order[order.index(target) :])
        j.emit(replace(back, to_node=target, drops=drops, resume=resume))
        return
    to_step = target_key(j, key, step, target)
    if target in (DOER, step.id) or not _returnable(j, to_step):
        keeps = keepable(j, key, step, node) if resume else ()
        j.emit(replace(back, resume=resume, keeps=keeps))
        return
    resets = tuple(dict.fromkeys((*resets_after(j, to_step, stands), key)))
    thaws, held = thawed(j, (to_step, *resets)), suspended(j, resets)
    keeps = keepable(j, key, step, node) if resume else ()
    back = replace(back, to_step=to_step, resets=resets, thaws=thaws, held=held)
    j.emit(replace(back, resume=resume, keeps=keeps, waits=not resume))
    set_term(j, to_step)


def keepable(j: Judgement, key: str, step: StepPlan, node: str) -> tuple[str, ...]:
    """直接送回: the decisions before a node that count now and let the matter go on."""
    order = [plan.id for plan in step.nodes]
    before = [plan for plan in step.nodes if plan.id in order[: order.index(node)]]
    return tuple(
        d.id
        for plan in before
        for d in j.state(key).decisions
        if d.node == plan.id and goes_on(d) and counts(d, plan, evidence_hashes(j.case, key, plan))
    )


def carriable(
    j: Judgement, key: str, step: StepPlan, submitters: frozenset[str]
) -> dict[str, dict[str, str]]:
    """直接送回: who is not asked again, with what lies there now.

    Only who looked at nothing that the returning node does not look at, or at nothing that has changed; so no
    change passes unseen. Never who hands it in now.
    """
    resume = j.state(key).resume
    target = step.node(resume.node) if resume else None
    if resume is None or target is None:
        return {}
    found: dict[str, dict[str, str]] = {}
    for decision in resume.decisions:
        node = step.node(decision.node)
        if node is None or node.fingerprint != decision.fingerprint:
            continue
        now = evidence_hashes(j.case, key, node)
        seen = set(node.looks_at) <= set(target.looks_at) and set(node.registers) <= set(target.registers)
        own = submitters & {decision.decided_by, decision.acting_for}
        if (seen or now == decision.hashes) and not own:
            found[decision.id] = now
    return found


def _returnable(j: Judgement, key: str) -> bool:
    """Closed, and all it rests on done: one that stood while a step before it is in rework waits for it."""
    step = j.view.by_id.get(split_key(key)[0])
    return step is not None and j.state(key).status in _CLOSED and rests_on_done(j.view, j.case, step, key)


def target_key(j: Judgement, key: str, step: StepPlan, target: str) -> str:
    """The key of a target step: the same item's copy where both run per item of one register."""
    other = j.view.by_id.get(target)
    same = other is not None and other.items_of and other.items_of == step.items_of
    return step_key(target, split_key(key)[1]) if same else target


def resets_after(j: Judgement, key: str, stands: tuple[str, ...]) -> tuple[str, ...]:
    """Every begun step that rests on the target, but those named to stand, what rests only on these,
    and what has ended for good.
    """
    affected = _affected(j, key, set(stands))
    return tuple(k for k, s in j.case.steps.items() if k in affected and s.status in _RESETTABLE)


def _affected(j: Judgement, key: str, stands: set[str]) -> set[str]:
    """The copies of steps reached from one without passing through a done one that stands."""
    standing = {other for other in stands if j.state(other).status in DONE}
    rests = {other: _rests_on(j, other) for other in _copies(j) if other not in standing}
    reached = {key}
    size = 0
    while size != len(reached):
        size = len(reached)
        reached |= {other for other, before in rests.items() if reached & before}
    return reached - {key}


def _copies(j: Judgement) -> list[str]:
    """The key of every step that applies, and of every item's copy that has begun."""
    begun = [key for key in j.case.steps if split_key(key)[1] and split_key(key)[0] in j.view.by_id]
    run = {split_key(key)[0] for key in begun}
    return [step.id for step in j.view.steps if step.id not in run] + begun


def _rests_on(j: Judgement, key: str) -> set[str]:
    """What a copy waits for: of the same register's items only its own, of all else every copy."""
    own, item = split_key(key)
    step = j.view.by_id[own]
    found: set[str] = set()
    for earlier in step.after:
        other = j.view.by_id.get(earlier)
        if item and other is not None and other.items_of == step.items_of:
            found.add(step_key(earlier, item))
        else:
            found |= {earlier, *(k for k in j.case.steps if split_key(k)[0] == earlier)}
    return found


def suspended(j: Judgement, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Of steps that start anew the suspended ones: they stay so, for nobody has decided to resume them."""
    return tuple(key for key in keys if j.state(key).status is StepStatus.SUSPENDED)


def thawed(j: Judgement, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Registers frozen by steps that start anew may be filled again."""
    steps = [j.plan.step(split_key(key)[0]) for key in keys]
    names = [register for step in steps if step is not None for register in step.freezes]
    return tuple(name for name in dict.fromkeys(names) if name in j.case.registers)


def check_target(
    j: Judgement, key: str, step: StepPlan, node: NodePlan, target: str, stands: tuple[str, ...]
) -> None:
    """Whether one may send back there: the doer, an earlier node, or a closed step this one depends on."""
    order = [plan.id for plan in step.nodes]
    before = order[: order.index(node.id)]
    if target in ("", DOER, step.id, *before):
        check_stands(j, "", stands)
        return
    to_step = target_key(j, key, step, target)
    if j.view.depends_on(step.id, target) and _returnable(j, to_step):
        check_stands(j, to_step, stands)
        return
    earlier = [
        s.id
        for s in j.view.steps
        if j.view.depends_on(step.id, s.id) and _returnable(j, target_key(j, key, step, s.id))
    ]
    refuse(
        "return.target",
        f"不能退回到“{target}”:只能退回承办人、前面的审批节点,或本任务所依据的已办结任务",
        f"可退回:{'、'.join(['承办人(doer)', *before, *earlier])}",
        target=target,
        step=key,
    )


def check_stands(j: Judgement, target: str, stands: tuple[str, ...]) -> None:
    """保留不动: only done steps that would otherwise start anew can be named to stand."""
    if not stands:
        return
    resets = resets_after(j, target, ()) if target else ()
    done = [key for key in resets if j.state(key).status in DONE]
    wrong = [key for key in stands if key not in done]
    if wrong:
        refuse(
            "return.stands",
            f"{'、'.join(wrong)} 不能保留不动:只能保留因此次退回而须重办的已办结任务",
            f"可保留:{'、'.join(done) or '无'}",
            stands="、".join(wrong),
        )
