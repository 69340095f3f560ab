"""读Word表: the tables of a .docx file as offices send their lists, as grids; cells named by place.

The archive is looked over before a library opens it, as a workbook is: size, password, macros, a DOCTYPE.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Final

import docx
from docx.table import Table

from domain.cells import CellValue
from domain.refusal import RefusalError, Refused
from domain.tabular import Grid, GridRow
from services.importing.limits import DEFAULT_LIMITS, Limits, too_large, unreadable
from services.importing.workbook_parts import inspect_word

_DOCUMENT: Final = "word/document.xml"


@dataclass(frozen=True, slots=True)
class WordGrid(Grid):
    """一张Word表格: its cells are found by counting, since Word shows no letters."""

    def cell_name(self, row: int, column: int) -> str:
        """The cell as an officer finds it: 第1个表格第3行第2列."""
        return f"{self.name}第{row}行第{column}列"

    def place(self, spot: str) -> str:
        """A spot of this table."""
        return f"{self.name}{spot}"


def is_word(data: bytes) -> bool:
    """Whether the content is a Word file, whatever its name says."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _DOCUMENT in archive.namelist()


def read_word_bytes(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Grid, ...] | Refused:
    """Every table of a Word file. A refusal where it cannot be read, or has none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inspect_word(archive, limits)
        tables = docx.Document(io.BytesIO(data)).tables
        if len(tables) > limits.sheets:
            return too_large("表格数", len(tables), limits.sheets)
        grids = tuple(_grid(number, table, limits) for number, table in enumerate(tables, 1))
    except RefusalError as error:
        return error.refused
    except Exception as error:
        # An untrusted file can make the reader fail in any way; each is the same to the officer.
        return unreadable(
            "文件已损坏,读不出内容", "请用Word打开,另存为.docx后再导入", error=type(error).__name__
        )
    if not any(grid.rows for grid in grids):
        return unreadable("文件里没有表格", "请核对是否选错文件;内容请放在表格里")
    return grids


def _grid(number: int, table: Table, limits: Limits) -> Grid:
    rows: list[GridRow] = []
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    first: dict[object, tuple[int, int]] = {}
    walked = 0
    for row, line in enumerate(table.rows, 1):
        cells: dict[int, CellValue] = {}
        for column, cell in enumerate(line.cells, line.grid_cols_before + 1):
            walked += 1
            if row > limits.rows or column > limits.columns or walked > limits.cells:
                raise RefusalError(too_large("表格的格数", walked, limits.cells))
            top = first.setdefault(cell._tc, (row, column))
            if top != (row, column):
                merged[(row, column)] = top
            elif cell.text.strip():
                cells[column] = cell.text
        if cells:
            rows.append(GridRow(row, cells))
    return WordGrid(f"第{number}个表格", tuple(rows), merged)
