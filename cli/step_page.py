"""任务页: everything of one step that its people need, in one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli import output
from domain.case import NOTHING, split_key
from domain.decisions import MEDIUM_TITLES, OUTCOME_TITLES

if TYPE_CHECKING:
    from domain.case import Case
    from domain.plan import Plan
    from services.reading import Names, StepLine


def step_data(plan: Plan, case: Case, line: StepLine) -> dict[str, Any]:
    """The step for machines."""
    import msgspec

    step = plan.step(split_key(line.key)[0])
    return {
        "step": msgspec.to_builtins(line),
        "asks": step.asks if step else "",
        "state": msgspec.to_builtins(case.steps.get(line.key, NOTHING)),
    }


def show_step(plan: Plan, case: Case, line: StepLine, names: Names) -> None:
    """The step for people."""
    step, state = plan.step(split_key(line.key)[0]), case.steps.get(line.key, NOTHING)
    output.show(f"{case.unit_name} · {line.key} {line.title} · {line.words} · 第{line.round}轮", "bold")
    if step and step.asks:
        output.show(step.asks)
    if line.due_line:
        output.show(f"时限  {line.due_line}")
    for slot in step.evidence if step else ():
        item = state.evidence.get(slot.id)
        held = f"{item.title}(第{item.version}版)" if item else "未登记"
        output.show(f"材料  {slot.title}({slot.id}):{held}")
    for decision in state.decisions:
        mark = ",待核对" if decision.unchecked else ""
        decided_by = names.person(names.body(decision.decided_by))
        output.show(
            f"意见  {decision.id} {decided_by} {OUTCOME_TITLES[decision.outcome]}"
            f"({decision.occurred_on} {MEDIUM_TITLES[decision.medium]} {decision.number}{mark})"
        )
    for waiting in line.waits:
        output.show(f"等待  {waiting.words}")
