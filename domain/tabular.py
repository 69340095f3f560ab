"""表格: a sheet as an office sends it, its heading found, its rows told apart.

Office sheets carry titles above the heading, headings under other names, merged cells, totals, notes and
signatures. This module says which row is the heading and what every other row is; nothing is dropped in
silence: each row that is not data is listed with the reason. Pure; files are read in `services.importing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from domain.cells import CellValue, Problem, area_unit, fold, is_blank, plain


@dataclass(frozen=True, slots=True)
class GridRow:
    """一行: its number as Excel shows it, and its non-empty cells by column number (A = 1)."""

    number: int
    cells: Mapping[int, CellValue]


@dataclass(frozen=True, slots=True)
class Grid:
    """一张工作表: rows that hold something, and for each covered cell of a merged range its first cell."""

    name: str
    rows: tuple[GridRow, ...]
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    day_zero: date = date(1899, 12, 30)
    """Day 0 of the workbook's serial dates (1900 or 1904 system)."""
    qualified: bool = False
    """Whether cell names carry the sheet's name, because several are read as one list."""

    def cell_name(self, row: int, column: int) -> str:
        """The cell as an officer finds it: C17, or 省级!C17 in a workbook with several sheets."""
        return self.place(f"{column_letters(column)}{row}")

    def place(self, spot: str) -> str:
        """A spot of this sheet, with the sheet's name where several are read."""
        return f"{self.name}!{spot}" if self.qualified else spot

    def by_number(self) -> dict[int, GridRow]:
        """Rows by number."""
        return {row.number: row for row in self.rows}


def column_letters(column: int) -> str:
    """A, B … Z, AA …: the letters of a column number."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Fault:
    """差错: one thing that keeps a sheet from being imported, named by row, column and cell."""

    row: int
    column: str
    """The column's Chinese title (“面积”); empty where the whole row or sheet is meant."""
    cell: str
    message: str
    mend: str
    code: str = ""

    def line(self) -> str:
        """The fault as one Chinese sentence."""
        where = f"{self.cell}({self.column})" if self.column else self.cell
        return f"{where}:{self.message}。{self.mend}。"


@dataclass(frozen=True, slots=True)
class Oddity:
    """异常提示: imported as it is, but worth a look."""

    row: int
    column: str
    cell: str
    message: str
    code: str = ""

    def line(self) -> str:
        """The warning as one Chinese sentence."""
        where = f"{self.cell}({self.column})" if self.column else self.cell
        return f"{where}:{self.message}。"


@dataclass(frozen=True, slots=True)
class Skipped:
    """未作为数据的行: which row was left out and why."""

    cell: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """栏目: one field that a sheet may carry.

    `names` are its headings in falling order of trust; a heading may add a unit in brackets. `spreads` says
    that a merged cell stands for every row it covers (级别, 省份); elsewhere such a cell is a fault.
    """

    key: str
    title: str
    names: tuple[str, ...]
    required: bool = False
    spreads: bool = False


@dataclass(frozen=True, slots=True)
class HeadingCell:
    """表头单元格: where a field stands and which unit its heading names."""

    column: int
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Heading:
    """表头: its row, the fields found, headings nobody asked for, and fields that two columns claim."""

    row: int
    cells: Mapping[str, HeadingCell]
    unused: tuple[HeadingCell, ...]
    doubled: tuple[tuple[str, HeadingCell], ...]


_BRACKETS: Final = re.compile(r"[(\[【〔:](.*?)[)\]】〕]?$")
_MACHINE_UNIT: Final = re.compile(r"_(ha|km2)$")
_DECORATION: Final = re.compile(r"[*＊★▲#\s]")


def split_heading(text: str) -> tuple[str, str]:
    """A heading's name and its unit: “批准面积（公顷）” → 批准面积, 公顷; also of approved_area_ha."""
    folded = _DECORATION.sub("", fold(text)).lower()
    found = _BRACKETS.search(folded)
    name = _BRACKETS.sub("", folded)
    unit = found[1].removeprefix("单位:").removeprefix("单位") if found else ""
    tail = _MACHINE_UNIT.search(name)
    return name, unit or (tail[1] if tail else "")


def find_heading(grid: Grid, columns: tuple[Column, ...], least: int = 3, within: int = 40) -> Heading | None:
    """The row that names most of `columns`, within the first `within` rows; the lower of two adjacent equals.

    A heading of two rows (面积 above 核准/规划) is read by its lower row, into which merged cells reach.
    """
    ranks = {
        split_heading(name)[0]: (column.key, rank)
        for column in columns
        for rank, name in reversed(list(enumerate(column.names)))
    }
    best: Heading | None = None
    for row in grid.rows:
        if row.number > grid.rows[0].number + within:
            break
        heading = _heading_at(grid, row, ranks)
        if len(heading.cells) >= least and (best is None or _replaces(heading, best)):
            best = heading
    return best


def _replaces(heading: Heading, best: Heading) -> bool:
    gain = len(heading.cells) - len(best.cells)
    return gain > 0 or (gain == 0 and heading.row == best.row + 1)


def row_values(grid: Grid, row: GridRow) -> dict[int, CellValue]:
    """A row's cells, those covered by a merged range filled with its first cell."""
    values = dict(row.cells)
    by_number: dict[int, GridRow] | None = None
    for (covered_row, column), (top, left) in grid.merged.items():
        if covered_row == row.number:
            by_number = by_number or grid.by_number()
            anchor = by_number.get(top)
            if anchor is not None and left in anchor.cells:
                values[column] = anchor.cells[left]
    return values


