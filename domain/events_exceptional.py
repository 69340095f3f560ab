"""特办事件: what 不适用, 暂停, 恢复, 重新办理, 更正 and 终止 leave behind.

Split from `domain.events`, which is the way in: import from there.
"""

from __future__ import annotations

from datetime import date

from domain.case import Proposal
from domain.event_base import Event, OfStep
from domain.states import StepStatus
from domain.term_changes import ClockStop, Extension


class Proposed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="proposed"):
    """提出特办事项."""

    proposal: Proposal


class Declined(Event, frozen=True, kw_only=True, omit_defaults=True, tag="declined"):
    """不同意特办事项."""

    proposal: str
    by: str


class MarkedNotApplicable(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="marked_not_applicable"):
    """不适用."""

    proposal: str
    by: str
    on: date


class Suspended(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="suspended"):
    """暂停."""

    proposal: str
    by: str
    on: date


class Resumed(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="resumed"):
    """恢复办理."""

    proposal: str
    by: str
    on: date
    status: StepStatus


class Reopened(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="reopened"):
    """重新办理."""

    proposal: str
    by: str
    on: date
    resets: tuple[str, ...] = ()
    thaws: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """Of those that start anew the suspended ones, which stay so."""


class Corrected(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="corrected"):
    """更正: applied by one, confirmed by another."""

    proposal: str
    path: str
    old: str
    new: str
    by: str
    on: date
    touches: tuple[str, ...] = ()
    times: int = 0
    """How often this paper has been corrected, this time included."""


class ClockStopped(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="clock_stopped"):
    """停止计时."""

    proposal: str
    by: str
    on: date
    stop: ClockStop
    node: str = ""
    """The node whose own term it is; empty for the step's."""


class ClockStarted(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="clock_started"):
    """恢复计时."""

    proposal: str
    by: str
    on: date
    until: date
    """The first day that counts again."""
    node: str = ""


class Extended(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="extended"):
    """延期."""

    proposal: str
    extension: Extension
    node: str = ""


class CaseTerminated(Event, frozen=True, kw_only=True, omit_defaults=True, tag="case_terminated"):
    """改革任务终止."""

    on: date
    by: str
    reason: str = ""
    proposal: str = ""
    merged_into: str = ""
    """已并入: the case that goes on in its place."""


ExceptionalEvent = (
    Proposed
    | Declined
    | MarkedNotApplicable
    | Suspended
    | Resumed
    | Reopened
    | Corrected
    | ClockStopped
    | ClockStarted
    | Extended
    | CaseTerminated
)
"""All of them."""
