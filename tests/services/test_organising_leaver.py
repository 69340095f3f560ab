"""A leaver's work handed over in one act: positions, proxies, account; what was in hand is listed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.clock import FixedClock
from config.settings import Settings
from domain.organisation.holdings import Appoint
from domain.organisation.leaving import HandOver, Takes
from domain.organisation.proxies import SetProxy
from domain.refusal import Refused
from models.database import Database
from models.tables import AccountRow, BodyRow, CredentialRow
from services.bootstrap import Runtime, open_runtime
from services.inbox import person_inbox
from services.ledger import verify
from services.organising.leaving import HandOverDone, hand_over, preview_hand_over
from services.organising.persons import appoint
from services.organising.proxies import set_proxy
from services.rebuilding import check_projections
from tests.services.acting import Office, agreeing
from tests.services.organising import TODAY, by, code, good, organise, told

LEAVE = HandOver(
    leaver="head",
    takes=(Takes(body="county", position="head", person="spare"),),
    last=TODAY,
    basis="示例任〔2022〕8号",
)


@pytest.fixture
def db(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    with closing(organise(migrated_db_url, wall_clock)) as database:
        yield database


@pytest.fixture
def runtime(db: Database, migrated_db_url: str, wall_clock: FixedClock, data_dir: Path) -> Iterator[Runtime]:
    with open_runtime(Settings(data_dir=data_dir, database_url=migrated_db_url), wall_clock) as opened:
        yield opened


def inbox(db: Database, wall: FixedClock, person: str) -> list[str]:
    return [entry.key for entry in good(person_inbox(db, person, wall=wall))]


def test_open_work_follows_the_position_from_the_day_after(db: Database, wall_clock: FixedClock) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    away = SetProxy(person="head", body="county", position="head", deputy="reform-head",
                    first=TODAY, last=TODAY + timedelta(days=9))  # fmt: skip
    good(set_proxy(by(db, wall_clock, "head"), away, command_id="p"))
    before, waiting = len(told(db)), inbox(db, wall_clock, "head")
    done = good(hand_over(by(db, wall_clock, "admin"), LEAVE, command_id="h"))
    assert [event["type"] for event in told(db)[before:]] == ["handed_over"]
    assert len(done.event.proxies) == 1
    assert inbox(db, wall_clock, "head") == waiting
    wall_clock.advance(timedelta(days=1))
    assert (inbox(db, wall_clock, "head"), inbox(db, wall_clock, "spare")) == ([], waiting)
    assert isinstance(office.send(agreeing(), "head"), Refused)
    assert not isinstance(office.send(agreeing(), "spare"), Refused)
    assert verify(db).true
    assert check_projections(db).equal


def test_sent_twice_it_is_done_once(db: Database, wall_clock: FixedClock) -> None:
    admin = by(db, wall_clock, "admin")
    first, again = (good(hand_over(admin, LEAVE, command_id="h")) for _ in range(2))
    assert (first.event, first.repeated, again.repeated) == (again.event, False, True)
    assert code(hand_over(admin, LEAVE, command_id="h2")) == "leave.nothing"


def test_the_account_is_closed_with_the_last_day(runtime: Runtime, wall_clock: FixedClock) -> None:
    db = runtime.db
    with db.write() as session:
        session.merge(AccountRow(id="head", person="head"))
    later = replace(LEAVE, last=TODAY + timedelta(days=3))
    assert good(preview_hand_over(by(db, wall_clock, "admin"), later)).last == later.last
    answers = [
        good(hand_over(by(db, wall_clock, "admin"), asked, command_id=name, access=runtime.access)).account
        for asked, name in ((later, "h1"),)
    ]
    assert answers == ["later"]


def test_a_number_that_was_used_for_another_closes_no_account(
    runtime: Runtime, wall_clock: FixedClock
) -> None:
    db = runtime.db
    with db.write() as session:
        session.merge(AccountRow(id="head", person="head"))
        session.merge(CredentialRow(account="head", name="head", changed_at=wall_clock.now(), epoch=0))
    good(appoint(by(db, wall_clock, "admin"), _member(), command_id="h"))
    again = hand_over(by(db, wall_clock, "admin"), LEAVE, command_id="h", access=runtime.access)
    assert code(again) == "command.reused"
    with db.read() as session:
        assert session.get_one(AccountRow, "head").state == "active"


def test_a_leaver_without_an_account_that_can_be_closed_is_left_to_an_administrator(
    db: Database, wall_clock: FixedClock
) -> None:
    done = good(hand_over(by(db, wall_clock, "admin"), LEAVE, command_id="h"))
    assert done.account == "administrator"


def test_every_position_needs_a_successor_or_the_word_vacant(db: Database, wall_clock: FixedClock) -> None:
    more = Appoint(person="head", body="bureau", position="member", first=date(2021, 1, 1))
    good(appoint(by(db, wall_clock, "admin"), more, command_id="a"))
    admin = by(db, wall_clock, "admin")
    answer = hand_over(admin, LEAVE, command_id="h1")
    assert code(answer) == "leave.incomplete"
    assert "示例财政局成员" in str(answer)
    both = replace(LEAVE, takes=(*LEAVE.takes, Takes(body="bureau", position="member")))
    done = good(hand_over(admin, both, command_id="h2"))
    assert [(post.body, post.to) for post in done.event.posts] == [("bureau", ""), ("county", "spare")]


def test_what_a_successor_submitted_is_listed_not_decided_by_them(
    db: Database, wall_clock: FixedClock
) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    to_clerk = replace(LEAVE, takes=(Takes(body="county", position="head", person="clerk-0"),))
    done = good(hand_over(by(db, wall_clock, "admin"), to_clerk, command_id="h"))
    assert [(m.step, m.person) for m in done.event.overlaps] == [("1.1", "clerk-0")]
    wall_clock.advance(timedelta(days=1))
    refused = office.send(agreeing(), "clerk-0")
    assert code(refused) == "duty.own_submission"


def test_what_the_leaver_had_in_hand_is_listed(db: Database, wall_clock: FixedClock) -> None:
    office = Office(db, wall_clock)
    office.open()
    office.submit()
    asked = HandOver(
        leaver="clerk-0", takes=(Takes(body="zone-0", position="handler", person="spare"),), last=TODAY
    )
    with db.write() as session:
        row = session.get_one(BodyRow, "zone-0")
        row.division = "411024"
        session.add(row)
    good(appoint(by(db, wall_clock, "admin"), _member(), command_id="a change of the stream"))
    found = good(hand_over(by(db, wall_clock, "admin"), asked, command_id="h"))
    assert [(m.step, m.why) for m in found.event.left] == [("1.1", "submitted")]


def _member() -> Appoint:
    return Appoint(person="reform-clerk", body="bureau", position="member", first=TODAY)


@pytest.mark.parametrize("who", ["admin-2", "clerk-0", "bureau-head", "security"])
def test_only_the_head_or_the_unit_administrator_hands_over(
    db: Database, wall_clock: FixedClock, who: str
) -> None:
    assert code(hand_over(by(db, wall_clock, who), LEAVE, command_id="h")) == "access.denied"


@pytest.mark.parametrize(("person", "refusal"), [("head", "leave.self"), ("admin", "holding.administrator")])
def test_who_cannot_succeed(db: Database, wall_clock: FixedClock, person: str, refusal: str) -> None:
    asked = replace(LEAVE, takes=(Takes(body="county", position="head", person=person),))
    answer: HandOverDone | Refused = hand_over(by(db, wall_clock, "admin"), asked, command_id="h")
    assert code(answer) == refusal
