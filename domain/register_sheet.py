"""台账表格: rows of a register from sheets as offices send them, every fault by sheet and cell.

Titles above the heading, renamed and reordered columns, blank rows, repeated headings, totals and notes are
told apart; each row that is not data is listed with the reason. Pure; files are read in `services.importing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from domain.cells import CellValue, Trouble, fold, is_blank, plain
from domain.programme import Column, Register
from domain.programme_terms import SCALES
from domain.register_rows import Known, Layout, Row, RowFault, check_rows
from domain.register_values import read_value
from domain.tabular import (
    BodyRow,
    Fault,
    Grid,
    Heading,
    Oddity,
    RowKind,
    Skipped,
    body_rows,
    find_heading,
)
from domain.tabular import Column as Wanted

EXAMPLE: Final = "【示例】"
"""What the example row of a template begins with."""
_REASONS: Final[Mapping[RowKind, str]] = {
    RowKind.SECTION: "只有一格文字,当作分组行",
    RowKind.TOTAL: "合计行",
    RowKind.NOTE: "说明或签章行",
    RowKind.HEADING: "重复的表头",
}


@dataclass(slots=True)
class RegisterReading:
    """读取结果: rows in normal form, in order; with one fault they are not to be kept."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unused: tuple[str, ...] = ()
    """Headings that are no column of the register."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One data row with the sheet it lies in."""

    sheet: _Sheet
    row: BodyRow


@dataclass(frozen=True, slots=True)
class _Sheet:
    grid: Grid
    heading: Heading

    def cell(self, row: int, column: str) -> str:
        """The cell of a column; the row where the sheet lacks the column."""
        place = self.heading.cells.get(column)
        return self.grid.cell_name(row, place.column) if place else self.grid.place(f"第{row}行")


def wanted_columns(register: Register) -> tuple[Wanted, ...]:
    """The headings that the register's columns may have: title or code."""
    return tuple(
        Wanted(key=column.id, title=column.title, names=(column.title, column.id), required=column.required)
        for column in register.columns
    )


def read_register(grids: Iterable[Grid], register: Register, known: Known) -> RegisterReading:
    """Read every sheet with the register's heading, one after the other, as one list."""
    reading = RegisterReading()
    wanted = wanted_columns(register)
    sheets, lines = [], []
    for grid in (replace(grid, qualified=bool(grid.name)) for grid in grids):
        heading = find_heading(grid, wanted, least=min(2, len(wanted)))
        if heading is None:
            if grid.rows:
                reading.skipped.append(Skipped(grid.cell_name(1, 1), "没有本台账的表头", grid.name))
            continue
        sheet = _Sheet(grid, heading)
        if _heading_faults(sheet, register, reading):
            continue
        sheets.append(sheet)
        lines += _data(sheet, register, wanted, known, reading)
    if not sheets and not reading.faults:
        titles = "、".join(column.title for column in register.columns)
        text = f"没有找到台账“{register.title}”的表头"
        reading.faults.append(Fault(1, "", "A1", text, f"表头要有这些列:{titles}", "register.no_heading"))
    for sheet in sheets:
        _check(sheet, [line for line in lines if line.sheet is sheet], register, known, reading)
    _doubled_over_sheets(sheets, lines, register, reading)
    return reading


def _heading_faults(sheet: _Sheet, register: Register, reading: RegisterReading) -> bool:
    grid, heading = sheet.grid, sheet.heading
    before = len(reading.faults)
    for column in register.columns:
        if column.required and column.id not in heading.cells:
            text = f"表头缺少列“{column.title}”"
            spot = grid.place(f"第{heading.row}行")
            reading.faults.append(
                Fault(heading.row, column.title, spot, text, "请补上这一列", "register.column")
            )
    titles = {column.id: column.title for column in register.columns}
    for key, cell in heading.doubled:
        text = f"“{titles[key]}”有两列"
        spot = grid.cell_name(heading.row, cell.column)
        reading.faults.append(Fault(heading.row, titles[key], spot, text, "请只留一列", "register.doubled"))
    reading.unused = (*reading.unused, *(cell.text for cell in heading.unused))
    return len(reading.faults) > before


