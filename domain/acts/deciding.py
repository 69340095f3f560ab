"""审批: deciding online, or recording what was decided on paper or in a meeting; withdrawing it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, NoReturn

from domain import commands as c
from domain import events as e
from domain.acts.agenda import put_off
from domain.acts.changes import confirm_role
from domain.acts.evidence import document_number
from domain.acts.handing import require_hand
from domain.acts.recording import find_decision, proxy_of, require_recordable
from domain.acts.timing import require_not_before
from domain.case import Seat, StepState
from domain.decisions import (
    MEDIUM_TITLES,
    NEEDS_REASON,
    OUTCOME_TITLES,
    OUTCOMES_BY_KIND,
    RETURNS,
    Decision,
    Medium,
    Outcome,
)
from domain.judging import Acted, Judgement
from domain.nodes import NodeStanding, collects, evidence_hashes, first_lacking
from domain.plan import NodePlan, StepPlan
from domain.programme import Mode
from domain.refusal import refuse
from domain.returning import check_target
from domain.settle import warn_unfinished
from domain.signed_before import later_seats
from domain.states import StepStatus
from domain.work_kinds import WorkKind

_NEEDS_NUMBER = frozenset({Medium.MINUTES, Medium.REPLY})
"""Media that have a number of their own, which the recording must carry."""


def decide_node(j: Judgement, command: c.Decide) -> None:
    """签署或代录一条审批意见."""
    step, state = j.open_step(command)
    node, found = _open_node(j, command, step, state)
    seat = _seat(j, command, found, node)
    _require_outcome(command, node)
    _require_returnable(j, command, step, node, state)
    decider = _decider(j, command, seat, state)
    own = j.facts.decider if decider.recorded else j.facts.actor
    signs = command.outcome is Outcome.AGREE and not decider.acting_for and own is not None
    acted = Acted(seat, decider.acting_for)
    require_hand(j, state, f"{node.id}|{seat.key}", acted, decider.person)
    if not command.out_of_order:
        require_not_before(command.occurred_on, state.submitted_on, "审批", "提交")
        require_not_before(command.occurred_on, state.node_opened_on, "审批", "上一节点")
        require_not_before(command.occurred_on, _seat_before(node, state), "审批", "上一席位")
    decision = Decision(
        id=str(j.case.counter + 1),
        node=node.id,
        seat=seat.key,
        outcome=command.outcome,
        decided_by=decider.person,
        acting_for=decider.acting_for,
        occurred_on=command.occurred_on,
        medium=command.medium,
        recorded_by=j.facts.actor.person,
        recorded_in=decider.recorded.seat.key if decider.recorded else "",
        recorded_for=decider.recorded.acting_for if decider.recorded else "",
        confirm_role=confirm_role(j, command, node, seat, online=decider.recorded is None),
        fingerprint=node.fingerprint,
        hashes=evidence_hashes(j.case, command.step, node),
        number=document_number(j, "文号", command.number) if command.number else "",
        meeting=command.meeting,
        opinion=command.opinion,
        return_to=command.return_to,
        stands=command.stands,
        resume=command.resume,
        out_of_order=command.out_of_order,
        also=later_seats(j, command.step, step, node, own) if signs and own else (),
    )
    j.emit(e.Decided(step=command.step, decision=decision, late_days=j.late_days))
    put_off(j, command, decision)
    warn_unfinished(j, step)


def _seat_before(node: NodePlan, state: StepState) -> date | None:
    """逐级审批: the date of those who have answered before in the same node."""
    if node.node.mode is not Mode.SEQUENTIAL or collects(node):
        return None
    dates = [d.settled_on for d in state.decisions if d.node == node.id and not d.unchecked]
    return max(dates, default=None)


def _open_node(
    j: Judgement, command: c.Decide, step: StepPlan, state: StepState
) -> tuple[NodePlan, NodeStanding]:
    lacking = first_lacking(j.plan, j.case, command.step, step, state)
    if state.status is not StepStatus.IN_REVIEW or lacking is None:
        refuse(
            "decide.not_in_review",
            f"任务 {command.step} 现不在审批中",
            "请等待承办人提交",
            step=command.step,
            status=str(state.status),
        )
    if lacking[0].id != command.node:
        refuse(
            "decide.other_node",
            f"现在的审批节点是“{lacking[0].node.title}”({lacking[0].id}),不是“{command.node}”",
            "请刷新后按当前节点办理",
            node=lacking[0].id,
            asked=command.node,
        )
    return lacking


def _seat(j: Judgement, command: c.Decide, found: NodeStanding, node: NodePlan) -> Seat:
    if command.seat:
        seat = next((s for s in found.open if s.key == command.seat), None)
        if seat is None:
            _refuse_seat(j, command, found, node)
        return seat
    mine = tuple(s for s in found.open if j.facts.actor.holds(s)) or tuple(
        s for s in found.open if j.acted((s,), WorkKind.DECIDE)
    )
    if command.decided_by and not mine:
        mine = found.open
    if len(mine) == 1:
        return mine[0]
    if not mine:
        _refuse_seat(j, command, found, node)
    refuse(
        "decide.which_seat",
        "本节点有多个席位可办理",
        f"请指明席位:{'、'.join(s.key for s in mine)}",
        node=node.id,
    )


def _refuse_seat(j: Judgement, command: c.Decide, found: NodeStanding, node: NodePlan) -> NoReturn:
    if not found.open:
        if node.node.participants == "run_time" and not j.state(command.step).participants.get(node.id):
            refuse(
                "consult.not_invited",
                f"“{node.node.title}”还没有选定征求意见对象",
                "请承办人先选定征求意见对象",
                node=node.id,
            )
        refuse(
            "decide.nothing_open",
            f"节点“{node.node.title}”已有意见或待核对,无须再次办理",
            "如登记有误,请先撤回该意见",
            node=node.id,
        )
    j.require_any(found.open, f"“{node.node.title}”")
    refuse(
        "decide.seat",
        f"席位“{command.seat}”现在不办理",
        f"现可办理:{'、'.join(s.key for s in found.open)}",
        node=node.id,
        seat=command.seat,
    )


def _require_outcome(command: c.Decide, node: NodePlan) -> None:
    allowed = OUTCOMES_BY_KIND[node.node.kind]
    if command.outcome not in allowed:
        words = ";".join(OUTCOME_TITLES[o] for o in Outcome if o in allowed)
        refuse(
            "decide.outcome",
            f"“{node.node.title}”不能作“{OUTCOME_TITLES[command.outcome]}”",
            f"可选:{words}",
            outcome=str(command.outcome),
        )
    if command.outcome in NEEDS_REASON and command.opinion is None:
        refuse(
            "decide.reason_missing",
            f"“{OUTCOME_TITLES[command.outcome]}”须写明理由",
            "请填写意见后再提交",
            outcome=str(command.outcome),
        )
    if command.medium in _NEEDS_NUMBER and not command.number:
        refuse(
            "decide.number_missing",
            f"{MEDIUM_TITLES[command.medium]}须登记文号或期号",
            "请填写文号;确无文号的填“无文号”",
            medium=str(command.medium),
        )


def _require_returnable(
    j: Judgement, command: c.Decide, step: StepPlan, node: NodePlan, state: StepState
) -> None:
    if command.resume:
        _require_resumable(command)
    if command.outcome is not Outcome.RETURN and (command.return_to or command.stands):
        refuse(
            "return.not_a_return",
            f"“{OUTCOME_TITLES[command.outcome]}”不能指定退回到哪里",
            "要退回请选“退回”;不同意的去向由流程模板规定",
            outcome=str(command.outcome),
        )
    if command.outcome not in RETURNS:
        return
    limit = node.node.max_returns
    if limit is not None and state.returns.get(node.id, 0) >= limit:
        allowed = OUTCOMES_BY_KIND[node.node.kind] - RETURNS
        words = ";".join(OUTCOME_TITLES[outcome] for outcome in Outcome if outcome in allowed)
        refuse(
            "return.limit",
            f"“{node.node.title}”退回已达{limit}次上限",
            f"可选:{words};或提请领导协调",
            limit=limit,
        )
    if command.outcome is Outcome.RETURN:
        check_target(j, command.step, step, node, command.return_to, command.stands)


def _require_resumable(command: c.Decide) -> None:
    """直接送回 goes with a 退回, wherever to."""
    if command.outcome is not Outcome.RETURN:
        refuse(
            "return.resume",
            "只有退回才能要求直接送回",
            "请去掉“直接送回”,或改为退回",
            outcome=str(command.outcome),
        )


class Decider(NamedTuple):
    """决定人: who decided, whom they acted for, and in which seat it was recorded for them."""

    person: str
    acting_for: str = ""
    recorded: Acted | None = None


def _decider(j: Judgement, command: c.Decide, seat: Seat, state: StepState) -> Decider:
    """Separation of duties is tested on who decided, and on whom they acted for; on nobody else."""
    actor = j.facts.actor
    if command.decided_by in ("", actor.person):
        if command.medium is not Medium.ONLINE:
            refuse(
                "decide.medium",
                "本人线上办理的,形式应为“线上”",
                "代录他人决定的,请写明决定人",
                medium=str(command.medium),
            )
        mine = j.require_acted((seat,), "审批", WorkKind.DECIDE)
        decider = Decider(actor.person, mine.acting_for)
    else:
        recorded = require_recordable(j, command, seat)
        decider = Decider(command.decided_by, proxy_of(j, seat), recorded)
    for person in (decider.person, decider.acting_for):
        if person and person in state.submitters:
            refuse(
                "duty.own_submission",
                "不能审批本人提交的任务,也不能由代理人或委托人审批",
                "请由其他人员审批;代录他人决定须写明实际决定人",
                basis="承办与审批分离(内控)",
                person=person,
            )
    return decider


def withdraw_decision(j: Judgement, command: c.WithdrawDecision) -> None:
    """撤回审批意见: by who decided or recorded it, while its node or the next has not gone on."""
    step, state = j.open_step(command)
    decision = find_decision(state, command.decision)
    if j.facts.actor.person not in (decision.decided_by, decision.recorded_by):
        refuse(
            "withdraw.not_yours",
            "只能撤回本人作出或代录的意见",
            "请联系原办理人",
            decision=decision.id,
        )
    if decision.rests_on:
        refuse(
            "withdraw.signed",
            "该席位因前面的意见免签,不能单独撤回",
            "请撤回前面节点的意见,本席随之取消",
            decision=decision.id,
            rests_on=decision.rests_on,
        )
    if decision.outcome is Outcome.AGREE_WITH_CHANGES and decision.changes:
        refuse(
            "withdraw.changed",
            "已按该意见修改材料,不能再撤回",
            "还不满意的,请在确认修改时写明;须另行处理的,请承办人另行更换材料,本席重新办理",
            decision=decision.id,
        )
    order = {node.id: place for place, node in enumerate(step.nodes)}
    mine = order.get(decision.node, len(order))
    later = [d.id for d in state.decisions if order.get(d.node, -1) > mine and d.rests_on != decision.id]
    if later or state.status is not StepStatus.IN_REVIEW:
        refuse(
            "withdraw.too_late",
            "后续节点已办理,不能撤回",
            "请联系后续审批人退回;已办结的请申请更正或重新办理",
            decision=decision.id,
        )
    j.emit(e.DecisionWithdrawn(step=command.step, decision=decision.id, by=j.facts.actor.person))
