"""改革任务一览: a case on a terminal, its steps under their headings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cli import output
from domain.states import DONE, OPEN, StepStatus

if TYPE_CHECKING:
    from rich.text import Text

    from services.reading import CaseView, StepLine

_MARKS = {
    StepStatus.CLOSED: ("✓", "green"),
    StepStatus.ACCEPTED: ("✓", "green"),
    StepStatus.NOT_STARTED: ("○", "dim"),
    StepStatus.RETURNED: ("↩", "yellow"),
    StepStatus.NOT_APPLICABLE: ("-", "dim"),
    StepStatus.TERMINATED: ("×", "red"),
}


def show_case(view: CaseView, today: date, *, open_only: bool) -> None:
    """Write a case to standard output."""
    closed = f",{view.closed_on} 办完" if view.closed_on else ""
    output.show(view.unit_name, "bold")
    output.show(f"{view.programme}/{view.version} · {view.status},{view.opened_on} 启动{closed}")
    output.show(f"任务 {view.done}/{view.total} 项办结 · 业务日期 {today}")
    stage = ""
    rows: list[tuple[str | Text, ...]] = []
    for line in view.steps:
        if open_only and line.status not in OPEN:
            continue
        if line.stage != stage:
            _table(rows)
            rows, stage = [], line.stage
            output.show(f"\n{_heading(view, line)}", "bold")
        rows.append((_state(line), f"{line.key} {line.title}", _when(line, today), _who(line)))
    _table(rows)


def _heading(view: CaseView, line: StepLine) -> str:
    of_stage = [each for each in view.steps if each.stage == line.stage]
    done = sum(each.status in DONE for each in of_stage)
    name = line.stage if line.heading == line.stage else f"{line.heading} · {line.stage}"
    return f"{name}({done}/{len(of_stage)})"


def _table(rows: list[tuple[str | Text, ...]]) -> None:
    if rows:
        output.table(("状态", "任务", "时限", "等谁办"), rows, ratios=(0, 4, 4, 4))


def _state(line: StepLine) -> Text:
    from rich.text import Text

    mark, style = ("■", "red") if line.overdue else _MARKS.get(line.status, ("●", ""))
    round_ = f"\n第{line.round}轮" if line.round > 1 else ""
    return Text(f"{mark} {line.words}{round_}", style=style)


def _when(line: StepLine, today: date) -> str | Text:
    from rich.text import Text

    if line.closed_on is not None and line.status in DONE:
        return f"{line.closed_on} 办结"
    if line.status not in OPEN:
        return ""
    if line.due_on is None:
        return line.due_line or "无时限"
    late = line.due_on < today
    return Text(line.due_line or str(line.due_on), style="red" if late else "")


def _who(line: StepLine) -> str:
    return "\n".join(waiting.words for waiting in line.waits)