def _heading_at(grid: Grid, row: GridRow, ranks: Mapping[str, tuple[str, int]]) -> Heading:
    claims: dict[str, list[tuple[int, HeadingCell]]] = {}
    unused: list[HeadingCell] = []
    for number, value in sorted(row_values(grid, row).items()):
        name, unit = split_heading(plain(value))
        cell = HeadingCell(number, plain(value).strip(), unit)
        known = ranks.get(name)
        if known is not None:
            claims.setdefault(known[0], []).append((known[1], cell))
        elif name:
            unused.append(cell)
    cells: dict[str, HeadingCell] = {}
    doubled: list[tuple[str, HeadingCell]] = []
    for key, claimed in claims.items():
        claimed.sort(key=lambda claim: (claim[0], claim[1].column))
        cells[key] = claimed[0][1]
        for rank, cell in claimed[1:]:
            doubled.append((key, cell)) if rank == claimed[0][0] else unused.append(cell)
    return Heading(row.number, cells, tuple(unused), tuple(doubled))


def unit_of(heading: Heading, key: str, title_rows: tuple[str, ...] = ()) -> str:
    """The unit of a field: from its heading, else from a line above it such as “单位：公顷”."""
    cell = heading.cells.get(key)
    if cell is not None and cell.unit and area_unit(cell.unit) is not None:
        return cell.unit
    for text in title_rows:
        found = re.search(r"单位:([^\s,;)]+)", fold(text))
        if found and area_unit(found[1]) is not None:
            return found[1]
    return cell.unit if cell is not None else ""


class RowKind(StrEnum):
    """行的性质: what a row below the heading is."""

    DATA = "data"
    SECTION = "section"
    TOTAL = "total"
    NOTE = "note"
    HEADING = "heading"


_TOTAL: Final = re.compile(r"(?:本页|全[省市县区国]|其中)?(?:合计|总计|小计|共计|累计)[:\d家个]*")
_NOTE: Final = re.compile(
    r"(?:备?注|说明|附注|填表|填报|制表|审核|复核|负责人|联系|单位[((]?盖章|单位负责|日期|截至|数据来源|来源|统计)"
)
_NUMBERED: Final = re.compile(r"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、])")


@dataclass(frozen=True, slots=True)
class BodyRow:
    """正文行: a row under the heading with its kind; `values` is keyed by field."""

    number: int
    kind: RowKind
    values: Mapping[str, CellValue]
    text: str
    """The row's words, for totals, sections and notes."""


def section_name(text: str) -> str:
    """A section line without numbering and count: “（一）河南省（150家）” → 河南省."""
    folded = re.sub(r"\(.*?\)$", "", _NUMBERED.sub("", fold(text), count=1))
    return re.sub(r"[共计]*\d+[家个]$", "", folded).strip(":、")


def body_rows(grid: Grid, heading: Heading, columns: tuple[Column, ...]) -> Iterator[BodyRow]:
    """Every non-empty row below the heading, told apart; merged cells filled where they may spread."""
    spreading = {column.key for column in columns if column.spreads}
    titles = {fold(cell.text) for cell in heading.cells.values()}
    noted = False
    by_number = grid.by_number()
    for row in grid.rows:
        filled = {number: value for number, value in row.cells.items() if not is_blank(value)}
        if row.number <= heading.row or not filled:
            continue
        kind = _kind(filled, titles, noted)
        noted = noted or kind is RowKind.NOTE
        values = {
            key: _value(grid, by_number, row, cell.column, key in spreading)
            for key, cell in heading.cells.items()
        }
        yield BodyRow(row.number, kind, values, " ".join(plain(value) for value in filled.values()))


def _value(
    grid: Grid, by_number: Mapping[int, GridRow], row: GridRow, column: int, spreads: bool
) -> CellValue:
    top, left = grid.merged.get((row.number, column), (row.number, column))
    if not spreads or left != column:
        return row.cells.get(column)
    anchor = by_number.get(top)
    return anchor.cells.get(column) if anchor is not None else None


def _kind(filled: Mapping[int, CellValue], titles: set[str], noted: bool) -> RowKind:
    texts = [fold(value) for value in filled.values()]
    if sum(text in titles for text in texts) >= max(2, (len(texts) + 1) // 2):
        return RowKind.HEADING
    if any(_TOTAL.fullmatch(text) for text in texts[:3]):
        return RowKind.TOTAL
    if all(_NOTE.match(_NUMBERED.sub("", text)) for text in texts if text):
        return RowKind.NOTE
    if len(texts) == 1 and _is_words(next(iter(filled.values()))):
        return RowKind.NOTE if noted else RowKind.SECTION
    return RowKind.DATA


def _is_words(value: CellValue) -> bool:
    return isinstance(value, str) and not fold(value).isascii()


def fault_at(grid: Grid, row: int, heading: Heading, key: str, title: str, problem: Problem) -> Fault:
    """A problem placed: row, column title, and the cell's Excel name."""
    cell = heading.cells.get(key)
    spot = grid.cell_name(row, cell.column) if cell is not None else grid.place(f"第{row}行")
    return Fault(row, title, spot, problem.message, problem.mend, problem.code)
