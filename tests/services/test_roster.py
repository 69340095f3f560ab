"""机构人员名册, 个人信息: written once, names apart from the ledger, erased with a basis, found by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import msgspec
import pytest
from sqlalchemy import text

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.database import Database
from models.ledger import ORGANISATION, SECURITY, rows
from models.tables import BodyRow
from services.erasing import erase
from services.people import find_decider
from services.private_texts import matches, new_text, read_text
from services.roster import NewBody, NewHolding, NewPerson, Roster, RosterWritten, write_roster
from services.world import world_of
from tests.services.offices import SECADMIN, give_offices

COUNTY = NewBody(
    code="county", name="示例县局", type="county", kind="account", division="411024", level="county"
)
ROSTER = Roster(
    bodies=(COUNTY,),
    persons=(NewPerson(id="p1", name="示例甲"), NewPerson(id="p2", name="示例乙", account=False)),
    holdings=(NewHolding(person="p1", body="county", position="head", valid_from=date(2021, 1, 1)),),
)


@pytest.fixture
def db(migrated_db_url: str) -> Iterator[Database]:
    with closing(Database(migrated_db_url)) as opened:
        yield opened


def _write(db: Database, wall: FixedClock, roster: Roster = ROSTER, command_id: str = "one") -> RosterWritten:
    return write_roster(db, roster, actor=FOUNDING, wall=wall, command_id=command_id)


def _bodies(db: Database, stream: str) -> list[str]:
    with db.read() as session:
        return [row.body for row in rows(session.connection(), stream)]


def test_a_roster_is_one_ledger_row_without_a_name_of_a_person(db: Database, wall_clock: FixedClock) -> None:
    assert _write(db, wall_clock) == RosterWritten(bodies=1, persons=2, holdings=1)
    (body,) = _bodies(db, ORGANISATION)
    assert "示例甲" not in body
    with db.read() as session:
        accounts = session.execute(text("SELECT id FROM account")).scalars().all()
    assert accounts == ["p1"]


def test_the_same_roster_again_changes_nothing(db: Database, wall_clock: FixedClock) -> None:
    _write(db, wall_clock)
    assert not _write(db, wall_clock, command_id="two").changed
    assert len(_bodies(db, ORGANISATION)) == 1


def test_a_new_holder_is_seen_at_the_next_look(db: Database, wall_clock: FixedClock) -> None:
    _write(db, wall_clock)
    world, day = world_of(db), date(2022, 3, 2)
    assert world.organisation(world.heads()).holders("county", "head", day) == ("p1",)
    more = NewHolding(person="p2", body="county", position="head", valid_from=date(2022, 1, 1))
    assert _write(db, wall_clock, Roster(holdings=(more,)), "two").holdings == 1
    assert set(world.organisation(world.heads()).holders("county", "head", day)) == {"p1", "p2"}


def test_a_changed_body_is_written(db: Database, wall_clock: FixedClock) -> None:
    _write(db, wall_clock)
    renamed = Roster(bodies=(msgspec.structs.replace(COUNTY, name="示例县局(新)"),))
    assert _write(db, wall_clock, renamed, "two") == RosterWritten(bodies=1, persons=0, holdings=0)
    with db.read() as session:
        found = session.get(BodyRow, "county")
        assert found is not None
        assert found.name == "示例县局(新)"


def test_a_fault_in_a_roster_leaves_nothing_of_it(db: Database, wall_clock: FixedClock) -> None:
    stranger = NewHolding(person="p1", body="nowhere", position="head", valid_from=date(2021, 1, 1))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        _write(db, wall_clock, msgspec.structs.replace(ROSTER, holdings=(stranger,)))
    assert _bodies(db, ORGANISATION) == []
    with db.read() as session:
        assert session.get(BodyRow, "county") is None


@pytest.mark.parametrize(
    ("words", "found"), [("p1", "p1"), ("示例乙", "p2"), ("county", "county"), ("示例县局", "county")]
)
def test_a_decider_is_found_by_name_or_code(
    db: Database, wall_clock: FixedClock, words: str, found: str
) -> None:
    _write(db, wall_clock)
    assert find_decider(db, words) == found


def test_who_is_unknown_or_not_the_only_one_is_asked_about(db: Database, wall_clock: FixedClock) -> None:
    _write(db, wall_clock)
    _write(db, wall_clock, Roster(persons=(NewPerson(id="p3", name="示例甲"),)), "two")
    answers = [find_decider(db, words) for words in ("没有的", "示例甲")]
    assert [answer.code for answer in answers if isinstance(answer, Refused)] == [
        "record.decider_unknown",
        "record.decider_ambiguous",
    ]
    assert isinstance(answers[1], Refused)
    assert "p1" in answers[1].remedy
    assert "p3" in answers[1].remedy


def test_a_text_is_kept_composed_and_read_by_version(db: Database, wall_clock: FixedClock) -> None:
    old, new = new_text("name", "e\u0301", "p9"), new_text("name", "示例", "p9", id="t", version=2)
    first = new_text("name", "旧名(示例)", "p9", id="t")
    with db.write() as session:
        session.add_all(each.row(wall_clock) for each in (old, new, first))
    with db.read() as session:
        assert read_text(session, old.id) == "\u00e9"
        assert (read_text(session, "t"), read_text(session, "t", 1)) == ("示例", "旧名(示例)")
        assert (matches(session, first.ref), matches(session, old.ref)) == (True, True)
        assert matches(session, msgspec.structs.replace(first.ref, digest="sha256:0")) is False


def test_erasing_removes_every_version_and_says_so_once_however_often_it_is_sent(
    db: Database, wall_clock: FixedClock
) -> None:
    give_offices(db, wall_clock, AccessRole.SECURITY_ADMIN)
    with db.write() as session:
        session.add_all(new_text("name", "示例", "p9", id="t", version=v).row(wall_clock) for v in (1, 2))
    answers = [
        erase(db, "t", "示例依据", actor=SECADMIN, wall=wall_clock, command_id="erase-t") for _ in range(2)
    ]
    assert answers == [date(2022, 3, 2)] * 2
    (body,) = _bodies(db, SECURITY)
    assert '"versions":[1,2]' in body
    with db.read() as session:
        assert read_text(session, "t") is None
