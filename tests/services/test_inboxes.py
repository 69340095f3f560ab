"""待办: the engine's inbox and the one read on the bare driver show the same work in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import msgspec
import pytest
from sqlmodel import select

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.lamp_policy import LampPolicy
from domain.lamps import lamp
from domain.refusal import Refused
from domain.workdays import work_calendar
from models.tables import CalendarOverrideRow, ProgrammeRow
from services.inbox import case_work, person_inbox, position_inbox
from services.quick_inbox import Inbox, quick_inbox
from services.roster import NewHolding, NewPerson, Roster, write_roster
from tests.services.acting import Office, case_of, prepare, submitting


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock, 3)) as db:
        yield Office(db, wall_clock)


def _quick(office: Office, person: str, limit: int = 50) -> Inbox:
    url = office.db.url.render_as_string(hide_password=False).replace("+psycopg", "")
    found = quick_inbox(url, person, wall=office.wall, limit=limit)
    assert isinstance(found, Inbox), found
    return found


def _engine(office: Office, person: str, limit: int = 50) -> list[tuple[str, str]]:
    found = person_inbox(office.db, person, wall=office.wall, limit=limit)
    assert not isinstance(found, Refused)
    return [(entry.case_id, entry.key) for entry in found]


def _several_hats(office: Office) -> None:
    """One who works in two zones and heads the county's office."""
    posts = (("zone-0", "handler"), ("zone-1", "handler"), ("county", "head"))
    holdings = tuple(
        NewHolding(person="many", body=body, position=position, valid_from=date(2020, 1, 1))
        for body, position in posts
    )
    roster = Roster(persons=(NewPerson(id="many", name="示例人员"),), holdings=holdings)
    write_roster(office.db, roster, actor=FOUNDING, wall=office.wall, command_id="many")


@pytest.mark.parametrize("limit", [3, 50])
def test_both_inboxes_show_the_same_in_the_same_order(office: Office, limit: int) -> None:
    _several_hats(office)
    for unit in range(3):
        office.open(unit)
        office.submit("1.3", unit)
    quick = _quick(office, "many", limit)
    assert [(row.case, row.key) for row in quick.rows] == _engine(office, "many", limit)
    assert len(quick.rows) == min(limit, 17)
    assert (quick.total, quick.positions, quick.name) == (17, 3, "示例人员")


def test_who_handed_in_is_not_asked_to_decide(office: Office) -> None:
    _several_hats(office)
    office.open()
    office.open(1)
    assert not isinstance(office.send(submitting("1.1", 0), "many"), Refused)
    decide = [(row.case, row.step) for row in _quick(office, "many").rows if row.kind == "decide"]
    assert decide == []
    assert [entry.step for entry in position_inbox(office.db, "county", "head")] == ["1.1"]
    assert [key for _, key in _engine(office, "many")] == [row.key for row in _quick(office, "many").rows]


def test_days_left_are_working_days_of_the_loaded_calendar(office: Office) -> None:
    office.open()
    plain = _quick(office, "clerk-0").rows[0]
    assert plain.due_on is not None
    assert plain.remaining == 10
    with office.db.write() as session:
        session.add(
            CalendarOverrideRow(day=date(2022, 3, 7), kind="holiday", source="示例通知", name="示例假日")
        )
    assert _quick(office, "clerk-0").rows[0].remaining == 9
    assert isinstance(office.wall, FixedClock)
    office.wall.advance(timedelta(days=60))
    late = _quick(office, "clerk-0")
    assert (late.total, late.overdue) == (8, 8)
    assert late.rows[0].remaining is not None
    assert late.rows[0].remaining < 0


def test_the_inbox_is_yellow_where_the_programme_s_own_lamps_are(office: Office) -> None:
    office.open()
    plain = _quick(office, "clerk-0").rows[0]
    assert plain.due_on is not None
    policy = LampPolicy()
    shown = lamp(policy, plain.opened_on, plain.due_on, plain.opened_on, work_calendar())
    assert (plain.soon, plain.remaining) == (shown.soon, shown.left) == (2, 10)
    with office.db.write() as session:
        row = session.exec(select(ProgrammeRow)).one()
        told = {**msgspec.json.decode(row.parsed), "lamps": {"soon_days": 9, "soon_share": 100}}
        row.parsed = msgspec.json.encode(told).decode()
    assert _quick(office, "clerk-0").rows[0].soon == 9


def test_nobody_s_inbox_is_refused_in_both_ways(office: Office) -> None:
    url = office.db.url.render_as_string(hide_password=False)
    answers = [
        person_inbox(office.db, "nobody", wall=office.wall),
        quick_inbox(url.replace("+psycopg", ""), "nobody", wall=office.wall, limit=5),
    ]
    assert [answer.code for answer in answers if isinstance(answer, Refused)] == ["actor.unknown"] * 2


def test_work_of_a_position_and_of_a_case_stand_in_the_order_of_their_dates(office: Office) -> None:
    office.open()
    office.open(1)
    for step in ("1.2", "1.1"):
        office.submit(step, 1)
    assert [e.step for e in position_inbox(office.db, "county", "head")] == ["1.1", "1.2"]
    assert [e.step for e in case_work(office.db, case_of(1))][-2:] == ["1.2", "1.1"]
    assert len(position_inbox(office.db, "zone-0", "handler", limit=3)) == 3
