"""A sheet as offices write it becomes a programme that checks; what is wrong is named by its cell."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from domain.programme import Mode, NodeKind
from domain.programme_fault import Fault
from domain.programme_sheet import Sheet
from domain.programme_source import Source, read
from domain.refusal import Refused
from services.importing.programme_sheet import programme_from_sheet
from services.programmes import check_text

HEAD = ["序号", "环 节", "工作任务", "责任单位", "佐证材料", "办理时限", "审批流程", "前置"]
ROWS: list[list[str | int | None]] = [
    [
        1,
        "方案制定",
        "起草方案",
        "管委会",
        "方案草案;起草说明",
        "15个工作日",
        "党工委书记→县委编办→县委改革办",
        "",
    ],
    [
        2,
        None,
        "征求意见",
        "牵头:管委会;配合:县财政局",
        "意见汇总表",
        "10个工作日",
        "征求意见:县人社局、县财政局→县司法局",
        "",
    ],
    [
        3,
        None,
        "公示",
        "管委会",
        "公示文稿\n公示情况报告",
        "10个工作日、公示5个工作日",
        "县人社局、县财政局会签",
        "",
    ],
    [4, "组织实施", "会议审定", "县委编办", "会议纪要(登记)", "1个月内", "县委常委会议定", ""],
    [5, None, "挂牌", "管委会", "批复文件(可选)", "三十日", "任一:县委编办、县委组织部", "1.1、公示"],
    [6, None, "验收", "县委改革办", "", "", "2票:县委编办、县委组织部、县人社局", "会议审定、挂牌"],
]


def write(path: Path, rows: list[list[str | int | None]] = ROWS, head: list[str] = HEAD) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某县开发区改革流程(示例)"])
    sheet.merge_cells("A1:H1")
    sheet.append(["填表单位:示例", None, None, None, None, None, None, "2022年3月"])
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("B4:B6")
    sheet.merge_cells("B7:B9")
    sheet.append(["说明:本表为示例"])
    book.save(path)
    return path


def test_a_messy_sheet_becomes_a_programme_that_checks(tmp_path: Path) -> None:
    made = programme_from_sheet(write(tmp_path / "流程.xlsx"), code="sheet-sample")
    assert isinstance(made, Sheet), made
    checked = check_text(made.text, "sheet")
    assert checked.sound, checked.faults
    assert checked.faults == ()
    source = read(made.text)
    assert isinstance(source, Source)
    programme = source.programme
    assert programme.title == "某县开发区改革流程(示例)"
    assert [[step.title for step in stage.steps] for stage in programme.stages] == [
        ["起草方案", "征求意见", "公示"],
        ["会议审定", "挂牌", "验收"],
    ]
    steps = {step.title: step for stage in programme.stages for step in stage.steps}
    titles = {role.id: role.title for role in programme.roles}
    assert [titles[role] for node in steps["起草方案"].nodes for role in node.roles] == [
        "党工委书记",
        "县委编办负责人",
        "县委改革办负责人",
    ]
    assert [node.kind for node in steps["征求意见"].nodes] == [NodeKind.CONSULT, NodeKind.APPROVE]
    assert [titles[role] for role in steps["征求意见"].assist] == ["县财政局经办人"]
    publicity = steps["公示"].publicity
    assert publicity is not None
    assert (publicity.amount, publicity.notice) == (5, "m1")
    assert steps["会议审定"].nodes[0].kind is NodeKind.MEETING
    assert steps["会议审定"].evidence[0].mode.value == "reference"
    assert steps["挂牌"].nodes[0].mode is Mode.ANY
    assert not steps["挂牌"].evidence[0].required
    assert [gate.step for gate in steps["挂牌"].gates] == ["1.1", "1.3"]
    assert [gate.step for gate in steps["会议审定"].gates] == ["1.3"]
    assert (steps["验收"].nodes[0].mode, steps["验收"].nodes[0].quorum) == (Mode.QUORUM, 2)
    assert titles[programme.overseer] == "县委改革办负责人"


@pytest.mark.parametrize(
    ("row", "column", "value", "cell", "code"),
    [
        (0, 5, "15", "F4", "sheet.term"),
        (0, 5, "2022年6月底前", "F4", "sheet.term_date"),
        (0, 6, "县委编办、县委组织部", "G4", "sheet.approval"),
        (0, 6, "3票:县委编办、县委组织部", "G4", "sheet.quorum"),
        (0, 4, "方案草案、方案草案", "E4", "sheet.material_twice"),
        (0, 3, "", "D4", "sheet.nobody"),
        (0, 2, "", "C4", "sheet.no_task_name"),
        (2, 4, "公示情况报告", "E6", "sheet.no_notice"),
        (2, 5, "3个工作日、公示5个工作日", "F6", "due.shorter_than_publicity"),
        (4, 7, "没有的任务", "H8", "sheet.unknown_task"),
        (0, 7, "验收", "H4", "gate.ring"),
        (3, 3, "县委常委会", "D7", "doer.cannot_act"),
    ],
)
def test_a_fault_is_named_by_its_cell(
    tmp_path: Path, row: int, column: int, value: str, cell: str, code: str
) -> None:
    rows = [list(one) for one in ROWS]
    rows[row][column] = value
    result = programme_from_sheet(write(tmp_path / "流程.xlsx", rows), code="sheet-sample")
    assert isinstance(result, tuple)
    assert (code, cell) in {(fault.code, fault.cell) for fault in result}, result
    assert all(fault.message and fault.mend for fault in result)
    assert any(str(fault).startswith(f"单元格 {cell} 问题:") for fault in result)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    rows = [list(one) for one in ROWS]
    rows[0][5], rows[1][6], rows[2][3] = "尽快", "甲局、乙局", ""
    result = programme_from_sheet(write(tmp_path / "流程.xlsx", rows), code="sheet-sample")
    assert isinstance(result, tuple)
    assert [fault.cell for fault in result] == ["F4", "G5", "D6"]


def test_a_warning_names_its_cell_too(tmp_path: Path) -> None:
    rows = [list(one) for one in ROWS]
    rows[4][4] = "方案草案"
    made = programme_from_sheet(write(tmp_path / "流程.xlsx", rows), code="sheet-sample")
    assert isinstance(made, Sheet)
    assert [(fault.code, fault.cell) for fault in made.warnings] == [("evidence.twice", "E8")]


def test_a_missing_heading_is_named(tmp_path: Path) -> None:
    head = ["序号", "环节", "工作任务", "谁来做", "佐证材料", "办理时限", "审批流程", "前置"]
    result = programme_from_sheet(write(tmp_path / "流程.xlsx", head=head), code="sheet-sample")
    assert isinstance(result, tuple)
    assert isinstance(result[0], Fault)
    assert (result[0].code, result[0].message) == ("sheet.heading", "表头缺少责任单位")


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "流程.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"old")
    assert isinstance(programme_from_sheet(path, code="sheet-sample"), Refused)
    assert isinstance(programme_from_sheet(tmp_path / "没有.xlsx", code="sheet-sample"), Refused)


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    rows = [list(one) for one in ROWS]
    rows[0][2] = "!!python/object:os.system {a: &b *b}: # no"
    made = programme_from_sheet(write(tmp_path / "流程.xlsx", rows), code="sheet-sample")
    assert isinstance(made, Sheet)
    source = read(made.text)
    assert isinstance(source, Source)
    assert source.programme.stages[0].steps[0].title == "!!python/object:os.system {a: &b *b}: # no"


def test_a_task_may_wait_for_none(tmp_path: Path) -> None:
    rows = [list(one) for one in ROWS]
    rows[1][7] = "无"
    made = programme_from_sheet(write(tmp_path / "流程.xlsx", rows), code="sheet-sample")
    assert isinstance(made, Sheet)
    source = read(made.text)
    assert isinstance(source, Source)
    assert [len(step.gates) for step in source.programme.stages[0].steps] == [0, 0, 1]
