"""故事: a clerk keeps the roster: template out, Excel in with faults by cell, rows by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.stories.clerk import UNIT, ZONE, ZONE_CHECKER, Clerk

ROSTER = "人员名册"


@pytest.fixture
def keeper(clerk: Clerk) -> Clerk:
    """The clerk with 1.1 taken back, so that the roster is open."""
    clerk.done("step", "withdraw", UNIT, "1.1", by=ZONE)
    return clerk


def test_a_roster_goes_out_and_comes_in_mended(keeper: Clerk, tmp_path: Path) -> None:
    sheet = tmp_path / "名册.xlsx"
    told = keeper.done("register", "export", UNIT, ROSTER, str(sheet), by=ZONE)
    assert "已导出 2 行" in told.out
    same = keeper.done("register", "import", UNIT, ROSTER, str(sheet), by=ZONE)
    assert "与现行第1版一致,没有变化" in same.out

    book = load_workbook(sheet)
    lines = book[ROSTER]
    lines["D4"] = "临时工"
    lines.append(["示例03", "示例人员03", "411024199001011234", "公务员", "在编"])
    book.save(sheet)
    before = keeper.stored()
    answer = keeper("register", "import", UNIT, ROSTER, str(sheet), by=ZONE)
    assert answer.code == 1
    assert "人员名册!D4(身份类别):“临时工”不在可选范围" in answer.out
    assert "人员名册!C6(公民身份号码):公民身份号码的校验码(末位)不符" in answer.out
    assert "2 处差错,一行也没有写入" in answer.err
    assert keeper.stored() == before

    lines["D4"], lines["C6"] = "事业人员", None
    book.save(sheet)
    preview = keeper.done("register", "preview", UNIT, ROSTER, str(sheet), by=ZONE)
    assert "示例01:身份类别 “公务员”→“事业人员”" in preview.out
    assert "新增1行,变更1行,删去0行,不变1行" in preview.out
    assert "人员账平衡" in preview.out, "nobody has an outcome yet: told, and no fault"
    assert keeper.stored() == before
    done = keeper.done("register", "import", UNIT, ROSTER, str(sheet), by=ZONE)
    assert "已导入:台账“人员名册”共3行" in done.out
    history = keeper.done("case", "history", UNIT, by=ZONE).out
    assert "新增1行、变更1行" in history


def test_rows_by_hand_and_who_may_not(keeper: Clerk) -> None:
    new = ("--set", "人员编号=示例09", "--set", "姓名=示例人员09", "--set", "身份类别=公务员")
    added = ("register", "add", UNIT, ROSTER, *new, "--set", "是否在编=在编")
    keeper.refused(1, "register.reason_missing", *added, by=ZONE, says=["逐行增改须写明原因"])
    assert "现为第2版,3行" in keeper.done(*added, "--reason", "漏报补录", by=ZONE).out
    change = ("register", "change", UNIT, ROSTER, "示例09", "--set", "身份类别=合同制人员")
    keeper.done(*change, "--reason", "原填有误", by=ZONE)
    shown = keeper.done("--json", "register", "show", UNIT, ROSTER, by=ZONE).data["rows"]
    assert (shown[-1]["key"], shown[-1]["values"]["identity"]) == ("示例09", "contract")
    gone = ("register", "remove", UNIT, ROSTER, "示例99", "--reason", "示例")
    keeper.refused(3, "register.row_unknown", *gone, by=ZONE, says=["没有“示例99”这一行"])
    keeper.refused(1, "actor.not_entitled", *added, "--reason", "示例", by=ZONE_CHECKER)
    erase = ("register", "erase", UNIT, ROSTER, "示例09", "--basis", "示例决定〔2021〕1号", "--yes")
    keeper.refused(1, "access.denied", *erase, by=ZONE)
    assert "已删除“示例09”的个人信息" in keeper.done(*erase, by="secadmin").out
    shown = keeper.done("--json", "register", "show", UNIT, ROSTER, by=ZONE).data["rows"]
    assert shown[-1]["values"]["name"] == "(已依法删除)"
    assert "示例人员09" not in str(keeper.stored())


def test_a_template_lists_what_may_be_picked(keeper: Clerk, tmp_path: Path) -> None:
    sheet = tmp_path / "模板.xlsx"
    keeper.done("register", "template", UNIT, ROSTER, str(sheet), by=ZONE_CHECKER)
    book = load_workbook(sheet)
    assert [cell.value for cell in book["选项"]["A"]][:4] == ["公务员", "参公人员", "事业人员", "合同制人员"]
    assert str(book[ROSTER]["A4"].value).startswith("【示例】")
    again = ("register", "template", UNIT, ROSTER, str(sheet))
    keeper.refused(2, "usage.file_exists", *again, by=ZONE)
