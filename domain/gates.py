"""前置条件: whether everything that must come before a step, or before one item's copy of it, is done."""

from __future__ import annotations

from collections.abc import Iterator

from domain.case import NOTHING, Case, Item, split_key, step_key
from domain.checks import passes
from domain.plan import Plan, StepPlan, View
from domain.states import DONE, CaseStatus, StepStatus


def items_of(case: Case, step: StepPlan) -> tuple[Item | None, ...]:
    """The copies a step has: one, or one for each row of a frozen register that it is for; none while it is
    not frozen.
    """
    if not step.items_of:
        return (None,)
    register = case.registers.get(step.items_of)
    if register is None or not register.frozen:
        return ()
    return tuple(item for item in register.items if step.id not in item.not_for)


def copies_of(case: Case, step: StepPlan) -> tuple[str, ...]:
    """The keys of these copies."""
    if not step.items_of:
        return (step.id,)
    return tuple(step_key(step.id, item.key) for item in items_of(case, step) if item is not None)


def no_items(case: Case, step: StepPlan) -> bool:
    """A frozen register without rows for a step asks for no work."""
    register = case.registers.get(step.items_of)
    return register is not None and register.frozen


def gates_open(view: View, case: Case, step: StepPlan, key: str) -> bool:
    """前置条件: whether a step may open."""
    return (
        rests_on_done(view, case, step, key)
        and all(passes(case, check) for check in step.checks)
        and redone(view, case, key)
    )


def redone(view: View, case: Case, key: str) -> bool:
    """退回前面的任务: whether the one it was sent back to is done again, as long as that applies."""
    resume = case.steps.get(key, NOTHING).resume
    if resume is None or not resume.after:
        return True
    own, item = split_key(resume.after)
    step = view.by_id.get(own)
    live = step is not None and any((row.key if row else "") == item for row in items_of(case, step))
    return not live or _counts(case, resume.after)


def rests_on_done(view: View, case: Case, step: StepPlan, key: str) -> bool:
    """Whether every step and register before it is done; of a copy, also that its row is still there."""
    item = split_key(key)[1]
    for earlier in step.after:
        if not _done(case, view.by_id.get(earlier), step, item):
            return False
    return all(name in case.registers and case.registers[name].frozen for name in step.frozen) and (
        not item or any(row is not None and row.key == item for row in items_of(case, step))
    )


def _done(case: Case, other: StepPlan | None, step: StepPlan, item: str) -> bool:
    """A copy waits for the same item's copy, where that step is for it; anything else for every live copy."""
    if other is None:
        return False
    if not other.items_of:
        return _counts(case, other.id)
    register = case.registers.get(other.items_of)
    if register is None or not register.frozen:
        return False
    copies = [row.key for row in register.items if other.id not in row.not_for]
    if item and other.items_of == step.items_of:
        copies = [key for key in copies if key == item]
    return all(_counts(case, step_key(other.id, key)) for key in copies)


def _counts(case: Case, key: str) -> bool:
    """Done, and not held by a compliance check or by something a meeting wants done first."""
    if _status(case, key) not in DONE or key in case.held:
        return False
    return not any(each.blocks and each.open and each.step == key for each in case.follow_ups.values())


def _status(case: Case, key: str) -> StepStatus:
    return case.steps.get(key, NOTHING).status


def awaited_checks(plan: Plan, case: Case) -> Iterator[tuple[str, str]]:
    """待检查: check and step, for every copy of a step that waits for nothing else than checks.

    This is what a compliance run has to evaluate for the case to go on.
    """
    if case.status is not CaseStatus.OPEN:
        return
    view = plan.view(case.choices)
    for step in view.steps:
        for item in items_of(case, step) if step.checks else ():
            key = step_key(step.id, item.key if item else "")
            rests = rests_on_done(view, case, step, key) and redone(view, case, key)
            waits = rests and _status(case, key) is StepStatus.NOT_STARTED
            yield from ((check, key) for check in step.checks if waits and not passes(case, check))
