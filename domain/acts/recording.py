"""代录与核对: recording what was decided on paper or in a meeting, and checking it against the original."""

from __future__ import annotations

from typing import NoReturn

from domain import commands as c
from domain import events as e
from domain.acts.agenda import put_off
from domain.case import Seat, StepState
from domain.checking import check_seats
from domain.decisions import Decision, Medium
from domain.judging import Acted, Judgement
from domain.plan import StepPlan
from domain.programme import BodyKind
from domain.refusal import refuse
from domain.work_kinds import WorkKind


def require_recordable(j: Judgement, command: c.Decide, seat: Seat) -> Acted:
    """代录: by the clerk who drafted, by whoever the role names, or by someone of the deciding body.

    Answers the seat in which it is recorded.
    """
    if command.medium in (Medium.ONLINE, Medium.CLOCK):
        refuse(
            "record.medium",
            "代录须写明决定的形式",
            "可选:手签呈批件、会议纪要、批复来文、电话记录",
            medium=str(command.medium),
        )
    role = j.plan.roles.get(seat.role)
    recorders = role.recorders if role else []
    places = [s for r in (*recorders, j.step(command.step).step.doer) for s in j.seats(command.step, r)]
    mine = j.acted(tuple(places), WorkKind.RECORD)
    if mine is None and not j.facts.actor.works_in(seat.body):
        j.require_any(tuple(places), "代录")
    _require_true_decider(j, command, seat)
    return mine or Acted(seat)


def _require_true_decider(j: Judgement, command: c.Decide, seat: Seat) -> None:
    """The one named must be the body itself, or a person who holds the seat; where a body works outside
    the system, anyone of that body.
    """
    if command.decided_by == seat.body:
        if works_in_system(j, seat):
            refuse(
                "record.person_needed",
                "该席位由个人签署,须写明签署人",
                "请填写在原件上签字的人",
                seat=seat.key,
            )
        return
    decider = j.facts.decider
    if decider is None or decider.person != command.decided_by:
        refuse(
            "record.decider_unknown",
            f"没有登记过“{command.decided_by}”",
            "请先在人员名册登记决定人(无须账号),或填写机构代码",
            decided_by=command.decided_by,
        )
    member = not works_in_system(j, seat) and decider.works_in(seat.body)
    if not decider.holds(seat) and not member and not proxy_of(j, seat):
        refuse(
            "record.decider_wrong",
            f"“{command.decided_by}”不在该席位任职",
            "请核对原件上的签署人",
            decided_by=command.decided_by,
            seat=seat.key,
        )


def proxy_of(j: Judgement, seat: Seat) -> str:
    """代理签字: whose place the person named as decider signed in, where the seat is not their own."""
    decider = j.facts.decider
    if decider is None or decider.holds(seat):
        return ""
    return decider.acts_for(seat, j.case.programme, WorkKind.DECIDE)


def works_in_system(j: Judgement, seat: Seat) -> bool:
    """Whether the body of a seat signs in itself, or others record for it."""
    role = j.plan.roles.get(seat.role)
    if role is None:
        return False
    declared = next(body.kind for body in j.plan.programme.bodies if body.id == role.body)
    return j.facts.body_kinds.get(role.body, declared) == BodyKind.ACCOUNT


def check_decision(j: Judgement, command: c.CheckDecision) -> None:
    """核对原件: someone other than the recorder and the decider; only then does the recording count."""
    step, state = j.open_step(command)
    decision = find_decision(state, command.decision)
    if not decision.unchecked:
        refuse("check.nothing", "该意见无须核对,或已核对", "无须处理", decision=decision.id)
    person = j.facts.actor.person
    places = check_seats(j.plan, j.case, command.step, step, state, decision)
    mine = j.acted((*places, *j.seats(command.step, j.plan.programme.overseer)), WorkKind.CHECK)
    behind = mine.behind(person) if mine else frozenset({person})
    if behind & {decision.recorded_by, decision.recorded_for}:
        refuse(
            "duty.own_recording",
            "不能核对本人代录的意见",
            "请由另一名同事对照原件核对",
            basis="代录须经第二人核对原件",
            person=person,
        )
    if behind & {decision.decided_by, decision.acting_for}:
        refuse(
            "duty.own_decision",
            "不能核对本人作出、他人代录的意见",
            "请由另一名同事对照原件核对",
            basis="代录须经第二人核对原件",
            person=person,
        )
    if mine is None:
        _refuse_checker(j, step, places)
    j.emit(
        e.DecisionChecked(
            step=command.step,
            decision=decision.id,
            by=person,
            acting_for=mine.acting_for,
            agrees=command.agrees,
            on=command.occurred_on,
            reason=command.reason,
        )
    )
    if command.agrees:
        put_off(j, command, find_decision(j.state(command.step), decision.id))


def _refuse_checker(j: Judgement, step: StepPlan, seats: tuple[Seat, ...]) -> NoReturn:
    """Where nobody else is left there, the overseer checks."""
    named = step.step.check_by
    where = f"由{j.plan.roles[named].title}办理" if named else "由登记人所在机构的另一人办理"
    refuse(
        "actor.not_entitled",
        f"核对原件{where},您不在其中",
        "请转请该处同事办理;确无他人的,请监督角色核对",
        person=j.facts.actor.person,
        seats="; ".join(seat.key for seat in seats),
    )


def find_decision(state: StepState, wanted: str) -> Decision:
    """The decision of this number in the present round, or a refusal."""
    for decision in state.decisions:
        if decision.id == wanted:
            return decision
    refuse(
        "decision.unknown",
        f"没有找到审批意见“{wanted}”,或已被撤回、作废",
        "请刷新后核对",
        decision=wanted,
    )
