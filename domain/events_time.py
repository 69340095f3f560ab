"""时间的事件: objections, and dates worked out anew; import from `domain.events`."""

from __future__ import annotations

from datetime import date

from domain.decisions import TextRef
from domain.event_base import Event, OfStep
from domain.milestones import PlannedDate
from domain.objections import Objection, ObjectionResult


class ObjectionRaised(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="objection_raised"):
    """登记异议."""

    objection: Objection
    late_days: int = 0


class ObjectionAnswered(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="objection_answered"):
    """答复异议."""

    objection: str
    result: ObjectionResult
    opinion: TextRef
    by: str
    acting_for: str = ""
    on: date


class DatesRecounted(Event, frozen=True, kw_only=True, omit_defaults=True, tag="dates_recounted"):
    """重算日期: what stands before it in the row is the dates that were set anew."""

    source: str
    on: date
    moved: tuple[str, ...] = ()
    """Steps of which a day is another one; where only its mark or its line is, nobody needs to be told."""


class DatePlanned(Event, frozen=True, kw_only=True, omit_defaults=True, tag="date_planned"):
    """编制计划节点: a planned date set, moved or taken back."""

    place: str
    date: PlannedDate


TimeEvent = ObjectionRaised | ObjectionAnswered | DatesRecounted | DatePlanned
"""All of them."""
