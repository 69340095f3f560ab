"""Permits against a register: positions and offices bring rights, and only there and then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.permissions import SYSTEM, AccessRole, Action
from models.database import Database
from models.tables import AdministratorRow, ReformUnitRow
from services.permits import body_target, host_target, permit, person_target, unit_target
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster

DAY = date(2022, 3, 2)
BODIES = (
    ("body:zone", "zone", "411024", "county", "zone-1"),
    ("body:county", "reform_office", "411024", "county", ""),
    ("body:other", "reform_office", "411002", "county", ""),
    ("body:city", "reform_office", "411000", "city", ""),
)
PEOPLE = {
    "p-zone": ("body:zone", "handler"),
    "p-county": ("body:county", "head"),
    "p-other": ("body:other", "head"),
    "p-city": ("body:city", "head"),
}


@pytest.fixture
def db(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    database = Database(migrated_db_url)
    roster = Roster(
        bodies=tuple(
            NewBody(
                code=code, name=code, type=type_, kind="account", division=division, level=level, unit_id=unit
            )
            for code, type_, division, level, unit in BODIES
        ),
        persons=tuple(NewPerson(id=each, name=f"示例{each}") for each in (*PEOPLE, "p-audit")),
        holdings=tuple(
            NewHolding(person=person, body=body, position=position, valid_from=DAY)
            for person, (body, position) in PEOPLE.items()
        ),
    )
    write_roster(database, roster, actor=FOUNDING, wall=wall_clock, command_id="roster")
    with database.write() as session:
        session.add(ReformUnitRow(id="zone-1", name="示例开发区", division_code="411024", lead_area="411024"))
        session.add(
            AdministratorRow(person="p-audit", role=AccessRole.AUDITOR, since=wall_clock.now()),
        )
    yield database
    database.close()


def may(db: Database, who: str, action: Action, on: date = DAY, **of: str) -> bool:
    target = SYSTEM
    if "unit" in of:
        target = unit_target(db, of["unit"])
    elif "body" in of:
        target = body_target(db, of["body"])
    elif "person" in of:
        target = person_target(db, of["person"], on)
    return permit(db, who, action, target, on=on) is None


def test_who_sees_the_case_of_a_zone(db: Database) -> None:
    seeing = [
        each for each in (*PEOPLE, "p-audit", "p-nobody") if may(db, each, Action.CASE_READ, unit="zone-1")
    ]
    assert seeing == ["p-zone", "p-county", "p-city", "p-audit"]


def test_a_position_counts_from_its_first_day(db: Database) -> None:
    assert not may(db, "p-county", Action.CASE_READ, on=date(2022, 3, 1), unit="zone-1")


def test_what_holds_for_all_is_for_the_host(db: Database) -> None:
    publishing = [
        each for each in PEOPLE if permit(db, each, Action.PROGRAMME_PUBLISH, host_target(db), on=DAY) is None
    ]
    assert publishing == ["p-city"]


def test_a_county_changes_its_own_bodies_only(db: Database) -> None:
    assert may(db, "p-county", Action.BODY_CHANGE, body="body:zone")
    assert not may(db, "p-other", Action.BODY_CHANGE, body="body:zone")
    assert not may(db, "p-county", Action.BODY_CHANGE, body="body:city")
    assert not may(db, "p-county", Action.BODY_CHANGE, body="body:unknown")


def test_an_inbox_is_ones_own(db: Database) -> None:
    assert may(db, "p-zone", Action.INBOX_READ, person="p-zone")
    assert not may(db, "p-county", Action.INBOX_READ, person="p-zone")


def test_an_office_taken_away_ends_at_once(db: Database) -> None:
    assert may(db, "p-audit", Action.SECURITY_READ)
    with db.write() as session:
        session.delete(session.get_one(AdministratorRow, "p-audit"))
    assert not may(db, "p-audit", Action.SECURITY_READ)
