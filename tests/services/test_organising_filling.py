"""补位: a zone lifted to a level that lacks a body waits, and goes on as soon as the body is registered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec.structs import replace

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.organisation.bodies import ChangeBody, RegisterBody
from domain.organisation.holdings import Appoint
from models.database import Database
from models.tables import AdministratorRow
from services.acts import Done
from services.inbox import case_work
from services.ledger import verify
from services.notices import notices_by
from services.organising.bodies import change_body, register_body
from services.organising.persons import appoint
from services.organising.reorganising import reorganise_units
from services.organising.vacancies import NO_BODY, NO_HOLDER, all_vacancies, gaps_of
from services.rebuilding import check_projections
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from tests.services.acting import Office, agreeing, case_of
from tests.services.organising import SINCE, TODAY, by, good, organise
from tests.services.test_organising_reorganise import LIFT

BUREAU = RegisterBody(
    code="province-bureau",
    name="示例省局",
    body_type="reform_office",
    division="410000",
    level="province",
    first=SINCE,
)
PROVINCE = Roster(
    bodies=(
        NewBody(
            code="province",
            name="示例省委改革办",
            type="province_reform",
            kind="account",
            division="410000",
            level="province",
        ),
    ),
    persons=(NewPerson(id="province-head", name="示例人员"), NewPerson(id="province-admin", name="示例人员")),
    holdings=(NewHolding(person="province-head", body="province", position="head", valid_from=SINCE),),
)


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(organise(migrated_db_url, wall_clock)) as db:
        write_roster(db, PROVINCE, actor=FOUNDING, wall=wall_clock, command_id="province")
        with db.write() as session:
            since = wall_clock.now()
            session.add(
                AdministratorRow(person="province-admin", role="unit_admin", division="410000", since=since)
            )
        office = Office(db, wall_clock)
        for unit in (0, 1):
            office.open(unit)
            office.submit("1.1", unit)
        lift = replace(LIFT, supervising_level="province")
        good(reorganise_units(by(db, wall_clock, "province-head"), lift, command_id="lift"))
        yield office


def deciders(db: Database) -> list[tuple[str, str]]:
    return [(each.body, each.position) for each in case_work(db, case_of(0)) if each.kind == "decide"]


def why(db: Database) -> list[str]:
    return [each.why for each in all_vacancies(gaps_of(db, TODAY))]


def test_a_place_without_a_body_waits_and_is_filled_by_the_body_that_is_registered(
    office: Office, wall_clock: FixedClock
) -> None:
    db, admin = office.db, by(office.db, wall_clock, "province-admin")
    assert deciders(db) == [("", "head")]
    (place,) = all_vacancies(gaps_of(db, TODAY))
    assert place.body_name == "县局负责人(示例开发区0,没有登记机构)"
    assert (place.why, place.menders[0].person) == (NO_BODY, "province-admin")

    other = replace(BUREAU, code="other-bureau", name="示例省财政厅", body_type="finance")
    good(register_body(admin, other, command_id="other"))
    assert deciders(db) == [("", "head")], "another kind of body fills nothing"

    done = good(register_body(admin, BUREAU, command_id="bureau", notices=notices_by("in_app")))
    assert not done.repeated
    assert deciders(db) == [(BUREAU.code, "head")]
    assert why(db) == [NO_HOLDER], "the other case has its own and is left alone"
    good(
        appoint(
            admin, Appoint(person="spare", body=BUREAU.code, position="head", first=TODAY), command_id="a"
        )
    )
    assert why(db) == []
    assert isinstance(office.send(agreeing(), "spare"), Done)
    assert verify(db).true
    assert check_projections(db).equal


def test_a_body_whose_kind_is_put_right_fills_the_place_too(office: Office, wall_clock: FixedClock) -> None:
    db, admin = office.db, by(office.db, wall_clock, "province-admin")
    good(register_body(admin, replace(BUREAU, body_type="finance"), command_id="bureau"))
    right = ChangeBody(code=BUREAU.code, body_type="reform_office", basis="示例更正")
    good(change_body(admin, right, command_id="right"))
    assert deciders(db) == [(BUREAU.code, "head")]
    again = good(change_body(admin, right, command_id="right"))
    assert again.repeated
