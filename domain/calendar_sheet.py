"""放假安排表: a notice as an office types it into a sheet, read into days, each fault by its cell.

One row a run of days: 开始日期, 结束日期 (empty: one day), 安排 (放假 or 上班), 节日, 文号 (once is enough).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from domain.calendar_notice import LONGEST_RUN, Notice, NoticeDay, judge_notice, notice_year
from domain.cells import Problem, fold, is_blank, plain, read_day, read_text
from domain.identifiers.document_number import normalise_document_number
from domain.tabular import BodyRow, Column, Fault, Grid, Heading, RowKind, body_rows, fault_at, find_heading
from domain.workdays import DayKind

COLUMNS: Final = (
    Column("first", "开始日期", ("开始日期", "起始日期", "日期", "放假开始", "自"), required=True),
    Column("last", "结束日期", ("结束日期", "截止日期", "放假结束", "至")),
    Column("kind", "安排", ("安排", "性质", "类型", "放假或上班"), required=True),
    Column("name", "节日", ("节日", "名称", "假期")),
    Column("number", "文号", ("文号", "通知文号", "发文字号", "依据")),
)
KINDS: Final[dict[str, DayKind]] = {
    "放假": DayKind.HOLIDAY,
    "休息": DayKind.HOLIDAY,
    "休假": DayKind.HOLIDAY,
    "上班": DayKind.WORKDAY,
    "调休上班": DayKind.WORKDAY,
    "补班": DayKind.WORKDAY,
}
V = TypeVar("V")
_LONGEST_NAME: Final = 20
_LONGEST_NUMBER: Final = 100


@dataclass(slots=True)
class NoticeReading:
    """读取结果: the notice, where the sheet says one; and all that is wrong with it."""

    notice: Notice | None = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_notice(grids: Iterable[Grid], number: str = "") -> NoticeReading:
    """放假通知 from the first sheet that has the headings; `number` stands in where the sheet names none."""
    for grid in grids:
        heading = find_heading(grid, COLUMNS, least=2)
        if heading is not None and {"first", "kind"} <= set(heading.cells):
            return _Sheet(grid, heading).read(number)
    reading = NoticeReading()
    mend = "表头须有“开始日期、安排”,另可有“结束日期、节日、文号”"
    reading.faults.append(Fault(0, "", "A1", "没有找到表头", mend, "notice.no_heading"))
    return reading


@dataclass(slots=True)
class _Sheet:
    """One sheet being read."""

    grid: Grid
    heading: Heading
    reading: NoticeReading = field(default_factory=NoticeReading)
    rows: dict[dt.date, int] = field(default_factory=dict)
    """The last row that names a day."""

    def read(self, number: str) -> NoticeReading:
        """The notice, or what keeps the sheet from being one."""
        rows = [row for row in body_rows(self.grid, self.heading, COLUMNS) if row.kind is RowKind.DATA]
        found = [day for row in rows for day in self._run(row)]
        source = self._number(rows) or number
        year = notice_year(each.day for each in found)
        if year is None:
            if not self.reading.faults:
                problem = Problem("notice.no_days", "没有一天放假或上班", "请把通知里的日期逐行写上")
                self._fault(self.heading.row, "first", problem)
            return self.reading
        days = tuple(sorted(found, key=lambda each: each.day))
        self.reading.notice = Notice(year=year, number=self._in_form(source), days=days)
        for day, problem in judge_notice(self.reading.notice):
            self._fault(self.rows[day] if day else self.heading.row, "first", problem)
        return self.reading

    def _run(self, row: BodyRow) -> list[NoticeDay]:
        values, zero = row.values, self.grid.day_zero
        kind = KINDS.get(fold(values.get("kind")))
        if kind is None:
            message = f"安排“{plain(values.get('kind'))}”看不懂"
            self._fault(row.number, "kind", Problem("notice.kind", message, f"可填:{'、'.join(KINDS)}"))
        first = self._kept(row, "first", read_day(values.get("first"), zero))
        last = (
            first
            if is_blank(values.get("last"))
            else self._kept(row, "last", read_day(values.get("last"), zero))
        )
        name = self._kept(row, "name", read_text(values.get("name"), _LONGEST_NAME))
        if kind is None or first is None or last is None or name is None:
            return []
        length = (last - first).days + 1
        if not 1 <= length <= LONGEST_RUN:
            message = f"{first} 至 {last} 共 {length} 天"
            self._fault(row.number, "last", Problem("notice.range", message, "请核对两个日期"))
            return []
        label = "" if kind is DayKind.WORKDAY or is_blank(name) else name
        days = [NoticeDay(first + dt.timedelta(days=at), kind, label) for at in range(length)]
        self.rows |= {each.day: row.number for each in days}
        return days

    def _number(self, rows: list[BodyRow]) -> str:
        texts = [
            self._kept(row, "number", read_text(row.values.get("number"), _LONGEST_NUMBER)) for row in rows
        ]
        return "、".join(dict.fromkeys(text for text in texts if text and not is_blank(text)))

    def _in_form(self, number: str) -> str:
        """Each of several numbers in its form; an odd one warns and is kept."""
        parts = [normalise_document_number(part) for part in number.split("、") if part.strip()]
        self.reading.warnings += [f"文号:{warning}" for part in parts for warning in part.warnings]
        return "、".join(part.text for part in parts)

    def _kept(self, row: BodyRow, key: str, value: V | Problem) -> V | None:
        if isinstance(value, Problem):
            self._fault(row.number, key, value)
            return None
        return value

    def _fault(self, row: int, key: str, problem: Problem) -> None:
        title = next(column.title for column in COLUMNS if column.key == key)
        self.reading.faults.append(fault_at(self.grid, row, self.heading, key, title, problem))
