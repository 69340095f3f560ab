"""台账的 Excel: a template to fill in, or the rows as they are seen; what is written here the import reads.

A title, a row of notes, the heading, and below it the rows. Choices and references come as lists to pick
from; codes and numbers of papers are text, so that Excel takes nothing off them.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from domain.cells import plain
from domain.programme import Column, FieldType, Register
from domain.programme_terms import SCALES
from domain.register_changes import in_words
from domain.register_rows import Known, Row
from domain.register_sheet import EXAMPLE
from domain.register_values import ERASED, MASKED

HEADING_ROW: Final = 3
_ROOM: Final = 2000
"""Rows below the last one that are prepared for filling in."""
_DIGITS_EXCEL_KEEPS: Final = 15
_LISTS: Final = "选项"
_FORMATS: Final[Mapping[FieldType, str]] = {
    FieldType.DATE: "yyyy-mm-dd",
    FieldType.MONEY: "#,##0.00",
    FieldType.INTEGER: "0",
    FieldType.NUMBER: "General",
}
_HINTS: Final[Mapping[FieldType, str]] = {
    FieldType.DATE: "日期写成 2022-03-02",
    FieldType.MONEY: "以元计,可写 12.5万元",
    FieldType.INTEGER: "只填整数",
    FieldType.NUMBER: "只填数字",
    FieldType.CHOICE: "从下拉选项里选",
    FieldType.CREDIT_CODE: "18位统一社会信用代码",
    FieldType.ID_CARD: "18位公民身份号码",
    FieldType.DOCUMENT_NUMBER: "文号,没有的填“无文号”",
}
_EXAMPLES: Final[Mapping[FieldType, str]] = {
    FieldType.DATE: "2022-03-02",
    FieldType.MONEY: "1234.50",
    FieldType.INTEGER: "12",
    FieldType.NUMBER: "12.5",
}


def write_workbook(
    register: Register,
    title: str,
    rows: Sequence[Row] | None,
    known: Known,
    names: Mapping[str, str],
) -> bytes:
    """The workbook of a register.

    Args:
        title: what stands above: the reform unit and the register.
        rows: what is shown; None makes a template with an example row.
        known: the values that references may take.
        names: bodies, code → name.
    """
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    sheet.title = _sheet_name(register.title)
    _head(sheet, register, title)
    lines = [_example(register)] if rows is None else list(rows)
    unsure = frozenset(name for name, held in Counter(names.values()).items() if held > 1)
    for number, row in enumerate(lines, HEADING_ROW + 1):
        for place, column in enumerate(register.columns, 1):
            _write(sheet.cell(number, place), column, row.get(column.id, ""), names, unsure)
        if rows is None:
            _grey(sheet, number, len(register.columns))
    _lists(book, sheet, register, known, HEADING_ROW + len(lines) + _ROOM)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(char for char in title if char not in r"[]:*?/\\")[:31]


def _head(sheet: Worksheet, register: Register, title: str) -> None:
    last = len(register.columns)
    for number, (text, font) in enumerate(
        ((title, Font(bold=True, size=14)), (_notes(register), Font(size=9))), 1
    ):
        cell = sheet.cell(number, 1)
        _text(cell, text)
        cell.font = font
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if last > 1:
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=last)
    sheet.row_dimensions[2].height = 60
    for place, column in enumerate(register.columns, 1):
        cell = sheet.cell(HEADING_ROW, place, f"{column.title}{'*' if column.required else ''}")
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        letters = get_column_letter(place)
        sheet.column_dimensions[letters].width = 18
        sheet.column_dimensions[letters].number_format = _FORMATS.get(column.type, "@")
    sheet.freeze_panes = f"A{HEADING_ROW + 1}"


def _notes(register: Register) -> str:
    keys = "、".join(column.title for column in register.columns if column.id in register.key)
    own = ";".join(f"{column.title}:{column.note}" for column in register.columns if column.note)
    text = (
        f"填写说明:带*的必填;“{keys}”不得重复,导入时按它认行:有的更新,没有的新增,表里少了的删去。"
        "日期写成 2022-03-02;金额以元计;选择列从下拉选项里选;机构填全称或编号。"
        f"以“{EXAMPLE}”开头的行、合计行和说明行不作为数据。"
    )
    return f"{text}{own}。" if own else text


def _example(register: Register) -> Row:
    """What each column may look like, in words of no real person or place."""
    found = {}
    for column in register.columns:
        choice = next(iter(column.options), "") if column.type is FieldType.CHOICE else ""
        found[column.id] = choice or _EXAMPLES.get(column.type, "示例")
    first = register.columns[0]
    found[first.id] = f"{EXAMPLE}{found[first.id] if first.type is FieldType.TEXT else ''}"
    return found


def _grey(sheet: Worksheet, row: int, last: int) -> None:
    for place in range(1, last + 1):
        cell = sheet.cell(row, place)
        cell.font = Font(italic=True, color="808080")
        cell.fill = PatternFill("solid", fgColor="F2F2F2")


def _write(
    cell: Cell | MergedCell, column: Column, value: str, names: Mapping[str, str], unsure: frozenset[str]
) -> None:
    if not isinstance(cell, Cell) or not value:
        return
    cell.number_format = _FORMATS.get(column.type, "@")
    typed = _typed(column, value)
    if typed is not None:
        cell.value = typed
        return
    shown = in_words(column, value, names)
    # A body of a name that two have keeps its code.
    _text(cell, value if column.body and shown in unsure else shown)


def _text(cell: Cell | MergedCell, text: str) -> None:
    """Text that stays text: one with = before it is no formula; signs that Excel cannot hold are left out."""
    if isinstance(cell, Cell):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"


def _typed(column: Column, value: str) -> date | Decimal | None:
    """A date or number where Excel keeps all of it; None where it has to stay text."""
    if value in (MASKED, ERASED) or value.startswith(EXAMPLE):
        return None
    if column.type is FieldType.DATE:
        return date.fromisoformat(value)
    if column.type in SCALES and sum(char.isdigit() for char in value) <= _DIGITS_EXCEL_KEEPS:
        return Decimal(value)
    return None


def _lists(book: Workbook, sheet: Worksheet, register: Register, known: Known, last: int) -> None:
    """Lists to pick from on a hidden sheet, and what each column asks for, shown where one types."""
    kept = book.create_sheet(_LISTS)
    kept.sheet_state = "hidden"
    used = 0
    for place, column in enumerate(register.columns, 1):
        words = list(_words(column, known))
        rule = DataValidation(allow_blank=True, showErrorMessage=False, showInputMessage=True)
        if words:
            used += 1
            for number, word in enumerate(words, 1):
                _text(kept.cell(number, used), word)
            letters = get_column_letter(used)
            rule = DataValidation(
                type="list",
                formula1=f"'{_LISTS}'!${letters}$1:${letters}${len(words)}",
                allow_blank=True,
                showErrorMessage=True,
                showInputMessage=True,
            )
            rule.error = "请从下拉选项里选"
        hint = ";".join(filter(None, (_HINTS.get(column.type, ""), column.note)))
        if not words and not hint:
            continue
        rule.promptTitle, rule.prompt = column.title[:32], hint[:250] or "从下拉选项里选"
        letters = get_column_letter(place)
        rule.add(f"{letters}{HEADING_ROW + 1}:{letters}{last}")
        sheet.add_data_validation(rule)


def _words(column: Column, known: Known) -> Iterator[str]:
    if column.type is FieldType.CHOICE:
        yield from column.options.values()
    elif column.references in known.values and len(known.values[column.references or ""]) <= _ROOM:
        yield from (plain(value) for value in known.values[column.references or ""].values())
