"""办公桌: a matter on its way to a meeting (议题); each function is one act of one desk."""

from __future__ import annotations

from datetime import date

from domain import commands as c
from services.desk import Answer, Desk


def declare(desk: Desk, step: str, title: str = "", *, seat: str = "", on: date | None = None) -> Answer:
    """申报议题."""
    text, enclosed = desk.text("opinion", title)
    return desk.send(c.DeclareAgenda(opinion=text, seat=seat, **desk.step_fields(step, on)), enclosed)


def list_for(desk: Desk, step: str, session: str, *, seat: str = "", on: date | None = None) -> Answer:
    """列入议题 of a session."""
    return desk.send(c.ListAgenda(session=session, seat=seat, **desk.step_fields(step, on)))


def take_off(
    desk: Desk, step: str, reason: str, *, declined: bool = False, seat: str = "", on: date | None = None
) -> Answer:
    """移出议程, or 退回申报."""
    text, enclosed = desk.text("reason", reason)
    fields = desk.step_fields(step, on)
    return desk.send(c.TakeOffAgenda(reason=text, declined=declined, seat=seat, **fields), enclosed)


def withdraw(desk: Desk, step: str, *, seat: str = "", on: date | None = None) -> Answer:
    """撤回申报."""
    return desk.send(c.WithdrawAgenda(seat=seat, **desk.step_fields(step, on)))
