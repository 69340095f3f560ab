"""来源清单: lists of 批示件 and 会议议定 as offices send them, from Excel and from Word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest

from config.clock import FixedClock
from domain.refusal import Refused
from domain.supervising.values import SourceKind
from services.supervising.reading import MatterFilter, list_matters
from services.supervising.source_import import SourceImport, import_sources
from tests.services.acting import TODAY
from tests.services.supervising import Office, command, office


@pytest.fixture
def small(migrated_db_url: str, tmp_path: Path, wall_clock: FixedClock) -> Iterator[Office]:
    with office(migrated_db_url, tmp_path, wall_clock) as opened:
        yield opened


def take(at: Office, file: Path, who: str = "watcher", *, dry_run: bool = False) -> SourceImport | Refused:
    return import_sources(at.desk(who), file, on=TODAY, command_id=command(), dry_run=dry_run)


def read(answer: SourceImport | Refused) -> SourceImport:
    assert isinstance(answer, SourceImport), answer
    return answer


def workbook(file: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(("示例2022年批示件清单",))
    sheet.append(("序号", "批示件编号", "批示日期", "批示领导", "批示内容", "办结时限"))
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    book.save(file)
    return file


def test_a_list_of_instructions_is_taken_in_once(small: Office, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "list.xlsx",
        (1, "示例批〔2022〕1号", "2022年3月1日", "示例领导", "示例事项一", "2022-03-31"),
        (2, "示例批〔2022〕2号", "2022.3.1", "示例领导", "示例事项二", None),
    )
    assert len(read(take(small, file, dry_run=True)).lines) == 2
    assert list_matters(small.desk("watcher"), MatterFilter(kind="source")) == []
    done = read(take(small, file))
    assert done.ids == ["S2022-0001", "S2022-0002"]
    again = read(take(small, file))
    assert (again.lines, again.unchanged, again.ids) == ([], 2, [])
    outside = take(small, file, "zoner")
    assert isinstance(outside, Refused)
    assert outside.code == "access.denied"


def test_every_fault_is_named_and_nothing_is_taken_in(small: Office, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "list.xlsx",
        (1, "示例批〔2022〕1号", "2022-03-01", "示例领导", "示例事项一", None),
        (2, None, "三月", None, "示例事项二", None),
        (3, "示例批〔2022〕3号", "2022-03-01", "示例领导", "示例事项三", "2022-01-01"),
        (4, "示例批〔2022〕1号", "2022-03-01", "示例领导", "示例事项一", None),
    )
    faults = read(take(small, file)).faults
    assert {fault.cell.rpartition("!")[2] for fault in faults} == {"B4", "C4", "D4", "F5", "E6"}
    assert list_matters(small.desk("watcher"), MatterFilter(kind="source")) == []


def test_minutes_come_as_a_table_of_word(small: Office, tmp_path: Path) -> None:
    """One number merged over two decided matters makes two sources; a fault names table, row and column."""
    document = docx.Document()
    table = document.add_table(rows=3, cols=4)
    for column, text in enumerate(("纪要期号", "会议日期", "会议名称", "议定事项")):
        table.cell(0, column).text = text
    for column, text in enumerate(("示例纪要〔2022〕5号", "2022-03-01", "示例会议")):
        table.cell(1, column).merge(table.cell(2, column)).text = text
    table.cell(1, 3).text = "示例事项一"
    table.cell(2, 3).text = "=示例"
    file = tmp_path / "minutes.docx"
    document.save(str(file))
    (fault,) = read(take(small, file)).faults
    assert fault.cell == "第1个表格第3行第4列"
    table.cell(2, 3).text = "示例事项二"
    document.save(str(file))
    done = read(take(small, file))
    assert [line.kind for line in done.lines] == [SourceKind.MEETING] * 2
    assert len(done.ids) == 2
    assert read(take(small, file)).unchanged == 2
