"""修改与核对的事件: changes made as a meeting decided, and what a step read that has changed since.

Split from `domain.events`, which is the way in: import from there.
"""

from __future__ import annotations

from datetime import date

from domain.decisions import TextRef
from domain.event_base import OfStep


class ChangesReported(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="changes_reported"):
    """报告已按会议意见修改."""

    decision: str
    by: str
    on: date
    note: TextRef | None = None


class ChangesConfirmed(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="changes_confirmed"):
    """确认修改: the decision counts from now on, or the doer changes again."""

    decision: str
    by: str
    agrees: bool
    on: date
    reason: TextRef | None = None
