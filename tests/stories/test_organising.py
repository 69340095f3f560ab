"""Xuchang reorganises in the middle of a reform, a handler leaves: no work is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from config.settings import Settings
from models.database import Database
from models.tables import AdministratorRow, PersonRow
from services.bootstrap import open_runtime
from services.ledger import verify
from services.rebuilding import check_projections
from tests.stories.clerk import FILE, UNIT, Clerk, write_sheets

OTHER = "襄城县产业集聚区"
CITY = "demo-xuchang-reform-office-head"
COUNTY = "demo-yanling-reform-office-head"
PAPER = ("--basis", "示例政〔2021〕1号", "--from", "2021-01-18")


@contextmanager
def database(clerk: Clerk) -> Iterator[Database]:
    with open_runtime(Settings(data_dir=clerk.folder, demo=True)) as runtime:
        yield runtime.db


def sound(clerk: Clerk) -> None:
    with database(clerk) as db:
        assert verify(db).true
        rebuilt = check_projections(db)
        assert rebuilt.equal, rebuilt.differences


def rows(clerk: Clerk, statement: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(clerk.folder / FILE)) as connection:
        return connection.execute(statement, values).fetchall()


@pytest.fixture
def administrator(clerk: Clerk) -> str:
    """Yanling's unit administrator."""
    settings = Settings(data_dir=clerk.folder, demo=True)
    with open_runtime(settings) as runtime, runtime.db.write() as session:
        session.add(PersonRow(id="unit-admin", name_id="unit-admin"))
        session.flush()
        since = runtime.wall.now()
        session.add(AdministratorRow(person="unit-admin", role="unit_admin", division="411024", since=since))
    return "unit-admin"


def test_a_zone_is_renamed_in_mid_reform(clerk: Clerk) -> None:
    act = ("zone", "reorganise", "更名", UNIT, "--name", "示例鄢陵先进制造业开发区", *PAPER)
    clerk.refused(1, "access.denied", *act, by="demo-weidu-reform-office-head")
    shown = clerk.done("--json", *act, "--dry-run", by=COUNTY).data["touched"]
    assert {each["what"] for each in shown} == {"continue"}
    assert {each["kind"] for each in shown} == {"case", "register", "body", "position"}
    named = clerk.done(*act, "--dry-run", by=COUNTY).out
    assert f"改革任务   {UNIT} · 开发区体制机制改革" in named
    assert f"{UNIT} · 人员名册" in named
    assert f"{UNIT}管委会 经办人 示例用户甲({UNIT}管委会)" in named
    assert "body:" not in named
    clerk.done(*act, by=COUNTY)
    assert "示例鄢陵先进制造业开发区" in clerk.done("case", "list").out
    assert UNIT in clerk.done("zone", "show", "示例鄢陵").out, "the old name is in the history"
    sound(clerk)


def test_two_zones_are_merged_and_their_registers_go_along(clerk: Clerk) -> None:
    clerk.done("case", "launch", "development-zone", "--unit", OTHER, "--on", "2021-01-11",
               by="demo-xiangcheng-reform-office-head")  # fmt: skip
    for register, sheet in write_sheets(clerk.folder).items():
        clerk.done(
            "step", "fill", OTHER, "1.1", register, sheet, "--on", "2021-01-14", by="demo-xiangcheng-handler"
        )
    act = ("zone", "reorganise", "整合", UNIT, "--into", OTHER, *PAPER)
    clerk.refused(1, "access.denied", *act, by=COUNTY)
    clerk.done(*act, by=CITY)
    ((case,),) = rows(clerk, "SELECT id FROM reform_case WHERE state = 'open'")
    found = rows(
        clerk,
        "SELECT key, data FROM register_row WHERE case_id = ? AND version = 2 ORDER BY ordinal",
        str(case),
    )
    staff = [(str(key), "@origin" in str(data)) for key, data in found if "示例0" in str(key)]
    assert [origin for _, origin in staff] == [False, False, True, True]
    assert staff[0][0] == "示例01"
    assert staff[2][0].endswith("/示例01"), "two rows of one number are two people"
    assert len(found) == 6
    sound(clerk)


def test_a_bureau_is_abolished_and_its_work_follows(clerk: Clerk) -> None:
    before = rows(clerk, "SELECT DISTINCT body FROM work_item")
    (gone, heir) = ("body:411024:party_committee", "body:411024:government")
    assert (gone,) in before
    act = ("body", "reorganise", gone, "--into", heir, *PAPER)
    clerk.done(*act, by=COUNTY)
    after = rows(clerk, "SELECT DISTINCT body FROM work_item")
    assert (gone,) not in after
    assert (heir,) in after
    sound(clerk)


def test_a_county_s_zone_is_lifted_to_the_city(clerk: Clerk) -> None:
    act = ("zone", "reorganise", "升级", UNIT, "--level", "市管", *PAPER)
    clerk.refused(1, "access.denied", *act, by=COUNTY)
    clerk.done(*act, by=CITY)
    bodies = {str(body) for (body,) in rows(clerk, "SELECT DISTINCT body FROM work_item")}
    assert "body:411000:party_committee" in bodies
    assert not any(body.startswith("body:411024:party") for body in bodies)
    sound(clerk)


def test_a_leaver_s_work_goes_to_a_successor_in_one_act(clerk: Clerk, administrator: str) -> None:
    leaver, successor = "demo-yanling-reform-office-handler", "demo-yanling-justice-bureau-handler"
    act = (
        "person",
        "handover",
        leaver,
        "--to",
        successor,
        "--last",
        "2021-01-19",
        "--basis",
        "示例任〔2021〕1号",
    )
    shown = clerk.done("--json", *act, "--dry-run", by=administrator).data
    assert {post["to"] for post in shown["posts"]} == {successor}
    clerk.done(*act, by=administrator)
    waiting = clerk.done("--json", "inbox", by=successor).data
    assert waiting["positions"] > 1
    assert clerk.done("--json", "inbox", by=leaver).data["positions"] == 0
    sound(clerk)


def test_who_is_missing_is_told_before_launch(clerk: Clerk, administrator: str) -> None:
    ready = ("--json", "zone", "ready", OTHER, "--programme", "development-zone")
    assert clerk.done(*ready).data["ready"]
    assert clerk.done("body", "vacant", by=administrator).out == ""
