"""任务页: everything of one step that its people need, in one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli import output
from cli.case_page import hang
from domain.acts.exceptional import EXCEPTIONS, ExceptionKind
from domain.case import NOTHING, split_key
from domain.decisions import ADOPTION_TITLES, MEDIUM_TITLES, OUTCOME_TITLES
from domain.programme import EVIDENCE_FIELD_TYPES, EvidenceMode, NodeKind
from domain.term_changes import NODE_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.case import Case, StepState
    from domain.decisions import Decision
    from domain.plan import Plan
    from domain.programme import Choice, Evidence, Step
    from services.circulations import CirculationLine
    from services.follow_ups import FollowUpLine
    from services.reading import Names, StepLine

LABEL = 6
"""Cells of a label of two characters and the gap behind it."""


def step_data(plan: Plan, case: Case, line: StepLine, outside: str) -> dict[str, Any]:
    """The step for machines. ``outside`` is why it waits for an outside system, where it does."""
    import msgspec

    step = plan.step(split_key(line.key)[0])
    return {
        "step": msgspec.to_builtins(line),
        "asks": step.asks if step else "",
        "state": msgspec.to_builtins(case.steps.get(line.key, NOTHING)),
        "outside": outside,
        "choices": [
            {"id": each.id, "title": each.title, "values": each.values, "chosen": case.choices.get(each.id)}
            for each in plan.programme.choices
            if step and each.at == step.id
        ],
        "proposals": [msgspec.to_builtins(each) for each in case.proposals.values() if each.step == line.key],
        "follow_ups": [
            msgspec.to_builtins(each) for each in case.follow_ups.values() if each.step == line.key
        ],
        "circulations": [
            msgspec.to_builtins(each) for each in case.circulations.values() if each.step == line.key
        ],
    }


def show_step(plan: Plan, case: Case, line: StepLine, names: Names, outside: str) -> None:
    """The step for people."""
    step, state = plan.step(split_key(line.key)[0]), case.steps.get(line.key, NOTHING)
    output.show(f"{case.unit_name} · {line.key} {line.title} · {line.words} · 第{line.round}轮", "bold")
    if step and step.asks:
        hang("内容", step.asks.replace("。 ", "。"), indent=LABEL)
    for label, text in _dates(line):
        hang(label, text, indent=LABEL)
    for label, text in _needed(plan, case, step, state) if step else ():
        hang(label, text, indent=LABEL)
    for decision in state.decisions:
        for label, text in decision_lines(plan, line.key, decision, names):
            hang(label, text, indent=LABEL)
    for label, text in _proposals(case, line.key, names):
        hang(label, text, indent=LABEL)
    for label, text in _waits(line, outside):
        hang(label, text, indent=LABEL)


def _dates(line: StepLine) -> Iterator[tuple[str, str]]:
    if line.due_line:
        yield "时限", line.due_line
    for each in line.dates:
        yield each.title, each.line


def show_beside(circulations: Iterable[CirculationLine], follow_ups: Iterable[FollowUpLine]) -> None:
    """What stands beside the step: what its meetings want done, what was sent round and who has read it."""
    for follow_up in follow_ups:
        hang("议定", follow_up.words, indent=LABEL)
        if follow_up.report:
            hang("", f"办理情况:{follow_up.report}{follow_up.mark}", indent=LABEL)
    for each in circulations:
        hang("传阅" if each.marks else "抄送", each.words, indent=LABEL)
        if each.note:
            hang("", f"附言:{each.note}", indent=LABEL)


def _waits(line: StepLine, outside: str) -> Iterator[tuple[str, str]]:
    if line.urged:
        yield "催办", line.urged
    if outside:
        yield "对外", outside
    for waiting in line.waits:
        yield "等待", waiting.words


def _needed(plan: Plan, case: Case, step: Step, state: StepState) -> Iterator[tuple[str, str]]:
    for register in plan.programme.registers:
        if register.id in step.fills:
            held = case.registers.get(register.id)
            how = f"{held.rows} 行(第{held.version}版)" if held else "未填报"
            yield "台账", f"{register.title}({register.id}):{how}"
    for slot in step.evidence:
        item = state.evidence.get(slot.id)
        how = f"{item.title}(第{item.version}版)" if item else f"未登记{_asked(slot)}"
        yield "材料", f"{slot.title}({slot.id}):{how}"
    for choice in plan.programme.choices:
        if choice.at == step.id:
            yield "选择", _choice_line(choice, case)
    for node in step.nodes:
        if node.kind is NodeKind.CONSULT:
            yield "节点", f"{node.title}({node.id})"


def _choice_line(choice: Choice, case: Case) -> str:
    """What the step has to settle: the value taken, or those it may take and how."""
    taken, values = case.choices.get(choice.id), choice.values
    if taken is not None:
        return f"{choice.title}({choice.id}):{values.get(taken, taken)}"
    allowed = "、".join(f"{code}({title})" for code, title in values.items())
    silent = f";不选按“{values[choice.default]}”" if choice.default else ",提交前须选定"
    return f"{choice.title}({choice.id}):未选定{silent};可选 {allowed};用 step choose 选定"


def _asked(slot: Evidence) -> str:
    how = "只登记不上传" if slot.mode is EvidenceMode.REFERENCE else "须上传"
    titles = "、".join(EVIDENCE_FIELD_TYPES[field][1] for field in slot.fields)
    words = [how, "可选" if not slot.required else "", f"须写明 {titles}" if titles else ""]
    return f",{';'.join(word for word in words if word)}"


def decision_lines(plan: Plan, key: str, decision: Decision, names: Names) -> Iterator[tuple[str, str]]:
    """审批意见: who decided what, when, by which paper; who recorded it and who checked it."""
    step = plan.step(split_key(key)[0])
    node = next((each for each in step.nodes if each.id == decision.node), None) if step else None
    decider = names.person(names.body(decision.decided_by))
    yield (
        "意见",
        f"{decision.id} 号 · {node.title if node else decision.node} · {decider} · "
        f"{OUTCOME_TITLES[decision.outcome]} · {decision.occurred_on}",
    )
    paper = (MEDIUM_TITLES[decision.medium], decision.meeting, decision.number)
    yield "", " · ".join(part for part in paper if part)
    if decision.recorded_by not in (decision.decided_by, "clock"):
        checked = f"核对人 {names.person(decision.verified_by)}" if decision.verified_by else "待核对"
        yield "", f"登记人 {names.person(decision.recorded_by)} · {checked}"
    if decision.rests_on:
        yield "", f"已签免签:同一人已在 {decision.rests_on} 号意见中同意"
    if decision.out_of_order:
        yield "", f"日期在先的说明:{decision.out_of_order}"
    if decision.adoption:
        yield "", f"采纳情况:{ADOPTION_TITLES[decision.adoption]}"


def _proposals(case: Case, key: str, names: Names) -> Iterator[tuple[str, str]]:
    for each in case.proposals.values():
        if each.step == key:
            title = EXCEPTIONS[ExceptionKind(each.kind)].title
            if each.path.startswith(NODE_PATH):
                title += f"(审批节点 {each.path.removeprefix(NODE_PATH)})"
            who = f"{names.person(each.proposed_by)} {each.proposed_on} 提出"
            yield "特办", f"{each.id} 号 · {title} · {who},待另一人确认(step confirm)"