def _data(
    sheet: _Sheet, register: Register, wanted: tuple[Wanted, ...], known: Known, reading: RegisterReading
) -> list[_Line]:
    """The data rows of a sheet; the others are listed, and totals held against the rows above."""
    lines: list[_Line] = []
    for row in body_rows(sheet.grid, sheet.heading, wanted):
        if row.text.startswith(EXAMPLE):
            reading.skipped.append(Skipped(sheet.grid.place(f"第{row.number}行"), "示例行", row.text))
        elif row.kind is RowKind.DATA or _is_poor_data(sheet, row, register, known):
            lines.append(_Line(sheet, row))
        else:
            _leave_out(sheet, row, reading)
            if row.kind is RowKind.TOTAL:
                _compare_total(sheet, row, register, lines, reading)
    return lines


def _is_poor_data(sheet: _Sheet, row: BodyRow, register: Register, known: Known) -> bool:
    """Whether a row of one word is a row with the rest forgotten: a heading of a group stands at the left.

    A word at the left that is the key of a row which is there is that row, and is not taken for gone.
    """
    filled = [key for key, value in row.values.items() if not is_blank(value)]
    if row.kind is not RowKind.SECTION or len(filled) != 1:
        return False
    heading = sheet.heading
    left = min(cell.column for cell in (*heading.cells.values(), *heading.unused))
    is_key = filled == register.key and fold(row.values[filled[0]]) in known.keys
    return is_key or heading.cells[filled[0]].column != left


def _leave_out(sheet: _Sheet, row: BodyRow, reading: RegisterReading) -> None:
    spot = sheet.grid.place(f"第{row.number}行")
    reading.skipped.append(Skipped(spot, _REASONS[row.kind], row.text))
    if row.kind is RowKind.SECTION:
        text = f"“{row.text}”独占一行,没有作为数据;是数据的请补全这一行"
        reading.oddities.append(Oddity(row.number, "", spot, text, "register.section"))


def _compare_total(
    sheet: _Sheet, total: BodyRow, register: Register, lines: list[_Line], reading: RegisterReading
) -> None:
    """What a total row says beside what its rows add up to; a page's or group's own total is not asked."""
    if not fold(total.text).startswith(("合计", "总计", "共计")):
        return
    for column in register.columns:
        if column.type not in SCALES:
            continue
        said = _amount(sheet, column, total.values.get(column.id))
        amounts = [_amount(sheet, column, line.row.values.get(column.id)) for line in lines]
        added = sum((amount for amount in amounts if amount is not None), Decimal(0))
        if said is not None and said != added:
            text = f"合计行写 {plain(said)},各行相加是 {plain(added)}"
            spot = sheet.cell(total.number, column.id)
            reading.oddities.append(Oddity(total.number, column.title, spot, text, "register.total"))


def _amount(sheet: _Sheet, column: Column, value: CellValue) -> Decimal | None:
    if value is None or isinstance(value, Trouble):
        return None
    unit = sheet.heading.cells[column.id].unit if column.id in sheet.heading.cells else ""
    read = read_value(column, value, unit=_money_unit(unit))
    return Decimal(read) if isinstance(read, str) and read else None


def _money_unit(unit: str) -> str:
    return unit if unit.endswith("元") else ""


def _check(
    sheet: _Sheet, lines: list[_Line], register: Register, known: Known, reading: RegisterReading
) -> None:
    units = {key: _money_unit(cell.unit) for key, cell in sheet.heading.cells.items()}
    layout = Layout([line.row.number for line in lines], units, sheet.grid.day_zero)
    rows, faults = check_rows(register, [line.row.values for line in lines], known, layout)
    reading.rows += rows
    reading.faults += [_placed(sheet, fault) for fault in faults]


def _placed(sheet: _Sheet, fault: RowFault) -> Fault:
    return Fault(
        fault.row, fault.column, sheet.cell(fault.row, fault.id), fault.message, fault.mend, fault.code
    )


def _doubled_over_sheets(
    sheets: list[_Sheet], lines: list[_Line], register: Register, reading: RegisterReading
) -> None:
    """A key that stands on two sheets; within one it was found already."""
    if len(sheets) < 2:
        return
    seen: dict[tuple[str, ...], _Line] = {}
    for line, row in zip(lines, reading.rows, strict=True):
        key = tuple(fold(row.get(name, "")) for name in register.key)
        first = seen.setdefault(key, line)
        if any(key) and first.sheet is not line.sheet:
            at = first.sheet.cell(first.row.number, register.key[0])
            titles = "、".join(column.title for column in register.columns if column.id in register.key)
            spot = line.sheet.cell(line.row.number, register.key[0])
            reading.faults.append(
                Fault(line.row.number, titles, spot, f"与 {at} 重复", "请删去一行,或更正编号", "key.doubled")
            )
