"""机构人员名册: bodies, persons and the positions they hold, written as one act with one root.

An import of n rows is one event with a root over the rows; the names of persons lie in the erasable table.
Writing the same roster again changes nothing and leaves no event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from config.clock import WallClock
from models.database import Database
from models.ledger import ORGANISATION
from models.tables import AccountRow, BodyRow, HoldingRow, PersonRow
from services.noting import in_turn, note
from services.private_texts import new_text


class NewBody(msgspec.Struct, frozen=True, kw_only=True):
    """机构登记: one body. `type` is the id that programmes name, `level` where it stands."""

    code: str
    name: str
    type: str
    kind: str
    division: str
    level: str
    unit_id: str = ""


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """人员登记: a person; `account` where they have a way in."""

    id: str
    name: str
    account: bool = True


class NewHolding(msgspec.Struct, frozen=True, kw_only=True):
    """任职登记: a position held from `valid_from` on."""

    person: str
    body: str
    position: str
    valid_from: date


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """机构人员名册."""

    bodies: tuple[NewBody, ...] = ()
    persons: tuple[NewPerson, ...] = ()
    holdings: tuple[NewHolding, ...] = ()


class RosterWritten(msgspec.Struct, frozen=True, kw_only=True):
    """登记结果: how many rows were new or changed."""

    bodies: int
    persons: int
    holdings: int

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.bodies or self.persons or self.holdings)


def write_roster(
    db: Database, roster: Roster, *, actor: str, wall: WallClock, command_id: str
) -> RosterWritten:
    """登记机构人员名册: all or nothing, in one transaction with its ledger row."""
    with in_turn(db, ORGANISATION) as session:
        bodies = [row for row in roster.bodies if _body_changed(session, row)]
        known = set(session.execute(select(PersonRow.id)).scalars())  # type: ignore[call-overload]
        persons = [row for row in roster.persons if row.id not in known]
        holdings = _new_holdings(session, roster.holdings)
        written = RosterWritten(bodies=len(bodies), persons=len(persons), holdings=len(holdings))
        if not written.changed:
            return written
        _write(session, bodies, persons, holdings, wall)
        event = {
            "type": "roster_written",
            "bodies": len(bodies),
            "persons": len(persons),
            "holdings": len(holdings),
            "root": _root(bodies, persons, holdings),
        }
        note(session, ORGANISATION, event, actor=actor, wall=wall, command_id=command_id, channel="import")
    return written


def _body_changed(session: Session, row: NewBody) -> bool:
    found = session.get(BodyRow, row.code)
    return found is None or any(getattr(found, name) != getattr(row, name) for name in row.__struct_fields__)


def _new_holdings(session: Session, rows: Iterable[NewHolding]) -> list[NewHolding]:
    found = session.execute(
        select(HoldingRow.person, HoldingRow.body, HoldingRow.position, HoldingRow.valid_from)  # type: ignore[call-overload]
    )
    known = {tuple(each) for each in found}
    return [row for row in rows if (row.person, row.body, row.position, row.valid_from) not in known]


def _write(
    session: Session,
    bodies: Sequence[NewBody],
    persons: Sequence[NewPerson],
    holdings: Sequence[NewHolding],
    wall: WallClock,
) -> None:
    for body in bodies:
        row = session.get(BodyRow, body.code)
        if row is None:
            session.add(BodyRow(**msgspec.structs.asdict(body)))
            continue
        # Term, founding document and earlier names are no part of a roster: they stay.
        for name, value in msgspec.structs.asdict(body).items():
            setattr(row, name, value)
        session.add(row)
    for person in persons:
        text = new_text("name", person.name, person.id)
        session.add(text.row(wall))
        session.add(PersonRow(id=person.id, name_id=text.id))
    session.flush()
    session.add_all(AccountRow(id=each.id, person=each.id) for each in persons if each.account)
    session.add_all(HoldingRow(**msgspec.structs.asdict(row)) for row in holdings)


def _root(bodies: Sequence[NewBody], persons: Sequence[NewPerson], holdings: Sequence[NewHolding]) -> str:
    """One digest over the rows, without names of persons."""
    digest = hashlib.sha256()
    for body in bodies:
        digest.update(msgspec.json.encode(body))
    for person in persons:
        digest.update(msgspec.json.encode([person.id, person.account]))
    for holding in holdings:
        digest.update(msgspec.json.encode(holding))
    return f"sha256:{digest.hexdigest()}"
