"""代录的核对: the check lands in the inbox of a colleague, and of neither who recorded nor who decided."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from config.clock import FixedClock
from domain.commands import CheckDecision
from domain.decisions import Medium
from domain.doers import FOUNDING
from domain.refusal import Refused
from services.inbox import person_inbox
from services.quick_inbox import quick_inbox
from services.reading import load_case
from services.roster import NewHolding, NewPerson, Roster, write_roster
from tests.services.acting import TODAY, Office, agreeing, done, prepare

PEOPLE = {"recorder": "handler", "third": "member"}
"""Colleagues of the head in the county's bureau."""


@pytest.fixture
def office(db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(db_url, wall_clock)) as db:
        roster = Roster(
            bodies=(),
            persons=tuple(NewPerson(id=person, name=f"示例人员 {person}") for person in PEOPLE),
            holdings=tuple(
                NewHolding(person=person, body="county", position=position, valid_from=date(2020, 1, 1))
                for person, position in PEOPLE.items()
            ),
        )
        write_roster(db, roster, actor=FOUNDING, wall=wall_clock, command_id="seed-colleagues")
        yield Office(db, wall_clock)


def waiting(office: Office, url: str, person: str) -> list[str]:
    """What a person's inbox holds, the same by the engine and without it."""
    found = person_inbox(office.db, person, wall=office.wall)
    quick = quick_inbox(url, person, wall=office.wall, limit=20)
    assert not isinstance(found, Refused)
    assert not isinstance(quick, Refused)
    kinds = [entry.kind for entry in found]
    assert ([row.kind for row in quick.rows], quick.total) == (kinds, len(kinds))
    return kinds


def test_the_check_waits_for_a_colleague_and_for_nobody_who_had_a_hand_in_it(
    office: Office, db_url: str
) -> None:
    office.open()
    office.submit()
    recorded = agreeing(decided_by="head", medium=Medium.SIGNED_PAPER)
    (check,) = done(office.send(recorded, "recorder")).new_work
    assert (check.kind, check.body, check.position) == ("check", "county", "any")
    told = {person: waiting(office, db_url, person) for person in ("third", "recorder", "head", "clerk-0")}
    assert told == {"third": ["check"], "recorder": [], "head": [], "clerk-0": ["submit"] * 7}
    case = load_case(office.db, "case-0")
    assert case is not None
    command = CheckDecision(
        command_id="check", case="case-0", occurred_on=TODAY, step="1.1", round=1,
        decision=case.steps["1.1"].decisions[0].id,
    )  # fmt: skip
    refused = office.send(command, "clerk-0")
    assert isinstance(refused, Refused)
    assert refused.code == "actor.not_entitled"
    assert str(done(office.send(command, "third")).case.steps["1.1"].status) == "closed"
