"""时限的变动: clocks that were stopped and dates that were extended, as a step and its open node keep them.

Kept with the step and not folded into its date, so that the date can be worked out anew (a notice of
holidays, a corrected start) without losing what was decided.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from domain.decisions import TextRef
from domain.plan import Plan, StepPlan
from domain.programme import Due
from domain.skipped_days import Skip

EXTEND = "extend"
"""The kind of the exceptional act."""
NODE_PATH = "node/"
"""What the path of an act begins with that moves the term of the open node and not the step's."""
DEFAULT_EXTENSIONS = 1
"""How often a term may be extended where the programme says nothing (proposed, no rule of law)."""


class ClockStop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """停止计时: the days from `since` on are not counted, until the clock goes on."""

    since: date
    until: date | None = None
    """The first day that counts again; None while it stands still."""
    number: str = ""
    approver: str = ""
    reason: TextRef | None = None

    @property
    def skip(self) -> Skip:
        """Its days; of one that still stands only the first is known."""
        last = self.until - timedelta(days=1) if self.until else self.since
        return Skip(self.since, last, self.number)


class Extension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """延期: an old and a new date, and by whose decision."""

    old: date
    new: date
    on: date
    by: str
    number: str = ""
    approver: str = ""
    reason: TextRef | None = None
    late: bool = False
    """逾期后申请: asked for when the old date had passed."""


def standing(stops: tuple[ClockStop, ...]) -> ClockStop | None:
    """The one that stands still now; at most the last does."""
    return stops[-1] if stops and stops[-1].until is None else None


def skips_of(stops: tuple[ClockStop, ...]) -> tuple[Skip, ...]:
    """Those that are over, as days; one that went on the same day has none."""
    return tuple(stop.skip for stop in stops if stop.until is not None and stop.until > stop.since)


def binding(step: StepPlan, path: str = "") -> list[Due]:
    """The terms that say by when a step is to be done; with `node/<id>` that of the node."""
    if not path:
        return [due for due in step.step.due if not due.minimum]
    node = step.node(path.removeprefix(NODE_PATH))
    return [node.node.due] if node is not None and node.node.due is not None else []


def extension_limit(terms: list[Due]) -> int:
    """最多延期次数, as the programme says."""
    said = [due.extensions for due in terms if due.extensions is not None]
    return said[-1] if said else DEFAULT_EXTENSIONS


def extending_role(plan: Plan, step: StepPlan | None, path: str = "") -> str:
    """由谁决定延期: whoever set the date, as the programme says; else the overseer."""
    said = [due.extend_by for due in binding(step, path) if due.extend_by] if step else []
    return said[-1] if said else plan.programme.overseer
