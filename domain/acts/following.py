"""议定事项: recorded from the minutes, done by who is responsible, confirmed by the overseer."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.consulting import require_known
from domain.acts.handing import acted_beside
from domain.acts.telling import begun
from domain.acts.timing import require_not_before
from domain.case import Seat, StepState
from domain.decisions import Decision
from domain.following import FollowUp
from domain.judging import Judgement
from domain.programme import NodeKind
from domain.refusal import refuse
from domain.work_kinds import POSITIONS_ASKED, WorkKind


def add_follow_up(j: Judgement, command: c.AddFollowUp) -> None:
    """登记议定事项: by who does the step or records for the meeting, or by the overseer."""
    state = begun(j, command)
    decision = _of_meeting(j, command, state)
    role = j.plan.roles.get(decision.seat.partition("@")[0])
    roles = (*(role.recorders if role else ()), j.step(command.step).step.doer, j.plan.programme.overseer)
    j.require_any(tuple(seat for each in roles for seat in j.seats(command.step, each)), "登记议定事项")
    require_known(j, (command.body,))
    if command.position not in POSITIONS_ASKED:
        words = "、".join(f"{code}({title})" for code, title in POSITIONS_ASKED.items())
        refuse(
            "follow_up.position",
            f"没有“{command.position}”这个岗位",
            f"可选:{words}",
            position=command.position,
        )
    if command.due_on is not None:
        require_not_before(command.due_on, decision.occurred_on, "办结时限", "会议")
    j.emit(
        e.FollowUpAdded(
            step=command.step,
            follow_up=FollowUp(
                id=str(j.case.counter + 1),
                step=command.step,
                round=state.round,
                decision=decision.id,
                text=command.opinion,
                body=command.body,
                position=command.position,
                due_on=command.due_on,
                blocks=command.blocks,
                by=j.facts.actor.person,
                on=command.occurred_on,
                live=not decision.unchecked,
            ),
        )
    )


def _of_meeting(j: Judgement, command: c.AddFollowUp, state: StepState) -> Decision:
    step = j.step(command.step)
    meetings = {node.id for node in step.nodes if node.node.kind is NodeKind.MEETING}
    found = [d for d in state.decisions if d.node in meetings and command.decision in ("", d.id)]
    if not found:
        refuse(
            "follow_up.no_meeting",
            "没有登记过这项会议决定",
            "请先按会议纪要登记决定(step record),再登记议定事项",
            step=command.step,
            decision=command.decision,
        )
    if len(found) > 1:
        refuse(
            "follow_up.which_meeting",
            f"本任务有 {len(found)} 项会议决定",
            f"请写明是哪一项:{'、'.join(d.id for d in found)}",
            step=command.step,
        )
    return found[0]


def _find(j: Judgement, command: c.ReportFollowUp | c.ConfirmFollowUp | c.DropFollowUp) -> FollowUp:
    begun(j, command)
    found = j.case.follow_ups.get(command.follow_up)
    if found is None or found.step != command.step:
        refuse(
            "follow_up.unknown",
            f"没有编号为“{command.follow_up}”的议定事项,或已撤销",
            "请刷新后核对",
            follow_up=command.follow_up,
        )
    if found.confirmed_by:
        refuse("follow_up.done", "该议定事项已确认办结", "无须再办理", follow_up=found.id)
    return found


def report_follow_up(j: Judgement, command: c.ReportFollowUp) -> None:
    """报告办结: by the position that is responsible."""
    found = _find(j, command)
    if not found.live:
        refuse(
            "follow_up.unchecked",
            "所依据的会议决定还没有核对原件",
            "请待第二人对照会议纪要核对以后办理",
            follow_up=found.id,
        )
    if found.reported_by:
        refuse(
            "follow_up.reported", "该议定事项已报告办结,正待确认", "请等待监督角色确认", follow_up=found.id
        )
    place = Seat("", found.body, found.position)
    mine = acted_beside(j, command.step, (place,), WorkKind.FOLLOW_UP)
    if mine is None:
        j.require_any((place,), "议定事项")
    require_not_before(command.occurred_on, found.on, "办结", "议定")
    j.emit(
        e.FollowUpReported(
            step=command.step,
            follow_up=found.id,
            by=j.facts.actor.person,
            acting_for=mine.acting_for if mine else "",
            on=command.occurred_on,
            report=command.opinion,
        )
    )


def confirm_follow_up(j: Judgement, command: c.ConfirmFollowUp) -> None:
    """确认办结: by the overseer, never by who reported it, nor by in whose place it was reported."""
    found = _find(j, command)
    if not found.reported_by:
        refuse("follow_up.not_reported", "该议定事项还没有报告办结", "请先由责任单位报告", follow_up=found.id)
    j.require_any(j.seats(command.step, j.plan.programme.overseer), "确认议定事项办结")
    if j.facts.actor.person in found.reporters:
        refuse(
            "duty.own_report",
            "不能确认本人报告、或他人代本人报告办结的议定事项",
            "请由另一名有权人员确认",
            basis="承办与确认分离(内控)",
            person=found.reported_by,
        )
    if not command.agrees and command.reason is None:
        refuse("follow_up.reason_missing", "不确认办结的,须写明理由", "请填写理由", follow_up=found.id)
    j.emit(
        e.FollowUpConfirmed(
            step=command.step,
            follow_up=found.id,
            by=j.facts.actor.person,
            on=command.occurred_on,
            agrees=command.agrees,
            reason=command.reason,
        )
    )


def drop_follow_up(j: Judgement, command: c.DropFollowUp) -> None:
    """撤销: by who recorded it, as long as nobody has reported it; any by the overseer, with a reason."""
    found = _find(j, command)
    person = j.facts.actor.person
    if found.by != person or found.reported_by:
        j.require_any(j.seats(command.step, j.plan.programme.overseer), "撤销议定事项")
        if command.reason is None:
            refuse("follow_up.reason_missing", "撤销议定事项须写明理由", "请填写理由", follow_up=found.id)
    j.emit(
        e.FollowUpDropped(
            step=command.step, follow_up=found.id, by=person, on=command.occurred_on, reason=command.reason
        )
    )
