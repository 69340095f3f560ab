"""修改与核对的事件: changes made as a meeting decided, what a step read that has changed, results of checks.

Split from `domain.events`, which is the way in: import from there.
"""

from __future__ import annotations

from datetime import date

from domain.case import CheckResult, Pin
from domain.decisions import TextRef
from domain.event_base import Event, OfStep


class ChangesReported(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="changes_reported"):
    """报告已按会议意见修改."""

    decision: str
    by: str
    acting_for: str = ""
    on: date
    note: TextRef | None = None


class ChangesConfirmed(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="changes_confirmed"):
    """确认修改: the decision counts from now on, or the doer changes again."""

    decision: str
    by: str
    acting_for: str = ""
    agrees: bool
    on: date
    reason: TextRef | None = None


class ReadsAcknowledged(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="reads_acknowledged"):
    """核对所依据材料的变动: what was handed in stands on these versions too."""

    reads: dict[str, Pin]
    by: str
    on: date
    note: TextRef | None = None


class ChecksRecorded(Event, frozen=True, kw_only=True, omit_defaults=True, tag="checks_recorded"):
    """检查结果."""

    results: tuple[CheckResult, ...]
