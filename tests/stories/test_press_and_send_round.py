"""催办, 传阅 and 抄送: people are told and reminded, and nothing is decided or held up by it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.stories.clerk import FILE, OFFICE, UNIT, ZONE, ZONE_CHECKER, ZONE_HEAD, Clerk

JUSTICE = "demo-yanling-justice-bureau-head"
BODY = "鄢陵县司法局"


def notices(clerk: Clerk, kind: str) -> list[str]:
    with closing(sqlite3.connect(clerk.folder / FILE)) as connection:
        found = connection.execute("SELECT recipient, payload FROM message ORDER BY created_at").fetchall()
    return [recipient for recipient, payload in found if f'"kind":"{kind}"' in payload]


def test_the_office_presses_once_and_the_date_stays(clerk: Clerk) -> None:
    before = clerk.step("1.1")["step"]
    told = clerk.done("step", "urge", UNIT, "1.1", "--reason", "专班明日开会", by=OFFICE)
    assert "催办" in told.out
    after = clerk.step("1.1")["step"]
    assert after["urged"] == "2021-01-20 催办"
    assert (after["due_on"], after["due_line"], after["round"]) == (
        before["due_on"],
        before["due_line"],
        before["round"],
    )
    assert "催 2021-01-20 催办" in clerk.done("case", "show", UNIT).out
    assert [to.rpartition("/")[2] for to in notices(clerk, "urge")] == ["head"]
    clerk.refused(1, "urge.too_soon", "step", "urge", UNIT, "1.1", by=OFFICE, says=("2021-01-25 起可再催办",))
    clerk.refused(1, "urge.own", "step", "urge", UNIT, "1.1", by=ZONE_HEAD)
    clerk.refused(1, "access.denied", "step", "urge", UNIT, "1.1", by=ZONE_CHECKER)


def test_who_records_for_a_committee_is_pressed_and_not_the_committee(clerk: Clerk) -> None:
    clerk.done("step", "urge", UNIT, "1.2", by=ZONE)
    pressed = notices(clerk, "urge")
    assert pressed
    assert not [to for to in pressed if "party_committee" in to]


def test_what_circulates_is_read_by_each_and_holds_nothing_up(clerk: Clerk) -> None:
    clerk.done("step", "circulate", UNIT, "1.1", "--to", f"{BODY}/负责人", "--to", "鄢陵县财政局",
               "--until", "2021-01-29", "--reason", "请阅", by=ZONE)  # fmt: skip
    rows = clerk.done("--json", "inbox", by=JUSTICE).data["rows"]
    assert [(row["act"], row["step"], row["due_on"]) for row in rows] == [("阅知", "1.1", "2021-01-29")]
    clerk.done("step", "decide", UNIT, "1.1", "--outcome", "同意", by=ZONE_HEAD)
    assert clerk.step("1.1")["step"]["status"] == "closed", "nobody waits for a reader"
    clerk.done("step", "read", UNIT, "1.1", by=JUSTICE)
    clerk.refused(1, "circulation.not_yours", "step", "read", UNIT, "1.1", by=JUSTICE)
    shown = clerk.done("step", "show", UNIT, "1.1").out
    assert "已阅 1/2" in shown
    assert "附言:请阅" in shown
    (sent,) = clerk.step("1.1")["circulations"]
    clerk.done("step", "end-circulation", UNIT, "1.1", sent["id"], by=ZONE)
    assert "2021-01-20 结束" in clerk.done("step", "show", UNIT, "1.1").out


def test_who_prepares_the_work_of_a_place_finds_what_circulates_to_it_in_the_own_inbox(clerk: Clerk) -> None:
    clerk.done("step", "delegate", UNIT, "1.1", "--to", JUSTICE, by=ZONE_HEAD)
    clerk.done("step", "circulate", UNIT, "1.1", "--to", "鄢陵县产业集聚区管委会/负责人", by=ZONE)
    rows = clerk.done("--json", "inbox", by=JUSTICE).data["rows"]
    assert sorted(row["act"] for row in rows) == ["代办", "阅知"]
    clerk.done("step", "read", UNIT, "1.1", by=JUSTICE)
    assert [row["act"] for row in clerk.done("--json", "inbox", by=JUSTICE).data["rows"]] == ["代办"]


def test_a_copy_is_told_and_asks_for_nothing(clerk: Clerk) -> None:
    clerk.done("step", "copy", UNIT, "1.1", "--to", f"{BODY}/负责人", by=ZONE)
    assert clerk.done("--json", "inbox", by=JUSTICE).data["rows"] == []
    assert [to.rpartition("/")[2] for to in notices(clerk, "copy")] == ["head"]
    assert "抄送 · 2021-01-20" in clerk.done("step", "show", UNIT, "1.1").out
    clerk.refused(2, "usage.word", "step", "copy", UNIT, "1.1", "--to", f"{BODY}/局长", by=ZONE)
    clerk.refused(1, "consult.unknown_body", "step", "copy", UNIT, "1.1", "--to", "示例无此局", by=ZONE)
