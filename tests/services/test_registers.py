"""台账导入: 3,000 staff as an office sends them; every planted fault by cell, all or nothing, out and in."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from config.clock import FixedClock
from models.tables import PrivateTextRow, RegisterRow
from services.office import registers
from services.office.registers import RegisterFile, RegisterImport
from services.registers.filling import RegisterBook, open_book
from services.registers.workbook import write_workbook
from tests.services.registered import (
    HEAD,
    STRANGER,
    WATCHER,
    RegisterOffice,
    office,
    planted,
    saved,
    sheet,
    staff_book,
)

PEOPLE = 3000
MOST_S = 10.0
"""Processor time that an import of 3,000 rows may take: the clock on the wall tells of the neighbours."""


@pytest.fixture
def place(migrated_db_url: str, data_dir: Path, wall_clock: FixedClock) -> Iterator[RegisterOffice]:
    with office(migrated_db_url, data_dir, wall_clock) as made:
        made.departments()
        yield made


def stored(place: RegisterOffice) -> tuple[int, int, list[int]]:
    """Rows and texts of registers, and the numbers of the ledger's rows."""
    with place.runtime.db.read() as session:
        rows = session.execute(select(func.count()).select_from(RegisterRow)).scalar_one()
        texts = session.execute(select(func.count()).select_from(PrivateTextRow)).scalar_one()
    return rows, texts, place.acts.seqs()


