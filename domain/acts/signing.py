"""增加、减少会签单位: who else answers at the open node, before, after or beside those asked already."""

from __future__ import annotations

from msgspec.structs import replace

from domain import commands as c
from domain import events as e
from domain.acts.consulting import require_known
from domain.case import Seat, Signer, StepState
from domain.judging import Judgement
from domain.nodes import NodeStanding, first_lacking, seats_of
from domain.plan import NodePlan, StepPlan
from domain.programme import Mode, NodeKind
from domain.refusal import refuse
from domain.states import StepStatus

SIGNER = "signer"
"""The role of a place that no programme names."""
PLACES = {"before": "本席之前", "after": "本席之后", "beside": "并列"}


def open_node(
    j: Judgement, command: c.StepCommand, step: StepPlan, state: StepState
) -> tuple[NodePlan, NodeStanding]:
    """The node that is being answered, or a refusal."""
    lacking = first_lacking(j.plan, j.case, command.step, step, state)
    if state.status is not StepStatus.IN_REVIEW or lacking is None:
        refuse(
            "decide.not_in_review",
            f"任务 {command.step} 现不在审批中",
            "请等待承办人提交",
            step=command.step,
            status=str(state.status),
        )
    return lacking


def add_signer(j: Judgement, command: c.AddSigner) -> None:
    """增加会签单位: by who is asked now, round their own seat; beside the others also by the doer."""
    step, state = j.open_step(command)
    node, found = open_node(j, command, step, state)
    _require_addable(j, command, node)
    anchor = _anchor(j, command, step, state, node, found)
    if any(seat.body == command.body for seat in seats_of(j.plan, j.case, command.step, node, state)):
        refuse("signer.already", "该单位已在本节点的席位中", "无须再增加", node=node.id, body=command.body)
    signer = Signer(
        node=node.id,
        seat=Seat(SIGNER, command.body, command.position),
        place=command.place,
        anchor=anchor,
        by=j.facts.actor.person,
        on=command.occurred_on,
    )
    after = replace(state, signers=(*state.signers, signer))
    seats = seats_of(j.plan, j.case, command.step, node, after)
    j.emit(e.SignerAdded(step=command.step, signer=signer, seats=seats, reason=command.reason))


def _require_addable(j: Judgement, command: c.AddSigner, node: NodePlan) -> None:
    if node.node.kind is NodeKind.MEETING:
        refuse("signer.meeting", "会议议定的节点不增加会签单位", "请退回承办人另行安排", node=node.id)
    if command.place not in PLACES:
        words = "、".join(f"{place}({title})" for place, title in PLACES.items())
        refuse("signer.place", f"没有“{command.place}”这一种加签", f"可选:{words}", place=command.place)
    if command.place != "beside" and node.node.mode is Mode.ANY:
        refuse(
            "signer.any",
            "任一人办理的节点不分先后",
            "请选择“并列”(beside)增加",
            node=node.id,
        )
    require_known(j, (command.body,))


def _anchor(
    j: Judgement, command: c.AddSigner, step: StepPlan, state: StepState, node: NodePlan, found: NodeStanding
) -> str:
    """The adder's own open seat; who adds beside need not have one."""
    mine = next((seat for seat in found.open if j.facts.actor.holds(seat)), None)
    if mine is not None:
        return mine.key
    if command.place != "beside":
        j.require_any(found.open, "在本席前后增加会签单位")
    overseers = j.seats(command.step, j.plan.programme.overseer)
    if any(j.facts.actor.holds(seat) for seat in overseers):
        return ""
    j.require_any(j.seats(command.step, step.step.doer), "增加会签单位")
    if any(decision.node == node.id for decision in state.decisions):
        refuse(
            "signer.answered",
            "本节点已有意见,承办人不能再增加会签单位",
            "请由正在办理的席位或监督角色增加",
            node=node.id,
        )
    return ""


def remove_signer(j: Judgement, command: c.RemoveSigner) -> None:
    """减少会签单位: one's own addition before it has answered; any by the overseer, who says why."""
    step, state = j.open_step(command)
    node, _ = open_node(j, command, step, state)
    seats = seats_of(j.plan, j.case, command.step, node, state)
    if command.seat not in {seat.key for seat in seats}:
        refuse("signer.unknown", f"本节点没有席位“{command.seat}”", "请刷新后核对", seat=command.seat)
    if node.node.kind is NodeKind.MEETING:
        refuse("signer.meeting", "会议议定的节点不减少席位", "不上会的,请办理不适用或更正", node=node.id)
    _require_remover(j, command, node, state)
    if any(d.node == node.id and d.seat == command.seat and d.pending and d.changes for d in state.decisions):
        refuse(
            "signer.pending",
            "该席位要求的修改已经登记、尚待确认,不能减少",
            "请先确认修改,或退回承办人",
            node=node.id,
            seat=command.seat,
        )
    left = tuple(seat for seat in seats if seat.key != command.seat)
    needed = node.node.quorum or 1 if node.node.mode is Mode.QUORUM else 1
    if len(left) < needed:
        refuse(
            "signer.too_few",
            f"减少后只剩 {len(left)} 个席位,本节点至少须 {needed} 个",
            "请先增加会签单位,或由监督角色办理不适用",
            node=node.id,
            needed=needed,
        )
    j.emit(
        e.SignerRemoved(
            step=command.step,
            node=node.id,
            seat=command.seat,
            by=j.facts.actor.person,
            on=command.occurred_on,
            seats=left,
            reason=command.reason,
        )
    )


def _require_remover(j: Judgement, command: c.RemoveSigner, node: NodePlan, state: StepState) -> None:
    person = j.facts.actor.person
    added = next((s for s in state.signers if (s.node, s.seat.key) == (node.id, command.seat)), None)
    answered = any((d.node, d.seat) == (node.id, command.seat) for d in state.decisions)
    if added is not None and added.by == person and not answered:
        return
    j.require_any(j.seats(command.step, j.plan.programme.overseer), "减少会签单位")
    if person in state.submitters:
        refuse(
            "duty.own_submission",
            "不能减少本人提交任务的会签单位",
            "请由另一名有权人员办理",
            basis="承办与审批分离(内控)",
            person=person,
        )
    if command.reason is None:
        refuse("signer.reason_missing", "减少会签单位须写明理由", "请填写理由", seat=command.seat)
