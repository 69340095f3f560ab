"""时限: no deadline is shorter than what has to happen within it.

Working days and calendar days are compared conservatively: it is a fault only where no calendar could make
room, a warning where an ordinary week would not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.duedates import PeriodUnit
from domain.programme import (
    EVIDENCE_FIELD_TYPES,
    Basis,
    Due,
    FieldType,
    FromEvidence,
    FromMeeting,
    NodeKind,
    Publicity,
    Step,
)
from domain.programme_check.index import Findings, Index, StepAt
from domain.programme_check.names import mend_for
from domain.programme_fault import Path

_UNITS = {PeriodUnit.WORKING_DAY: "个工作日", PeriodUnit.DAY: "日", PeriodUnit.MONTH: "个月"}
_LONGEST_HOLIDAY = 11
"""Days: 春节 or 国庆 with the weekends beside it."""


class Span(NamedTuple):
    """跨度 in calendar days: the shortest, the usual and the longest a period can take."""

    shortest: int
    usual: int
    longest: int


def span(amount: int, unit: PeriodUnit) -> Span:
    """How many calendar days a period takes."""
    if unit is PeriodUnit.DAY:
        return Span(amount, amount, amount)
    if unit is PeriodUnit.MONTH:
        return Span(28 * amount, 30 * amount, 31 * amount)
    usual = -(-amount * 7 // 5)
    return Span(amount + 2 * ((amount - 1) // 7), usual, usual + _LONGEST_HOLIDAY)


def compare(limit: Due, inner: Due | Publicity) -> str:
    """`shorter`, `tight` or `enough`: whether `inner` fits into `limit`."""
    if limit.unit is inner.unit:
        return "shorter" if limit.amount < inner.amount else "enough"
    outer, within = span(limit.amount, limit.unit), span(inner.amount, inner.unit)
    if outer.longest < within.shortest:
        return "shorter"
    return "tight" if outer.usual < within.usual else "enough"


def worded(period: Due | Publicity) -> str:
    """`15个工作日`."""
    return f"{period.amount}{_UNITS[period.unit]}"


def check_deadlines(index: Index, findings: Findings) -> None:
    """时限检查."""
    for at in index.all_steps:
        for due, path in _dues(at):
            _start(index, findings, at, due, path)
        for number, limit in enumerate(at.step.due):
            if not limit.minimum and limit.start == "opening":
                _within(findings, at, limit, (*at.path, "due", number))
        _least_and_most(findings, at)
        _node_sum(findings, at)
    _bases(index, findings)


def _dues(at: StepAt) -> Iterator[tuple[Due, Path]]:
    for number, due in enumerate(at.step.due):
        yield due, (*at.path, "due", number)
    for node, path in at.nodes:
        if node.due is not None:
            yield node.due, (*path, "due")
    for kind in ("verify", "file"):
        work = getattr(at.step.machine, kind)
        if work is not None:
            yield work.manual_after, (*at.path, "machine", kind, "manual_after")


def _start(index: Index, findings: Findings, at: StepAt, due: Due, path: Path) -> None:
    """A period that starts with a document: the document, its date field, and that it comes in time."""
    start = due.start
    if isinstance(start, FromMeeting):
        _meeting(index, findings, at, start, path)
        if start.planned is not None:
            _document(index, findings, at, start.planned, (*path, "start", "planned"))
    elif isinstance(start, FromEvidence):
        _document(index, findings, at, start, (*path, "start"))


def _meeting(index: Index, findings: Findings, at: StepAt, start: FromMeeting, path: Path) -> None:
    """A period that starts with a meeting: the node is one, of this step or of one that is not after it."""
    here: Path = (*path, "start", "meeting")
    step_id, _, name = start.meeting.partition("/")
    owner = next((one.step for one in index.all_steps if one.step.id == step_id), None)
    node = next((each for each in owner.nodes if each.id == name), None) if owner else None
    if owner is None or node is None or node.kind is not NodeKind.MEETING:
        meetings = [
            f"{one.step.id}/{each.id}"
            for one in index.all_steps
            for each in one.step.nodes
            if each.kind is NodeKind.MEETING
        ]
        mend = mend_for(start.meeting, meetings)
        findings.fault(here, "due.no_meeting", f"没有会议议定的节点 {start.meeting}", mend)
    elif at.step.id in index.before[owner.id] and owner.id != at.step.id:
        message = f"任务 {at.step.id} 的时限从任务 {owner.id} 的会议起算,而 {owner.id} 在它之后"
        findings.fault(here, "due.starts_later", message, "改从更早的会议、材料、开始或提交起算")


def _document(index: Index, findings: Findings, at: StepAt, start: FromEvidence, path: Path) -> None:
    here: Path = (*path, "slot")
    found = index.slot(start.slot, at)
    if found is None:
        findings.fault(
            here, "unknown.slot", f"没有材料 {start.slot}", mend_for(start.slot, index.slot_names())
        )
        return
    owner, evidence = found
    field: Path = (*path, "field")
    if EVIDENCE_FIELD_TYPES[start.field][0] is not FieldType.DATE:
        findings.fault(
            field, "due.not_a_date", f"{start.field.value} 不是日期,不能起算", "改用 issued_on 等日期要素"
        )
    elif start.field not in evidence.fields:
        message = f"材料 {start.slot} 没有要素 {start.field.value}"
        findings.fault(field, "unknown.field", message, f"在该材料的 fields 中加上 {start.field.value}")
    if at.step.id in index.before[owner.step.id] and owner.step.id != at.step.id:
        message = f"任务 {at.step.id} 的时限从任务 {owner.step.id} 的材料起算,而 {owner.step.id} 在它之后"
        findings.fault(here, "due.starts_later", message, "改从更早的材料、开始或提交起算")


def _within(findings: Findings, at: StepAt, limit: Due, path: Path) -> None:
    step = at.step
    if step.publicity is not None:
        result = compare(limit, step.publicity)
        message = f"任务 {step.id} 的时限 {worded(limit)} 短于其中的公示期 {worded(step.publicity)}"
        _tell(findings, result, path, "due.shorter_than_publicity", message, "延长时限,或核对公示期")
    for node in step.nodes:
        if node.due is not None and not node.due.minimum:
            result = compare(limit, node.due)
            message = f"任务 {step.id} 的时限 {worded(limit)} 短于节点“{node.title}”的时限 {worded(node.due)}"
            _tell(findings, result, path, "due.shorter_than_node", message, "延长任务时限,或缩短节点时限")


def _tell(findings: Findings, result: str, path: Path, code: str, message: str, mend: str) -> None:
    if result == "shorter":
        findings.fault(path, code, message, mend)
    elif result == "tight":
        findings.warn(path, code, f"{message}(按通常的周历计算)", mend)


def _least_and_most(findings: Findings, at: StepAt) -> None:
    """不得早于 and 最迟 from the same start must leave room."""
    for number, least in enumerate(at.step.due):
        if not least.minimum:
            continue
        for most in at.step.due:
            if not most.minimum and most.start == least.start:
                message = f"任务 {at.step.id} 至少须 {worded(least)},最迟却只有 {worded(most)}"
                _tell(findings, compare(most, least), (*at.path, "due", number), "due.no_room", message,
                      "延长最迟时限,或核对最短期间")  # fmt: skip


def _node_sum(findings: Findings, at: StepAt) -> None:
    """Nodes come one after the other: together they should fit into the step."""
    limits = [due for due in at.step.due if not due.minimum and due.start == "opening"]
    dues = [node.due for node in at.step.nodes if node.due is not None and not node.when]
    if len(dues) < 2 or not limits:
        return
    total = sum(span(due.amount, due.unit).usual for due in dues)
    limit = min(limits, key=lambda due: span(due.amount, due.unit).usual)
    if span(limit.amount, limit.unit).usual < total:
        message = f"任务 {at.step.id} 的时限 {worded(limit)} 短于各审批节点时限之和(约 {total} 日)"
        findings.warn((*at.path, "due"), "due.shorter_than_nodes", message, "延长任务时限,或缩短节点时限")


def _bases(index: Index, findings: Findings) -> None:
    for basis, path in _all_bases(index):
        if basis is None or basis.effective_from is None or basis.effective_to is None:
            continue
        if basis.effective_to < basis.effective_from:
            message = f"依据“{basis.text}”的失效日期早于生效日期"
            findings.fault((*path, "effective_to"), "basis.dates", message, "核对两个日期")


def _all_bases(index: Index) -> Iterator[tuple[Basis | None, Path]]:
    programme = index.programme
    for number, basis in enumerate(programme.basis):
        yield basis, ("basis", number)
    for number, use in enumerate(programme.checks):
        yield use.basis, ("checks", number, "basis")
    for number, choice in enumerate(programme.choices):
        yield choice.basis, ("choices", number, "basis")
    for at in index.all_steps:
        yield from _step_bases(at.step, at.path)
        for due, path in _dues(at):
            yield due.basis, (*path, "basis")


def _step_bases(step: Step, path: Path) -> Iterator[tuple[Basis | None, Path]]:
    yield step.basis, (*path, "basis")
    if step.publicity is not None:
        yield step.publicity.basis, (*path, "publicity", "basis")
