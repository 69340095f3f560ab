"""进度: what happens, while it happens, on standard error; for a terminal also a bar over the days."""

from __future__ import annotations

from datetime import date
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.output import err


class Showing:
    """进度显示. A terminal gets a bar and the lines above it; a pipe gets the lines alone."""

    def __init__(self) -> None:
        self._console = err()
        self._progress: Progress | None = None
        if self._console.is_terminal:
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=30),
                TextColumn("{task.percentage:>3.0f}%"),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
        self._task = None if self._progress is None else self._progress.add_task("准备", total=None)
        self._first = self._last = date.min

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Take the bar away: what follows is the result."""
        if self._progress is not None:
            self._progress.stop()

    def step(self, text: str) -> None:
        """What is being prepared or waited for."""
        self._console.print(text, markup=False, style="dim")
        self._bar(text, 0, None)

    def span(self, first: date, last: date) -> None:
        """The days the bar runs over."""
        self._first, self._last = first, last

    def happened(self, day: date, unit: str, words: str) -> None:
        """One thing that happened: `2021-06-18 鄢陵县产业集聚区 · 2.10 公示 · 公示期满`."""
        self._console.print(f"{day} {unit} · {words}", markup=False)
        if self._last > self._first:
            self._bar(f"业务日期 {day}", (day - self._first).days, (self._last - self._first).days)

    def waiting(self, cases: int, notices: int) -> None:
        """How much has not arrived in Prefect yet."""
        self._bar(f"等流程跟上:还有 {cases} 个改革任务、{notices} 条消息", 0, None)

    def _bar(self, text: str, done: int, total: int | None) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=text, completed=done, total=total)
