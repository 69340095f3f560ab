"""A meeting has an agenda: declared, listed, put off, decided; and minutes that come without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.stories.clerk import CHECKER, MINUTES, OFFICE, UNIT, ZONE, Clerk

BODY = "鄢陵县委常委会"
RESPONSIBLE = "demo-yanling-finance-bureau-head"
NUMBER = "示例纪要〔2021〕第5号"


def planned(clerk: Clerk, name: str, day: str) -> str:
    found = clerk.done("--json", "meeting", "plan", BODY, "--name", name, "--date", day, by=OFFICE).data
    return str(found["id"])


def shown(clerk: Clerk, id_: str) -> dict[str, Any]:
    return dict(clerk.done("--json", "meeting", "show", id_, by=OFFICE).data)


def phase(clerk: Clerk) -> str:
    rows = clerk.done("--json", "inbox", by=OFFICE).data["rows"]
    return next(str(row["phase"]) for row in rows if row["kind"] == "record" and row["step"] == "1.2")


def states(clerk: Clerk) -> list[str]:
    rows = clerk.done("--json", "meeting", "agenda", BODY, by=OFFICE).data["rows"]
    return [row["state"] for row in rows if row["step"] == "1.2"]


def test_put_off_and_passed_at_the_next_session(clerk: Clerk, tmp_path: Path) -> None:
    assert states(clerk) == ["undeclared"]
    assert phase(clerk) == "待申报议题"
    first = planned(clerk, "示例第2次会议", "2021-01-14")
    assert shown(clerk, first)["line"]["material_due"] == "2021-01-11"
    clerk.refused(1, "agenda.state", "meeting", "take-off", UNIT, "1.2", "--reason", "材料不齐", by=OFFICE)
    clerk.refused(1, "actor.not_entitled", "meeting", "declare", UNIT, "1.2", by=ZONE)
    clerk.done("meeting", "declare", UNIT, "1.2", "--title", "示例:成立改革专班", by=OFFICE)
    assert (states(clerk), phase(clerk)) == (["declared"], "待列入")
    assert [each["title"] for each in shown(clerk, first)["waiting"]] == ["示例:成立改革专班"]
    clerk.refused(1, "actor.not_entitled", "meeting", "put", first, UNIT, "1.2", by=ZONE)
    clerk.refused(3, "meeting.unknown", "meeting", "put", "M2021-0099", UNIT, "1.2", by=OFFICE)
    clerk.done("meeting", "put", first, UNIT, "1.2", by=OFFICE)
    assert phase(clerk) == "待录结果", "its day has come"
    clerk.refused(1, "meeting.listed", "meeting", "cancel", first, "--reason", "合并召开", by=OFFICE)

    sheet = tmp_path / "议题汇总表.html"
    clerk.done("meeting", "print", first, "--to", str(sheet), by=OFFICE)
    assert "示例:成立改革专班" in sheet.read_text()
    clerk.done("meeting", "print", first, "--to", str(tmp_path / "议题汇总表.docx"), by=OFFICE)

    held = ("meeting", "minutes", first, "--on", "2021-01-14", "--number", NUMBER)
    clerk.refused(1, "meeting.rows", *held, "--row", f"{UNIT},1.2,暂缓", by=OFFICE, says=("第1行", "理由"))
    assert shown(clerk, first)["line"]["state"] == "planned", "nothing of it was recorded"
    clerk.done(*held, "--row", f"{UNIT},1.2,暂缓,补充编制测算", by=OFFICE)
    assert states(clerk) == ["recorded"]
    clerk.done("step", "check", UNIT, "1.2", by=CHECKER)
    assert states(clerk) == ["deferred"]
    assert phase(clerk) == "暂缓,待上会"

    later = planned(clerk, "示例第4次会议", "2021-02-24")
    second = planned(clerk, "示例第3次会议", "2021-01-18")
    assert shown(clerk, later)["again"] == []
    (again,) = shown(clerk, second)["again"]
    assert (again["step"], again["times"], again["deferred_on"]) == ("1.2", 1, "2021-01-14")
    wanted = f"{UNIT},1.2,落实专班办公用房,鄢陵县财政局/负责人,2021-02-10"
    clerk.done("meeting", "minutes", second, "--on", "2021-01-18", "--number", "示例纪要〔2021〕第6号",
               "--row", f"{UNIT},1.2,通过", "--want", wanted, by=OFFICE)  # fmt: skip
    clerk.refused(1, "duty.own_recording", "step", "check", UNIT, "1.2", by=OFFICE)
    clerk.done("step", "check", UNIT, "1.2", by=CHECKER)
    assert states(clerk) == []
    (item,) = shown(clerk, second)["items"]
    assert (item["state"], item["outcome"]) == ("decided", "通过")
    rows = clerk.done("--json", "inbox", by=RESPONSIBLE).data["rows"]
    assert [(row["act"], row["due_on"]) for row in rows] == [("办理议定事项", "2021-02-10")]
    clerk.done("ledger", "rebuild", "--check")


def test_minutes_without_an_agenda_close_what_was_declared(clerk: Clerk) -> None:
    """A past meeting is recorded in one command; what was on its way there is done with it."""
    clerk.done("meeting", "declare", UNIT, "1.2", by=OFFICE)
    clerk.done("step", "record", UNIT, "1.2", *MINUTES, by=OFFICE)
    assert states(clerk) == ["recorded"]
    clerk.refused(1, "agenda.state", "meeting", "withdraw", UNIT, "1.2", by=OFFICE)
    clerk.done("step", "check", UNIT, "1.2", by=CHECKER)
    assert states(clerk) == []
    assert clerk.step("1.2")["step"]["status"] == "closed"


def test_what_was_declared_is_taken_back_or_declined(clerk: Clerk) -> None:
    id_ = planned(clerk, "示例第2次会议", "2021-01-14")
    clerk.done("meeting", "declare", UNIT, "1.2", by=OFFICE)
    clerk.done("meeting", "withdraw", UNIT, "1.2", by=OFFICE)
    assert states(clerk) == ["undeclared"]
    clerk.done("meeting", "put", id_, UNIT, "1.2", by=OFFICE)
    clerk.refused(1, "agenda.reason_missing", "meeting", "take-off", UNIT, "1.2", by=OFFICE)
    clerk.done("meeting", "take-off", UNIT, "1.2", "--reason", "材料不齐", by=OFFICE)
    assert states(clerk) == ["declared"]
    clerk.done("meeting", "take-off", UNIT, "1.2", "--reason", "不属审议范围", "--declined", by=OFFICE)
    assert states(clerk) == ["undeclared"]
    clerk.done("meeting", "change", id_, "--date", "2021-01-20", by=OFFICE)
    clerk.refused(1, "meeting.reason_missing", "meeting", "cancel", id_, by=OFFICE)
    clerk.done("meeting", "cancel", id_, "--reason", "与下次合并召开", by=OFFICE)
    clerk.refused(1, "meeting.cancelled", "meeting", "put", id_, UNIT, "1.2", by=OFFICE)
    assert [row["state"] for row in clerk.done("--json", "meeting", "list", by=OFFICE).data["rows"]] == [
        "cancelled"
    ]


def test_sessions_are_not_for_everybody(clerk: Clerk) -> None:
    """Whoever has nothing to record for it neither plans nor sees it."""
    id_ = planned(clerk, "示例第2次会议", "2021-01-14")
    stranger = "demo-yanling-finance-bureau-head"
    clerk.refused(
        1, "access.denied", "meeting", "plan", BODY, "--name", "示例", "--date", "2021-01-14", by=stranger
    )
    clerk.refused(3, "access.not_found", "meeting", "show", id_, by=stranger)
    assert clerk.done("--json", "meeting", "list", by=stranger).data["rows"] == []
