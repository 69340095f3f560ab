"""读表: every form a file comes in, and every file that must not be opened."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from domain.cells import Trouble, TroubleKind
from domain.refusal import Refused
from domain.tabular import Grid
from services.importing.limits import Limits
from services.importing.tables import read_table_bytes, read_tables

TEXT = "代码,名称\r\nS419085,鄢陵县产业集聚区\r\n"


def grids(data: bytes, limits: Limits | None = None) -> tuple[Grid, ...]:
    read = read_table_bytes(data, limits or Limits())
    assert not isinstance(read, Refused), read
    return read


def refused(data: bytes, limits: Limits | None = None) -> Refused:
    read = read_table_bytes(data, limits or Limits())
    assert isinstance(read, Refused), read
    assert read.remedy
    return read


def workbook(fill: Callable[[Worksheet], None], book: Workbook | None = None) -> bytes:
    book = book or Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def repacked(
    data: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> bytes:
    """The workbook with its parts passed through `change` and `extra` parts added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, part in (extra or {}).items():
            target.writestr(name, part)
    return out.getvalue()


def simple(sheet: Worksheet) -> None:
    sheet.append(["代码", "名称"])
    sheet.append(["S419085", "鄢陵县产业集聚区"])


PLAIN = workbook(simple)


def in_sheet(old: bytes, new: bytes) -> bytes:
    def change(name: str, part: bytes) -> bytes:
        if name.endswith("sheet1.xml"):
            assert old in part
            return part.replace(old, new, 1)
        return part

    return repacked(workbook(simple), change)


# --- text ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_offices_save(encoding: str) -> None:
    (grid,) = grids(TEXT.encode(encoding))
    assert [dict(row.cells) for row in grid.rows] == [
        {1: "代码", 2: "名称"},
        {1: "S419085", 2: "鄢陵县产业集聚区"},
    ]


def test_rare_signs_survive_gb18030() -> None:
    (grid,) = grids("名称\n湽博𠮷高新技术产业开发区\n".encode("gb18030"))
    assert grid.rows[1].cells[1] == "湽博𠮷高新技术产业开发区"


@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_the_separator_is_found(sign: str) -> None:
    (grid,) = grids(TEXT.replace(",", sign).encode())
    assert set(grid.rows[0].cells) == {1, 2}


def test_rows_are_numbered_as_excel_numbers_them() -> None:
    (grid,) = grids('标题\n\n"代\n码",名称\nS419085,鄢陵\n'.encode())
    assert [row.number for row in grid.rows] == [1, 3, 4]
    assert grid.cell_name(4, 28) == "AB4"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b" \r\n\t ", "空的"),
        (b",,,\n,,,\n", "没有内容"),
        (b"\x00\x01\x02\x03\xff\xfe\x80", "既不是Excel"),
        (b"\xff\xfe\x00", "既不是Excel"),
        (b'a,"b\n', "引号"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"%PDF-1.7\n1,2,3\n", "PDF"),
        (b"PK\x03\x04" + b"\x00" * 40, "既不是Excel"),
        (b"PK\x03\x04 cut short", "既不是Excel"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, words: str) -> None:
    assert words in refused(data).message


# --- Excel ---


def test_values_come_as_excel_shows_them() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = 397.50000000000006
        sheet["B1"] = 1115
        sheet["C1"] = date(2010, 12, 30)
        sheet["D1"] = True
        sheet["E1"] = "#REF!"
        sheet["F1"] = "=A1*2"
        sheet["G1"] = "  "
        sheet["H1"] = 0.1 + 0.2

    (grid,) = grids(workbook(fill))
    assert grid.rows[0].cells == {
        1: Decimal("397.5"),
        2: 1115,
        3: date(2010, 12, 30),
        4: True,
        5: Trouble(TroubleKind.ERROR, "#REF!"),
        6: Trouble(TroubleKind.NOT_COMPUTED),
        8: Decimal("0.3"),
    }


def test_a_formula_gives_the_result_that_excel_stored_and_is_never_computed() -> None:
    data = in_sheet(
        b'<c r="A2" t="inlineStr"><is><t>S419085</t></is></c>'
        if b"inlineStr" in zipfile.ZipFile(io.BytesIO(workbook(simple))).read("xl/worksheets/sheet1.xml")
        else b'<c r="A2" t="s"><v>2</v></c>',
        b'<c r="A2"><f>1+1</f><v>7</v></c><c r="C2" t="str"><f>IF(1,"")</f><v></v></c>',
    )
    (grid,) = grids(data)
    assert grid.rows[1].cells == {1: 7, 2: "鄢陵县产业集聚区"}


def test_merged_ranges_are_told_and_clipped_to_what_is_there() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "省级"
        sheet["B1"], sheet["B2"], sheet["B3"] = 1, 2, 3
        sheet.merge_cells("A1:A3")

    (grid,) = grids(workbook(fill))
    assert grid.merged == {(2, 1): (1, 1), (3, 1): (1, 1)}
    whole_sheet = repacked(
        workbook(fill),
        lambda name, part: part.replace(b"A1:A3", b"A1:XFD1048576") if "sheet1" in name else part,
    )
    (grid,) = grids(whole_sheet)
    assert len(grid.merged) == 3 * 256 - 1


