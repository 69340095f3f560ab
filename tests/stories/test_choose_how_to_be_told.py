"""故事: an officer says where notices reach them; the operator sees what waits and sends it again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.stories.clerk import FILE, ZONE, Clerk

MAIL = "zone@example.invalid"


def shown(clerk: Clerk, channel: str) -> dict[str, object]:
    found = clerk.done("--json", "notice", "show", by=ZONE).data["wishes"]
    return next(each for each in found if each["channel"] == channel)


def test_an_officer_sets_a_channel_and_sees_no_address(clerk: Clerk) -> None:
    assert shown(clerk, "email") | {"title": ""} == {
        "channel": "email",
        "title": "",
        "mode": None,
        "reachable": False,
        "open": False,
    }
    assert "已设定" in clerk.done("notice", "set", "email", "urgent", "--address", MAIL, by=ZONE).out
    assert (shown(clerk, "email")["mode"], shown(clerk, "email")["reachable"]) == ("urgent", True)
    told = clerk.done("notice", "show", by=ZONE).out
    assert "只收急的" in told
    assert MAIL not in told


def test_what_cannot_be_set_says_what_can(clerk: Clerk) -> None:
    wrong = clerk("notice", "set", "pigeon", "all", by=ZONE)
    assert (wrong.code, "电子邮件(email)" in wrong.err) == (1, True)
    assert clerk("notice", "set", "email", "sometimes", by=ZONE).code == 2
    assert "格式不对" in clerk("notice", "set", "email", "all", "--address", "zone", by=ZONE).err


def test_one_officer_does_not_set_anothers(clerk: Clerk) -> None:
    other = "demo-yanling-head"
    assert clerk("notice", "set", "email", "off", "--person", other, by=ZONE).code != 0
    assert clerk("notice", "show", "--person", other, by=ZONE).code != 0


def test_the_operator_sends_again_what_may_have_arrived(clerk: Clerk, data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        connection.execute(
            "INSERT INTO letter (id, dedup_key, channel, person, kind, case_id, work, title, text, link,"
            " urgent, created_at, state, fence, attempts, dead, handed_at, maybe_since, last_error)"
            " VALUES ('l1', 'k1', 'sms', ?, 'today', '', '', '示例', '示例', '', 1, 1, 'maybe_sent', 1, 1, 0,"
            " 1, 1, '没有答复')",
            (ZONE,),
        )
        connection.commit()
    told = clerk.done("relay", "letters")
    assert "可能已发 1" in told.out
    assert "没有答复" in told.out
    assert "letters.stopped" in [each["code"] for each in clerk.done("--json", "status").data["advice"]]
    assert clerk("relay", "resend", by=ZONE).code != 0, "only who runs the system"
    assert clerk.done("--json", "relay", "resend", "l1", by="sysadmin").data == {"letters": 1}
    assert clerk.done("--json", "relay", "letters").data["letters"]["stopped"] == []
    assert "0 条将再发" in clerk.done("relay", "resend", by="sysadmin").out


def test_reminders_can_be_left_by_hand_and_are_left_once(clerk: Clerk) -> None:
    first = clerk.done("--json", "notice", "remind", by="sysadmin").data
    again = clerk.done("--json", "notice", "remind", by="sysadmin").data
    assert (again["due"], again["messages"]) == (first["due"], 0)
    assert clerk("notice", "remind", by=ZONE).code != 0
