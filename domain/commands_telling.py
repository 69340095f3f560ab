"""催办、传阅、抄送的指令; import from `domain.commands`."""

from __future__ import annotations

from datetime import date

from domain.command_base import StepCommand
from domain.decisions import TextRef


class Urge(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="urge"):
    """催办: a person presses for what waits in a step; no date moves."""

    reason: TextRef | None = None


class Circulate(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="circulate"):
    """传阅, or 抄送 where nobody has to mark it as read."""

    readers: tuple[str, ...]
    """`body/position`; a position may be `any`."""
    marks: bool = True
    until: date | None = None
    reason: TextRef | None = None


class MarkRead(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="mark_read"):
    """已阅, by one of the readers."""

    circulation: str = ""
    """Empty: the oldest of this step that waits for the actor."""


class EndCirculation(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="end_circulation"):
    """结束传阅: who has not read it yet is not asked any more."""

    circulation: str
