"""名册导入: an office's workbook as it is sent; every faulty cell named, all or nothing, twice is once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.clock import FixedClock
from models.database import Database
from services.ledger import verify
from services.organising.import_comparing import RosterImport
from services.organising.importing import import_roster
from services.organising.template import write_template
from services.people import find_decider
from services.world import world_of
from tests.messy_excel import wide
from tests.services.organising import COUNTY, TODAY, by, code, good, organise, told


@pytest.fixture
def db(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    with closing(organise(migrated_db_url, wall_clock)) as database:
        yield database


def as_sent(folder: Path) -> Path:
    """Title rows, renamed headings, a merged cell that stands for two rows, full-width figures, a total."""
    book = Workbook()
    bodies = book.active
    assert isinstance(bodies, Worksheet)
    bodies.title = "单位"
    bodies["A1"] = "示例县改革单位名册"
    bodies.merge_cells("A1:F1")
    bodies["A2"] = "填报单位:(盖章)"
    for column, text in enumerate(("序号", "单位名称 ", "编 号", "类型", "行政区划", "级别"), 1):
        bodies.cell(3, column, text)
    rows: tuple[tuple[int, str, str], ...] = ((1, "示例县编办", "estab"), (2, "示例县司法局", "justice"))
    for number, (serial, name, body) in enumerate(rows, 4):
        for column, text in ((1, str(serial)), (2, name), (3, body), (4, f"{body}_office"), (6, "县级")):
            bodies.cell(number, column, text)
    bodies["E4"] = wide(COUNTY)
    bodies.merge_cells("E4:E5")
    bodies["A6"] = "合计"
    bodies["B6"] = "2家"
    people = book.create_sheet("人员")
    people["A1"] = "示例县改革联络人员表"
    people.merge_cells("A1:E1")
    for column, text in enumerate(("所在单位", "姓名", "职务", "任职时间", "手机"), 1):
        people.cell(2, column, text)
    lines = (
        ("示例县编办", "示例张三", "经办人", date(2022, 1, 4), "示例电话"),
        (None, "示例李四", "负责人", "2021年7月1日", None),
        ("示例财政局", "示例王五", "经办人", wide("2022.1.4"), None),
    )
    for number, line in enumerate(lines, 3):
        for column, value in enumerate(line, 1):
            if value is not None:
                people.cell(number, column, value)
    people.merge_cells("A3:A4")
    path = folder / "示例名册.xlsx"
    book.save(path)
    return path


def test_a_workbook_as_offices_send_it(db: Database, wall_clock: FixedClock, tmp_path: Path) -> None:
    admin, path, before = by(db, wall_clock, "admin"), as_sent(tmp_path), len(told(db))
    preview = good(import_roster(admin, path, command_id="p", dry_run=True))
    assert (preview.faults, preview.written, len(told(db))) == ([], False, before)
    done = good(import_roster(admin, path, command_id="i"))
    counts = (len(done.bodies), len(done.persons), len(done.holdings), done.written)
    assert counts == (2, 3, 3, True)
    assert [event["type"] for event in told(db)[before:]] == ["roster_imported"]
    assert "示例张三" not in str(told(db))
    world = world_of(db)
    organisation = world.organisation(world.heads())
    assert organisation.places["justice"].division == COUNTY, "the merged cell stands for both rows"
    assert organisation.holders("estab", "head", TODAY) == (find_decider(db, "示例李四"),)
    again = good(import_roster(admin, path, command_id="i2"))
    assert (again.any, len(told(db)), again.unchanged) == (False, before + 1, 5)
    assert again.summary() == "与名册一致,没有变化"
    assert verify(db).true


def test_every_faulty_cell_is_named_and_nothing_is_written(
    db: Database, wall_clock: FixedClock, tmp_path: Path
) -> None:
    path = as_sent(tmp_path)
    book = load_workbook(path)
    book["单位"]["E4"] = "41102"
    book["单位"]["F5"] = "村级"
    book["人员"]["C3"] = "局座"
    book["人员"]["D4"] = "2022年2月30日"
    book["人员"]["A5"] = "没有登记的局"
    book.save(path)
    before = told(db)
    found = good(import_roster(by(db, wall_clock, "admin"), path, command_id="i"))
    assert isinstance(found, RosterImport)
    cells = {fault.cell for fault in found.faults}
    assert {"单位!F5", "人员!C3", "人员!D4", "人员!A5", "单位!E4"} <= cells, found.faults
    assert all(fault.message and fault.mend for fault in found.faults)
    assert told(db) == before


def test_an_import_gives_nobody_more_than_single_acts(
    db: Database, wall_clock: FixedClock, tmp_path: Path
) -> None:
    path, before = as_sent(tmp_path), told(db)
    for who in ("admin-2", "clerk-0", "reform-head"):
        assert code(import_roster(by(db, wall_clock, who), path, command_id=who)) == "access.denied"
    assert told(db) == before


def test_the_template_is_read_by_the_import(db: Database, wall_clock: FixedClock, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(path)
    found = good(import_roster(by(db, wall_clock, "admin"), path, command_id="i"))
    assert [fault.code for fault in found.faults] == ["roster.heading"], "nothing is filled in yet"
    book = load_workbook(path)
    book["机构"].append(["示例县档案馆", "archive", "archives", COUNTY, "县级", "在系统内办理"])
    book["人员任职"].append(
        ["示例赵六", "z6", "示例县档案馆", "负责人", "2022-01-04", None, "示例文", None, "是"]
    )
    book.save(path)
    done = good(import_roster(by(db, wall_clock, "admin"), path, command_id="i2"))
    assert (done.summary(), [p for p, _ in done.persons]) == (
        "已导入:新增机构1个,变更0个;新增人员1人,任职1项;不变0行",
        ["z6"],
    )
