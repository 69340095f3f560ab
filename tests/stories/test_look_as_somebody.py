"""故事: who reads under a name sees what that person may see; who names nobody reads as the operator."""

from __future__ import annotations

from tests.stories.clerk import OFFICE, UNIT, ZONE, Clerk

ELSEWHERE = "demo-weidu-reform-office-handler"
MEMBER = "demo-yanling-member"


def test_another_county_s_case_is_as_if_it_were_not_there(clerk: Clerk) -> None:
    for words in (
        ("case", "show", UNIT),
        ("case", "history", UNIT),
        ("step", "show", UNIT, "1.1"),
        ("register", "list", UNIT),
    ):
        clerk.done(*words, by=OFFICE)
        clerk.refused(3, "case.unknown", *words, by=ELSEWHERE, says=["没有找到"])
    assert clerk.done("--json", "case", "list", by=OFFICE).data["total"] == 1
    assert clerk.done("--json", "case", "list", by=ELSEWHERE).data["total"] == 0
    assert clerk.done("--json", "zone", "show", UNIT, by=ELSEWHERE).data["cases"] == []
    assert len(clerk.done("--json", "zone", "show", UNIT).data["cases"]) == 1


def test_personal_columns_are_masked_for_who_may_not_see_them(clerk: Clerk) -> None:
    seen = clerk.done("--json", "register", "show", UNIT, "人员名册", by=ZONE).data
    assert seen["masked"] == []
    assert "示例人员01" in str(seen["rows"])
    masked = clerk.done("--json", "register", "show", UNIT, "人员名册", by=MEMBER).data
    assert masked["masked"]
    assert "示例人员01" not in str(masked["rows"])
    assert "个人信息列已遮住" in clerk.done("register", "show", UNIT, "人员名册", by=MEMBER).err
    clerk.refused(2, "usage.no_person", "register", "show", UNIT, "人员名册")


def test_a_name_that_is_not_in_the_register_is_told_at_once_with_those_like_it(clerk: Clerk) -> None:
    for words in (("clock", "move", "2021-02-01"), ("case", "show", UNIT), ("relay", "requeue")):
        clerk.refused(3, "actor.unknown", *words, by="demo-yanling-handlr", says=["demo-yanling-handler"])


def test_what_is_the_administrators_is_refused_to_officers_and_to_the_founding(clerk: Clerk) -> None:
    for words in (
        ("clock", "move", "2021-02-01"),
        ("relay", "requeue"),
        ("evidence", "sweep"),
        ("ledger", "seal"),
        ("ledger", "rebuild", "--yes"),
        ("db", "protect"),
    ):
        clerk.refused(1, "access.denied", *words, by=OFFICE)
    clerk.refused(1, "founding.over", "clock", "move", "2021-02-01", by="founding")
    clerk.refused(1, "access.denied", "ledger", "seal", by="founding")
    clerk.refused(1, "access.denied", "status", by=ZONE)
    clerk.refused(1, "access.denied", "ledger", "verify", by=ZONE)
