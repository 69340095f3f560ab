"""故事: a clerk records what the 县委常委会 decided days ago, from its minutes, in one command."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from rich.cells import cell_len

from tests.stories.clerk import CHECKER, FILE, MINUTES, OFFICE, UNIT, Clerk


def test_the_minutes_are_recorded_in_one_command_and_do_not_count_yet(clerk: Clerk) -> None:
    answer = clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    assert "鄢陵县委常委会 · 通过 · 2021-01-14" in answer.out
    assert "会议纪要 · 示例县委常委会第2次会议 · 示例纪要〔2021〕第5号" in answer.out
    assert "待核对" in answer.out
    assert f"zonectl step check {UNIT} 1.2" in answer.err
    assert clerk.step("1.2")["step"]["words"] == "待审核"


def test_the_checker_confirms_it_in_one_command_and_the_step_closes_on_the_day_of_the_meeting(
    clerk: Clerk,
) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    answer = clerk.done("step", "check", "鄢陵", "1.2", by=CHECKER)
    assert "核对人 示例用户丙(鄢陵县委改革办)" in answer.out

    step = clerk.step("1.2")["step"]
    assert (step["words"], step["closed_on"]) == ("已办结", "2021-01-14")
    recorded, checked = clerk.history()[-2:]
    assert (recorded["occurred_on"], recorded["late_days"], recorded["channel"]) == ("2021-01-14", 6, "cli")
    assert (recorded["actor"], recorded["actor_name"]) == (OFFICE, "示例用户甲(鄢陵县委改革办)")
    assert recorded["notes"] == [
        "决定人 鄢陵县委常委会 · 会议纪要 · 示例县委常委会第2次会议 · 示例纪要〔2021〕第5号 · "
        "登记人 示例用户甲(鄢陵县委改革办)"
    ]
    assert (checked["occurred_on"], checked["actor"], checked["channel"]) == ("2021-01-20", CHECKER, "cli")
    assert checked["notes"] == ["核对人 示例用户丙(鄢陵县委改革办)"]
    assert checked["lines"][-1] == "1.2 组建领导小组和专班 · 办结"


def test_the_history_on_the_screen_names_decider_date_medium_recorder_checker_and_channel(
    clerk: Clerk,
) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    clerk.done("step", "check", "鄢陵", "1.2", by=CHECKER)
    shown = clerk.done("case", "history", "鄢陵", "--step", "1.2", "--last", "2").out
    for part in (
        "2021-01-14  补录(迟6日)",
        "决定人 鄢陵县委常委会",
        "会议纪要",
        "登记人 示例用户甲(鄢陵县委改革办)",
        "核对人 示例用户丙(鄢陵县委改革办)",
        "命令行代办",
    ):
        assert part in shown


def test_until_then_the_case_says_who_records_for_the_committee(clerk: Clerk) -> None:
    shown = clerk.done("case", "show", "鄢陵", "--open").out
    assert "鄢陵县委常委会(不在系统内办理,由鄢陵县委改革办、鄢陵县委组织部登记)" in shown
    assert "无人承办" not in shown


def test_the_checkers_inbox_leads_to_it(clerk: Clerk) -> None:
    clerk.done("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE)
    assert "核对原件 · 常委会研究" in clerk.done("inbox", by=CHECKER).out
    assert "核对原件" not in clerk.done("inbox", by=OFFICE).out


def test_sent_twice_with_one_id_it_is_recorded_once(clerk: Clerk) -> None:
    once = ("step", "record", "鄢陵", "1.2", *MINUTES, "--command-id", "示例-1")
    clerk.done(*once, by=OFFICE)
    before = clerk.stored()
    again = clerk.done(*once, by=OFFICE)
    assert "这次办理早已完成" in again.err
    assert clerk.stored() == before


@pytest.mark.parametrize("columns", [80, 120])
def test_nothing_on_the_screen_is_wider_than_the_terminal(clerk: Clerk, columns: int) -> None:
    said = [clerk("step", "record", "鄢陵", "1.2", *MINUTES, by=OFFICE, columns=columns)]
    said.append(clerk("step", "check", "鄢陵", "1.2", by=CHECKER, columns=columns))
    for words in (("step", "show", "鄢陵", "1.1"), ("case", "show", "鄢陵"), ("case", "history", "鄢陵")):
        said.append(clerk(*words, columns=columns))
    said.append(clerk("inbox", by=CHECKER, columns=columns))
    assert all(answer.code == 0 and answer.out for answer in said)
    assert [line for answer in said for line in answer.out.splitlines() if cell_len(line) > columns] == []


def test_a_body_named_in_full_is_not_taken_for_one_whose_name_it_begins(clerk: Clerk) -> None:
    words = ("step", "record", UNIT, "1.2", *MINUTES, "--by")
    with closing(sqlite3.connect(clerk.folder / FILE)) as connection:
        connection.execute("UPDATE body SET name = '县委常委' WHERE name = '鄢陵县审计局'")
        connection.commit()
    clerk.refused(
        1, "record.decider_wrong", *words, "县委常委", by=OFFICE, says=["县委常委", "鄢陵县委常委会"]
    )
    clerk.done(*words, "常委会", by=OFFICE)
