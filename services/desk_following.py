"""办公桌: what a meeting wants done beside the matter (议定事项); each function is one act of one desk."""

from __future__ import annotations

from datetime import date

from domain import commands as c
from domain.refusal import Refused
from services.desk import Answer, Desk
from services.reading import load_case


def add_follow_up(
    desk: Desk,
    step: str,
    text: str,
    place: str,
    *,
    due_on: date | None = None,
    blocks: bool = False,
    decision: str = "",
    on: date | None = None,
) -> Answer:
    """登记议定事项 for `body/position`."""
    told, enclosed = desk.text("opinion", text)
    if told is None:
        return _no_text("议定事项")
    body, _, position = place.rpartition("/")
    command = c.AddFollowUp(
        opinion=told,
        body=body,
        position=position,
        due_on=due_on,
        blocks=blocks,
        decision=decision,
        **desk.step_fields(step, on),
    )
    return desk.send(command, enclosed)


def report_follow_up(desk: Desk, follow_up: str, report: str, *, on: date | None = None) -> Answer:
    """报告议定事项办结."""
    told, enclosed = desk.text("opinion", report)
    if told is None:
        return _no_text("办理情况")
    fields = desk.step_fields(_step(desk, follow_up), on)
    return desk.send(c.ReportFollowUp(follow_up=follow_up, opinion=told, **fields), enclosed)


def confirm_follow_up(
    desk: Desk, follow_up: str, *, agrees: bool = True, reason: str = "", on: date | None = None
) -> Answer:
    """确认议定事项办结."""
    told, enclosed = desk.text("reason", reason)
    fields = desk.step_fields(_step(desk, follow_up), on)
    command = c.ConfirmFollowUp(follow_up=follow_up, agrees=agrees, reason=told, **fields)
    return desk.send(command, enclosed)


def drop_follow_up(desk: Desk, follow_up: str, *, reason: str = "", on: date | None = None) -> Answer:
    """撤销议定事项."""
    told, enclosed = desk.text("reason", reason)
    fields = desk.step_fields(_step(desk, follow_up), on)
    return desk.send(c.DropFollowUp(follow_up=follow_up, reason=told, **fields), enclosed)


def _no_text(what: str) -> Refused:
    return Refused(code="follow_up.no_text", message=f"没有写{what}", remedy=f"请写明{what}")


def _step(desk: Desk, follow_up: str) -> str:
    """The step it belongs to; where there is none such, any that the rules can name in their refusal."""
    case = load_case(desk.runtime.db, desk.case_id)
    if case is None:
        return ""
    found = case.follow_ups.get(follow_up)
    return found.step if found else next(iter(case.steps), "")
