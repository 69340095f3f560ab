"""Somebody leaves and nobody follows: the work shows as 无人承办, and is there for whoever comes."""

from __future__ import annotations

import pytest

from config.settings import Settings
from models.tables import AdministratorRow, PersonRow
from services.bootstrap import open_runtime
from tests.stories.clerk import UNIT, ZONE_HEAD, Clerk

ADMIN = "unit-admin"
SPARE = "demo-yanling-justice-bureau-head"


@pytest.fixture
def administrator(clerk: Clerk) -> str:
    """Yanling's unit administrator."""
    settings = Settings(data_dir=clerk.folder, demo=True)
    with open_runtime(settings) as runtime, runtime.db.write() as session:
        session.add(PersonRow(id=ADMIN, name_id=ADMIN))
        session.flush()
        since = runtime.wall.now()
        session.add(AdministratorRow(person=ADMIN, role="unit_admin", division="411024", since=since))
    return ADMIN


def waits(clerk: Clerk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = clerk.step("1.1")["step"]["waits"]
    return found


def test_a_place_that_nobody_holds_is_work_for_who_can_appoint_and_heals_by_itself(
    clerk: Clerk, administrator: str
) -> None:
    assert clerk.done("--json", "inbox", by=administrator).data["vacancies"] == []
    (zone,) = clerk.done("--json", "inbox", by=ZONE_HEAD).data["rows"]
    body = zone["body"]
    clerk.done("person", "end", ZONE_HEAD, "--body", body, "--position", "负责人", "--last", "2021-01-19",
               "--basis", "示例任〔2021〕1号", by=administrator)  # fmt: skip
    (waiting,) = waits(clerk)
    assert (waiting["vacant"], waiting["holders"]) == ("没有人任职", [])
    assert any("单位管理员" in str(each) for each in waiting["menders"])  # type: ignore[attr-defined]
    shown = clerk.done("case", "show", UNIT).out
    assert "无人承办:没有人任职;可补:" in shown
    (place,) = clerk.done("--json", "inbox", by=administrator).data["vacancies"]
    assert (place["body"], place["position"], place["why"]) == (body, "head", "没有人任职")
    assert "无人承办 1 处" in clerk.done("inbox", by=administrator).out
    told = clerk.done("--json", "status").data["advice"]
    assert [each["code"] for each in told if each["code"] == "work.vacant"] == ["work.vacant"]

    clerk.done("person", "appoint", SPARE, "--body", body, "--position", "负责人", "--from", "2021-01-20",
               "--basis", "示例任〔2021〕2号", by=administrator)  # fmt: skip
    (waiting,) = waits(clerk)
    assert (waiting["vacant"], len(waiting["holders"])) == ("", 1)  # type: ignore[arg-type]
    assert clerk.done("--json", "inbox", by=administrator).data["vacancies"] == []
    assert any(row["body"] == body for row in clerk.done("--json", "inbox", by=SPARE).data["rows"])
    clerk.done("step", "decide", UNIT, "1.1", "--outcome", "同意", by=SPARE)
