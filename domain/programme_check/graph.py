"""先后: rings of gates, and what must lie before or after what uses it."""

from __future__ import annotations

from collections.abc import Iterator

from domain.programme import When
from domain.programme_check.index import Findings, Index, StepAt
from domain.programme_fault import Path


def rings(index: Index) -> list[list[str]]:
    """环: one ring of gates for each knot of steps that wait for each other, shortest first found.

    A ring is given as steps, each waiting for the next, the first repeated at the end.
    """
    found: list[list[str]] = []
    knotted: set[str] = set()
    for step, before in index.before.items():
        if step in before and step not in knotted:
            knotted |= {other for other in before if step in index.before[other]}
            found.append(_ring(index, step))
    return found


def _ring(index: Index, start: str) -> list[str]:
    """The shortest way from a step back to itself along its gates."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        ahead: list[list[str]] = []
        for way in ways:
            for target in index.waits[way[-1]]:
                if target == start:
                    return [*way, start]
                if target not in seen:
                    seen.add(target)
                    ahead.append([*way, target])
        ways = ahead
    return [start]


def check_order(index: Index, findings: Findings) -> bool:
    """先后检查; answers whether the gates form no ring, so that cases can be played through."""
    found = rings(index)
    for ring in found:
        path = index.waits[ring[0]][ring[1]]
        message = f"前置条件成环:{' 等 '.join(ring)}"
        findings.fault(path, "gate.ring", message, "删去环上的一个前置条件")
    for number, choice in enumerate(index.programme.choices):
        if choice.at == "launch":
            continue
        if choice.set_by is None:
            findings.fault(
                ("choices", number),
                "choice.no_setter",
                f"选择项“{choice.title}”在任务 {choice.at} 选定,却没写由谁选定",
                "写 set_by: 角色代号",
            )
        elif index.steps.get(choice.at) and index.steps[choice.at].step.for_each is not None:
            message = f"选择项“{choice.title}”在任务 {choice.at} 选定,而该任务逐项办理,没有分项就无从选定"
            findings.fault(("choices", number, "at"), "choice.per_item", message, "改在不分项的任务选定")
    for at in index.all_steps:
        _conditions(index, findings, at)
        _back_targets(index, findings, at)
    _unused_choices(index, findings)
    return not found


def _conditions(index: Index, findings: Findings, at: StepAt) -> None:
    """A choice is set before, not after, what depends on it."""
    for name, path, own in _read(at):
        choice = index.choices.get(name)
        if choice is None or choice.at == "launch" or choice.at not in index.steps:
            continue
        late = choice.at == at.step.id if own else False
        if late or at.step.id in index.before[choice.at]:
            message = f"任务 {at.step.id} 的条件要用选择项“{choice.title}”,它却要到任务 {choice.at} 才选定"
            mend = f"让选择项提前选定(at),或让任务 {at.step.id} 排在 {choice.at} 之后"
            findings.fault(path, "choice.too_late", message, mend)


def _read(at: StepAt) -> Iterator[tuple[str, Path, bool]]:
    """Choice, place, and whether the step's own existence depends on it."""
    yield from _names(at.stage.when, (*at.stage_path, "when"), own=True)
    yield from _names(at.step.when, (*at.path, "when"), own=True)
    for node, path in at.nodes:
        yield from _names(node.when, (*path, "when"), own=False)
    for evidence, path in at.evidence:
        yield from _names(evidence.when, (*path, "when"), own=False)
    for number, due in enumerate(at.step.due):
        yield from _names(due.when, (*at.path, "due", number, "when"), own=False)


def _names(when: When, path: Path, *, own: bool) -> Iterator[tuple[str, Path, bool]]:
    for number, condition in enumerate(when):
        for name in condition:
            yield name, (*path, number, name), own


def _back_targets(index: Index, findings: Findings, at: StepAt) -> None:
    """Sending back goes to a step that comes before."""
    targets = [
        (outcome.then, (*at.path, "outcomes", number, "then"))
        for number, outcome in enumerate(at.step.outcomes)
    ]
    targets += [(node.on_refuse.to, (*path, "on_refuse", "to")) for node, path in at.nodes]
    before = index.before[at.step.id] - {at.step.id}
    for target, path in targets:
        if target in index.steps and target not in before:
            message = f"任务 {at.step.id} 要退回到 {target},而 {target} 不在它之前"
            mend = f"可退回到:{'、'.join(sorted(before)) or '(没有更早的任务)'},或写 doer、stop"
            findings.fault(path, "back.not_before", message, mend)


def _unused_choices(index: Index, findings: Findings) -> None:
    used = {name for at in index.all_steps for name, _, _ in _read(at)}
    used |= {name for use in index.programme.checks for condition in use.when for name in condition}
    for number, choice in enumerate(index.programme.choices):
        if choice.id not in used:
            message = f"选择项“{choice.title}”没有任何条件用到"
            findings.warn(("choices", number), "unused.choice", message, "删去,或在 when 中用上")
