"""Nobody there: refused at launch by name, listed afterwards; proxies cover leave, in scope and in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.clock import FixedClock
from config.settings import Settings
from domain.case import Seat
from domain.doers import FOUNDING
from domain.organisation.holdings import EndHolding
from domain.organisation.proxies import SetProxy
from domain.refusal import Refused
from models.database import Database
from services.acts import Done, Entry
from services.bootstrap import Runtime, open_runtime
from services.inbox import person_inbox
from services.launching import launch_many, launch_one
from services.ledger import verify
from services.organisation import Organisation
from services.organising.persons import end_holding
from services.organising.proxies import EndProxy, end_proxy, set_proxy
from services.organising.reading import proxies_of
from services.organising.vacancies import vacancies
from services.quick_inbox import Inbox, quick_inbox
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from services.world import world_of
from tests.services.acting import CODE, Office
from tests.services.organising import TODAY, by, code, good, organise

NEXT_WEEK = TODAY + timedelta(days=7)
SEAT = Seat("county", "county", "head")
LEAVE = SetProxy(
    person="head", body="county", position="head", deputy="spare", first=TODAY, last=NEXT_WEEK, basis="请假条"
)


@pytest.fixture
def db(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    with closing(organise(migrated_db_url, wall_clock)) as database:
        yield database


@pytest.fixture
def runtime(db: Database, migrated_db_url: str, wall_clock: FixedClock, data_dir: Path) -> Iterator[Runtime]:
    with open_runtime(Settings(data_dir=data_dir, database_url=migrated_db_url), wall_clock) as opened:
        yield opened


def organisation(db: Database) -> Organisation:
    world = world_of(db)
    return world.organisation(world.heads())


def leave_post(db: Database, wall: FixedClock, person: str, body: str, position: str, last: date) -> None:
    asked = EndHolding(person=person, body=body, position=position, last=last)
    good(end_holding(by(db, wall, "security"), asked, command_id=f"end-{person}"))


def test_a_launch_names_role_body_and_who_could_mend(runtime: Runtime, wall_clock: FixedClock) -> None:
    leave_post(runtime.db, wall_clock, "clerk-1", "zone-1", "handler", date(2022, 3, 1))
    entry = Entry(actor="head")
    answer = launch_one(runtime, entry, (CODE, 1), "unit-1", on=TODAY)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.facts["roles"]) == ("launch.nobody", "zone")
    assert "开发区经办(示例管委会1,没有经办人)" in answer.message
    assert "安全保密管理员" in answer.remedy, "zone-1 has no division: no unit administrator reaches it"
    done = launch_many(runtime, entry, (CODE, 1), ["unit-0", "unit-1", "unit-2"], on=TODAY)
    assert done.opened == ("unit-0", "unit-2")
    assert [unit for unit, _ in done.refused] == ["unit-1"]


def test_the_unit_administrator_of_the_division_is_named_first(
    runtime: Runtime, wall_clock: FixedClock
) -> None:
    leave_post(runtime.db, wall_clock, "head", "county", "head", date(2022, 3, 1))
    city = NewBody(
        code="city", name="示例市局", type="reform_office", kind="account", division="411000", level="city"
    )
    roster = Roster(
        bodies=(city,),
        persons=(NewPerson(id="city-head", name="示例人员"),),
        holdings=(NewHolding(person="city-head", body="city", position="head", valid_from=TODAY),),
    )
    write_roster(runtime.db, roster, actor=FOUNDING, wall=wall_clock, command_id="city")
    answer = launch_one(runtime, Entry(actor="city-head"), (CODE, 1), "unit-0", on=TODAY)
    assert isinstance(answer, Refused)
    assert answer.remedy.startswith("请单位管理员 示例admin、"), answer.remedy


def test_what_stands_already_is_not_refused_for_a_place_that_became_empty(
    runtime: Runtime, wall_clock: FixedClock
) -> None:
    launch_one(runtime, Entry(actor="head"), (CODE, 1), "unit-0", on=TODAY)
    leave_post(runtime.db, wall_clock, "clerk-0", "zone-0", "handler", date(2022, 3, 1))
    again = launch_one(runtime, Entry(actor="head"), (CODE, 1), "unit-0", on=TODAY)
    assert isinstance(again, Done)


def test_work_of_an_empty_place_is_listed_for_who_can_mend_it(db: Database, wall_clock: FixedClock) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    admin = by(db, wall_clock, "admin")
    assert vacancies(admin) == ()
    leave_post(db, wall_clock, "head", "county", "head", date(2022, 3, 1))
    (found,) = vacancies(admin)
    assert (found.body, found.position, found.why, len(found.works)) == ("county", "head", "没有人任职", 1)
    assert found.menders[0].person == "admin"
    assert vacancies(by(db, wall_clock, "admin-2")) == ()
    assert vacancies(by(db, wall_clock, "clerk-0")) == ()


def test_a_deputy_fills_an_empty_chair_but_not_their_own_submission(
    db: Database, wall_clock: FixedClock
) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    own = replace(LEAVE, deputy="clerk-0")
    good(set_proxy(by(db, wall_clock, "head"), own, command_id="p1"))
    actor = organisation(db).actor("clerk-0", TODAY)
    assert actor is not None
    assert ("county", "head") not in actor.positions
    assert actor.acts_for(SEAT, CODE, "decide") == "head"
    assert actor.persons_behind(SEAT, CODE, "decide") == {"clerk-0", "head"}
    assert organisation(db).able(SEAT, TODAY, CODE, "decide") == (("head", ""), ("clerk-0", "head"))
    ended = EndProxy(id=organisation_proxy(db), last=TODAY)
    good(end_proxy(by(db, wall_clock, "head"), ended, command_id="p2"))
    assert organisation(db).able(SEAT, TODAY + timedelta(days=1), CODE) == (("head", ""),)


def organisation_proxy(db: Database) -> str:
    with db.read() as session:
        return proxies_of(session)[0].id


def test_a_proxy_has_a_window_and_a_scope(db: Database, wall_clock: FixedClock) -> None:
    scoped = replace(LEAVE, programmes=(CODE,), works=("decide",))
    good(set_proxy(by(db, wall_clock, "admin"), scoped, command_id="p1"))
    found = organisation(db)
    able = [
        found.able(SEAT, on, programme, work)[1:]
        for on, programme, work in (
            (TODAY, CODE, "decide"),
            (TODAY - timedelta(days=1), CODE, "decide"),
            (NEXT_WEEK, CODE, "decide"),
            (NEXT_WEEK + timedelta(days=1), CODE, "decide"),
            (TODAY, "another", "decide"),
            (TODAY, CODE, "confirm"),
        )
    ]
    assert able == [(("spare", "head"),), (), (("spare", "head"),), (), (), ()]
    assert verify(db).true


def test_a_proxy_ends_with_the_position_itself(db: Database, wall_clock: FixedClock) -> None:
    good(set_proxy(by(db, wall_clock, "head"), LEAVE, command_id="p1"))
    leave_post(db, wall_clock, "head", "county", "head", TODAY)
    assert organisation(db).able(SEAT, TODAY, CODE) == (("head", ""), ("spare", "head"))
    assert organisation(db).able(SEAT, TODAY + timedelta(days=1), CODE) == ()


@pytest.mark.parametrize(
    ("change", "who", "refusal"),
    [
        ({"deputy": "head"}, "head", "proxy.self"),
        ({"first": TODAY - timedelta(days=1)}, "head", "proxy.past"),
        ({"last": TODAY - timedelta(days=1)}, "head", "proxy.days"),
        ({"deputy": "security"}, "head", "holding.administrator"),
        ({"works": ("knit",)}, "head", "proxy.works"),
        ({"person": "spare", "deputy": "clerk-0"}, "spare", "access.denied"),
        ({}, "clerk-0", "access.denied"),
        ({}, "admin-2", "access.denied"),
    ],
)
def test_what_a_proxy_may_not_be(
    db: Database, wall_clock: FixedClock, change: dict[str, object], who: str, refusal: str
) -> None:
    asked = replace(LEAVE, **change)
    assert code(set_proxy(by(db, wall_clock, who), asked, command_id="p1")) == refusal


def test_a_proxy_is_not_handed_on_nor_given_twice(db: Database, wall_clock: FixedClock) -> None:
    good(set_proxy(by(db, wall_clock, "head"), replace(LEAVE, deputy="clerk-0"), command_id="1"))
    on = replace(LEAVE, person="clerk-0", deputy="spare")
    assert code(set_proxy(by(db, wall_clock, "clerk-0"), on, command_id="2")) == "proxy.not_held"
    assert code(set_proxy(by(db, wall_clock, "head"), LEAVE, command_id="3")) == "proxy.twice"


def test_the_deputys_inbox_shows_what_waits_for_the_one_on_leave_and_whose_it_is(
    db: Database, wall_clock: FixedClock
) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    good(set_proxy(by(db, wall_clock, "head"), LEAVE, command_id="p1"))
    (mine,) = good(person_inbox(db, "spare", wall=wall_clock))
    assert (mine.kind, mine.step, mine.acting_for) == ("decide", "1.1", "head")
    url = db.url.render_as_string(hide_password=False).replace("+psycopg", "")
    quick = quick_inbox(url, "spare", wall=wall_clock, limit=20)
    assert isinstance(quick, Inbox)
    assert [(row.key, row.acting_for, row.acting_for_name) for row in quick.rows] == [
        (mine.key, "head", "示例人员 head")
    ]
    assert quick.total == 1


def test_a_proxy_for_other_work_shows_nothing(db: Database, wall_clock: FixedClock) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    good(set_proxy(by(db, wall_clock, "head"), replace(LEAVE, works=("check",)), command_id="p1"))
    assert person_inbox(db, "spare", wall=wall_clock) == []
    url = db.url.render_as_string(hide_password=False).replace("+psycopg", "")
    quick = quick_inbox(url, "spare", wall=wall_clock, limit=20)
    assert isinstance(quick, Inbox)
    assert (quick.rows, quick.total) == ((), 0)
