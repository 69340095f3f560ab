"""修改后印发: the doer changes what a meeting or a leader has agreed to with changes, somebody confirms it.

Who decided so is not asked again, nor are those who agreed before: the confirmation answers for the
difference. Until then the decision does not count.
"""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.recording import find_decision, works_in_system
from domain.acts.timing import require_not_before
from domain.case import Seat, StepState
from domain.confirming import awaiting, confirm_seats
from domain.decisions import WITH_CHANGES, Decision, Outcome
from domain.judging import Judgement
from domain.nodes import current, evidence_hashes, filled_seats, looks_at, seats_of
from domain.plan import NodePlan, StepPlan
from domain.programme import Mode
from domain.refusal import refuse
from domain.work_kinds import WorkKind


def confirm_role(j: Judgement, command: c.Decide, node: NodePlan, seat: Seat, *, online: bool) -> str:
    """Who confirms the changes: who was named, else the programme's role, else the seat itself where it works
    in the system, else the overseer.
    """
    if command.outcome not in WITH_CHANGES:
        if command.confirm_by:
            refuse(
                "decide.confirmer_unasked",
                "只有“原则通过、修改后印发”“原则同意、修改后印发”才指定修改确认人",
                "请去掉修改确认人",
                confirm_by=command.confirm_by,
            )
        return ""
    overseer = j.plan.programme.overseer
    if not command.confirm_by:
        role = node.node.confirm_by
        if role and filled_seats(j.plan, j.case, command.step, role):
            return role
        itself = command.outcome is Outcome.AGREE_WITH_CHANGES and (online or works_in_system(j, seat))
        return seat.key if itself else overseer
    if command.confirm_by not in j.plan.roles or not any(
        works_in_system(j, seat) for seat in filled_seats(j.plan, j.case, command.step, command.confirm_by)
    ):
        refuse(
            "decide.confirmer",
            f"不能由“{command.confirm_by}”确认修改:没有这个角色,或其机构不登录系统",
            f"请改由登录系统的角色确认,如 {overseer}({j.plan.roles[overseer].title})",
            confirm_by=command.confirm_by,
        )
    return command.confirm_by


def carried(j: Judgement, key: str, step: StepPlan, ref: str) -> tuple[str, ...]:
    """按意见修改: the decisions that a change of a paper (or `#register`) leaves standing.

    Those that asked for changes, given on what lies there now, and those before that saw the same. Who is
    asked beside them has not seen what they want, and is asked again.
    """
    state = j.state(key)
    standing = [d for d in state.decisions if _saw(j, key, step, d, ref)]
    order = {node.id: at for at, node in enumerate(step.nodes)}
    asked = [d for d in standing if _awaits_changes(j, key, step, d)]
    if not asked:
        refuse(
            "evidence.not_decided",
            "没有“修改后印发”且尚待修改的决定,不能按意见更换",
            "请去掉该选项;更换后须重新审批",
            slot=ref,
        )
    at = min(order[d.node] for d in asked)
    node = step.nodes[at].node
    in_turn = node.mode is Mode.SEQUENTIAL and not node.collect
    wanted = {d.id for d in asked}
    return tuple(
        d.id for d in standing if order[d.node] < at or (order[d.node] == at and (in_turn or d.id in wanted))
    )


def _awaits_changes(j: Judgement, key: str, step: StepPlan, decision: Decision) -> bool:
    """A meeting's as long as nobody has confirmed it; a leader's only at the node that is open."""
    if decision.outcome not in WITH_CHANGES or decision.unchecked or decision.confirmed_by:
        return False
    state, node = j.state(key), step.node(decision.node)
    if decision.outcome is Outcome.PASSED_WITH_CHANGES or node is None:
        return node is not None
    seats = seats_of(j.plan, j.case, key, node, state)
    return state.node == decision.node and decision in awaiting(state, node, seats)


def _saw(j: Judgement, key: str, step: StepPlan, decision: Decision, ref: str) -> bool:
    node = step.node(decision.node)
    return (
        node is not None
        and looks_at(node, step.id, ref)
        and current(decision, node, evidence_hashes(j.case, key, node))
    )


def report_changes(j: Judgement, command: c.ReportChanges) -> None:
    """报告已按意见修改: by the doer, with what was changed, or words that say where."""
    step, state = j.open_step(command)
    decision = _pending(j, command.step, command.decision, step, state)
    mine = j.require_acted(j.seats(command.step, step.step.doer), "报告修改情况", WorkKind.CHANGE)
    if decision.changed_by:
        refuse("changes.reported", "已报告修改完成,待确认", "请等待确认", decision=decision.id)
    if not decision.changes and command.opinion is None:
        refuse(
            "changes.none",
            "还没有登记按意见修改的材料",
            "请先按意见更换材料或台账;修改在后续任务落实或无须改动的,请写明",
            decision=decision.id,
        )
    require_not_before(command.occurred_on, decision.occurred_on, "修改", "审批")
    by, on = j.facts.actor.person, command.occurred_on
    j.emit(
        e.ChangesReported(
            step=command.step,
            decision=decision.id,
            by=by,
            acting_for=mine.acting_for,
            on=on,
            note=command.opinion,
        )
    )


def confirm_changes(j: Judgement, command: c.ConfirmChanges) -> None:
    """确认修改: by who was named, or in the seat that asked for them; never by who changed or submitted."""
    step, state = j.open_step(command)
    decision = _pending(j, command.step, command.decision, step, state)
    if not decision.changed_by:
        refuse("changes.not_reported", "承办人尚未报告修改完成", "请等待承办人修改", decision=decision.id)
    person = j.facts.actor.person
    seats = _confirmers(j, command.step, step, state, decision)
    mine = j.acted(seats, WorkKind.CONFIRM_CHANGES)
    behind = mine.behind(person) if mine else frozenset({person})
    if behind & {decision.changed_by, decision.changed_for, *state.submitters}:
        refuse(
            "duty.own_changes",
            "不能确认本人提交或修改的内容",
            "请由另一名有权人员确认",
            basis="修改与确认分离(内控)",
            person=person,
        )
    if mine is None:
        j.require_any(seats, "确认修改")
    if not command.agrees and command.reason is None:
        refuse("changes.reason_missing", "不同意的,须写明还要改什么", "请填写理由", decision=decision.id)
    require_not_before(command.occurred_on, decision.changed_on, "确认", "修改")
    j.emit(
        e.ChangesConfirmed(
            step=command.step,
            decision=decision.id,
            by=person,
            acting_for=mine.acting_for if mine else "",
            agrees=command.agrees,
            on=command.occurred_on,
            reason=command.reason,
        )
    )


def _confirmers(
    j: Judgement, key: str, step: StepPlan, state: StepState, decision: Decision
) -> tuple[Seat, ...]:
    node = step.node(decision.node)
    seats = seats_of(j.plan, j.case, key, node, state) if node is not None else ()
    return confirm_seats(j.plan, j.case, key, decision, seats)


def _pending(j: Judgement, key: str, wanted: str, step: StepPlan, state: StepState) -> Decision:
    """A decision that waits for its changes, and was taken on what lies there now."""
    decision = find_decision(state, wanted)
    node = step.node(decision.node)
    stands = (
        node is not None
        and current(decision, node, evidence_hashes(j.case, key, node))
        and decision in awaiting(state, node, seats_of(j.plan, j.case, key, node, state))
    )
    if not decision.pending or decision.unchecked or not stands:
        refuse("changes.nothing", "该意见没有待修改、待确认的内容", "请刷新后核对", decision=decision.id)
    return decision
