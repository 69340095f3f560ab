"""转办与代办: which person of a place has the work: alone, or preparing it for who decides."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.signing import open_node
from domain.case import DOER_HAND, Hand, Seat, StepState
from domain.judging import Acted, Actor, Judgement
from domain.plan import StepPlan
from domain.preparing import current_hand, preparers
from domain.refusal import refuse
from domain.states import WITH_DOER
from domain.work_kinds import WorkKind


def _place(
    j: Judgement, command: c.HandOver | c.Delegate, step: StepPlan, state: StepState
) -> tuple[str, Seat]:
    """The place whose work it is, and its key among the hands: the doer's, or an open seat's."""
    if state.status in WITH_DOER:
        doers = j.seats(command.step, step.step.doer)
        return DOER_HAND, _mine(j, doers, "") or j.require_any(_overseers(j, command, doers), "转办")
    node, found = open_node(j, command, step, state)
    seat = _mine(j, found.open, command.seat)
    if seat is None:
        open_ = tuple(s for s in found.open if command.seat in ("", s.key))
        j.require_any(_overseers(j, command, open_), "转办")
        seat = _only(open_, command.seat)
    return f"{node.id}|{seat.key}", seat


def _mine(j: Judgement, seats: tuple[Seat, ...], wanted: str) -> Seat | None:
    return next((s for s in seats if wanted in ("", s.key) and j.facts.actor.holds(s)), None)


def _only(seats: tuple[Seat, ...], wanted: str) -> Seat:
    if len(seats) != 1:
        refuse(
            "hand.which_seat",
            "请指明转办哪一个席位",
            f"现可转办:{'、'.join(s.key for s in seats)}",
            seat=wanted,
        )
    return seats[0]


def _overseers(j: Judgement, command: c.StepCommand, seats: tuple[Seat, ...]) -> tuple[Seat, ...]:
    """监督角色 mends it where nobody of the place is left to."""
    return (*seats, *j.seats(command.step, j.plan.programme.overseer))


def _receiver(j: Judgement, to: str, state: StepState) -> Actor:
    receiver = j.facts.named
    if receiver is None or receiver.person != to:
        refuse("hand.unknown", f"人员名册中没有“{to}”", "请核对人员编号", person=to)
    if to in state.submitters and state.status not in WITH_DOER:
        refuse(
            "duty.own_submission",
            "不能把审批交给提交该任务的人",
            "请另选人员",
            basis="承办与审批分离(内控)",
            person=to,
        )
    return receiver


def hand_over(j: Judgement, command: c.HandOver) -> None:
    """转办: to another holder of the same place, who alone does it from now on."""
    step, state = j.open_step(command)
    key, seat = _place(j, command, step, state)
    held = seat if key != DOER_HAND else _doer_seat(j, command, step, command.to)
    receiver = _receiver(j, command.to, state)
    before = state.hands.get(key)
    if before is not None and not before.prepares and before.person == command.to:
        refuse("hand.already", "该项工作已由此人办理", "无须再转办", person=command.to)
    if not receiver.holds(held):
        refuse(
            "hand.not_holder",
            f"“{command.to}”不在该岗位任职,不能接办",
            "请转给该岗位的其他人员;请假的请设置请假代理",
            person=command.to,
            seat=held.key,
        )
    hand = Hand(person=command.to, body=held.body, by=j.facts.actor.person, on=command.occurred_on)
    j.emit(e.HandedOver(step=command.step, key=key, hand=hand, reason=command.reason))


def _doer_seat(j: Judgement, command: c.HandOver, step: StepPlan, to: str) -> Seat:
    seats = j.seats(command.step, step.step.doer)
    named = j.facts.named
    return next(
        (s for s in seats if named is not None and named.holds(s)), seats[0] if seats else Seat("", "", "")
    )


def delegate(j: Judgement, command: c.Delegate) -> None:
    """交他人代办: by who is asked; the one who prepares it decides nothing."""
    step, state = j.open_step(command)
    key, seat = _place(j, command, step, state)
    if not j.facts.actor.holds(seat):
        j.require_any((seat,), "交他人代办")
    before = state.hands.get(key)
    if before is not None and not before.prepares:
        refuse("hand.handed", "已转办的工作不再交他人代办", "请直接办理,或再转办", seat=seat.key)
    receiver = _receiver(j, command.to, state)
    if command.to == j.facts.actor.person:
        refuse("hand.self", "不能交给本人代办", "请直接办理", person=command.to)
    if command.until is not None and command.until < command.occurred_on:
        refuse(
            "hand.until", f"代办期限 {command.until} 早于今天", "请核对日期", until=command.until.isoformat()
        )
    if not receiver.positions:
        refuse("hand.no_position", f"“{command.to}”现在没有任职", "请另选人员", person=command.to)
    own = {body for body, _ in receiver.positions}
    hand = Hand(
        person=command.to,
        body=seat.body if seat.body in own else min(own),
        by=j.facts.actor.person,
        on=command.occurred_on,
        prepares=True,
        until=command.until,
    )
    j.emit(e.Delegated(step=command.step, key=key, hand=hand, reason=command.reason))


def require_hand(j: Judgement, state: StepState, key: str, acted: Acted, decider: str = "") -> None:
    """转办以后只由接办人办理; anyone else of the place takes it back first, and that is seen."""
    hand = state.hands.get(key)
    if hand is None or hand.prepares:
        return
    if hand.person not in acted.behind(decider or j.facts.actor.person):
        refuse(
            "hand.other",
            f"该项工作已转“{hand.person}”办理",
            "确需改由他人办理的,请先转办",
            person=hand.person,
        )


def answer_delegation(j: Judgement, command: c.AnswerDelegation) -> None:
    """代办交回: a draft for who decides."""
    _, state = j.open_step(command)
    person = j.facts.actor.person
    mine = [key for key, hand in state.hands.items() if hand.prepares and hand.person == person]
    waiting = [key for key in mine if not state.hands[key].answered and current_hand(state, key)]
    if not waiting:
        refuse("delegation.over", "没有交您代办、尚未交回的事项", "可能已收回或已办理", step=command.step)
    j.emit(
        e.DelegationAnswered(
            step=command.step,
            key=waiting[0],
            by=person,
            on=command.occurred_on,
            opinion=command.opinion,
            outcome=command.outcome,
        )
    )


def end_delegation(j: Judgement, command: c.EndDelegation) -> None:
    """收回代办: by who gave it away."""
    _, state = j.open_step(command)
    person = j.facts.actor.person
    given = [
        key
        for key, hand in state.hands.items()
        if hand.prepares and hand.by == person and command.seat in ("", key.partition("|")[2])
    ]
    if not given:
        refuse("delegation.over", "没有您交出、可收回的代办", "请刷新后核对", step=command.step)
    j.emit(e.DelegationEnded(step=command.step, key=given[0], by=person, on=command.occurred_on))


def acted_beside(j: Judgement, key: str, seats: tuple[Seat, ...], work: WorkKind) -> Acted | None:
    """已阅、议定事项: as `Judgement.acted`, also who prepares that very place's answer in the step (代办).

    Neither decides anything; who gave the place's work away has given these away with it.
    """
    mine = j.acted(seats, work)
    if mine is not None:
        return mine
    for seat in seats:
        for hand in preparers(j.state(key), seat.body, seat.position):
            if hand.person == j.facts.actor.person:
                return Acted(seat, hand.by)
    return None
