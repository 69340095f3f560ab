"""故事: a decision that the rules do not allow is refused in words, with its exit code; nothing changes."""

from __future__ import annotations

from tests.stories.clerk import (
    CHECKER,
    MEETING,
    MINUTES,
    OFFICE,
    SIGNED,
    UNIT,
    ZONE,
    ZONE_CHECKER,
    ZONE_HEAD,
    ZONE_HEAD_NAME,
    Clerk,
)

RECORD = ("step", "record", "鄢陵", "1.2", *MINUTES)
DECIDE = ("step", "decide", "鄢陵", "1.1", "--outcome", "同意")


def test_by_the_wrong_person(clerk: Clerk) -> None:
    clerk.refused(
        1,
        "actor.not_entitled",
        *DECIDE,
        by=OFFICE,
        says=["“管委会负责人签批”由党工委书记、管委会主任办理,您不在该岗位", "请转请承办岗位办理"],
    )


def test_by_the_one_who_submitted(clerk: Clerk) -> None:
    own = ("step", "record", "鄢陵", "1.1", *SIGNED[:-2], "--by", "示例用户甲(鄢陵县产业集聚区管委会)")
    clerk.refused(1, "decide.medium", *own, by=ZONE, says=["代录他人决定的,请写明决定人"])


def test_by_a_colleague_who_does_not_hold_the_seat(clerk: Clerk) -> None:
    other = ("step", "record", "鄢陵", "1.1", *SIGNED[:-2], "--by", "示例用户丙(鄢陵县产业集聚区管委会)")
    clerk.refused(
        1,
        "record.decider_wrong",
        *other,
        by=ZONE,
        says=["“示例用户丙(鄢陵县产业集聚区管委会)”不在该席位任职", f"现在等的是{ZONE_HEAD_NAME}"],
    )


def test_recorded_by_somebody_of_another_office(clerk: Clerk) -> None:
    clerk.refused(1, "actor.not_entitled", *RECORD, by=ZONE, says=["代录由改革办经办人"])


def test_decided_by_somebody_who_is_not_registered(clerk: Clerk) -> None:
    unknown = ("step", "record", "鄢陵", "1.1", *SIGNED[:-2], "--by", "示例某某")
    clerk.refused(
        3, "record.decider_unknown", *unknown, by=ZONE, says=["没有登记过“示例某某”", ZONE_HEAD_NAME, "--by"]
    )


def test_twice(clerk: Clerk) -> None:
    clerk.done(*RECORD, by=OFFICE)
    clerk.refused(
        4,
        "decide.nothing_open",
        *RECORD,
        by=OFFICE,
        says=["已有意见或待核对,无须再次办理", "如登记有误,请先撤回该意见"],
    )


def test_too_late_after_the_step_moved_on(clerk: Clerk) -> None:
    clerk.done(*DECIDE, by=ZONE_HEAD)
    clerk.refused(
        1, "step.not_open", *DECIDE, by=ZONE_HEAD, says=["现为“已办结”", "已办结的请先申请重新办理"]
    )


def test_checked_too_late(clerk: Clerk) -> None:
    clerk.done(*RECORD, by=OFFICE)
    clerk.done("step", "check", "鄢陵", "1.2", by=CHECKER)
    clerk.refused(1, "check.nothing", "step", "check", "鄢陵", "1.2", by=CHECKER, says=["没有待核对的意见"])


def test_on_an_old_round(clerk: Clerk) -> None:
    clerk.done("step", "withdraw", "鄢陵", "1.1", by=ZONE)
    clerk.done("step", "submit", "鄢陵", "1.1", by=ZONE)
    clerk.refused(
        4,
        "step.round",
        *(*DECIDE, "--round", "1"),
        by=ZONE_HEAD,
        says=["任务 1.1 现为第2轮,您所见为第1轮", "请刷新后按最新内容办理"],
    )


def test_on_a_step_that_is_not_open(clerk: Clerk) -> None:
    clerk.refused(
        1,
        "step.not_open",
        *("step", "record", "鄢陵", "1.3", *SIGNED),
        by=ZONE,
        says=["任务 1.3“起草改革实施方案”现为“未启动”", "请等待前置任务办结"],
    )


