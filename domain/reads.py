"""依据的材料: which version of a paper or register a step was handed in on, and what has changed since.

A decision of a step falls when a paper it looks at is replaced; a step that is done does not. So it is told:
its doer looks at the change and says that it stands, or has the step done again.
"""

from __future__ import annotations

from domain.case import Case, Pin, StepState, split_key, step_key
from domain.plan import REGISTER, StepPlan

NOTHING_THERE = Pin(version=0, digest="")


def lying(case: Case, ref: str) -> Pin:
    """What lies under `1.3/plan_draft`, `4.6#row/licence` or `register/roster` now."""
    owner, _, name = ref.rpartition("/")
    if owner == REGISTER:
        register = case.registers.get(name)
        return Pin(version=register.version, digest=register.root) if register else NOTHING_THERE
    state = case.steps.get(owner)
    item = state.evidence.get(name) if state else None
    if item is None:
        return NOTHING_THERE
    return Pin(version=item.version, digest=item.digest, corrected=item.corrected)


def pins(case: Case, key: str, step: StepPlan) -> dict[str, Pin]:
    """The versions that a step reads as they are now; of a step of the same items, this item's."""
    item = split_key(key)[1]
    found: dict[str, Pin] = {}
    for owner, slot in step.reads:
        copy = step_key(owner, item)
        ref = f"{copy if copy in case.steps else owner}/{slot}"
        found[ref] = lying(case, ref)
    return found


def changed_reads(case: Case, state: StepState) -> dict[str, tuple[Pin, Pin]]:
    """What a step was handed in on and is no longer: ref → as it was, as it is."""
    now = ((ref, pin, lying(case, ref)) for ref, pin in state.reads.items())
    return {ref: (was, is_) for ref, was, is_ in now if not _same(was, is_)}


def _same(one: Pin, other: Pin) -> bool:
    """The same content counts as the same, whatever its version."""
    return (one.digest, one.corrected) == (other.digest, other.corrected)
