"""读表: a CSV or .xlsx file as offices send it, as grids of cells; nothing is evaluated, nothing is trusted.

CSV comes in UTF-8 (with or without mark), GB18030 or UTF-16; a workbook is looked over part by part before it
is opened (`workbook_parts`). Formulas give the result Excel stored; one without a result is passed on as a
trouble, never computed. What the cells mean is judged in `domain`.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from domain.cells import CellValue, Trouble, TroubleKind
from domain.refusal import RefusalError, Refused
from domain.tabular import Grid, GridRow
from services.importing.limits import DEFAULT_LIMITS, Limits, too_large, too_many_bytes, unreadable
from services.importing.workbook_parts import SAVE_AS, SheetFacts, inspect_archive

_OLE2: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_DAY_ZERO_1900: Final = date(1899, 12, 30)
_DAY_ZERO_1904: Final = date(1904, 1, 1)


def read_tables(path: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[Grid, ...] | Refused:
    """Every visible sheet of the file at `path`; a CSV is one sheet. A refusal where it cannot be read."""
    data = read_file(path, limits)
    return data if isinstance(data, Refused) else read_table_bytes(data, limits)


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes | Refused:
    """The bytes of a file, or why it cannot be had."""
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            return too_many_bytes("共", size, limits.file_bytes)
        return path.read_bytes()
    except FileNotFoundError:
        return unreadable(f"找不到文件“{path.name}”", "请核对文件位置和名称")
    except OSError as error:
        return unreadable(
            f"文件“{path.name}”打不开({error.strerror})", "请核对文件是否被占用、是否有读取权限"
        )


def read_table_bytes(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Grid, ...] | Refused:
    """As `read_tables`, for an upload. The content decides what it is; a name may say anything."""
    refused = _refused_at_sight(data, limits)
    if refused is not None:
        return refused
    try:
        grids = _workbook(data, limits) if zipfile.is_zipfile(io.BytesIO(data)) else (_csv(data, limits),)
    except RefusalError as error:
        return error.refused
    if not any(grid.rows for grid in grids):
        return unreadable("文件里没有内容", "请核对是否选错文件或工作表")
    return grids


def _refused_at_sight(data: bytes, limits: Limits) -> Refused | None:
    if len(data) > limits.file_bytes:
        return too_many_bytes("共", len(data), limits.file_bytes)
    if not data.strip():
        return unreadable("文件是空的", "请核对是否选错文件")
    return _old_workbook(data) if data.startswith(_OLE2) else None


def _old_workbook(data: bytes) -> Refused:
    if _ENCRYPTED in data:
        return unreadable("文件设有密码", "请取消密码后再导入")
    return unreadable("文件是旧版Excel(.xls)或WPS表格(.et)", SAVE_AS)


# CSV


def _csv(data: bytes, limits: Limits) -> Grid:
    text = _decoded(data)
    if text.lstrip()[:15].lower().startswith(("<html", "<!doctype", "<?xml", "<table", "%pdf", "{\\rtf")):
        raise RefusalError(unreadable("文件是网页、PDF或文档,不是表格", SAVE_AS))
    rows: list[GridRow] = []
    # A record may span lines, and Excel counts records, so records are numbered here as well.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, record in enumerate(reader, 1):
            cells: dict[int, CellValue] = {at: cell for at, cell in enumerate(record, 1) if cell.strip()}
            _keep(rows, number, cells, limits)
    except csv.Error as error:
        where = f"第{reader.line_num}行附近"
        raise RefusalError(
            unreadable(f"CSV格式有误:{where}引号不成对或内容过长", "请用Excel打开后重新另存为CSV或xlsx")
        ) from error
    return Grid("", tuple(rows))


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not text.startswith("PK\x03\x04"):
            return text
    raise RefusalError(unreadable("文件既不是Excel,也不是文本表格", SAVE_AS))


def _delimiter(text: str) -> str:
    sample = text[:20_000]
    return max(",\t;", key=sample.count)


def _keep(
    rows: list[GridRow], number: int, cells: dict[int, CellValue], limits: Limits, before: int = 0
) -> None:
    """Keep a row that holds something. `before`: rows of the sheets before this one."""
    if not cells:
        return
    if before + len(rows) >= limits.rows:
        raise RefusalError(too_large("行数", before + len(rows) + 1, limits.rows))
    if max(cells) > limits.columns:
        raise RefusalError(too_large("列数", max(cells), limits.columns))
    longest = max(len(cell) for cell in cells.values() if isinstance(cell, str)) if _has_text(cells) else 0
    if longest > limits.cell_characters:
        raise RefusalError(too_large(f"第{number}行一格的字数", longest, limits.cell_characters))
    rows.append(GridRow(number, cells))


def _has_text(cells: dict[int, CellValue]) -> bool:
    return any(isinstance(cell, str) for cell in cells.values())


# Excel


def _workbook(data: bytes, limits: Limits) -> tuple[Grid, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            facts = inspect_archive(archive, limits)
        return tuple(_sheets(data, facts, limits))
    except RefusalError:
        raise
    except Exception as error:
        # An untrusted file can make the reader fail in any way; each is the same to the officer.
        raise RefusalError(
            unreadable(
                "文件已损坏,读不出内容", "请用Excel打开,按提示修复并另存后再导入", error=type(error).__name__
            )
        ) from error


def _sheets(data: bytes, facts: dict[str, SheetFacts], limits: Limits) -> Iterator[Grid]:
    with warnings.catch_warnings():
        # The library tells of styles and validations it leaves out; they carry no data.
        warnings.simplefilter("ignore", UserWarning)
        reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        reader.read()
        book = reader.wb
        parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(visible) > limits.sheets:
            raise RefusalError(too_large("工作表数", len(visible), limits.sheets))
        zero = _DAY_ZERO_1904 if book.epoch == CALENDAR_MAC_1904 else _DAY_ZERO_1900
        kept = 0
        for sheet in visible:
            found = facts.get(parts.get(sheet.title, ""), SheetFacts())
            sheet.reset_dimensions()
            rows = _rows(sheet.rows, found, limits, kept)
            kept += len(rows)
            yield Grid(sheet.title, rows, _covered(found, rows, limits), zero)


class _ReadCell(Protocol):
    @property
    def value(self) -> object: ...

    @property
    def data_type(self) -> str | None: ...


def _rows(
    lines: Iterable[Iterable[_ReadCell]], facts: SheetFacts, limits: Limits, before: int
) -> tuple[GridRow, ...]:
    rows: list[GridRow] = []
    for number, line in enumerate(lines, 1):
        cells: dict[int, CellValue] = {}
        for column, cell in enumerate(line, 1):
            value = _value(cell.value, cell.data_type)
            if value is not None:
                cells[column] = value
            elif (number, column) in facts.not_computed:
                cells[column] = Trouble(TroubleKind.NOT_COMPUTED)
        _keep(rows, number, cells, limits, before)
    return tuple(rows)


def _value(value: object, data_type: str | None) -> CellValue:
    if value is None:
        return None
    if data_type == "e":
        return Trouble(TroubleKind.ERROR, str(value))
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        # Excel keeps and shows fifteen digits; the rest is noise of the binary form.
        return Decimal(f"{value:.15g}")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    text = str(value)
    return text if text.strip() else None


def _covered(
    facts: SheetFacts, rows: Iterable[GridRow], limits: Limits
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each cell that a merged range covers, its first cell; only where rows hold something.

    The ranges are clipped to the rows read, since one range may claim the whole sheet.
    """
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    numbers = [row.number for row in rows]
    for left, top, right, bottom in facts.merged:
        first, past = bisect_left(numbers, top), bisect_right(numbers, bottom)
        for number in numbers[first:past]:
            for column in range(left, min(right, limits.columns) + 1):
                if (number, column) != (top, left):
                    covered[(number, column)] = (top, left)
        if len(covered) > limits.cells:
            raise RefusalError(too_large("合并单元格数", len(covered), limits.cells))
    return covered
