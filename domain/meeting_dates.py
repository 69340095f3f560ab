"""会议日期: the day of the meeting that decides a node, for terms that count from it."""

from __future__ import annotations

from datetime import date

from domain.case import NOTHING, Case, StepState, split_key, step_key
from domain.decisions import Outcome

_DECIDED = frozenset({Outcome.PASSED, Outcome.PASSED_WITH_CHANGES})


def meeting_held(case: Case, key: str, meeting: str) -> date | None:
    """召开日期: when the meeting of `step/node` decided, as recorded and checked; None before.

    `key` is the step whose term asks: the same item's copy is looked at where both run per item.
    """
    owner, _, node = meeting.partition("/")
    found = [
        decision.occurred_on
        for decision in step_beside(case, key, owner).decisions
        if decision.node == node and decision.outcome in _DECIDED and not decision.unchecked
    ]
    return max(found, default=None)


def step_beside(case: Case, key: str, owner: str) -> StepState:
    """The state of another step, or of the same item's copy of it."""
    item = split_key(key)[1]
    return case.steps.get(step_key(owner, item)) or case.steps.get(owner, NOTHING)
