"""What waits on a walk: a decision for its changes, a step for the one before that it was sent back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import Case
from domain.decisions import Decision
from tests.domain.walk_reading import awaits, status, waits_for_check

if TYPE_CHECKING:
    from tests.domain.walk_rules import Rules


def wants_changes(model: Rules, case: Case, key: str, decision: Decision) -> bool:
    """Whether a decision still waits for its changes; a leader's only where it is asked now."""
    if not awaits(decision) or waits_for_check(decision):
        return False
    seats = model.node_seats(case, key, model.node(key, decision.node))
    here = case.steps[key].node == decision.node and decision.seat in [f"{s[0]}@{s[1]}" for s in seats]
    return decision.outcome == "passed_with_changes" or here


def redone(model: Rules, case: Case, key: str, *, blocks: bool = True) -> bool:
    """直接送回 to a step before: whether that is done again, or is not there any more."""
    resume = case.steps[key].resume if key in case.steps else None
    if resume is None or not resume.after:
        return True
    step = resume.after.partition("#")[0]
    if not model.applies(case, step) or resume.after not in (model.copies(case, step) or ()):
        return True
    done = status(case, resume.after) in ("closed", "accepted", "not_applicable")
    return done and not (blocks and model.blocked(resume.after))
