"""导出所见: a list as it is seen, as an Excel workbook; no text of it ever becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from starlette.responses import Response

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST: Final = 60
Value = str | int | date | None


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[Value]], foot: str) -> Response:
    """Return a download of ``rows`` under ``head``; ``foot`` says what was exported, and as of when."""
    book = Workbook(write_only=True)
    page = book.create_sheet(name[:31])
    page.freeze_panes = "A2"
    for column, title in enumerate(head, 1):
        page.column_dimensions[chr(64 + column)].width = min(_WIDEST, max(12, 2 * len(title) + 6))
    titles = [WriteOnlyCell(page, title) for title in head]
    for cell in titles:
        cell.font = Font(bold=True)
    page.append(titles)
    for row in rows:
        page.append([_cell(page, value) for value in row])
    page.append([])
    page.append([_cell(page, foot)])
    written = BytesIO()
    book.save(written)
    named = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(
        written.getvalue(),
        media_type=XLSX,
        headers={"Content-Disposition": named, "Cache-Control": "no-store"},
    )


def _cell(page: Any, value: Value) -> Any:
    cell = WriteOnlyCell(page, value)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell
