"""A small organisation for tests: the acting office, with a reform office, a city's, and administrators."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Any, TypeVar

import msgspec

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.refusal import Refused
from models.database import Database
from models.ledger import ORGANISATION, rows
from models.tables import AdministratorRow
from services.organising.office import Registry
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from tests.services.acting import COUNTY, TODAY, prepare

T = TypeVar("T")
SINCE = date(2020, 1, 1)
BODIES = (
    ("reform", "示例县委改革办", "reform_office", COUNTY, "county"),
    ("city", "示例市委改革办", "reform_office", "411000", "city"),
    ("other", "示例邻县改革办", "reform_office", "411002", "county"),
    ("bureau", "示例财政局", "finance", COUNTY, "county"),
)
PEOPLE = {
    "reform-head": ("reform", "head"),
    "reform-clerk": ("reform", "handler"),
    "city-head": ("city", "head"),
    "other-head": ("other", "head"),
    "bureau-head": ("bureau", "head"),
    "spare": None,
    "admin": None,
    "admin-2": None,
    "security": None,
}
OFFICES = (
    ("admin", "unit_admin", COUNTY),
    ("admin-2", "unit_admin", "411002"),
    ("security", "security_admin", ""),
)


def organise(url: str, wall: FixedClock, units: int = 3, text: str = "") -> Database:
    """The acting office with all of these."""
    db = prepare(url, wall, units, text)
    roster = Roster(
        bodies=tuple(
            NewBody(code=code, name=name, type=type_, kind="account", division=division, level=level)
            for code, name, type_, division, level in BODIES
        ),
        persons=tuple(NewPerson(id=person, name=f"示例{person}") for person in PEOPLE),
        holdings=tuple(
            NewHolding(person=person, body=held[0], position=held[1], valid_from=SINCE)
            for person, held in PEOPLE.items()
            if held is not None
        ),
    )
    write_roster(db, roster, actor=FOUNDING, wall=wall, command_id="seed-organisation")
    with db.write() as session:
        session.add_all(
            AdministratorRow(person=person, role=role, division=division, since=wall.now())
            for person, role, division in OFFICES
        )
    return db


def by(db: Database, wall: FixedClock, person: str) -> Registry:
    """Somebody at the register."""
    return Registry(db=db, wall=wall, person=person)


def good(answer: T | Refused) -> T:
    """The answer, which must be no refusal."""
    assert not isinstance(answer, Refused), answer
    return answer


def code(answer: object) -> str:
    """The code of a refusal."""
    assert isinstance(answer, Refused), answer
    return answer.code


def told(db: Database) -> list[dict[str, Any]]:
    """Every event of the stream of the organisation."""
    with db.read() as session:
        found = list(rows(session.connection(), ORGANISATION))
    return [event for row in found for event in msgspec.json.decode(row.body)]


__all__ = ["COUNTY", "SINCE", "TODAY", "by", "closing", "code", "good", "organise", "told"]
