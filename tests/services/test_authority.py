"""Who does something by what right: persons, machines by name, the founding that ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from config.clock import FixedClock
from domain.doers import FOUNDING, FOUNDING_RIGHTS, Machine
from domain.organisation.units import PlaceUnit
from domain.permissions import AccessRole, Action
from domain.refusal import Refused
from models.database import Database
from models.ledger import ORGANISATION, SECURITY, SETTINGS, rows
from models.tables import AdministratorRow, HoldingRow
from services.authority import Allowed, allow
from services.erasing import erase
from services.inbox import person_inbox
from services.organising.units import place_unit
from services.permits import overlaps, standing_of
from services.rehearsing import move_clock, start_rehearsal
from services.roster import NewHolding, NewPerson, Roster, RosterWritten, write_roster
from services.seals import make_seal
from tests.services.acting import COUNTY, TODAY, Office, prepare
from tests.services.offices import AUDITOR, NAMES, SECADMIN, SYSADMIN, give_offices
from tests.services.organising import by, organise


@pytest.fixture
def db(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    with closing(prepare(migrated_db_url, wall_clock, units=2)) as found:
        yield found


def code_of(answer: object) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def test_the_founding_does_what_founds_until_people_can(db: Database, wall_clock: FixedClock) -> None:
    for action in Action:
        answer = allow(db, FOUNDING, action, wall=wall_clock)
        assert isinstance(answer, Allowed) is (action in FOUNDING_RIGHTS), action
    give_offices(db, wall_clock, *NAMES)
    for action in FOUNDING_RIGHTS:
        assert code_of(allow(db, FOUNDING, action, wall=wall_clock)) == "founding.over"


def test_two_administrators_do_not_end_the_founding(db: Database, wall_clock: FixedClock) -> None:
    give_offices(db, wall_clock, AccessRole.SYSTEM_ADMIN, AccessRole.AUDITOR)
    assert isinstance(allow(db, FOUNDING, Action.BODY_CHANGE, wall=wall_clock), Allowed)


@pytest.mark.parametrize("name", ["founding", "machine:sealing", "nobody"])
def test_a_typed_name_is_a_person_s(db: Database, wall_clock: FixedClock, tmp_path: Path, name: str) -> None:
    assert code_of(make_seal(db, tmp_path, actor=name, wall=wall_clock)) == "actor.unknown"
    persons = Roster(persons=(NewPerson(id=name, name="示例"),))
    answer = write_roster(db, persons, actor=FOUNDING, wall=wall_clock, command_id="reserved")
    assert isinstance(answer, RosterWritten) is (name == "nobody")


def test_a_machine_has_the_rights_named_for_it(db: Database, wall_clock: FixedClock) -> None:
    assert allow(db, Machine.SEALING, Action.LEDGER_SEAL, wall=wall_clock) == ("machine:sealing", "")
    assert code_of(allow(db, Machine.SEALING, Action.LEDGER_EXPORT, wall=wall_clock)) == "access.denied"


def test_the_ledger_keeps_the_office_or_position_that_allowed_it(
    db: Database, wall_clock: FixedClock
) -> None:
    start_rehearsal(db, TODAY, actor=FOUNDING, wall=wall_clock, command_id="rehearse")
    give_offices(db, wall_clock, *NAMES)
    move_clock(db, date(2022, 4, 1), actor=SYSADMIN, wall=wall_clock, command_id="move")
    assert code_of(erase(db, "t", "示例", actor=SECADMIN, wall=wall_clock, command_id="e")) == "erase.unknown"
    with db.read() as session:
        told = [(row.actor, row.position) for row in rows(session.connection(), SETTINGS)]
    assert told == [("founding", ""), (SYSADMIN, "system_admin")]


def test_an_unknown_person_is_told_who_is_like_them(db: Database, wall_clock: FixedClock) -> None:
    answer = allow(db, "clerk_0", Action.SETTING_CHANGE, wall=wall_clock)
    assert code_of(answer) == "actor.unknown"
    assert "clerk-0" in str(answer)


def test_an_administrator_is_given_no_position(db: Database, wall_clock: FixedClock) -> None:
    give_offices(db, wall_clock, AccessRole.AUDITOR)
    both = Roster(holdings=(NewHolding(person=AUDITOR, body="county", position="head", valid_from=TODAY),))
    answer = write_roster(db, both, actor=FOUNDING, wall=wall_clock, command_id="both")
    assert code_of(answer) == "holding.administrator"
    with db.read() as session:
        assert session.get(HoldingRow, (AUDITOR, "county", "head", TODAY)) is None


def test_who_holds_both_by_mistake_has_the_office_alone_and_is_listed(
    db: Database, wall_clock: FixedClock
) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    assert person_inbox(db, "head", wall=wall_clock) != []
    with db.write() as session:
        session.add(AdministratorRow(person="head", role=AccessRole.AUDITOR, since=wall_clock.now()))
    write_roster(
        db, Roster(persons=(NewPerson(id="p-new", name="示例"),)), actor=FOUNDING, wall=wall_clock,
        command_id="reload",
    )  # fmt: skip
    assert [grant.role for grant in standing_of(db, "head", TODAY).grants] == [AccessRole.AUDITOR]
    assert person_inbox(db, "head", wall=wall_clock) == []
    (found,) = overlaps(db, TODAY)
    assert (found.person, found.office, found.positions) == ("head", AccessRole.AUDITOR, ("county/head",))


def test_what_is_refused_leaves_nothing(db: Database, wall_clock: FixedClock, tmp_path: Path) -> None:
    give_offices(db, wall_clock, *NAMES)
    with db.read() as session:
        before = sum(1 for _ in rows(session.connection()))
    for person in ("head", "clerk-0", AUDITOR):
        assert (
            code_of(move_clock(db, TODAY, actor=person, wall=wall_clock, command_id="m")) == "access.denied"
        )
    assert code_of(make_seal(db, tmp_path, actor="head", wall=wall_clock)) == "access.denied"
    assert list(tmp_path.glob("seal-*")) == []
    with db.read() as session:
        assert sum(1 for _ in rows(session.connection())) == before
        assert list(rows(session.connection(), SECURITY)) == []
        assert list(rows(session.connection(), ORGANISATION))


def test_the_organisation_s_row_names_the_position_too(
    migrated_sqlite_url: str, wall_clock: FixedClock
) -> None:
    with closing(organise(migrated_sqlite_url, wall_clock)) as db:
        asked = PlaceUnit(unit="unit-0", basis="示例批复", lead_area=COUNTY)
        done = place_unit(by(db, wall_clock, "reform-head"), asked, command_id="place")
        assert not isinstance(done, Refused), done
        with db.read() as session:
            last = list(rows(session.connection(), ORGANISATION))[-1]
        assert (last.actor, last.position) == ("reform-head", "reform/head")
