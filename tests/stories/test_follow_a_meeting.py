"""What a meeting wants done beside the matter is somebody's work, reported, and confirmed by another."""

from __future__ import annotations

from tests.stories.clerk import CHECKER, MINUTES, OFFICE, UNIT, Clerk

RESPONSIBLE = "demo-yanling-finance-bureau-head"
BODY = "鄢陵县财政局"


def overseers(clerk: Clerk) -> list[str]:
    waits = clerk.step("1.2")["step"]["waits"]
    return [str(each["role"]) for each in waits if each["act"] == "确认议定事项办结"]


def test_a_decided_item_is_done_and_confirmed(clerk: Clerk) -> None:
    add = ("step", "follow-up", UNIT, "1.2", "--text", "落实专班办公用房", "--to", f"{BODY}/负责人",
           "--due", "2021-02-10")  # fmt: skip
    clerk.refused(1, "follow_up.no_meeting", *add, by=OFFICE)
    clerk.done("step", "record", UNIT, "1.2", *MINUTES, by=OFFICE)
    blank = ("step", "follow-up", UNIT, "1.2", "--text", " ", "--to", f"{BODY}/负责人")
    clerk.refused(1, "follow_up.no_text", *blank, by=OFFICE)
    clerk.done(*add, by=OFFICE)
    assert "待核对 · 落实专班办公用房" in clerk.done("step", "show", UNIT, "1.2").out
    assert clerk.done("--json", "inbox", by=RESPONSIBLE).data["rows"] == []

    clerk.done("step", "check", UNIT, "1.2", by=CHECKER)
    rows = clerk.done("--json", "inbox", by=RESPONSIBLE).data["rows"]
    assert [(row["act"], row["step"], row["due_on"]) for row in rows] == [
        ("办理议定事项", "1.2", "2021-02-10")
    ]
    (item,) = clerk.step("1.2")["follow_ups"]
    clerk.refused(
        1, "actor.not_entitled", "step", "follow-done", UNIT, item["id"], "--opinion", "已办", by=OFFICE
    )
    clerk.refused(
        1, "follow_up.no_text", "step", "follow-done", UNIT, item["id"], "--opinion", "", by=RESPONSIBLE
    )
    clerk.done("step", "follow-done", UNIT, item["id"], "--opinion", "已安排办公用房", by=RESPONSIBLE)
    assert overseers(clerk)
    shown = clerk.done("step", "show", UNIT, "1.2").out
    assert "待确认 · 落实专班办公用房" in shown
    assert "办理情况:已安排办公用房" in shown
    clerk.refused(1, "actor.not_entitled", "step", "follow-confirm", UNIT, item["id"], by=RESPONSIBLE)
    clerk.done("step", "follow-confirm", UNIT, item["id"], by="demo-yanling-reform-office-head")
    assert "已办结 · 落实专班办公用房" in clerk.done("step", "show", UNIT, "1.2").out
    assert clerk.done("--json", "inbox", by=RESPONSIBLE).data["rows"] == []
