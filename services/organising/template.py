"""名册模板: the workbook that an office fills in, its headings those that the import reads."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from domain.organisation.sheet import BODY_COLUMNS, PEOPLE_COLUMNS
from domain.organisation.values import KIND_TITLES, LEVEL_TITLES, POSITION_TITLES

NOTES = (
    f"接入方式可填:{'、'.join(KIND_TITLES.values())};层级可填:{'、'.join(LEVEL_TITLES.values())}。",
    f"岗位可填:{'、'.join(POSITION_TITLES.values())};一人多岗写多行;不填岗位的只登记人员。",
    "机构类型填流程模板里的机构名称或代号;日期写成 2022-03-02;带*的必填。",
)


def write_template(path: Path) -> None:
    """名册模板: two sheets to fill in, one with notes."""
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    first.title = "机构"
    for sheet, columns in ((first, BODY_COLUMNS), (book.create_sheet("人员任职"), PEOPLE_COLUMNS)):
        for number, column in enumerate(columns, 1):
            cell = sheet.cell(1, number, f"{column.title}{'*' if column.required else ''}")
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = 18
        sheet.freeze_panes = "A2"
    notes = book.create_sheet("填写说明")
    for number, text in enumerate(NOTES, 1):
        notes.cell(number, 1, text)
    book.save(path)
