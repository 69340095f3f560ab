"""登记持有人: a person that an account is made for where the register has none yet."""

from __future__ import annotations

import secrets

from sqlmodel import Session

from models.ledger import ORGANISATION, append
from models.tables import AccountRow, PersonRow
from services.access.environment import Access
from services.clock import read_clock
from services.private_texts import new_text


def register_person(
    session: Session, access: Access, id: str, name: str, *, actor: str, channel: str
) -> None:
    """Write a person without positions, and their account of the same id, with a row in the ledger."""
    text = new_text("name", name, id)
    session.add(text.row(access.wall))
    session.add(PersonRow(id=id, name_id=text.id))
    session.flush()
    session.add(AccountRow(id=id, person=id))
    append(
        session,
        ORGANISATION,
        [{"type": "person_registered", "person": id}],
        command_id=secrets.token_hex(16),
        actor=actor,
        recorded_at=access.wall.now(),
        occurred_on=read_clock(session.connection(), access.wall).today,
        channel=channel,
    )
