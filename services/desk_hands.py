"""办公桌: who else signs, who takes it over, who prepares it; each function is one act of one desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain import commands as c
from services.desk import Answer, Desk


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