def test_before_it_is_submitted(clerk: Clerk) -> None:
    clerk.done("step", "withdraw", "鄢陵", "1.1", by=ZONE)
    clerk.refused(1, "decide.not_in_review", *DECIDE, by=ZONE_HEAD, says=["请等待承办人提交"])


def test_dated_before_its_predecessor(clerk: Clerk) -> None:
    early = (*MEETING, "--number", "示例纪要〔2021〕第5号", "--on", "2021-01-11")
    clerk.refused(
        1,
        "date.before_predecessor",
        *("step", "record", "鄢陵", "1.2", *early),
        by=OFFICE,
        says=["审批日期 2021-01-11 早于提交日期 2021-01-12", "命令里加 --out-of-order 说明"],
    )
    why = ("--out-of-order", "示例:会议先议定,材料后补")
    answer = clerk.done("step", "record", "鄢陵", "1.2", *early, *why, by=OFFICE)
    assert "日期在先的说明:示例:会议先议定,材料后补" in answer.out


def test_dated_in_the_future(clerk: Clerk) -> None:
    late = (*MEETING, "--number", "示例纪要〔2021〕第5号", "--on", "2021-01-21")
    clerk.refused(
        1,
        "date.future",
        *("step", "record", "鄢陵", "1.2", *late),
        by=OFFICE,
        says=["发生日期 2021-01-21 晚于今天 2021-01-20", "请核对日期"],
    )


def test_minutes_without_a_number(clerk: Clerk) -> None:
    clerk.refused(
        1,
        "decide.number_missing",
        *("step", "record", "鄢陵", "1.2", *MEETING, "--on", "2021-01-14"),
        by=OFFICE,
        says=["会议纪要须登记文号或期号", "确无文号的填“无文号”", "命令里加 --number 文号"],
    )


def test_an_outcome_that_does_not_fit_the_node(clerk: Clerk) -> None:
    clerk.refused(
        1,
        "decide.outcome",
        *("step", "record", "鄢陵", "1.2", "--outcome", "同意", *MINUTES[2:]),
        by=OFFICE,
        says=["“常委会研究”不能作“同意”", "可选:通过;原则通过、修改后印发;暂缓;不通过"],
    )


def test_sent_back_without_a_reason(clerk: Clerk) -> None:
    clerk.refused(
        1,
        "decide.reason_missing",
        *("step", "decide", "鄢陵", "1.1", "--outcome", "退回"),
        by=ZONE_HEAD,
        says=["“退回”须写明理由", "命令里加 --opinion 理由"],
    )


def test_one_id_used_for_two_acts(clerk: Clerk) -> None:
    clerk.done(*RECORD, "--command-id", "示例-1", by=OFFICE)
    other = ("step", "check", "鄢陵", "1.2", "--command-id", "示例-1")
    clerk.refused(4, "command.reused", *other, by=CHECKER, says=["请换一个新的指令号"])


def test_what_json_says_is_what_the_text_says(clerk: Clerk) -> None:
    clerk.done(*RECORD, by=OFFICE)
    own = ("step", "check", UNIT, "1.2")
    text, json = clerk(*own, by=OFFICE), clerk("--json", *own, by=OFFICE)
    error = json.error
    assert text.code == json.code == error["exit"] == 1
    assert text.err == json.err
    assert f"原因:{error['message']}\n依据:{error['basis']}\n怎么办:{error['remedy']}\n" in text.err
    assert error["code"] == "duty.own_recording"


def test_checked_by_somebody_of_another_office(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.1", *SIGNED, by=ZONE)
    clerk.refused(
        1,
        "actor.not_entitled",
        "step",
        "check",
        "鄢陵",
        "1.1",
        by=OFFICE,
        says=["由登记人所在机构的另一人办理"],
    )
    clerk.done("step", "check", "鄢陵", "1.1", by=ZONE_CHECKER)
