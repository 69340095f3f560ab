"""故事: somebody objects to what is posted; the office takes it in, answers it, and only then goes on."""

from __future__ import annotations

from tests.stories.clerk import OFFICE, UNIT, ZONE, write_paper
from tests.stories.conftest import At

KEY = "2.5"


def test_an_objection_is_taken_in_and_answered_before_the_step_goes_on(clerk_at: At) -> None:
    clerk = clerk_at("2.4 职工（代表）大会和动员 · 办结")
    object_ = ("step", "object", UNIT, KEY, "--text", "示例异议:岗位条件过窄")
    clerk.refused(1, "objection.no_period", *object_, "--anonymous", by=ZONE)
    today = clerk.done("--json", "clock", "show").data["today"]
    notice = ("--file", write_paper(clerk.folder), "--field", "起始日期=今天", "--field", "截止日期=今天")
    clerk.done("step", "evidence", UNIT, KEY, "竞聘公告（附职位表）", *notice, by=ZONE)
    page = clerk.done("step", "show", UNIT, KEY).out
    assert "公示" in page
    assert "首日不计入的算法" in page

    clerk.refused(1, "objection.who", *object_, by=ZONE, says=["匿名"])
    clerk.done(*object_, "--from", "示例提出人", by=ZONE)
    clerk.done(*object_, "--anonymous", by=ZONE)
    found = clerk.done("--json", "step", "objections", UNIT, KEY, by=ZONE).data["objections"]
    assert [(each["objector"], each["anonymous"], each["raised_on"]) for each in found] == [
        ("示例提出人", False, today),
        ("", True, today),
    ]
    masked = clerk.done("--json", "step", "objections", UNIT, KEY, by=OFFICE).data["objections"]
    assert {each["objector"] for each in masked} <= {"", "示例提出人"}
    submit = ("step", "submit", UNIT, KEY)
    clerk.refused(1, "objection.open", *submit, by=ZONE, says=["2 件异议还没有答复"])

    for each in found:
        answer = ("--result", "不成立", "--text", "示例答复:经核实,条件符合规定")
        clerk.done("step", "answer-objection", UNIT, KEY, each["id"], *answer, by=ZONE)
    told = clerk.done("step", "objections", UNIT, KEY, by=ZONE).out
    assert told.count("异议不成立:示例答复") == 2
    clerk.refused(1, "period.running", *submit, by=ZONE, says=["公示期未满"])
    shown = clerk.done("step", "show", UNIT, KEY).out
    assert "答复:异议不成立" in shown
