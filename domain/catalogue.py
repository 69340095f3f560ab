"""开发区目录: a zone list as an office sends it, read into rows, faults and warnings.

Reads the official 《中国开发区审核公告目录》(国家发展改革委等六部委公告2018年第4号) and excerpts of it as
offices send them. The key of a row is (level, catalogue number), because the announcement prints the code
S377018 twice. What is odd in the official list is taken as printed and reported; what contradicts itself is a
fault, and a list with one fault imports nothing. `domain.catalogue_changes` compares with the register. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from domain.catalogue_columns import CODES_PRINTED_TWICE, COLUMNS, LEVELS, PROVINCE_NAMES, TITLES
from domain.catalogue_row import CatalogueRow, SheetState, read_row
from domain.cells import decimal_text, fold, plain, read_area
from domain.identifiers import ZONE_TYPES
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
    section_name,
    unit_of,
)

EDITION_2018: Final = "2018"
_REASONS: Final = {RowKind.TOTAL: "合计行", RowKind.NOTE: "说明或签署", RowKind.HEADING: "重复的表头"}
_NO_ROWS: Final = Fault(0, "", "全表", "表中没有开发区数据", "请在表头下面逐行填写开发区", "sheet.empty")


@dataclass(frozen=True, slots=True)
class Reading:
    """读取结果: rows in the order of the sheet, faults, warnings, and what was left out."""

    rows: tuple[CatalogueRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unused_columns: tuple[str, ...] = ()


def has_zone_heading(grid: Grid) -> bool:
    """Whether a sheet looks like a zone list; the other sheets of a workbook are left alone."""
    return find_heading(grid, COLUMNS) is not None


def read_catalogue(
    grid: Grid, edition: str = EDITION_2018, divisions: Mapping[str, str] | None = None
) -> Reading:
    """One sheet read as a zone list. `divisions` maps names of areas to their six-digit codes (牵头县区)."""
    heading = find_heading(grid, COLUMNS)
    if heading is None:
        return Reading(faults=(_no_heading(grid),))
    above = tuple(
        plain(value) for row in grid.rows if row.number < heading.row for value in row.cells.values()
    )
    sheet = SheetState(grid, heading, edition, divisions or {}, unit_of(heading, "area", above))
    sheet.faults.extend(_heading_faults(grid, heading))
    rows: list[CatalogueRow] = []
    if not sheet.faults:
        for body in body_rows(grid, heading, COLUMNS):
            row = _read_body(sheet, body)
            if row is not None:
                rows.append(row)
        _compare_total(sheet, rows)
    unused = tuple(cell.text for cell in heading.unused)
    return Reading(tuple(rows), tuple(sheet.faults), tuple(sheet.oddities), tuple(sheet.skipped), unused)


def read_workbook(
    grids: Iterable[Grid], edition: str = EDITION_2018, divisions: Mapping[str, str] | None = None
) -> Reading:
    """All sheets that look like zone lists as one list; repeated keys are looked for across all of them."""
    sheets = tuple(grids)
    lists = tuple(grid for grid in sheets if has_zone_heading(grid)) or sheets[:1]
    named = (replace(grid, qualified=len(lists) > 1) for grid in lists)
    readings = tuple(read_catalogue(grid, edition, divisions) for grid in named)
    rows = tuple(row for reading in readings for row in reading.rows)
    faults = [fault for reading in readings for fault in reading.faults]
    oddities = [oddity for reading in readings for oddity in reading.oddities]
    _find_duplicates(rows, faults, oddities)
    if not rows and not faults:
        faults.append(_NO_ROWS)
    others = tuple(
        Skipped(grid.name, "不是开发区名单的工作表", "") for grid in sheets if grid not in lists and grid.rows
    )
    return Reading(
        rows,
        tuple(faults),
        tuple(oddities),
        (*(skipped for reading in readings for skipped in reading.skipped), *others),
        tuple(dict.fromkeys(name for reading in readings for name in reading.unused_columns)),
    )


def _no_heading(grid: Grid) -> Fault:
    first = grid.rows[0].number if grid.rows else 1
    mend = "请保留一行表头,至少写明代码、名称、批准时间、面积"
    return Fault(first, "", grid.place(f"第{first}行"), "没有找到表头", mend, "heading.none")


def _heading_faults(grid: Grid, heading: Heading) -> list[Fault]:
    faults: list[Fault] = []
    for column in COLUMNS:
        if column.required and column.key not in heading.cells:
            names = "、".join(column.names[:3])
            message, mend = f"表头缺少“{column.title}”一列", f"请补上该列,可用列名:{names}"
            spot = grid.place(f"第{heading.row}行")
            faults.append(Fault(heading.row, column.title, spot, message, mend, "heading.missing"))
    for key, cell in heading.doubled:
        spot = grid.cell_name(heading.row, cell.column)
        other = grid.cell_name(heading.row, heading.cells[key].column)
        message = f"“{cell.text}”这一列与{other}重复"
        faults.append(Fault(heading.row, TITLES[key], spot, message, "请只保留一列或改名", "heading.double"))
    return faults


def _read_body(sheet: SheetState, body: BodyRow) -> CatalogueRow | None:
    if body.kind is RowKind.DATA:
        return read_row(sheet, body)
    if body.kind is RowKind.SECTION:
        _read_section(sheet, body)
        return None
    if body.kind is RowKind.TOTAL:
        area = read_area(body.values.get("area"), sheet.area_unit)
        if isinstance(area, Decimal) and re.search(r"(合|总)计", fold(body.text)):
            sheet.stated_total_ha = area
    sheet.leave_out(body.number, _REASONS[body.kind], body.text)
    return None


_SECTIONS: Final = (
    ("level", {name for name in LEVELS if not name.isascii()}),
    ("province", set(PROVINCE_NAMES)),
    ("type", {name for _, name in ZONE_TYPES.values()}),
)


def _read_section(sheet: SheetState, body: BodyRow) -> None:
    name = section_name(body.text)
    for key, names in _SECTIONS:
        if name in names:
            sheet.section[key] = name
            sheet.leave_out(body.number, "分组行", body.text)
            return
    spot = sheet.grid.place(f"第{body.number}行")
    message = f"这一行只有“{body.text[:30]}”,既不是完整的一条,也不是合计、分组或说明"
    sheet.faults.append(Fault(body.number, "", spot, message, "请补全该行,或删除该行", "row.lone"))


def _compare_total(sheet: SheetState, rows: list[CatalogueRow]) -> None:
    stated, counted = sheet.stated_total_ha, sum((row.area_ha for row in rows), Decimal(0))
    if stated is None or sheet.faults or abs(stated - counted) <= Decimal("0.01") * len(rows):
        return
    message = f"合计行写{decimal_text(stated)}公顷,各行相加是{decimal_text(counted)}公顷"
    sheet.odd(sheet.heading.row, "area", "total.differs", message)


def _find_duplicates(rows: tuple[CatalogueRow, ...], faults: list[Fault], oddities: list[Oddity]) -> None:
    numbers: dict[tuple[str, int], CatalogueRow] = {}
    codes: dict[str, CatalogueRow] = {}
    for row in rows:
        number = (row.level.value, row.catalogue_no) if row.catalogue_no is not None else None
        twin = numbers.setdefault(number, row) if number else row
        if twin is not row:
            message = f"{row.level.label}第{row.catalogue_no}号与{twin.cell}({twin.name})重复"
            faults.append(
                Fault(row.row, "目录序号", row.cell, message, "请核对序号,每区只留一行", "row.twice")
            )
        same_code = codes.setdefault(row.code, row)
        if same_code is not row and twin is row:
            _same_code(row, same_code, faults, oddities)


def _same_code(row: CatalogueRow, twin: CatalogueRow, faults: list[Fault], oddities: list[Oddity]) -> None:
    message = f"代码{row.code}与{twin.cell}({twin.name})相同"
    if row.code in CODES_PRINTED_TWICE.get(row.edition, frozenset()) and row.name != twin.name:
        oddities.append(
            Oddity(row.row, "代码", row.cell, message + ",公告原文如此,按目录序号区分", "code.twice")
        )
    else:
        faults.append(Fault(row.row, "代码", row.cell, message, "请核对代码,每区只留一行", "code.twice"))
