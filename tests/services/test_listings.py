"""名单: what is found by which words, how many there are beyond the page, and who is most overdue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest

from config.clock import FixedClock
from domain.refusal import Refused
from models.database import Database
from models.tables import ReformUnitRow
from services.listings import UnitView, find_unit, list_cases, list_units, unit_ids
from tests.services.acting import CODE, TODAY, Office, case_of, prepare

LONG_AFTER = date(2022, 6, 1)


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock, 3)) as db:
        with db.write() as session:
            session.add(
                ReformUnitRow(
                    id="town-1", kind="township", name="示例镇100%", code="T1", province="示例省",
                    name_history='[{"name": "示例乡"}]', supervising_level="county",
                )
            )  # fmt: skip
        yield Office(db, wall_clock)


def _ids(db: Database, **wanted: str) -> tuple[int, list[str]]:
    total, lines = list_units(db, **wanted)  # type: ignore[arg-type]
    return total, [line.id for line in lines]


def test_units_are_listed_by_id_with_how_many_there_are(office: Office) -> None:
    total, lines = list_units(office.db, limit=2)
    assert (total, [line.id for line in lines]) == (4, ["town-1", "unit-0"])
    assert (lines[0].kind_title, lines[0].supervising, lines[0].level) == ("乡镇(街道)", "县管", "")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"words": "开发区"}, ["unit-0", "unit-1", "unit-2"]),
        ({"words": "100%"}, ["town-1"]),
        ({"words": "%"}, ["town-1"]),
        ({"kind": "township"}, ["town-1"]),
        ({"province": "示例省"}, ["town-1"]),
        ({"words": "开发区", "kind": "township"}, []),
    ],
)
def test_units_are_narrowed_by_what_is_asked(
    office: Office, wanted: dict[str, str], found: list[str]
) -> None:
    assert _ids(office.db, **wanted) == (len(found), found)


@pytest.mark.parametrize("words", ["town-1", "T1", "示例镇100%", "示例镇"])
def test_a_unit_is_found_by_id_code_name_or_a_part_of_it(office: Office, words: str) -> None:
    found = find_unit(office.db, words)
    assert isinstance(found, UnitView)
    assert (found.line.id, found.former_names, found.line.cases) == ("town-1", ("示例乡",), 0)


@pytest.mark.parametrize(("words", "code"), [("没有的", "unit.unknown"), ("", "unit.unknown")])
def test_what_is_not_there_is_said(office: Office, words: str, code: str) -> None:
    answer = find_unit(office.db, words)
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_of_many_that_fit_the_number_is_true_and_the_first_are_named(office: Office) -> None:
    with office.db.write() as session:
        session.add_all(ReformUnitRow(id=f"more-{n:02}", name=f"示例新区{n}") for n in range(30, 0, -1))
    answer = find_unit(office.db, "示例新区")
    assert isinstance(answer, Refused)
    assert (answer.code, answer.facts["found"]) == ("unit.ambiguous", 30)
    assert "对应 30 个" in answer.message
    assert "示例新区1(more-01)、示例新区2(more-02)" in answer.remedy


def test_all_units_of_a_kind_can_be_launched_at_once(office: Office) -> None:
    assert unit_ids(office.db, "township") == ("town-1",)
    assert unit_ids(office.db, "zone") == ("unit-0", "unit-1", "unit-2")


def test_cases_count_their_steps_and_the_most_overdue_come_first(office: Office) -> None:
    for unit in range(2):
        office.open(unit)
    for step in ("1.1", "1.2"):
        office.submit(step, 0)
        office.agree(step, 0)
    total, lines = list_cases(office.db, LONG_AFTER)
    assert total == 2
    assert [(line.unit, line.done, line.open, line.overdue) for line in lines] == [
        ("unit-1", 0, 8, 8),
        ("unit-0", 2, 6, 6),
    ]
    assert lines[0].next_due == lines[1].next_due
    assert {line.overdue for line in list_cases(office.db, TODAY)[1]} == {0}


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        ({}, 3),
        ({"words": "开发区1"}, 1),
        ({"words": case_of(2)}, 1),
        ({"unit": "unit-0"}, 1),
        ({"programme": CODE}, 3),
        ({"programme": "other"}, 0),
        ({"status": "open"}, 3),
        ({"status": "completed"}, 0),
        ({"overdue": True}, 3),
    ],
)
def test_cases_are_narrowed_by_what_is_asked(office: Office, wanted: dict[str, str], total: int) -> None:
    for unit in range(3):
        office.open(unit)
    found = list_cases(office.db, LONG_AFTER, limit=2, **wanted)  # type: ignore[arg-type]
    assert (found[0], len(found[1])) == (total, min(total, 2))


def test_nothing_is_overdue_on_the_last_day(office: Office) -> None:
    office.open()
    due = list_cases(office.db, TODAY)[1][0].next_due
    assert due is not None
    assert list_cases(office.db, due, overdue=True)[0] == 0
    assert list_cases(office.db, due + timedelta(days=1), overdue=True)[0] == 1
