"""机构办理: register and change one body, temporary ones with their term; names as of a day."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlmodel import Session

from domain.organisation.bodies import ChangeBody, RegisterBody, judge_change, judge_registration
from domain.organisation.events import BodyChanged, BodyRegistered
from domain.organisation.values import BodyData, name_on
from domain.permissions import Action, Target
from domain.refusal import Refused
from models.database import Database
from models.tables import BodyRow
from services.notices import Notices, no_notices
from services.organising.filling import Filling, fill_places
from services.organising.office import Enacted, Registry, enact
from services.organising.reading import all_bodies, body_data, unit_ids_of
from services.permits import body_target, unit_target

_COLUMNS = {"name": "name", "body_type": "type", "kind": "kind", "division": "division", "level": "level"}


def register_body(
    registry: Registry, asked: RegisterBody, *, command_id: str, notices: Notices = no_notices
) -> Enacted[BodyRegistered] | Refused:
    """登记机构: one body enters the register, and takes the places that waited for it (无人承办)."""
    refused = registry.may_all(Action.BODY_CHANGE, places(registry.db, asked.division, asked.unit))
    if refused is not None:
        return refused

    filling = Filling(notices=notices, on=registry.today, command_id=command_id)

    def write(session: Session, event: BodyRegistered) -> None:
        write_registered(session, event)
        fill_places(registry, session, filling)

    return enact(
        registry,
        asked,
        BodyRegistered,
        lambda session, _on: judge_registration(asked, all_bodies(session), unit_ids_of(session)),
        write,
        command_id=command_id,
    )


def places(db: Database, division: str, unit: str) -> tuple[Target, ...]:
    """所在: where a body is put. Whoever puts it there must reach every one of them.

    The area says how far its reform officers reach, the unit whose cases its people see: one of them within
    reach must not bring the other along.
    """
    found = (unit_target(db, unit),) if unit else ()
    return (*found, Target(division=division[:6])) if division or not found else found


def write_registered(session: Session, event: BodyRegistered) -> None:
    """The row of a body that was registered."""
    session.add(
        BodyRow(
            code=event.code,
            name=event.name,
            type=event.body_type,
            kind=event.kind,
            division=event.division,
            level=event.level,
            unit_id=event.unit,
            valid_from=event.first,
            valid_to=event.last,
            data=encode(BodyData(temporary=event.temporary, founding=event.founding)),
        )
    )
    session.flush()


def change_body(
    registry: Registry, asked: ChangeBody, *, command_id: str, notices: Notices = no_notices
) -> Enacted[BodyChanged] | Refused:
    """调整机构: whoever changes it must reach it where it is, and where it goes to."""
    there = places(registry.db, asked.division or "", asked.unit or "")
    here = body_target(registry.db, asked.code)
    refused = registry.may_all(Action.BODY_CHANGE, (here, *(there if asked.division or asked.unit else ())))
    if refused is not None:
        return refused

    filling = Filling(notices=notices, on=registry.today, command_id=command_id)

    def write(session: Session, event: BodyChanged) -> None:
        write_changed(session, event)
        fill_places(registry, session, filling)

    return enact(
        registry,
        asked,
        BodyChanged,
        lambda session, on: judge_change(asked, all_bodies(session), unit_ids_of(session), on),
        write,
        command_id=command_id,
    )


def write_changed(session: Session, event: BodyChanged) -> None:
    """The row of a body that was changed; a former name goes into its history."""
    row = session.get_one(BodyRow, event.code)
    for name, column in _COLUMNS.items():
        if name in event.after:
            setattr(row, column, event.after[name])
    if "unit" in event.after:
        row.unit_id = event.after["unit"]
    if "last" in event.after:
        row.valid_to = date.fromisoformat(event.after["last"])
    if event.former is not None:
        data = body_data(row)
        row.data = encode(msgspec.structs.replace(data, names=(*data.names, event.former)))
    session.add(row)


def encode(data: msgspec.Struct) -> str:
    """As stored."""
    return msgspec.json.encode(data, order="sorted").decode()


def body_name_on(db: Database, code: str, day: date) -> str:
    """当时名称: what a body was called on a day, as papers of that day name it; its code if unknown."""
    with db.read() as session:
        row = session.get(BodyRow, code)
        return code if row is None else name_on(row.name, body_data(row).names, day)