def test_forty_faults_in_three_thousand_rows(
    place: RegisterOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    book, expected = planted(PEOPLE)
    before = stored(place)
    faulty = place.send("staff", saved(book))
    assert isinstance(faulty, RegisterImport), faulty
    found = {fault.cell: fault.message for fault in faulty.faults}
    assert len(expected) == len(faulty.faults) == 40
    assert found.keys() == expected.keys()
    assert [cell for cell, words in expected.items() if words not in found[cell]] == []
    assert all(fault.mend for fault in faulty.faults)
    assert (faulty.written, stored(place)) == (False, before)
    assert faulty.summary.startswith("台账“人员名册”有 40 处差错,一行也没有写入")

    mended = saved(staff_book(PEOPLE)[0])
    started, worked = time.perf_counter(), time.process_time()
    done = place.fill("staff", mended)
    took, worked = time.perf_counter() - started, time.process_time() - worked
    with capsys.disabled():
        sys.stdout.write(f"\n{PEOPLE} rows imported in {took:.2f} s, of it {worked:.2f} s of work here\n")
    assert worked < MOST_S
    assert (done.written, done.rows, len(done.changes.added)) == (True, PEOPLE, PEOPLE)
    assert done.gaps == ()
    assert stored(place)[0] == PEOPLE + 3


def test_what_goes_out_comes_in_again_unchanged(place: RegisterOffice) -> None:
    place.fill("staff", saved(staff_book(40)[0]))
    before = stored(place)
    out = registers.export(place.counter(), place.case, "staff")
    assert isinstance(out, RegisterFile)
    assert (out.rows, out.masked) == (40, False)
    again = place.fill("staff", out.content)
    assert (again.written, again.changes.any, again.changes.unchanged) == (False, False, 40)
    assert again.summary == "台账“人员名册”共40行,与现行第1版一致,没有变化"
    assert stored(place) == before


def test_a_preview_tells_what_would_change_and_writes_nothing(place: RegisterOffice) -> None:
    place.fill("staff", saved(staff_book(10)[0]))
    out = registers.export(place.counter(), place.case, "staff")
    assert isinstance(out, RegisterFile)
    before = stored(place)
    book = load_workbook(io.BytesIO(out.content))
    lines = book["人员名册"]
    lines["D4"] = "合同制人员"
    lines["B5"] = "示例改名"
    lines.delete_rows(6)
    lines.append(["示例99", "示例新人", None, "公务员", "综合部"])
    told = registers.preview(place.counter(), place.case, "staff", saved(book), "示例.xlsx")
    assert isinstance(told, RegisterImport)
    assert told.faults == ()
    changes = told.changes
    assert (changes.added, changes.removed, changes.unchanged) == (("示例99",), ("10002",), 7)
    assert [(row.key, [(c.title, c.old, c.new) for c in row.cells]) for row in changes.changed] == [
        ("10000", [("身份类别", "公务员", "合同制人员")]),
        ("10001", [("姓名", "示例1", "示例改名")]),
    ]
    assert told.gaps == ("人员账平衡:合计 10,分项之和 9,相差 1;涉及(人员编号):示例99",)
    masked = registers.preview(place.counter(WATCHER), place.case, "staff", saved(book), "示例.xlsx")
    assert isinstance(masked, RegisterImport)
    assert "示例改名" not in str(masked.changes)
    assert stored(place) == before


def test_an_export_shows_what_is_seen(place: RegisterOffice) -> None:
    place.fill("staff", saved(staff_book(4)[0]))
    out = registers.export(place.counter(WATCHER), place.case, "staff")
    assert isinstance(out, RegisterFile)
    assert out.masked
    lines = load_workbook(io.BytesIO(out.content))["人员名册"]
    assert {lines[f"B{row}"].value for row in range(4, 8)} == {"(个人信息,您无权查看)"}
    assert lines["D4"].value == "公务员"
    back = place.send("staff", out.content)
    assert isinstance(back, RegisterImport)
    assert "遮住" in back.faults[0].message, "what is hidden never comes in as content"


def test_the_template_is_read_by_the_import(place: RegisterOffice) -> None:
    made = registers.template(place.counter(), place.case, "staff")
    assert isinstance(made, RegisterFile)
    book = load_workbook(io.BytesIO(made.content))
    lines = book["人员名册"]
    assert lines["A3"].value == "人员编号*"
    assert str(lines["A4"].value).startswith("【示例】")
    rules = {str(rule.sqref).split(":")[0]: rule for rule in lines.data_validations.dataValidation}
    assert rules["D4"].formula1 == "'选项'!$A$1:$A$3"
    kept = book["选项"]
    assert kept.sheet_state == "hidden"
    assert [cell.value for cell in kept["A"]][:3] == ["公务员", "事业人员", "合同制人员"]
    assert [cell.value for cell in kept["B"]][:3] == ["综合部", "经济部", "服务部"], (
        "departments to pick from"
    )
    lines.append(["S1", "示例甲", None, "公务员", "综合部", "12.5万元", 3, "2021-03-01", "聘任"])
    done = place.fill("staff", saved(book))
    assert (done.rows, done.changes.added) == (1, ("S1",))
    assert [each.reason for each in done.skipped] == ["示例行"]


def test_bodies_are_known_by_name_or_code(place: RegisterOffice) -> None:
    head = ("序号", "事项名称", "接收单位")
    unknown = place.send("functions", sheet(head, [(1, "示例事项", "没有的局")]))
    assert isinstance(unknown, RegisterImport)
    assert [fault.cell for fault in unknown.faults] == ["Sheet!C2"]
    done = place.fill("functions", sheet(head, [(1, "示例事项", "示例县局"), (2, "示例事项二", "zone-0")]))
    assert done.written
    with place.runtime.db.read() as session:
        wanted = select(RegisterRow).where(RegisterRow.register_id == "functions")  # type: ignore[arg-type]
        rows = session.execute(wanted.order_by(RegisterRow.ordinal)).scalars().all()  # type: ignore[arg-type]
    assert [json.loads(row.data)["receiver"] for row in rows] == ["county", "zone-0"]


def test_who_may_not_fill_it_in_is_refused(place: RegisterOffice) -> None:
    content = saved(staff_book(3)[0])
    for who in (HEAD, WATCHER):
        refused = place.send("staff", content, who)
        assert not isinstance(refused, RegisterImport)
        assert refused.code == "actor.not_entitled"
    hidden = registers.export(place.counter(STRANGER), place.case, "staff")
    assert not isinstance(hidden, RegisterFile)
    assert hidden.code == "access.not_found"


def test_what_others_refer_to_is_missed_when_it_goes(place: RegisterOffice) -> None:
    place.fill("staff", saved(staff_book(6)[0]))
    head = ("序号", "内设机构名称", "人员控制数")
    renamed = sheet(head, [(1, "综合处", 3), (2, "经济部", 3), (3, "服务部", 3)])
    told = registers.preview(place.counter(), place.case, "departments", renamed, "示例.xlsx")
    assert isinstance(told, RegisterImport)
    assert [odd.message for odd in told.oddities] == [
        "“人员名册”有 2 行的“所在部门”还写着本台账没有的:综合部"
    ]
    assert place.fill("departments", renamed).written, "told, and not refused: one of the two has to go first"


def test_a_preview_tells_nobody_whether_a_hidden_value_was_guessed(place: RegisterOffice) -> None:
    place.fill("staff", saved(staff_book(4)[0]))
    out = registers.export(place.counter(), place.case, "staff")
    assert isinstance(out, RegisterFile)
    told = []
    for name in ("示例1", "示例猜测"):
        book = load_workbook(io.BytesIO(out.content))
        book["人员名册"]["B5"] = name
        told.append(registers.preview(place.counter(WATCHER), place.case, "staff", saved(book), "示例.xlsx"))
    right, wrong = told
    assert isinstance(right, RegisterImport)
    assert right == wrong
    assert right.changes.unchanged == 4
    assert [odd.code for odd in right.oddities] == ["personal.not_compared"]


def test_no_text_becomes_a_formula_or_breaks_the_workbook(place: RegisterOffice) -> None:
    book = open_book(place.desk(), "staff")
    assert isinstance(book, RegisterBook)
    made = write_workbook(book.register, "=1+1\x0b示例区", None, book.known, book.names)
    cell = load_workbook(io.BytesIO(made))["人员名册"]["A1"]
    assert (cell.data_type, cell.value) == ("s", "=1+1示例区")
