"""动到的任务: where the open work and the timers of two states of a case can differ at all.

What a step asks rests on its own state, on who holds the roles, on the registers, and, where it reads other
steps' papers, on theirs. So an act compares a few steps instead of looking at all of them twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from domain.case import Case, StepState, split_key
from domain.plan import Plan


def touched(plan: Plan, before: Case, after: Case, step: str = "") -> tuple[str, ...] | None:
    """`step`, and the steps whose work or timers may differ; None where it may be any of them."""
    if (
        after.bodies is not before.bodies
        or after.registers is not before.registers
        or after.choices is not before.choices
        or after.status is not before.status
    ):
        return None
    old, new, looking = before.steps, after.steps, plan.view(after.choices).looking
    found = tuple(
        key
        for key, state in new.items()
        if old.get(key) is not state or key == step or (looking and split_key(key)[0] in looking)
    )
    return (*found, *(key for key in old if key not in new))


def states_of(case: Case, steps: Collection[str]) -> Iterator[tuple[str, StepState]]:
    """Those of these steps that the case has."""
    return ((key, case.steps[key]) for key in steps if key in case.steps)
