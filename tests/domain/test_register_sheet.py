"""台账表格: what an office does to a sheet is told apart; every fault names sheet and cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.cells import CellValue
from domain.programme import Register
from domain.register_rows import Known
from domain.register_sheet import read_register
from domain.tabular import Grid, GridRow

STAFF = Register.model_validate(
    {
        "id": "staff",
        "title": "名册",
        "key": ["no"],
        "filled_by": ["x"],
        "columns": [
            {"id": "no", "title": "人员编号"},
            {"id": "name", "title": "姓名", "personal": "yes"},
            {"id": "kind", "title": "身份", "type": "choice", "options": {"a": "公务员", "b": "合同制人员"}},
            {"id": "pay", "title": "年薪(元)", "type": "money", "required": "no"},
            {"id": "on", "title": "到岗日期", "type": "date", "required": "no"},
        ],
    }
)
HEAD: tuple[CellValue, ...] = ("序号", " 姓 名", "人员编号*", "身份", "年薪(万元)", "到岗日期", "备注")


def grid(
    *lines: tuple[CellValue, ...] | None, name: str = "在职", head: tuple[CellValue, ...] = HEAD
) -> Grid:
    """A sheet with a title, the heading in row 3, and these lines below; None is a blank row."""
    rows = [GridRow(1, {1: "示例开发区人员名册"}), GridRow(3, dict(enumerate(head, 1)))]
    for number, line in enumerate(lines, 4):
        cells = {at: value for at, value in enumerate(line or (), 1) if value is not None}
        if cells:
            rows.append(GridRow(number, cells))
    return Grid(name, tuple(rows))


MESSY = grid(
    (1, "张 三", "S001", "公务员", Decimal("12.5"), 44622, "无"),
    None,
    (2, "李四", Decimal("2.0"), "合同制人员", "8万", "2022年3月2日", None),
    HEAD,
    ("合 计", None, None, None, Decimal("20.5")),
    ("注:年薪以批复为准。",),
    ("填表人:", None, "审核人:"),
)


def test_a_sheet_as_offices_send_it() -> None:
    found = read_register([MESSY], STAFF, Known())
    assert found.faults == []
    assert found.rows == [
        {"no": "S001", "name": "张三", "kind": "a", "pay": "125000", "on": "2022-03-02"},
        {"no": "2", "name": "李四", "kind": "b", "pay": "80000", "on": "2022-03-02"},
    ]
    assert [(each.cell, each.reason) for each in found.skipped] == [
        ("在职!第7行", "重复的表头"),
        ("在职!第8行", "合计行"),
        ("在职!第9行", "说明或签章行"),
        ("在职!第10行", "说明或签章行"),
    ]
    assert found.oddities == []
    assert found.unused == ("序号", "备注")


def test_a_total_that_does_not_agree_is_told() -> None:
    wrong = grid((1, "张三", "S1", "公务员", 10), ("合计", None, None, None, 11))
    (odd,) = read_register([wrong], STAFF, Known()).oddities
    assert (odd.cell, odd.message) == ("在职!E5", "合计行写 110000,各行相加是 100000")


def test_faults_name_sheet_and_cell() -> None:
    bad = grid(
        (1, "张三", "S1", "科员", "很多", "2022-02-30"),
        (2, None, "S1", "公务员", None, None),
        (3, "王五", None, "公务员", None, date(2022, 3, 2)),
    )
    found = read_register([bad], STAFF, Known())
    cells = [fault.cell.removeprefix("在职!") for fault in found.faults]
    assert cells == ["D4", "E4", "F4", "B5", "C5", "C6"]
    assert all(fault.cell.startswith("在职!") for fault in found.faults)
    assert all(fault.message and fault.mend for fault in found.faults)


def test_a_list_over_two_sheets_is_one_list() -> None:
    second = grid((1, "李四", "S2", "公务员"), (2, "王五", "S1", "公务员"), name="编外")
    notes = Grid("说明", (GridRow(1, {1: "每年一报"}),))
    found = read_register([grid((1, "张三", "S1", "公务员")), notes, second], STAFF, Known())
    assert [row["no"] for row in found.rows] == ["S1", "S2", "S1"]
    assert [(fault.cell, fault.message) for fault in found.faults] == [("编外!C5", "与 在职!C4 重复")]
    assert [each.cell for each in found.skipped] == ["说明!A1"]


def test_a_heading_that_lacks_a_column_or_has_it_twice() -> None:
    short = grid(("张三", "S1"), head=("姓名", "人员编号"))
    (fault,) = read_register([short], STAFF, Known()).faults
    assert (fault.cell, fault.message) == ("在职!第3行", "表头缺少列“身份”")
    twice = grid((1, "张三", "S1", "公务员", 1, None, "李四"), head=(*HEAD[:-1], "姓名"))
    (fault,) = read_register([twice], STAFF, Known()).faults
    assert (fault.cell, fault.message) == ("在职!G3", "“姓名”有两列")
    (fault,) = read_register([grid(head=("甲", "乙"))], STAFF, Known()).faults
    assert fault.code == "register.no_heading"


def test_a_row_of_one_word_is_no_data_but_never_dropped_in_silence() -> None:
    found = read_register([grid(("一、办公室",), (1, "张三", "S1", "公务员"))], STAFF, Known())
    assert [row["no"] for row in found.rows] == ["S1"]
    assert [(odd.cell, odd.code) for odd in found.oddities] == [("在职!第4行", "register.section")]


def test_the_example_row_is_left_out() -> None:
    found = read_register(
        [grid(("【示例】", "某某", "S9", "公务员"), (1, "张三", "S1", "公务员"))], STAFF, Known()
    )
    assert [row["no"] for row in found.rows] == ["S1"]


def test_what_was_erased_stays_erased() -> None:
    sheet = grid((1, "(已依法删除)", "S1", "公务员"), (2, "(已依法删除)", "S2", "公务员"))
    found = read_register([sheet], STAFF, Known(erased=frozenset({"S1"})))
    assert found.rows[0]["name"] == ""
    assert [fault.cell for fault in found.faults] == ["在职!B5"]


def test_a_row_with_the_rest_forgotten_is_data() -> None:
    head = ("人员编号", "姓名", "身份")
    rows = grid(("一、办公室",), ("示例甲", None, None), (None, "李四", None), head=head)
    found = read_register([rows], STAFF, Known(keys=frozenset({"示例甲"})))
    assert [odd.cell for odd in found.oddities] == ["在职!第4行"], "a group's heading stands at the left"
    assert [fault.cell for fault in found.faults] == ["在职!B5", "在职!C5", "在职!A6", "在职!C6"]
