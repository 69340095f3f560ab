"""故事: the checker finds that the paper says otherwise: the recording falls, is made again or corrected."""

from __future__ import annotations

from tests.stories.clerk import CHECKER, LAUNCHER, MEETING, MINUTES, OFFICE, Clerk

WHY = "原件是示例纪要〔2021〕第6号,登记为第5号"
RIGHT = (*MEETING, "--on", "2021-01-14", "--number", "示例纪要〔2021〕第6号")


def test_a_recording_that_the_paper_denies_falls_and_the_reason_stays(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    answer = clerk.done("step", "check", "鄢陵", "1.2", "--disagree", "--reason", WHY, by=CHECKER)
    assert "核对原件 · 不一致" in answer.out
    assert "已作废" in answer.err
    assert clerk.step("1.2")["state"].get("decisions", []) == []
    assert clerk.history()[-1]["notes"] == ["核对人 示例用户丙(鄢陵县委改革办)", f"意见 {WHY}"]


def test_recorded_anew_and_checked_it_counts_and_both_stay_in_the_history(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    clerk.done("step", "check", "鄢陵", "1.2", "--disagree", "--reason", WHY, by=CHECKER)
    clerk.done("step", "record", "鄢陵", "1.2", *RIGHT, by=OFFICE)
    clerk.done("step", "check", "鄢陵", "1.2", by=CHECKER)
    assert clerk.step("1.2")["step"]["words"] == "已办结"
    notes = " ".join(note for each in clerk.history() for note in each["notes"])
    assert "示例纪要〔2021〕第5号" in notes
    assert "示例纪要〔2021〕第6号" in notes


def test_the_checker_must_say_what_differs(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    clerk.refused(
        2,
        "check.reason_missing",
        *("step", "check", "鄢陵", "1.2", "--disagree"),
        by=CHECKER,
        says=["须写明哪里不一致", "命令里加 --reason 理由"],
    )


def test_nobody_checks_what_they_recorded(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    clerk.refused(
        1,
        "duty.own_recording",
        *("step", "check", "鄢陵", "1.2"),
        by=OFFICE,
        says=["不能核对本人代录的意见", "依据:代录须经第二人核对原件"],
    )


def test_the_recorder_takes_back_a_slip_before_it_is_checked(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    (decision,) = clerk.step("1.2")["state"]["decisions"]
    clerk.done("step", "withdraw", "鄢陵", "1.2", "--decision", decision["id"], by=OFFICE)
    assert clerk.step("1.2")["state"].get("decisions", []) == []


def test_found_after_the_check_it_is_corrected_by_two_and_the_old_value_stays(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    clerk.done("step", "check", "鄢陵", "1.2", by=CHECKER)
    (decision,) = clerk.step("1.2")["state"]["decisions"]
    proposed = clerk.done(
        *("step", "propose", "鄢陵", "1.2", "--kind", "更正", "--reason", WHY),
        *("--path", f"decision/{decision['id']}/number", "--new", "示例纪要〔2021〕第6号"),
        by=OFFICE,
    )
    (proposal,) = clerk.step("1.2")["proposals"]
    assert f"step confirm 鄢陵县产业集聚区 {proposal['id']}" in proposed.err
    assert "更正" in clerk.done("step", "show", "鄢陵", "1.2").out
    own = ("step", "confirm", "鄢陵", proposal["id"])
    clerk.refused(1, "duty.own_proposal", *own, by=OFFICE, says=["依据:一人提出、另一人确认"])
    clerk.done(*own, by=LAUNCHER)
    (corrected,) = clerk.step("1.2")["state"]["decisions"]
    assert corrected["number"] == "示例纪要〔2021〕第6号"
    assert any("示例纪要〔2021〕第5号" in note for each in clerk.history() for note in each["notes"])
