"""故事: a reform office watches the lamps of its zone turn yellow and red, and sees why and what follows."""

from __future__ import annotations

from typing import Any

from tests.stories.clerk import CHECKER, OFFICE, UNIT, ZONE_HEAD, Clerk

ADMIN = "sysadmin"


def lamps(clerk: Clerk, by: str = OFFICE) -> dict[str, Any]:
    found: dict[str, Any] = clerk.done("--json", "lamp", "show", "鄢陵", by=by).data
    return {each["step"]: each for each in found["lamps"]} | {"all": found}


def move(clerk: Clerk, day: str) -> None:
    clerk.done("clock", "move", day, by=ADMIN)


def test_the_lamps_of_a_zone_over_time(clerk: Clerk) -> None:
    early = lamps(clerk)
    assert early["1.1"]["colour"] in ("green", "yellow")
    assert "1.1" not in {each["step"] for each in early["all"]["history"]}
    due = {key: each["due_on"] for key, each in early.items() if key != "all"}
    move(clerk, "2021-03-01")
    late = lamps(clerk)
    assert {key for key in due if late[key]["colour"] == "red"} == {"1.1", "1.2"}
    for key in ("1.1", "1.2"):
        lamp = late[key]
        assert (lamp["rule"], lamp["due_on"], lamp["word"], lamp["shape"]) == (
            "overdue",
            due[key],
            "逾期",
            "■",
        )
        assert f"{due[key]}到期,已逾期{-lamp['left']}个工作日" == lamp["line"]
        assert lamp["record"]["red"]
        assert lamp["waits"]
    spell = next(each for each in late["all"]["history"] if each["step"] == "1.1")
    assert [each["draft"] for each in spell["reached"]] == ["order", "circular", "talk"]

    told = clerk.done("lamp", "show", "鄢陵", by=OFFICE).out
    for words in ("超过时限", "还红着", "督办单(督查室)", "■ 逾期"):
        assert words in told
    red = clerk.done("lamp", "red", by=OFFICE).out
    assert "拟督办单,督查室决定" in red
    assert "红灯 2 盏" in clerk.done("lamp", "red", "--area", "411024", by=OFFICE).err

    clerk.done("step", "decide", UNIT, "1.1", "--outcome", "同意", "--on", "2021-03-01", by=ZONE_HEAD)
    after = lamps(clerk)["all"]
    ended = [each for each in after["history"] if each["step"] == "1.1"]
    assert [each["began_on"] for each in ended] == [spell["began_on"]], "the red past stays"


def test_the_list_shows_the_worst_first_and_only_what_one_may_see(clerk: Clerk) -> None:
    move(clerk, "2021-03-01")
    listed = clerk.done("--json", "lamp", "list", by=OFFICE).data
    assert [(each["unit_name"], each["colour"]) for each in listed["cases"]] == [(UNIT, "red")]
    assert clerk.done("--json", "lamp", "list", "--colour", "green", by=OFFICE).data["cases"] == []
    assert clerk.done("--json", "lamp", "list", "--area", "411002", by=OFFICE).data["cases"] == []
    assert UNIT in clerk.done("lamp", "list").out
    clerk.refused(2, "usage.colour", "lamp", "list", "--colour", "蓝", by=OFFICE)
    clerk.refused(3, "case.unknown", "lamp", "show", "没有的开发区", by=OFFICE)


def test_rebuilding_is_the_administrators(clerk: Clerk) -> None:
    move(clerk, "2021-03-01")
    clerk.refused(1, "access.denied", "lamp", "rebuild", "--yes", by=CHECKER)
    first = clerk.done("--json", "lamp", "rebuild", "--yes", by=ADMIN).data
    assert (first["cases"], first["began"], first["red"]) == (1, 2, 2)
    again = clerk.done("--json", "lamp", "rebuild", "--yes", by=ADMIN).data
    assert (again["began"], again["ended"], again["red"]) == (0, 0, 2)
    listed = clerk.done("--json", "lamp", "list", by=OFFICE).data["cases"]
    assert listed[0]["record"]["times"] == 2


def test_a_rehearsed_morning_writes_the_lamps_down_and_reminds_once(clerk: Clerk) -> None:
    move(clerk, "2021-03-01")
    clerk.refused(1, "access.denied", "clock", "morning", by=OFFICE)
    first = clerk.done("--json", "clock", "morning", by=ADMIN).data
    assert first["counted"]["began"] == 2
    assert first["reminded"]["messages"] == first["reminded"]["due"] > 0
    again = clerk.done("--json", "clock", "morning", by=ADMIN).data
    assert (again["counted"]["began"], again["reminded"]["messages"], again["fired"]["fired"]) == (0, 0, 0)
    move(clerk, "2021-03-06")
    day_off = clerk.done("--json", "clock", "morning", by=ADMIN).data
    assert (day_off["swept"]["cases"], day_off["reminded"]["due"]) == (0, 0)
