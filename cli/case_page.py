"""改革任务一览: a case on a terminal, its steps under their headings, and its history act by act.

Lines and not a table: a deadline's explanation and the names of those it waits for are long, and in a column
of a screen of 80 they would be cut to pieces.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cli import output
from cli.shell import wrapped
from domain.states import DONE, OPEN, StepStatus

if TYPE_CHECKING:
    from services.history import Happening
    from services.reading import CaseView, StepLine

_MARKS = {
    StepStatus.CLOSED: ("✓", "green"),
    StepStatus.ACCEPTED: ("✓", "green"),
    StepStatus.NOT_STARTED: ("○", "dim"),
    StepStatus.RETURNED: ("↩", "yellow"),
    StepStatus.NOT_APPLICABLE: ("-", "dim"),
    StepStatus.TERMINATED: ("×", "red"),
}
_RUNNING = ("node", "period")
"""Dates that a list of steps shows too; what moved them stands on the step's own page."""
_INDENT = 10
"""Where what belongs to a step begins: behind its mark and state."""


def show_case(view: CaseView, today: date, *, open_only: bool) -> None:
    """Write a case to standard output."""
    closed = f",{view.closed_on} 办完" if view.closed_on else ""
    output.show(view.unit_name, "bold")
    output.show(f"{view.programme}/{view.version} · {view.status},{view.opened_on} 启动{closed}")
    output.show(f"任务 {view.done}/{view.total} 项办结 · 业务日期 {today}")
    stage = ""
    for line in view.steps:
        if open_only and line.status not in OPEN:
            continue
        if line.stage != stage:
            stage = line.stage
            output.show(f"\n{_heading(view, line)}", "bold")
        _step(line, today)


def _heading(view: CaseView, line: StepLine) -> str:
    of_stage = [each for each in view.steps if each.stage == line.stage]
    done = sum(each.status in DONE for each in of_stage)
    name = line.stage if line.heading == line.stage else f"{line.heading} · {line.stage}"
    return f"{name}({done}/{len(of_stage)})"


def _step(line: StepLine, today: date) -> None:
    late = line.status in OPEN and line.due_on is not None and line.due_on < today
    mark, style = ("■", "red") if late else _MARKS.get(line.status, ("●", ""))
    round_ = f"(第{line.round}轮)" if line.round > 1 else ""
    closed = f" · {line.closed_on} 办结" if line.closed_on and line.status in DONE else ""
    hang(f"{mark} {line.words}", f"{line.key} {line.title}{round_}{closed}", style=style)
    if line.status in OPEN:
        hang("", f"{'已过时限' if late else '时限'} {line.due_line or '无时限'}", style="red" if late else "")
        for each in line.dates:
            if each.kind in _RUNNING:
                hang("", f"{each.title} {each.line}")
        for waiting in line.waits:
            hang("", f"等 {waiting.words}")
        if line.urged:
            hang("", f"催 {line.urged}")


def show_history(found: Iterable[Happening]) -> None:
    """Write what happened, act by act: when, what, who decided, who recorded and checked it."""
    for each in found:
        late = f"  {each.late}" if each.late else ""
        output.show(f"\n{each.occurred_on}{late}", "bold")
        for text in (*each.lines, *each.notes):
            hang("", text, indent=2)
        recorded = f"{each.recorded_at:%Y-%m-%d %H:%M}"
        hang("", f"登记 {each.actor_name} · {recorded} · {each.channel_title}", indent=2, style="dim")


def hang(label: str, text: str, *, indent: int = _INDENT, style: str = "") -> None:
    """A label, and a text behind it whose further lines begin where its first does."""
    first, *more = wrapped(text, max(output.out().width, 40), indent)
    gap = max(indent - cell_len(label), 1)
    output.show(f"{label}{' ' * gap}{first.strip()}", style)
    for each in more:
        output.show(each, style)
