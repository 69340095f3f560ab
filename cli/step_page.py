"""任务页: one step on the terminal: what it asks, until when, papers, decisions with their numbers, whom it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cli import output
from domain.case import NOTHING, split_key
from domain.decisions import MEDIUM_TITLES, OUTCOME_TITLES

if TYPE_CHECKING:
    from domain.case import Case
    from domain.plan import Plan
    from services.reading import Names, StepLine


def step_data(plan: Plan, case: Case, line: StepLine) -> dict[str, Any]:
    """The page for machines."""
    state = case.steps.get(line.key, NOTHING)
    found = plan.view(case.choices).by_id[split_key(line.key)[0]]
    return {
        "case": case.id,
        "asks": found.step.asks,
        "step": msgspec.to_builtins(line),
        "evidence": msgspec.to_builtins(state.evidence),
        "decisions": msgspec.to_builtins(state.decisions),
    }


def show_step(plan: Plan, case: Case, line: StepLine, names: Names) -> None:
    """The page for a person."""
    state = case.steps.get(line.key, NOTHING)
    found = plan.view(case.choices).by_id[split_key(line.key)[0]]
    texts = [f"{case.unit_name} · {line.key} {line.title}({line.words},第{line.round}轮)"]
    texts += [f"要做什么:{found.step.asks}"] if found.step.asks else []
    texts += [f"时限:{line.due_line}"] if line.due_line else []
    for slot in found.slots:
        item = state.evidence.get(slot.id)
        told = f"第{item.version}版 {item.title}" if item else ("待补" if slot.required else "可不附")
        texts.append(f"材料 {slot.id} {slot.title}:{told}")
    for decision in state.decisions:
        check = "待核对" if decision.unchecked else "有效"
        texts.append(
            f"意见 {decision.id}:{names.person(names.body(decision.decided_by))} "
            f"{OUTCOME_TITLES[decision.outcome]},{decision.occurred_on},"
            f"{MEDIUM_TITLES[decision.medium]} {decision.number}({check})"
        )
    texts += [f"等待:{waiting.words}" for waiting in line.waits]
    for text in texts:
        output.line(text)
