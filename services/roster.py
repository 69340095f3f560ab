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
from domain.doers import Doer, is_reserved
from domain.organisation.holdings import administrator_in_business
from domain.permissions import Action, Target, common_division
from domain.refusal import Refused
from models.database import Database
from models.ledger import ORGANISATION
from models.tables import AccountRow, AdministratorRow, BodyRow, HoldingRow, PersonRow
from services.authority import allow_all
from services.clock import today
from services.noting import in_turn, note
from services.permits import body_target
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
    db: Database, roster: Roster, *, actor: Doer, wall: WallClock, command_id: str
) -> RosterWritten | Refused:
    """登记机构人员名册: all or nothing, in one transaction with its ledger row.

    Needs every right that its rows need one by one, over all the areas they lie in.
    """
    allowed = allow_all(db, actor, _actions(roster), _target(db, roster), on=today(db, wall))
    if isinstance(allowed, Refused):
        return allowed
    refused = _reserved(roster)
    if refused is not None:
        return refused
    with in_turn(db, ORGANISATION) as session:
        overlap = _overlap(session, roster)
        if overlap is not None:
            return overlap
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
        note(
            session,
            ORGANISATION,
            event,
            actor=allowed.actor,
            position=allowed.position,
            wall=wall,
            command_id=command_id,
            channel="import",
        )
    return written


def _actions(roster: Roster) -> tuple[Action, ...]:
    """Which rights the parts of a roster need; an empty one still needs some."""
    parts = (
        (roster.bodies, Action.BODY_CHANGE),
        (roster.persons, Action.PERSON_CHANGE),
        (roster.holdings, Action.HOLDING_CHANGE),
    )
    return tuple(action for rows, action in parts if rows) or (Action.BODY_CHANGE,)


def _target(db: Database, roster: Roster) -> Target:
    """Every area that a row touches: of bodies as they were and will be, of positions that are given."""
    stated = {body.code: body.division[:6] for body in roster.bodies}
    named = {held.body for held in roster.holdings} | stated.keys()
    standing = [division for body in named if (division := body_target(db, body).division)]
    return Target(division=common_division((*stated.values(), *standing)))


def _reserved(roster: Roster) -> Refused | None:
    """Whether an id would read in the ledger like something that is no person."""
    wrong = [person.id for person in roster.persons if is_reserved(person.id)]
    if not wrong:
        return None
    return Refused(
        code="person.id",
        message=f"人员编号“{wrong[0]}”不能用",
        remedy="这个编号是系统自用的;可用工号或姓名拼音",
        facts={"person": wrong[0]},
    )


def _overlap(session: Session, roster: Roster) -> Refused | None:
    """Whether a position is given to one who holds an office of the system itself (三员分立)."""
    offices = set(session.execute(select(AdministratorRow.person)).scalars())  # type: ignore[call-overload]
    both = [held.person for held in roster.holdings if held.person in offices]
    return administrator_in_business(both[0]) if both else None


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
