"""故事: a slip of the pen: a name, a number, a date, a word that is not there; each is told in words."""

from __future__ import annotations

import pytest

from tests.stories.clerk import MEETING, MINUTES, OFFICE, ZONE, Clerk, evidence_of_the_survey, write_paper

RECORD = ("step", "record", "鄢陵", "1.2")


def test_an_unknown_zone_with_what_may_be_meant(clerk: Clerk) -> None:
    clerk.refused(
        3,
        "case.unknown",
        *("step", "record", "鄢陵产业聚集区", "1.2", *MINUTES),
        by=OFFICE,
        says=["没有找到“鄢陵产业聚集区”的改革任务", "是不是“鄢陵县产业集聚区”?", "zonectl case list"],
    )


def test_a_zone_like_no_other(clerk: Clerk) -> None:
    answer = clerk("step", "record", "Ω", "1.2", *MINUTES, by=OFFICE)
    assert answer.code == 3
    assert "是不是" not in answer.err


def test_an_unknown_step(clerk: Clerk) -> None:
    clerk.refused(
        3,
        "step.unknown",
        *("step", "record", "鄢陵", "9.9", *MINUTES),
        by=OFFICE,
        says=["没有任务“9.9”", "用 zonectl case show 鄢陵县产业集聚区 查看任务号"],
    )


def test_an_item_of_a_step_that_has_none(clerk: Clerk) -> None:
    clerk.refused(
        3,
        "step.unknown",
        *("step", "record", "鄢陵", "1.2#01", *MINUTES),
        by=OFFICE,
        says=["任务 1.2 没有分项", "请写 1.2"],
    )


def test_a_step_that_does_not_apply(clerk: Clerk) -> None:
    clerk.refused(3, "step.unknown", "step", "submit", "鄢陵", "1.5", by=OFFICE, says=["不适用"])


@pytest.mark.parametrize(
    ("date", "why"), [("2021-02-30", "没有这一天"), ("腊月廿三", "认不出这个日期"), ("14", "认不出这个日期")]
)
def test_a_date_that_is_none(clerk: Clerk, date: str, why: str) -> None:
    clerk.refused(
        2,
        "usage.date",
        *(*RECORD, *MEETING, "--number", "示例纪要〔2021〕第5号", "--on", date),
        by=OFFICE,
        says=[f"“{date}”:{why}", "日期可以写成:2022-03-02、2022.3.2、2022年3月2日、今天、昨天"],
    )


@pytest.mark.parametrize("date", ["2021.1.14", "2021年1月14日", "2021/01/14", "20210114", "2021-01-14"])
def test_dates_as_officers_write_them(clerk: Clerk, date: str) -> None:
    clerk.done(*RECORD, *MEETING, "--number", "示例纪要〔2021〕第5号", "--on", date, by=OFFICE)
    (decision,) = clerk.step("1.2")["state"]["decisions"]
    assert decision["occurred_on"] == "2021-01-14"


def test_evidence_without_its_fields(clerk: Clerk) -> None:
    clerk.done("step", "withdraw", "鄢陵", "1.1", by=ZONE)
    paper = write_paper(clerk.folder, "示例补充.docx")
    given = ("--file", paper, "--reason", "示例:补正", "--field", "成文日期=2021-01-15")
    clerk.refused(
        1,
        "field.missing",
        *("step", "evidence", "鄢陵", "1.1", "摸底报告", *given),
        by=ZONE,
        says=["“摸底报告”缺少:内设机构数、领导职数、人员控制数、数量", "命令里加 --field 要素=值"],
    )


def test_a_replaced_paper_without_a_reason(clerk: Clerk) -> None:
    clerk.done("step", "withdraw", "鄢陵", "1.1", by=ZONE)
    paper = write_paper(clerk.folder, "示例补充.docx")
    clerk.refused(
        1, "evidence.no_reason", *evidence_of_the_survey(paper), by=ZONE, says=["更换须写明原因", "--reason"]
    )


def test_a_field_that_is_not_asked_for_is_told_with_those_that_are(clerk: Clerk) -> None:
    paper = write_paper(clerk.folder, "示例补充.docx")
    words = (*evidence_of_the_survey(paper), "--field", "编制数=15")
    clerk.refused(
        2,
        "usage.word",
        *words,
        by=ZONE,
        says=["--field 不能是“编制数”", "可以写:成文日期(issued_on)、内设机构数(departments)"],
    )


def test_a_slot_that_is_not_there(clerk: Clerk) -> None:
    clerk.refused(
        3,
        "evidence.unknown",
        *("step", "evidence", "鄢陵", "1.1", "批复", "--file", write_paper(clerk.folder)),
        by=ZONE,
        says=["没有材料“批复”", "可以写:摸底台账"],
    )


def test_a_file_that_is_not_there(clerk: Clerk) -> None:
    clerk.refused(
        3,
        "file.missing",
        *evidence_of_the_survey(str(clerk.folder / "没有.docx")),
        by=ZONE,
        says=["没有.docx", "请核对"],
    )


def test_a_word_for_the_outcome_that_there_is_not(clerk: Clerk) -> None:
    clerk.refused(
        2,
        "usage.word",
        *(*RECORD, "--outcome", "已阅", *MINUTES[2:]),
        by=OFFICE,
        says=["--outcome 不能是“已阅”", "原则通过、修改后印发(passed_with_changes)"],
    )


def test_a_person_who_is_not_there(clerk: Clerk) -> None:
    clerk.refused(3, "actor.unknown", *RECORD, *MINUTES, by="nobody", says=["人员名册中没有“nobody”"])


def test_no_person_at_all(clerk: Clerk) -> None:
    clerk.refused(2, "usage.no_person", *RECORD, *MINUTES, says=["没有写明由谁办理", "请加 --as 人员编号"])


def test_a_required_option_left_out(clerk: Clerk) -> None:
    clerk.refused(2, "usage", *RECORD, *MINUTES[2:], by=OFFICE, says=["缺少选项 --outcome", "--help"])


@pytest.mark.parametrize(
    ("number", "kept", "said"),
    [
        ("第五期那份", "第五期那份", "未能识别文号“第五期那份”的写法,已按原样登记"),
        ("示例纪要[2021]第5号", "示例纪要〔2021〕第5号", ""),
        ("示例纪要〔2021〕第5", "示例纪要〔2021〕第5号", "文号末尾缺“号”"),
        ("无文号", "无文号", ""),
    ],
)
def test_an_odd_document_number_warns_and_is_taken(clerk: Clerk, number: str, kept: str, said: str) -> None:
    words = (*MEETING, "--on", "2021-01-14", "--number", number)
    answer = clerk.done(*RECORD, *words, by=OFFICE)
    (decision,) = clerk.step("1.2")["state"]["decisions"]
    assert decision["number"] == kept
    assert said in answer.err
    assert ("请留意:" in answer.err) == bool(said)
