"""修改后印发: the doer changes what a meeting has passed with changes, somebody named confirms it.

The meeting does not meet again, nor are those asked again who agreed before it: the confirmation answers for
the difference. Until then the decision does not count.
"""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.recording import find_decision, works_in_system
from domain.acts.timing import require_not_before
from domain.case import StepState
from domain.decisions import Decision, Outcome
from domain.judging import Judgement
from domain.nodes import current, evidence_hashes, filled_seats, looks_at
from domain.plan import NodePlan, StepPlan
from domain.refusal import refuse
from domain.work_kinds import WorkKind


def confirm_role(j: Judgement, command: c.Decide, node: NodePlan) -> str:
    """Who confirms the changes: whom the meeting named, else the programme, else the overseer."""
    if command.outcome is not Outcome.PASSED_WITH_CHANGES:
        if command.confirm_by:
            refuse(
                "decide.confirmer_unasked",
                "只有“原则通过、修改后印发”才指定修改确认人",
                "请去掉修改确认人",
                confirm_by=command.confirm_by,
            )
        return ""
    overseer = j.plan.programme.overseer
    if not command.confirm_by:
        role = node.node.confirm_by or overseer
        return role if filled_seats(j.plan, j.case, command.step, role) else overseer
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
    """按会议意见修改: the decisions that a change of a paper (or `#register`) leaves standing.

    The meeting's own, given on what lies there now, and those before it that saw the same.
    """
    state = j.state(key)
    standing = [d for d in state.decisions if _saw(j, key, step, d, ref)]
    order = [node.id for node in step.nodes]
    meeting = next((d for d in standing if _awaits_changes(d)), None)
    if meeting is None:
        refuse(
            "evidence.not_decided",
            "没有“原则通过、修改后印发”且尚待修改的会议决定,不能按会议意见更换",
            "请去掉该选项;更换后须重新审批",
            slot=ref,
        )
    before = order[: order.index(meeting.node) + 1]
    return tuple(d.id for d in standing if d.node in before)


def _awaits_changes(decision: Decision) -> bool:
    passed = decision.outcome is Outcome.PASSED_WITH_CHANGES
    return passed and not decision.unchecked and not decision.confirmed_by


def _saw(j: Judgement, key: str, step: StepPlan, decision: Decision, ref: str) -> bool:
    node = step.node(decision.node)
    return (
        node is not None
        and looks_at(node, step.id, ref)
        and current(decision, node, evidence_hashes(j.case, key, node))
    )


def report_changes(j: Judgement, command: c.ReportChanges) -> None:
    """报告已按会议意见修改: by the doer, with what was changed, or words that say where."""
    step, state = j.open_step(command)
    decision = _pending(j, command.step, command.decision, step, state)
    mine = j.require_acted(j.seats(command.step, step.step.doer), "报告修改情况", WorkKind.CHANGE)
    if decision.changed_by:
        refuse("changes.reported", "已报告修改完成,待确认", "请等待确认", decision=decision.id)
    if not decision.changes and command.opinion is None:
        refuse(
            "changes.none",
            "还没有登记按会议意见修改的材料",
            "请先按会议意见更换材料或台账;修改在后续任务落实或无须改动的,请写明",
            decision=decision.id,
        )
    require_not_before(command.occurred_on, decision.occurred_on, "修改", "会议")
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
    """确认修改: by who was named, never by who changed or submitted."""
    step, state = j.open_step(command)
    decision = _pending(j, command.step, command.decision, step, state)
    if not decision.changed_by:
        refuse("changes.not_reported", "承办人尚未报告修改完成", "请等待承办人修改", decision=decision.id)
    person = j.facts.actor.person
    mine = j.acted(j.seats(command.step, decision.confirm_role), WorkKind.CONFIRM_CHANGES)
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
        j.require_any(j.seats(command.step, decision.confirm_role), "确认修改")
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


def _pending(j: Judgement, key: str, wanted: str, step: StepPlan, state: StepState) -> Decision:
    """A decision that waits for its changes, and was taken on what lies there now."""
    decision = find_decision(state, wanted)
    node = step.node(decision.node)
    stands = node is not None and current(decision, node, evidence_hashes(j.case, key, node))
    if not decision.pending or decision.unchecked or not stands:
        refuse("changes.nothing", "该意见没有待修改、待确认的内容", "请刷新后核对", decision=decision.id)
    return decision
