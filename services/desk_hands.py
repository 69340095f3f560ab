"""办公桌: who else signs, takes it over, prepares it, is told; each function is one act of one desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain import commands as c
from domain.permissions import Action
from services.desk import Answer, Desk
from services.permits import case_target, permit
from services.reading import load_case, unknown_case


def add_signer(
    desk: Desk, step: str, bodies: Sequence[str], *, place: str, reason: str = "", on: date | None = None
) -> Answer:
    """增加会签单位: one body, by its code."""
    text, enclosed = desk.text("reason", reason)
    command = c.AddSigner(body=bodies[0], place=place, reason=text, **desk.step_fields(step, on))
    return desk.send(command, enclosed)


def remove_signer(desk: Desk, step: str, seat: str, *, reason: str = "", on: date | None = None) -> Answer:
    """减少会签单位."""
    text, enclosed = desk.text("reason", reason)
    return desk.send(c.RemoveSigner(seat=seat, reason=text, **desk.step_fields(step, on)), enclosed)


def hand_over(
    desk: Desk, step: str, to: str, *, seat: str = "", reason: str = "", on: date | None = None
) -> Answer:
    """转办."""
    text, enclosed = desk.text("reason", reason)
    return desk.send(c.HandOver(to=to, seat=seat, reason=text, **desk.step_fields(step, on)), enclosed)


def delegate(
    desk: Desk,
    step: str,
    to: str,
    *,
    seat: str = "",
    until: date | None = None,
    reason: str = "",
    on: date | None = None,
) -> Answer:
    """交他人代办."""
    text, enclosed = desk.text("reason", reason)
    fields = desk.step_fields(step, on)
    return desk.send(c.Delegate(to=to, seat=seat, until=until, reason=text, **fields), enclosed)


def give_back(desk: Desk, step: str, opinion: str, *, outcome: str = "", on: date | None = None) -> Answer:
    """代办交回."""
    text, enclosed = desk.text("opinion", opinion or "已办理")
    if text is None:
        raise ValueError("an answer has words")
    return desk.send(
        c.AnswerDelegation(opinion=text, outcome=outcome, **desk.step_fields(step, on)), enclosed
    )


def take_back(desk: Desk, step: str, *, seat: str = "", on: date | None = None) -> Answer:
    """收回代办."""
    return desk.send(c.EndDelegation(seat=seat, **desk.step_fields(step, on)))


def urge(desk: Desk, step: str, *, reason: str = "", on: date | None = None) -> Answer:
    """催办: for whoever the permission table lets."""
    case = load_case(desk.runtime.db, desk.case_id)
    if case is None:
        return unknown_case(desk.case_id)
    target = case_target(desk.runtime.db, case)
    today = desk.step_fields(step, None)["occurred_on"]
    refused = permit(desk.runtime.db, desk.entry.actor, Action.STEP_URGE, target, on=today)
    if refused is not None:
        return refused
    text, enclosed = desk.text("reason", reason)
    return desk.send(c.Urge(reason=text, **desk.step_fields(step, on)), enclosed)


def circulate(
    desk: Desk,
    step: str,
    readers: Sequence[str],
    *,
    marks: bool = True,
    until: date | None = None,
    reason: str = "",
    on: date | None = None,
) -> Answer:
    """传阅, or 抄送 (`marks` off), to `body/position` each."""
    text, enclosed = desk.text("reason", reason)
    fields = desk.step_fields(step, on)
    command = c.Circulate(readers=tuple(readers), marks=marks, until=until, reason=text, **fields)
    return desk.send(command, enclosed)


def mark_read(desk: Desk, step: str, circulation: str = "", *, on: date | None = None) -> Answer:
    """已阅."""
    return desk.send(c.MarkRead(circulation=circulation, **desk.step_fields(step, on)))


def end_circulation(desk: Desk, step: str, circulation: str, *, on: date | None = None) -> Answer:
    """结束传阅."""
    return desk.send(c.EndCirculation(circulation=circulation, **desk.step_fields(step, on)))
