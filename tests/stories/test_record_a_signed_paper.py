"""故事: the zone's head signed a 呈批件 on paper; the clerk records it, a second person checks it."""

from __future__ import annotations

from tests.stories.clerk import (
    CHECKER,
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


def test_a_named_persons_signature_is_recorded_in_one_command(clerk: Clerk) -> None:
    answer = clerk.done("step", "record", "鄢陵", "1.1", *SIGNED, by=ZONE)
    assert f"管委会负责人签批 · {ZONE_HEAD_NAME} · 同意 · 2021-01-18" in answer.out
    (decision,) = clerk.step("1.1")["state"]["decisions"]
    assert (decision["decided_by"], decision["recorded_by"]) == (ZONE_HEAD, ZONE)
    assert (decision["medium"], decision["occurred_on"]) == ("signed_paper", "2021-01-18")
    assert "verified_by" not in decision


def test_checked_it_counts_and_the_history_names_all_three(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.1", *SIGNED, by=ZONE)
    clerk.done("step", "check", "鄢陵", "1.1", by=ZONE_CHECKER)
    state = clerk.step("1.1")["state"]
    assert (state["status"], state["closed_on"]) == ("closed", "2021-01-18")
    assert state["decisions"][0]["verified_by"] == ZONE_CHECKER
    recorded, checked = clerk.history()[-2:]
    assert recorded["notes"] == [
        f"决定人 {ZONE_HEAD_NAME} · 手签呈批件 · 登记人 示例用户甲(鄢陵县产业集聚区管委会)"
    ]
    assert (recorded["occurred_on"], recorded["late_days"], recorded["channel"]) == ("2021-01-18", 2, "cli")
    assert checked["notes"] == ["核对人 示例用户丙(鄢陵县产业集聚区管委会)"]
    assert checked["channel"] == "cli"


def test_both_steps_done_the_plan_is_drafted_next(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.1", *SIGNED, by=ZONE)
    clerk.done("step", "check", "鄢陵", "1.1", by=ZONE_CHECKER)
    assert clerk.step("1.3")["step"]["words"] == "未启动"
    clerk.done("step", "record", UNIT, "1.2", *MINUTES, by=OFFICE)
    answer = clerk.done("step", "check", UNIT, "1.2", by=CHECKER)
    assert "1.3 起草改革实施方案 · 启动" in answer.out


def test_without_a_name_it_is_refused_and_says_who_it_could_be(clerk: Clerk) -> None:
    clerk.refused(
        1,
        "record.person_needed",
        *("step", "record", "鄢陵", "1.1", *SIGNED[:-2]),
        by=ZONE,
        says=["须写明签署人", f"现在等的是{ZONE_HEAD_NAME}", "命令里加 --by 姓名"],
    )


def test_the_head_may_also_decide_online_and_then_nobody_checks(clerk: Clerk) -> None:
    answer = clerk.done("step", "decide", "鄢陵", "1.1", "--outcome", "同意", by=ZONE_HEAD)
    assert "现在  1.1 全面摸底 · 已办结" in answer.out
    assert "核对" not in answer.out + answer.err
