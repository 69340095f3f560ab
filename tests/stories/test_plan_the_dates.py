"""故事: the reform office plans when a task is to be done; it slips, and the lamp says by how much."""

from __future__ import annotations

from tests.stories.clerk import LAUNCHER, UNIT, ZONE, Clerk

PAPER = ("--number", "示例办〔2021〕4号", "--approver", "示例县专班会议")


def test_a_planned_date_passes_and_is_moved_with_the_old_one_visible(clerk: Clerk) -> None:
    plan = ("case", "plan", "set", UNIT)
    assert "没有编制计划节点" in clerk.done("case", "plan", "show", UNIT).err
    clerk.refused(1, "actor.not_entitled", *plan, "1.1", "2021-01-15", *PAPER, by=ZONE)
    clerk.refused(1, "plan.basis_missing", *plan, "1.1", "2021-01-15", by=LAUNCHER, says=["文号"])
    clerk.refused(3, "plan.place", *plan, "9.9", "2021-01-15", *PAPER, by=LAUNCHER)
    told = clerk.done(*plan, "1.1", "2021年1月15日", *PAPER, by=LAUNCHER).out
    assert "计划 2021-01-15 完成" in told
    page = clerk.done("lamp", "show", UNIT).out.replace("\n", "")
    assert "滞后" in page
    line = clerk.done("case", "plan", "show", UNIT).out
    assert "滞后3个工作日" in line
    clerk.done(*plan, "1.1", "2021-01-29", *PAPER, by=LAUNCHER)
    (found,) = clerk.done("--json", "case", "plan", "show", UNIT).data["plan"]
    assert [each["planned_on"] for each in found["dates"]] == ["2021-01-15", "2021-01-29"]
    assert (found["lag"], found["left"]) == (0, 7)
    clerk.done("case", "plan", "drop", UNIT, "1.1", *PAPER, by=LAUNCHER)
    assert "计划已撤销" in clerk.done("case", "plan", "show", UNIT).out
