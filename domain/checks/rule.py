"""检查规则: a compliance check as a row: what it reads, why, what would satisfy it, its function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from domain.checks.looking import Look
from domain.programme import Confidence, Severity


class Param(msgspec.Struct, frozen=True):
    """检查参数: a figure or a name that a programme may set, and how sure its default is."""

    name: str
    title: str
    default: str | int | None = None
    """None: the programme has to say it."""
    confidence: Confidence = Confidence.PROPOSED


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """合规检查规则."""

    id: str
    title: str
    reads: str
    """What it looks at, for an officer."""
    why: str
    satisfy: str
    """What would satisfy it."""
    basis: str
    confidence: Confidence
    """Of the basis; only what was read at its source may be stated as law."""
    look: Callable[[Look], None]
    parameters: tuple[Param, ...] = ()
    texts: tuple[str, ...] = ()
    """The parameters that name papers whose words it reads."""
    severity: Severity = Severity.WARN
    """By itself; a programme may ask for less, a deployment for more by a dated decision."""
    valid_from: date | None = None
    valid_to: date | None = None
    version: int = 1
    """Rises when the function judges otherwise, so that kept results are told from new ones."""

    def in_force(self, on: date) -> bool:
        """Whether its basis is in force on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )
