"""来源清单: 批示件, 会议议定 and 来文 as offices list them, read from sheets and tables; faults by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from domain.cells import CellValue, Problem, fold, is_blank, plain, read_day, read_text
from domain.identifiers import normalise_document_number
from domain.supervising.values import NUMBERLESS, SOURCE_TITLES, SourceKind
from domain.tabular import (
    BodyRow,
    Column,
    Fault,
    Grid,
    Heading,
    RowKind,
    Skipped,
    body_rows,
    fault_at,
    find_heading,
)

LONGEST: Final = 500
SOURCE_COLUMNS: Final = (
    Column("kind", "种类", ("种类", "来源种类", "来源类别", "类别", "文种"), spreads=True),
    Column(
        "number", "文号",
        ("文号", "发文字号", "来文字号", "来文文号", "批示件编号", "纪要期号", "纪要文号", "会议纪要文号"),
        spreads=True,
    ),
    Column(
        "issued_on", "日期",
        ("日期", "批示日期", "批示时间", "来文日期", "收文日期", "成文日期", "发文日期", "会议日期",
         "会议时间", "印发日期", "时间"),
        required=True, spreads=True,
    ),
    Column(
        "issuer", "制发者",
        ("制发者", "批示领导", "来文单位", "来文机关", "发文单位", "发文机关", "会议名称",
         "会议", "交办领导"),
        required=True, spreads=True,
    ),
    Column(
        "title", "事项",
        ("事项", "批示内容", "批示事项", "议定事项", "来文标题", "文件标题", "标题", "主要内容", "内容"),
        required=True,
    ),
    Column("due_on", "反馈期限", ("反馈期限", "反馈时限", "办结时限", "完成时限", "办理时限")),
)  # fmt: skip
_TITLES: Final = {column.key: column.title for column in SOURCE_COLUMNS}
_KINDS: Final = {fold(title): kind for kind, title in SOURCE_TITLES.items()}
_HINTS: Final = (
    ("批示", SourceKind.INSTRUCTION),
    ("会议", SourceKind.MEETING),
    ("议定", SourceKind.MEETING),
    ("纪要", SourceKind.MEETING),
    ("来文", SourceKind.LETTER),
)
"""What a heading says about the kind of all rows below it, where no column does."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """来源行."""

    cell: str
    kind: SourceKind
    number: str
    issued_on: date
    issuer: str
    title: str
    due_on: date | None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one source from another: a meeting's minutes hold several matters under one number."""
        return source_key(self.kind, self.number, self.issued_on, self.issuer, self.title)


def source_key(kind: SourceKind, number: str, issued_on: date, issuer: str, title: str) -> tuple[str, ...]:
    """By what a source is known again."""
    return (kind, number, str(issued_on), fold(issuer), fold(title))


@dataclass(slots=True)
class SourceReading:
    """来源清单读取结果."""

    lines: list[SourceLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read_sources(grids: Iterable[Grid], today: date, default: SourceKind | None = None) -> SourceReading:
    """Every sheet or table that lists sources. ``default``: the kind of rows that tell none."""
    reading = SourceReading()
    sheets = [replace(grid, qualified=True) for grid in grids]
    for grid in sheets:
        heading = find_heading(grid, SOURCE_COLUMNS)
        if heading is None:
            if grid.rows:
                first = grid.rows[0]
                words = " ".join(plain(value) for value in first.cells.values())
                spot = grid.place(f"第{first.number}行")
                reading.skipped.append(Skipped(spot, "没有认出来源清单的表头", words))
            continue
        _Sheet(grid, heading, today, default, reading).read()
    if not reading.lines and not reading.faults:
        cell = sheets[0].cell_name(1, 1) if sheets else "A1"
        wanted = "请保留表头:文号、日期、制发者(批示领导、来文单位、会议名称)、事项"
        reading.faults.append(Fault(1, "", cell, "没有找到来源清单", wanted, "source.no_heading"))
    _name_repeated(reading)
    return reading


def _name_repeated(reading: SourceReading) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for line in reading.lines:
        first = seen.setdefault(line.key, line.cell)
        if first != line.cell:
            message = f"与{first}是同一件来源"
            reading.faults.append(
                Fault(0, _TITLES["title"], line.cell, message, "请删去一行", "source.twice")
            )


def _is_covered(row: BodyRow) -> bool:
    """Whether a row that holds one text alone is a matter whose other columns are merged with those above."""
    told = not is_blank(row.values.get("title")) and not is_blank(row.values.get("issuer"))
    return told and row.kind is RowKind.SECTION


@dataclass(slots=True)
class _Sheet:
    grid: Grid
    heading: Heading
    today: date
    default: SourceKind | None
    reading: SourceReading

    def read(self) -> None:
        missing = [c for c in SOURCE_COLUMNS if c.required and c.key not in self.heading.cells]
        for column in missing:
            spot = self.grid.place(f"第{self.heading.row}行")
            mend = f"请增加一列,表头写“{column.title}”"
            message = f"表头没有“{column.title}”"
            self.reading.faults.append(
                Fault(self.heading.row, column.title, spot, message, mend, "source.no_column")
            )
        for key, cell in self.heading.doubled:
            problem = Problem(
                "source.two_columns", f"有两列都是“{_TITLES[key]}”", "请只留一列,或改其中一列的表头"
            )
            spot = self.grid.cell_name(self.heading.row, cell.column)
            self.reading.faults.append(
                Fault(self.heading.row, _TITLES[key], spot, problem.message, problem.mend, problem.code)
            )
        if missing or self.heading.doubled:
            return
        for row in body_rows(self.grid, self.heading, SOURCE_COLUMNS):
            if row.kind is RowKind.DATA or _is_covered(row):
                self._line(row.number, row.values)
            else:
                spot = self.grid.place(f"第{row.number}行")
                self.reading.skipped.append(Skipped(spot, "标题、合计或说明", row.text))

    def _line(self, row: int, values: Mapping[str, CellValue]) -> None:
        problems: list[tuple[str, Problem]] = []

        def take(key: str, found: object) -> object:
            if isinstance(found, Problem):
                problems.append((key, found))
                return None
            return found

        kind = take("kind", self._kind(values.get("kind")))
        words = {key: take(key, read_text(values.get(key), LONGEST)) for key in ("issuer", "title", "number")}
        days = {key: take(key, self._day(values.get(key))) for key in ("issued_on", "due_on")}
        problems += list(self._wrong(kind, words, days, {key for key, _ in problems}))
        if problems:
            self.reading.faults += [
                fault_at(self.grid, row, self.heading, key, _TITLES[key], problem)
                for key, problem in problems
            ]
            return
        issued_on, due_on = days["issued_on"], days["due_on"]
        assert isinstance(kind, SourceKind)  # noqa: S101 refused above
        assert isinstance(issued_on, date)  # noqa: S101 refused above
        number = str(words["number"] or "")
        self.reading.lines.append(
            SourceLine(
                cell=self.grid.cell_name(row, self.heading.cells["title"].column),
                kind=kind,
                number=normalise_document_number(number).text if number else "",
                issued_on=issued_on,
                issuer=str(words["issuer"]),
                title=str(words["title"]),
                due_on=due_on if isinstance(due_on, date) else None,
            )
        )

    def _kind(self, value: CellValue) -> SourceKind | Problem:
        if not is_blank(value):
            found = _KINDS.get(fold(value))
            wanted = "、".join(SOURCE_TITLES.values())
            return found or Problem("source.kind", f"“{plain(value)}”不是来源的种类", f"请写:{wanted}")
        told = self._hint() or self.default
        return told or Problem("source.no_kind", "没有写明种类", "请写明种类,或在导入时指定全部的种类")

    def _hint(self) -> SourceKind | None:
        heads = "".join(cell.text for cell in self.heading.cells.values())
        return next((kind for word, kind in _HINTS if word in heads), None)

    def _day(self, value: CellValue) -> date | Problem | None:
        return None if is_blank(value) else read_day(value, self.grid.day_zero)

    def _wrong(
        self, kind: object, words: dict[str, object], days: dict[str, object], known: set[str]
    ) -> Iterator[tuple[str, Problem]]:
        """What is missing, or does not go together; a cell that was not understood is told once."""
        for key in ("issuer", "title"):
            if not words[key] and key not in known:
                yield key, Problem("source.empty", f"没有写明{_TITLES[key]}", "请填写")
        issued_on, due_on = days["issued_on"], days["due_on"]
        if issued_on is None and "issued_on" not in known:
            yield "issued_on", Problem("source.empty", "没有写明日期", "请写成 2022-03-02")
        if isinstance(issued_on, date) and issued_on > self.today:
            yield "issued_on", Problem("source.future", f"{issued_on} 还没有到", "请核对日期")
        if isinstance(issued_on, date) and isinstance(due_on, date) and due_on < issued_on:
            yield "due_on", Problem("source.due", f"反馈期限 {due_on} 早于来源的日期", "请核对两个日期")
        needs = isinstance(kind, SourceKind) and kind not in NUMBERLESS
        if needs and not words["number"] and "number" not in known:
            yield "number", Problem("source.no_number", "没有写明文号", "请写文号、纪要期号,或写“无文号”")
