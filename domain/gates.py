"""前置条件: whether everything that must come before a step, or before one item's copy of it, is done."""

from __future__ import annotations

from domain.case import Item, split_key, step_key
from domain.judging import Judgement
from domain.plan import StepPlan
from domain.states import DONE


def items_of(j: Judgement, step: StepPlan) -> tuple[Item | None, ...]:
    """The copies a step has: one, or one for each row of a frozen register; none while it is not frozen."""
    if not step.items_of:
        return (None,)
    register = j.case.registers.get(step.items_of)
    return register.items if register and register.frozen else ()


def no_items(j: Judgement, step: StepPlan) -> bool:
    """A frozen register without rows asks for no work."""
    register = j.case.registers.get(step.items_of)
    return register is not None and register.frozen


def gates_open(j: Judgement, step: StepPlan, key: str) -> bool:
    """前置条件: whether a step may open."""
    return rests_on_done(j, step, key) and all(j.facts.checks.get(check, False) for check in step.checks)


def rests_on_done(j: Judgement, step: StepPlan, key: str) -> bool:
    """Whether every step and register before it is done; of a copy, also that its row is still there."""
    item = split_key(key)[1]
    by_id = j.view.by_id
    for earlier in step.after:
        if not _done(j, by_id.get(earlier), step, item):
            return False
    return all(name in j.case.registers and j.case.registers[name].frozen for name in step.frozen) and (
        not item or any(row is not None and row.key == item for row in items_of(j, step))
    )


def _done(j: Judgement, other: StepPlan | None, step: StepPlan, item: str) -> bool:
    """A copy waits for the same item's copy; anything else waits for every live copy."""
    if other is None:
        return False
    if not other.items_of:
        return j.state(other.id).status in DONE
    if item and other.items_of == step.items_of:
        return j.state(step_key(other.id, item)).status in DONE
    register = j.case.registers.get(other.items_of)
    if register is None or not register.frozen:
        return False
    return all(j.state(step_key(other.id, each.key)).status in DONE for each in register.items)
