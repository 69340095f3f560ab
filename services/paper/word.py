"""Word 文书: a form as a .docx that offices edit and print; fonts are named, none is shipped."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from services.paper.codes import qr_png
from services.paper.sheet import (
    BODY_FONTS,
    LABEL_FONTS,
    LABEL_MM,
    MARGINS_MM,
    PAGE_MM,
    QR_EDGE_MM,
    QR_MM,
    SIGNATURE,
    TITLE_FONTS,
    WIDTH_MM,
    Block,
    Box,
    Fields,
    Listing,
    Sheet,
)

_TITLE, _BODY, _SMALL, _NOTE = Pt(22), Pt(12), Pt(10), Pt(9)
_LATIN: Final = "Times New Roman"


def word_file(sheet: Sheet, code: str, printed_at: datetime) -> bytes:
    """The form as the bytes of a Word file; the same form gives the same text."""
    document = Document()
    _page(document, sheet, code)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = sheet.subject, "", ""
    properties.created = properties.modified = printed_at
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(8)
    _write(title, "  ".join(sheet.title), TITLE_FONTS[0], _TITLE)
    for number, block in enumerate(sheet.blocks):
        table = _block(document, block)
        if number:
            _join(table)
        _shrink(document.add_paragraph())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: WordDocument, sheet: Sheet, code: str) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(MARGINS_MM["top"]), Mm(MARGINS_MM["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS_MM["left"]), Mm(MARGINS_MM["right"])
    section.header_distance = section.footer_distance = Mm(QR_EDGE_MM)
    picture = qr_png(code)
    head = _strip(section.header, (WIDTH_MM - 80, 47, 33))
    _write(_first(head[0]), "  ".join(f"【{mark}】" for mark in sheet.marks), LABEL_FONTS[0], Pt(16))
    head[1].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
    _write(_right(_first(head[1])), sheet.code, BODY_FONTS[0], _NOTE)
    _right(_first(head[2])).add_run().add_picture(io.BytesIO(picture), width=Mm(QR_MM))
    foot = _strip(section.footer, (33, WIDTH_MM - 33))
    _first(foot[0]).add_run().add_picture(io.BytesIO(picture), width=Mm(QR_MM))
    foot[1].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
    _write(_first(foot[1]), sheet.note, BODY_FONTS[0], _NOTE)
    line = _right(foot[1].add_paragraph())
    line.paragraph_format.space_after = Pt(0)
    _write(line, f"{sheet.printed} · 编码 {sheet.code} · 第", BODY_FONTS[0], _NOTE)
    _page_number(line)
    _write(line, "页", BODY_FONTS[0], _NOTE)


def _strip(story: _Header | _Footer, widths: Sequence[int]) -> tuple[_Cell, ...]:
    """One row in the head or the foot of every page."""
    table = story.add_table(1, len(widths), Mm(WIDTH_MM))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(table, widths)
    # A story ends with a paragraph; the one that stands before the table is put behind it and made small.
    _shrink(story.paragraphs[0])
    story._element.append(story.paragraphs[0]._element)
    return table.rows[0].cells


def _right(paragraph: Paragraph) -> Paragraph:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def _block(document: WordDocument, block: Block) -> Table:
    if isinstance(block, Fields):
        return _fields(document, block)
    if isinstance(block, Listing):
        return _listing(document, block)
    return _box(document, block)


def _fields(document: WordDocument, block: Fields) -> Table:
    share = WIDTH_MM // len(block.cells)
    table = _table(document, 1, [width for _ in block.cells for width in (LABEL_MM, share - LABEL_MM)])
    for number, (label, value) in enumerate(block.cells):
        _write(_first(table.cell(0, number * 2)), label, LABEL_FONTS[0], _BODY)
        _write(_first(table.cell(0, number * 2 + 1)), value, BODY_FONTS[0], _BODY)
    for cell in table.rows[0].cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _height(table.rows[0], 8)
    return table


def _listing(document: WordDocument, block: Listing) -> Table:
    table = _table(document, 2 + max(len(block.rows), 1), block.widths)
    _write(_first(_across(table, 0)), block.title, LABEL_FONTS[0], _SMALL)
    _row(table.rows[1], block.heads, LABEL_FONTS[0])
    if not block.rows:
        _write(_first(_across(table, 2)), block.none, BODY_FONTS[0], _SMALL)
    # Rows beyond the heads; the row that says there is none has no values to go with it.
    for row, values in zip(table.rows[2:], block.rows, strict=False):
        _row(row, values, BODY_FONTS[0])
        if not any(values):
            _height(row, 9)
    _repeat(table.rows[1])
    return table


def _across(table: Table, row: int) -> _Cell:
    """One cell over all columns, made before anything is written: what is merged keeps its paragraphs."""
    merged: _Cell = table.cell(row, 0).merge(table.cell(row, len(table.columns) - 1))
    return merged


def _box(document: WordDocument, block: Box) -> Table:
    table = _table(document, 1, (LABEL_MM, WIDTH_MM - LABEL_MM))
    _write(_first(table.cell(0, 0)), block.label, LABEL_FONTS[0], _BODY)
    room = table.cell(0, 1)
    _write(_first(room), block.text, BODY_FONTS[0], _BODY)
    if block.signed:
        line = room.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Mm(max(block.height - 18, 2))
        line.paragraph_format.space_after = Pt(0)
        _write(line, SIGNATURE, BODY_FONTS[0], _SMALL)
    table.cell(0, 0).vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _height(table.rows[0], block.height)
    return table


def _table(document: WordDocument, rows: int, widths: Sequence[int]) -> Table:
    table: Table = document.add_table(rows, len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(table, widths)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _widths(table: Table, widths: Sequence[int]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _row(row: _Row, values: Sequence[str], font: str) -> None:
    for cell, value in zip(row.cells, values, strict=True):
        _write(_first(cell), value, font, _SMALL)


def _height(row: _Row, millimetres: int) -> None:
    row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Mm(millimetres)


def _repeat(row: _Row) -> None:
    """Heads stand on every page that the table reaches."""
    for each in (row._tr.getprevious(), row._tr):
        if each is not None:
            each.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _first(cell: _Cell) -> Paragraph:
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _join(table: Table) -> None:
    """Take away the upper line: a hair of room lies between two tables, which else would become one."""
    borders = OxmlElement("w:tblBorders")
    upper = OxmlElement("w:top")
    upper.set(qn("w:val"), "nil")
    borders.append(upper)
    table._tbl.tblPr.append(borders)


def _shrink(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(1)


def _write(paragraph: Paragraph, text: str, font: str, size: Pt) -> None:
    """A run whose Chinese signs take the font too: Word keeps it apart from the Latin one."""
    run = paragraph.add_run(text)
    run.font.size = size
    run.font.name = _LATIN
    properties = run._element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _page_number(paragraph: Paragraph) -> None:
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        run.font.size, run.font.name = _NOTE, _LATIN
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = "PAGE"
        run._element.append(element)
