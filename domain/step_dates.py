"""任务的各个日期: every date that runs on a step, with the line that explains it, in the order of a page."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from domain.case import StepState
from domain.objections import OBJECTION_TITLES
from domain.states import OPEN
from domain.term_changes import ClockStop, Extension


class DateKind(StrEnum):
    """日期的种类."""

    NODE = "node"
    PERIOD = "period"
    OTHER_COUNT = "other_count"
    STOP = "stop"
    EXTENSION = "extension"
    OBJECTION = "objection"


DATE_TITLES: dict[DateKind, str] = {
    DateKind.NODE: "审批",
    DateKind.PERIOD: "公示",
    DateKind.OTHER_COUNT: "另计",
    DateKind.STOP: "停时",
    DateKind.EXTENSION: "延期",
    DateKind.OBJECTION: "异议",
}


class DateLine(msgspec.Struct, frozen=True, kw_only=True):
    """日期说明: one line of a step's page, beside its term."""

    kind: DateKind
    line: str

    @property
    def title(self) -> str:
        """Two characters before it."""
        return DATE_TITLES[self.kind]


def date_lines(state: StepState) -> tuple[DateLine, ...]:
    """日期说明 of a step. The step's own term is not among them: it stands by itself."""
    return tuple(DateLine(kind=kind, line=line) for kind, line in _lines(state))


def _lines(state: StepState) -> Iterator[tuple[DateKind, str]]:
    if state.node and state.node_due is not None and state.status in OPEN:
        yield DateKind.NODE, state.node_due.line
    if state.period is not None:
        yield DateKind.PERIOD, state.period.line
        if state.period.counts_differ:
            first = "不计入" if state.period.first_day_counts else "计入"
            yield DateKind.OTHER_COUNT, f"首日{first}的算法:{state.period.other_line}"
    yield from _changes(state.extensions, state.stops)
    if state.node:
        yield from _changes(state.node_extensions, state.node_stops, "审批时限 ")
    for objection in state.objections.values():
        who = "匿名" if objection.objector is None else "实名"
        late = "(期满以后提出)" if objection.late else ""
        result = (
            f"{objection.answered_on} 答复:{OBJECTION_TITLES[objection.result]}"
            if objection.result is not None
            else "待答复"
        )
        yield DateKind.OBJECTION, f"{objection.id} 号 · {objection.raised_on} {who}提出{late} · {result}"


def _changes(
    extensions: tuple[Extension, ...], stops: tuple[ClockStop, ...], whose: str = ""
) -> Iterator[tuple[DateKind, str]]:
    for number, extension in enumerate(extensions, 1):
        yield DateKind.EXTENSION, whose + _extension(number, extension)
    for stop in stops:
        yield DateKind.STOP, whose + _stop(stop)


def _extension(number: int, extension: Extension) -> str:
    by = "、".join(part for part in (extension.number, extension.approver) if part)
    late = " · 逾期后申请" if extension.late else ""
    return f"第{number}次 {extension.old} → {extension.new}{f'({by})' if by else ''}{late}"


def _stop(stop: ClockStop) -> str:
    by = "、".join(part for part in (stop.number, stop.approver) if part)
    until = f",{stop.until} 恢复计时" if stop.until else ",尚未恢复"
    return f"{stop.since} 停止计时{f'({by})' if by else ''}{until}"