def test_hidden_sheets_are_left_out_and_the_1904_calendar_is_known() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    hidden = book.create_sheet("旧数据")
    hidden["A1"] = "不该读到"
    hidden.sheet_state = "hidden"
    (grid,) = grids(workbook(simple, book))
    assert (grid.name, grid.day_zero) == ("Sheet", date(1904, 1, 1))


def test_blank_formatted_rows_do_not_count() -> None:
    def fill(sheet: Worksheet) -> None:
        simple(sheet)
        for row in range(3, 500):
            sheet.row_dimensions[row].height = 20
            sheet.cell(row=row, column=1).number_format = "0.00"

    (grid,) = grids(workbook(fill), Limits(rows=2))
    assert len(grid.rows) == 2


# --- hostile files ---


def test_old_and_encrypted_workbooks_are_told_apart() -> None:
    ole2 = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600
    assert ".xls" in refused(ole2).message
    assert "密码" in refused(ole2 + "EncryptedPackage".encode("utf-16-le")).message


def test_a_workbook_with_macros_is_refused() -> None:
    data = repacked(workbook(simple), lambda _, part: part, {"xl/vbaProject.bin": b"\x00"})
    assert "宏" in refused(data).message


def test_a_binary_workbook_and_a_word_document_are_refused() -> None:
    binary = repacked(workbook(simple), lambda _, part: part, {"xl/workbook.bin": b"\x00"})
    assert ".xlsb" in refused(binary).message
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert "不是Excel" in refused(out.getvalue()).message


def test_a_zip_bomb_is_refused_unopened() -> None:
    bomb = repacked(workbook(simple), lambda _, part: part, {"xl/media/a.xml": b" " * (70 * 1024 * 1024)})
    assert len(bomb) < 1_000_000
    answer = refused(bomb)
    assert (answer.code, "解压" in answer.message) == ("import.too_large", True)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    """The directory says 10 bytes where the part unpacks to more: the reader must not go on past them."""
    data = bytearray(repacked(workbook(simple), lambda _, part: part))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    assert struct.unpack_from("<I", data, at + 24)[0] == size
    struct.pack_into("<I", data, at + 24, 10)
    assert "损坏" in refused(bytes(data)).message


def test_an_entity_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = repacked(
        workbook(simple),
        lambda name, part: (
            bomb + part.removeprefix(b"<?xml version='1.0' encoding='UTF-8'?>")
            if name.endswith("sheet1.xml")
            else part
        ),
    )
    assert "DOCTYPE" in refused(data).message


@pytest.mark.parametrize(
    ("reference", "words"),
    [(b"A2147483647", "损坏"), (b"ZZZZ2", "损坏"), (b"nonsense", "损坏")],
)
def test_a_cell_outside_the_sheet_is_refused(reference: bytes, words: str) -> None:
    assert words in refused(in_sheet(b'r="A2"', b'r="' + reference + b'"')).message


def test_one_far_cell_does_not_make_the_reader_walk_the_whole_sheet() -> None:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 200))
    data = repacked(
        workbook(simple),
        lambda name, part: (
            part.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet1" in name else part
        ),
    )
    assert refused(data).code == "import.too_large"
    dimension = in_sheet(b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD99999999"')
    (grid,) = grids(dimension)
    assert len(grid.rows) == 2


def test_deep_nesting_and_broken_xml_are_refused() -> None:
    deep = in_sheet(b"<sheetData>", b"<x>" * 100 + b"</x>" * 100 + b"<sheetData>")
    assert "嵌套" in refused(deep).message
    assert "损坏" in refused(in_sheet(b"</sheetData>", b"")).message


def test_a_workbook_cut_short_is_refused() -> None:
    data = workbook(simple)
    assert refused(data[: len(data) // 2]).code == "import.unreadable"


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_but_never_breaks_the_reader(data: st.DataObject) -> None:
    good = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    for damaged in (bytes(good), bytes(good[:cut]), bytes(good[cut:])):
        read = read_table_bytes(damaged)
        assert isinstance(read, Refused | tuple)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert isinstance(read_table_bytes(data), Refused | tuple)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(file_bytes=10), "MB"),
        (Limits(parts=3), "部件"),
        (Limits(rows=1), "行数"),
        (Limits(columns=1), "列数"),
        (Limits(cells=2), "单元格数"),
        (Limits(cell_characters=3), "字数"),
    ],
)
def test_each_limit_is_a_parameter(limits: Limits, words: str) -> None:
    answer = refused(workbook(simple), limits)
    assert (answer.code, words in answer.message) == ("import.too_large", True)


def test_rows_are_counted_over_all_sheets() -> None:
    book = Workbook()
    simple(book.create_sheet("其二"))
    data = workbook(simple, book)
    assert len(grids(data, Limits(rows=4))) == 2
    answer = refused(data, Limits(rows=3))
    assert (answer.code, "行数4,上限3" in answer.message) == ("import.too_large", True)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    missing = read_tables(tmp_path / "没有.xlsx")
    assert isinstance(missing, Refused)
    assert "没有.xlsx" in missing.message
    assert isinstance(read_tables(tmp_path), Refused)
    large = tmp_path / "大.csv"
    large.write_bytes(b"a,b\n" * 10)
    too_large = read_tables(large, Limits(file_bytes=20))
    assert isinstance(too_large, Refused)
    assert too_large.code == "import.too_large"
