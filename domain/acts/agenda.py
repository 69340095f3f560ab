"""议题: declared by who does the step, listed by the meeting's own office, put off by the minutes.

What the table of ``domain.agenda`` does not have is refused. None of it is needed for recording minutes.
"""

from __future__ import annotations

from typing import NamedTuple

from domain import commands as c
from domain import events as e
from domain.agenda import (
    AGENDA_ACTS,
    AGENDA_MOVES,
    AGENDA_STATES,
    AgendaAct,
    AgendaItem,
    AgendaState,
    moved,
)
from domain.agenda_standing import agenda_standing, item_at
from domain.case import Seat, StepState
from domain.decisions import Decision, Outcome
from domain.judging import Acted, Judgement
from domain.meeting_sessions import MeetingSession, SessionState
from domain.plan import NodePlan, StepPlan
from domain.programme import NodeKind
from domain.recorders import record_seats
from domain.refusal import refuse
from domain.states import StepStatus
from domain.work_kinds import WorkKind


class _Place(NamedTuple):
    """The seat of a meeting that an item is about, and how it stands there."""

    step: StepPlan
    node: NodePlan
    seat: Seat
    item: AgendaItem
    state: AgendaState


def declare(j: Judgement, command: c.DeclareAgenda) -> None:
    """申报议题."""
    found = _place(j, command)
    mine = _allowed(j, command, found, AgendaAct.DECLARE)
    declared = {"declared_by": j.facts.actor.person, "declared_on": command.occurred_on}
    item = moved(found.item, AgendaAct.DECLARE, title=command.opinion, **declared)
    _moved(j, command, AgendaAct.DECLARE, item, mine)


def list_for_session(j: Judgement, command: c.ListAgenda) -> None:
    """列入议题 of a session of the same body."""
    found = _place(j, command)
    mine = _allowed(j, command, found, AgendaAct.LIST)
    session = _session(j, command, found)
    if session.material_due is not None and command.occurred_on > session.material_due:
        j.warn(f"已过材料报送截止日 {session.material_due}")
    item = moved(found.item, AgendaAct.LIST, session=session.id, planned_on=session.planned_on)
    _moved(j, command, AgendaAct.LIST, item, mine)


def take_off(j: Judgement, command: c.TakeOffAgenda) -> None:
    """移出议程, or 退回申报."""
    found = _place(j, command)
    act = AgendaAct.DECLINE if command.declined else AgendaAct.TAKE_OFF
    mine = _allowed(j, command, found, act)
    if command.reason is None:
        refuse("agenda.reason_missing", f"{AGENDA_ACTS[act]}须写明理由", "请填写理由", step=command.step)
    if command.declined:
        _dropped(j, command, act, found, mine)
        return
    item = moved(found.item, act, session="", planned_on=None)
    _moved(j, command, act, item, mine)


def withdraw(j: Judgement, command: c.WithdrawAgenda) -> None:
    """撤回申报."""
    found = _place(j, command)
    mine = _allowed(j, command, found, AgendaAct.WITHDRAW)
    _dropped(j, command, AgendaAct.WITHDRAW, found, mine)


def put_off(j: Judgement, command: c.StepCommand, decision: Decision) -> None:
    """暂缓: from the decision on that counts, the item waits for the next session, declared or not."""
    step = j.step(command.step)
    node = step.node(decision.node)
    if decision.outcome is not Outcome.DEFERRED or node is None or decision.unchecked:
        return
    before = item_at(j.state(command.step), decision.node, decision.seat)
    item = moved(
        before,
        AgendaAct.DEFER,
        session="",
        planned_on=None,
        deferred_on=decision.occurred_on,
        times=before.times + 1,
    )
    by = j.facts.actor.person
    j.emit(e.AgendaMoved(step=command.step, act=AgendaAct.DEFER, item=item, by=by, on=decision.occurred_on))


def _place(j: Judgement, command: c.AgendaCommand) -> _Place:
    step, state = j.open_step(command)
    node = step.node(state.node)
    if state.status is not StepStatus.IN_REVIEW or node is None or node.node.kind is not NodeKind.MEETING:
        refuse(
            "agenda.no_meeting",
            f"任务 {command.step} 现在没有等会议议定",
            "请在提交以后、到会议议定的节点时办理",
            step=command.step,
            status=str(state.status),
        )
    seat = _seat(command, state)
    standing = agenda_standing(j.plan, j.case, command.step, step, node.id, seat.key)
    return _Place(step, node, seat, item_at(state, node.id, seat.key), standing)


def _seat(command: c.AgendaCommand, state: StepState) -> Seat:
    fitting = [seat for seat in state.seats if command.seat in ("", seat.key)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        refuse("agenda.seat", f"席位“{command.seat}”现在不议", "请核对席位", seat=command.seat)
    refuse(
        "agenda.which_seat",
        "本节点由几个会议分别议定",
        f"请指明席位:{'、'.join(seat.key for seat in fitting)}",
        step=command.step,
    )


def _allowed(j: Judgement, command: c.AgendaCommand, found: _Place, act: AgendaAct) -> Acted:
    """By the table, and by whose it is."""
    move = AGENDA_MOVES[act]
    if found.state not in move.states:
        refuse(
            "agenda.state",
            f"议题现为“{AGENDA_STATES[found.state]}”,不能{AGENDA_ACTS[act]}",
            "请刷新后核对;已登记结果的,须先撤回登记",
            step=command.step,
            state=str(found.state),
        )
    if not move.office:
        doers = j.seats(command.step, found.step.step.doer)
        return j.require_acted(doers, AGENDA_ACTS[act], WorkKind.SUBMIT)
    places = record_seats(j.plan, j.case, command.step, found.step, found.seat)
    mine = j.acted(places, WorkKind.RECORD)
    if mine is None and not j.facts.actor.works_in(found.seat.body):
        j.require_any(places or (found.seat,), AGENDA_ACTS[act])
    return mine or Acted(found.seat)


def _session(j: Judgement, command: c.ListAgenda, found: _Place) -> MeetingSession:
    session = j.facts.session
    if session is None or session.id != command.session:
        refuse(
            "meeting.unknown",
            f"没有安排过会议“{command.session}”",
            "请先安排会议(meeting plan)",
            session=command.session,
        )
    if session.body != found.seat.body:
        refuse(
            "meeting.other_body",
            f"“{session.name}”不是“{found.node.node.title}”的会议",
            "请选该会议自己的一次会议",
            session=session.id,
            body=found.seat.body,
        )
    if session.state is SessionState.CANCELLED:
        refuse("meeting.cancelled", f"“{session.name}”已取消", "请选另一次会议", session=session.id)
    return session


def _moved(j: Judgement, command: c.AgendaCommand, act: AgendaAct, item: AgendaItem, mine: Acted) -> None:
    j.emit(
        e.AgendaMoved(
            step=command.step,
            act=act,
            item=item,
            by=j.facts.actor.person,
            acting_for=mine.acting_for,
            on=command.occurred_on,
            reason=getattr(command, "reason", None),
        )
    )


def _dropped(j: Judgement, command: c.AgendaCommand, act: AgendaAct, found: _Place, mine: Acted) -> None:
    j.emit(
        e.AgendaDropped(
            step=command.step,
            act=act,
            node=found.node.id,
            seat=found.seat.key,
            by=j.facts.actor.person,
            acting_for=mine.acting_for,
            on=command.occurred_on,
            reason=getattr(command, "reason", None),
        )
    )
