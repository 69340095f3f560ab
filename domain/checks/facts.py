"""检查事实: all that a compliance check may look at, as values: the case, its rows, the calendar, a date.

Loaded beforehand by `services.checking`; a check reads no database, no file and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import msgspec

from domain.case import Case, split_key
from domain.plan import Plan, View
from domain.register_rows import Row
from domain.states import StepStatus
from domain.workdays import WorkCalendar

_HANDED_IN = frozenset(
    {
        StepStatus.VERIFYING,
        StepStatus.IN_REVIEW,
        StepStatus.FILING,
        StepStatus.CLOSED,
        StepStatus.ACCEPTED,
    }
)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """检查发现: one place where a rule is not kept."""

    place: str
    """`1.7/legality_opinion`, `4.6#row/licence`, `register/roster`, or a step: with the check it makes the
    finding's lasting name.
    """
    text: str
    """What is wrong, with figures and dates, without persons: this is kept in the ledger."""
    rows: tuple[str, ...] = ()
    """Which rows of a register, for the screen only: a row may stand for a person."""
    doubtful: bool = False
    """Only the way of counting decides, or the law allows more on some ground: never blocks."""


@dataclass(frozen=True)
class CaseFacts:
    """一案的检查事实."""

    plan: Plan
    case: Case
    calendar: WorkCalendar
    on: date
    """The date for which the case is looked at."""
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """Register → its present rows, without the personal columns."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Paper (`1.3/plan_draft`) → its words, where the system can read them."""
    unchanged: frozenset[str] = frozenset()
    """Checks whose papers are those of the last result, word for word: they need not be read again."""
    same_files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Digest of a file → the other reform units that handed in the very same one."""

    @cached_property
    def view(self) -> View:
        """The programme under the case's choices."""
        return self.plan.view(self.case.choices)

    @cached_property
    def copies(self) -> dict[str, tuple[str, ...]]:
        """Step → the keys of its copies that were ever opened."""
        found: dict[str, list[str]] = {}
        for key in self.case.steps:
            found.setdefault(split_key(key)[0], []).append(key)
        return {step: tuple(keys) for step, keys in found.items()}

    @cached_property
    def handed_in(self) -> frozenset[str]:
        """The keys of the copies that were handed in, in their present round."""
        return frozenset(
            key
            for key, state in self.case.steps.items()
            if (state.suspended_from or state.status) in _HANDED_IN
        )
