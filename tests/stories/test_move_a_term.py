"""故事: a clerk asks for more time and a leader grants it; a clock stops for a reason, and goes on."""

from __future__ import annotations

from tests.stories.clerk import LAUNCHER, OFFICE, UNIT, ZONE, ZONE_HEAD, Clerk

STOP = ("--number", "示例办〔2021〕4号", "--approver", "示例县委改革办")
"""Who approved it, on which paper."""


def proposed(clerk: Clerk, kind: str, *words: str) -> str:
    """Propose an act on 1.1; its number."""
    clerk.done("step", "propose", UNIT, "1.1", "--kind", kind, "--reason", "示例理由", *words, by=ZONE)
    found: str = clerk.step("1.1")["proposals"][-1]["id"]
    return found


def test_an_officer_asks_for_more_time_and_whoever_set_the_date_grants_it(clerk: Clerk) -> None:
    ask = ("step", "propose", UNIT, "1.1", "--kind", "延期", "--reason", "示例理由", "--new")
    clerk.refused(1, "extend.not_later", *ask, "2021-01-21", by=ZONE, says=["不晚于现在的时限"])
    clerk.refused(1, "clock.node", *ask, "2021-04-30", "--node", "committee", by=ZONE, says=["审批节点"])
    number = proposed(clerk, "延期", "--new", "2021年3月31日")
    clerk.refused(1, "actor.not_entitled", "step", "confirm", UNIT, number, by=ZONE_HEAD)
    granted = clerk.done("step", "confirm", UNIT, number, by=LAUNCHER)
    assert "延期" in granted.out
    page = clerk.done("step", "show", UNIT, "1.1").out
    assert "经批准第1次延期至3月31日" in page
    assert "第1次" in page
    assert "2021-03-31" in clerk.done("--json", "step", "show", UNIT, "1.1").out
    clerk.refused(1, "extend.limit", *ask, "2021-04-30", by=ZONE, says=["最多延期 1 次"])


def test_a_clock_stops_with_a_reason_and_an_approver_and_goes_on(clerk: Clerk) -> None:
    bare = ("step", "propose", UNIT, "1.1", "--kind", "停止计时", "--reason", "示例理由")
    clerk.refused(1, "exception.approval_missing", *bare, by=ZONE)
    number = proposed(clerk, "停止计时", "--new", "2021-01-18", *STOP)
    clerk.done("step", "confirm", UNIT, number, by=LAUNCHER)
    page = clerk.done("step", "show", UNIT, "1.1").out
    assert "1月18日起停止计时(示例办〔2021〕4号)" in page
    assert "2021-01-18 停止计时(示例办〔2021〕4号、示例县委改革办),尚未恢复" in page
    assert clerk.step("1.1")["state"]["due"]["date"] is None

    clerk.done("clock", "move", "2021-02-01", by="sysadmin")
    number = proposed(clerk, "恢复计时", "--new", "2021-01-25")
    clerk.done("step", "confirm", UNIT, number, by=LAUNCHER)
    line = clerk.step("1.1")["step"]["due_line"]
    assert "1月18—24日停止计时(示例办〔2021〕4号)不计入" in line
    assert any("恢复计时" in text for row in clerk.history() for text in row["lines"])
    assert line in clerk.done("case", "show", UNIT, by=OFFICE).out.replace("\n", "").replace(" ", "") or (
        "停止计时" in clerk.done("case", "show", UNIT, by=OFFICE).out
    )
