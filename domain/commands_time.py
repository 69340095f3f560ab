"""时间的指令: objections to what is posted, and dates worked out anew; import from `domain.commands`."""

from __future__ import annotations

from datetime import date

from domain.command_base import Command, StepCommand
from domain.decisions import TextRef
from domain.objections import ObjectionResult


class RaiseObjection(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="raise_objection"):
    """登记异议, raised on `occurred_on`. Without `objector` it is anonymous, and says so."""

    opinion: TextRef
    objector: TextRef | None = None
    anonymous: bool = False


class AnswerObjection(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="answer_objection"):
    """答复异议."""

    objection: str
    result: ObjectionResult
    opinion: TextRef


class RecountDates(Command, frozen=True, kw_only=True, omit_defaults=True, tag="recount_dates"):
    """重算日期: on the calendar as it is now loaded, by whoever loads a notice."""

    source: str
    """The notice, as its document number."""


class PlanDate(Command, frozen=True, kw_only=True, omit_defaults=True, tag="plan_date"):
    """编制计划节点: a planned date for a stage or a step; without a date it is taken back."""

    place: str
    """`stage/<id>` or `step/<id>`."""
    planned_on: date | None = None
    number: str = ""
    """文号 of the document or decision that it rests on."""
    approver: str = ""
    """Who decided it: a person or a meeting."""
