"""议定事项的指令; import from `domain.commands`."""

from __future__ import annotations

from datetime import date

from domain.command_base import StepCommand
from domain.decisions import TextRef


class AddFollowUp(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="add_follow_up"):
    """登记议定事项 of a meeting's decision: what, who, by when."""

    opinion: TextRef
    """What was decided to be done."""
    body: str
    position: str = "handler"
    due_on: date | None = None
    blocks: bool = False
    decision: str = ""
    """Empty: the only one of a meeting in this step."""


class ReportFollowUp(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="report_follow_up"):
    """报告办结, with what was done."""

    follow_up: str
    opinion: TextRef


class ConfirmFollowUp(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="confirm_follow_up"):
    """确认办结, or not: then it goes back to who reported it, with the reason."""

    follow_up: str
    agrees: bool = True
    reason: TextRef | None = None


class DropFollowUp(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="drop_follow_up"):
    """撤销: one that was recorded wrongly."""

    follow_up: str
    reason: TextRef | None = None
