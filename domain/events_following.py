"""议定事项的事件; import from `domain.events`."""

from __future__ import annotations

from datetime import date

from domain.decisions import TextRef
from domain.event_base import OfStep
from domain.events_agenda import AgendaEvent
from domain.following import FollowUp


class FollowUpAdded(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="follow_up_added"):
    """登记议定事项."""

    follow_up: FollowUp


class FollowUpReported(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="follow_up_reported"):
    """报告议定事项办结."""

    follow_up: str
    by: str
    acting_for: str = ""
    on: date
    report: TextRef


class FollowUpConfirmed(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="follow_up_confirmed"):
    """确认议定事项办结, or not (`agrees` off)."""

    follow_up: str
    by: str
    on: date
    agrees: bool
    reason: TextRef | None = None


class FollowUpDropped(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="follow_up_dropped"):
    """撤销议定事项."""

    follow_up: str
    by: str
    on: date
    reason: TextRef | None = None


FollowingEvent = FollowUpAdded | FollowUpReported | FollowUpConfirmed | FollowUpDropped | AgendaEvent
"""All of them, and those of what is still to be decided (议题)."""
