"""Bodies, persons, positions, chains: one act one ledger row, permission asked, history kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date

import pytest

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.organisation.bodies import ChangeBody, RegisterBody
from domain.organisation.events import Link
from domain.organisation.holdings import Appoint, EndHolding
from domain.organisation.units import PlaceUnit, SetChain
from domain.organisation.values import ParkFacts
from domain.refusal import Refused
from models.database import Database
from models.tables import BodyRow, ReformUnitRow
from services.importing.zones import load_zones
from services.inbox import person_inbox
from services.ledger import verify
from services.organisation import Organisation
from services.organising.bodies import body_name_on, change_body, register_body
from services.organising.office import Enacted
from services.organising.persons import RegisterPerson, appoint, end_holding, register_person, rename_person
from services.organising.units import chain_on, place_unit, set_chain
from services.people import find_decider
from services.private_texts import read_text
from services.quick_inbox import Inbox, quick_inbox
from services.roster import NewBody, Roster, write_roster
from services.world import world_of
from tests.services.acting import Office
from tests.services.organising import COUNTY, SINCE, TODAY, by, code, good, organise, told

FORCE = RegisterBody(
    code="force",
    name="示例开发区改革专班",
    body_type="task_force",
    division=COUNTY,
    level="county",
    first=date(2022, 1, 1),
    last=date(2022, 6, 30),
    temporary=True,
    founding="示例办〔2022〕1号",
)


@pytest.fixture
def db(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    with closing(organise(migrated_db_url, wall_clock)) as database:
        yield database


def organisation(db: Database) -> Organisation:
    world = world_of(db)
    return world.organisation(world.heads())


def test_a_temporary_body_is_registered_once_with_its_paper(db: Database, wall_clock: FixedClock) -> None:
    admin, before = by(db, wall_clock, "admin"), len(told(db))
    first = good(register_body(admin, FORCE, command_id="c1"))
    again = good(register_body(admin, FORCE, command_id="c1"))
    assert (first.event, first.repeated, again.event, again.repeated) == (
        first.event,
        False,
        first.event,
        True,
    )
    assert [event["type"] for event in told(db)[before:]] == ["body_registered"]
    other = RegisterBody(code="x", name="示例局", body_type="x", division=COUNTY, level="county")
    assert code(register_body(admin, other, command_id="c1")) == "command.reused"
    assert code(register_body(admin, FORCE, command_id="c2")) == "body.exists"
    assert verify(db).true


@pytest.mark.parametrize("person", ["admin-2", "other-head", "bureau-head", "spare", "clerk-0"])
def test_another_county_s_or_nobody_s_hand_changes_no_body(
    db: Database, wall_clock: FixedClock, person: str
) -> None:
    who, before = by(db, wall_clock, person), told(db)
    assert code(register_body(who, FORCE, command_id="c1")) == "access.denied"
    changed = ChangeBody(code="bureau", basis="示例文件", kind="external")
    assert code(change_body(who, changed, command_id="c2")) == "access.denied"
    assert code(appoint(who, _appoint("spare"), command_id="c3")) == "access.denied"
    placed = PlaceUnit(unit="unit-0", basis="示例文件", supervising_level="city")
    assert code(place_unit(who, placed, command_id="c4")) == "access.denied"
    assert told(db) == before


def _appoint(person: str, body: str = "bureau", position: str = "handler", first: date = TODAY) -> Appoint:
    return Appoint(person=person, body=body, position=position, first=first, basis="示例任〔2022〕1号")


def test_an_expired_body_is_nobody_on_the_day_after(db: Database, wall_clock: FixedClock) -> None:
    admin = by(db, wall_clock, "admin")
    good(register_body(admin, FORCE, command_id="c1"))
    good(appoint(admin, _appoint("spare", "force"), command_id="c2"))
    last, after = date(2022, 6, 30), date(2022, 7, 1)
    found = organisation(db)
    assert found.holders("force", "handler", last) == ("spare",)
    assert found.holders("force", "handler", after) == ()
    assert found.held("spare", after) == ()
    late = appoint(admin, _appoint("reform-clerk", "force", first=after), command_id="c3")
    assert code(late) == "body.ended"
    assert isinstance(late, Refused)
    assert "无人承办" in late.message
    longer = ChangeBody(code="force", basis="示例办〔2022〕9号", last=date(2022, 12, 31))
    good(change_body(admin, longer, command_id="c4"))
    assert organisation(db).holders("force", "handler", after) == ("spare",)


def test_both_inboxes_leave_out_the_work_of_an_expired_body(
    db: Database, migrated_db_url: str, wall_clock: FixedClock
) -> None:
    Office(db, wall_clock).open()
    with db.write() as session:
        row = session.get_one(BodyRow, "zone-0")
        row.valid_to = date(2022, 3, 1)
        session.add(row)
    good(appoint(by(db, wall_clock, "admin"), _appoint("spare"), command_id="a change of the stream"))
    assert person_inbox(db, "clerk-0", wall=wall_clock) == []
    quick = quick_inbox(migrated_db_url, "clerk-0", wall=wall_clock, limit=20)
    assert isinstance(quick, Inbox)
    assert (quick.positions, quick.total) == (0, 0)


def test_old_papers_keep_the_old_name(db: Database, wall_clock: FixedClock) -> None:
    office = by(db, wall_clock, "reform-clerk")
    for number, (name, since) in enumerate((("示例财政和国资局", date(2022, 2, 1)), ("示例财金局", TODAY))):
        asked = ChangeBody(code="bureau", basis=f"示例编〔2022〕{number}号", name=name, effective=since)
        good(change_body(office, asked, command_id=f"c{number}"))
    days = (date(2019, 1, 1), date(2022, 1, 31), date(2022, 2, 1), date(2022, 3, 1), TODAY)
    assert [body_name_on(db, "bureau", day) for day in days] == [
        "示例财政局", "示例财政局", "示例财政和国资局", "示例财政和国资局", "示例财金局",
    ]  # fmt: skip
    backwards = ChangeBody(code="bureau", basis="示例", name="示例局", effective=date(2022, 2, 20))
    assert code(change_body(office, backwards, command_id="c9")) == "name.order"
    kept = NewBody(
        code="bureau", name="示例财金局", type="finance", kind="external", division=COUNTY, level="county"
    )
    write_roster(db, Roster(bodies=(kept,)), actor=FOUNDING, wall=wall_clock, command_id="again")
    assert body_name_on(db, "bureau", date(2022, 1, 31)) == "示例财政局"


def test_a_person_is_registered_without_a_name_in_the_ledger(db: Database, wall_clock: FixedClock) -> None:
    admin = by(db, wall_clock, "admin")
    person = RegisterPerson(person="leader", name="示例领导姓名", body="bureau", contact="示例电话")
    done = good(register_person(admin, person, command_id="c1"))
    assert find_decider(db, "示例领导姓名") == "leader"
    assert "示例领导姓名" not in str(told(db))
    assert "示例电话" not in str(told(db))
    with db.read() as session:
        assert read_text(session, done.event.name_id) == "示例领导姓名"
    assert code(register_person(admin, person, command_id="c3")) == "person.exists"


def test_a_position_has_its_history_and_papers(db: Database, wall_clock: FixedClock) -> None:
    admin = by(db, wall_clock, "admin")
    good(appoint(admin, _appoint("spare"), command_id="c1"))
    assert (
        code(appoint(admin, _appoint("spare", first=date(2022, 5, 1)), command_id="c2")) == "holding.exists"
    )
    last = date(2022, 3, 31)
    ended = EndHolding(
        person="spare", body="bureau", position="handler", last=last, basis="示例免〔2022〕1号"
    )
    good(end_holding(admin, ended, command_id="c3"))
    assert organisation(db).holders("bureau", "handler", last) == ("spare",)
    assert organisation(db).holders("bureau", "handler", date(2022, 4, 1)) == ()
    good(appoint(admin, _appoint("spare", first=date(2022, 5, 1)), command_id="c4"))
    late = EndHolding(person="spare", body="bureau", position="handler", last=date(2022, 4, 10))
    assert code(end_holding(admin, late, command_id="c5")) == "holding.none"
    assert rename(admin) == "示例新名"


def rename(admin: object) -> str:
    registry = by(admin.db, admin.wall, admin.person)  # type: ignore[attr-defined]
    done = good(rename_person(registry, "spare", "示例新名", command_id="rename"))
    with registry.db.read() as session:
        return str(read_text(session, done.event.text))


def test_an_administrator_holds_no_position(db: Database, wall_clock: FixedClock) -> None:
    answer = appoint(by(db, wall_clock, "security"), _appoint("admin"), command_id="c1")
    assert code(answer) == "holding.administrator"


def test_a_zone_is_placed_by_hand_with_its_paper(db: Database, wall_clock: FixedClock) -> None:
    with db.write() as session:
        session.add(
            ReformUnitRow(
                id="zone:2018:provincial:1", name="示例集聚区", edition="2018", level="provincial",
                catalogue_no="1", code="S419085",
            )
        )  # fmt: skip
    parks = (ParkFacts(name="示例东园", area_ha="120"), ParkFacts(name="示例西园", division="411002"))
    asked = PlaceUnit(
        unit="zone:2018:provincial:1", basis="示例政文〔2022〕1号", supervising_level="county",
        lead_area=COUNTY, participating=("411002",), parks=parks,
    )  # fmt: skip
    county = place_unit(by(db, wall_clock, "reform-head"), asked, command_id="c0")
    assert code(county) == "access.denied", "who stands nowhere yet is placed by the city at least"
    city = by(db, wall_clock, "city-head")
    assert code(
        place_unit(city, PlaceUnit(unit=asked.unit, basis=" ", lead_area=COUNTY), command_id="c1")
    ) in ("organisation.basis",)
    good(place_unit(city, asked, command_id="c2"))
    with db.read() as session:
        row = session.get_one(ReformUnitRow, asked.unit)
        zone = load_zones(session, asked.unit)[asked.unit]
    assert (row.supervising_level, row.lead_area, row.version) == ("county", COUNTY, 2)
    assert zone.participating_areas == ("411002",)
    assert code(place_unit(city, asked, command_id="c3")) == "unit.same"
    wrong = PlaceUnit(unit=asked.unit, basis="示例", parks=(ParkFacts(name="示例园", area_ha="很大"),))
    assert code(place_unit(city, wrong, command_id="c4")) == "unit.park_area"


def test_a_chain_of_responsibility_holds_from_its_day(db: Database, wall_clock: FixedClock) -> None:
    office = by(db, wall_clock, "reform-head")
    first = (Link(part="leader", person="spare"), Link(part="lead", body="bureau"))
    second = (*first, Link(part="support", body="reform"), Link(part="contact", person="clerk-0"))
    good(set_chain(office, SetChain(unit="unit-0", links=first, first=SINCE), command_id="c1"))
    good(set_chain(office, SetChain(unit="unit-0", links=second, first=TODAY), command_id="c2"))
    of_step = SetChain(unit="unit-0", links=first, first=TODAY, programme="acts-sample", step="1.1")
    good(set_chain(office, of_step, command_id="c3"))
    assert chain_on(db, "unit-0", date(2022, 3, 1)) == first
    assert chain_on(db, "unit-0", TODAY) == second
    assert chain_on(db, "unit-0", TODAY, programme="acts-sample", step="1.2") == second
    assert chain_on(db, "unit-0", TODAY, programme="acts-sample", step="1.1") == first
    lacking = SetChain(unit="unit-0", links=first[:1], first=TODAY)
    assert code(set_chain(office, lacking, command_id="c4")) == "chain.lacking"


def test_two_who_register_the_same_body_at_once(db: Database, wall_clock: FixedClock) -> None:
    admin, before = by(db, wall_clock, "admin"), len(told(db))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: register_body(admin, FORCE, command_id=f"race-{n}"), range(4)))
    assert sum(isinstance(answer, Enacted) for answer in answers) == 1
    assert {a.code for a in answers if isinstance(a, Refused)} == {"body.exists"}
    assert len(told(db)) == before + 1
    assert verify(db).true
