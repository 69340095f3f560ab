"""删除个人信息: a text is taken away while the ledger that speaks of it stays true.

Erasing removes the text and its salt, so that the digest says nothing any more, and leaves a row with the
basis in the stream ``security``. It is for the security administrator alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
from sqlalchemy import delete, select
from sqlmodel import Session

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action
from domain.refusal import Refused
from models.database import Database
from models.ledger import SECURITY
from models.statements import EVENT
from models.tables import PrivateTextRow
from services.authority import Allowed, allow
from services.noting import in_turn, note


def erase(
    db: Database,
    id: str,
    basis: str,
    *,
    actor: Doer,
    wall: WallClock,
    command_id: str,
) -> date | Refused:
    """删除个人信息: remove every version of a text with its salt; return the legal date of the erasure.

    Sent again under the same ``command_id``, it answers the same.
    ``basis`` is the legal ground with its number; the ledger keeps it in place of the text.
    """
    return erase_all(db, {id: command_id}, basis, actor=actor, wall=wall)


def erase_all(
    db: Database, texts: Mapping[str, str], basis: str, *, actor: Doer, wall: WallClock
) -> date | Refused:
    """The same for several texts, each with its command id: all of them or none.

    One that is no longer there is passed over where another one is; nothing to erase at all is refused.
    """
    allowed = allow(db, actor, Action.PERSON_ERASE, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    if not basis.strip():
        return Refused(
            code="erase.basis", message="删除个人信息须写明依据", remedy="请补充依据(条款或决定文号)"
        )
    with in_turn(db, SECURITY) as session:
        done = [
            found
            for id, command_id in texts.items()
            if (found := _erase(session, id, basis, allowed, wall, command_id)) is not None
        ]
    if done:
        return max(done)
    return Refused(
        code="erase.unknown",
        message="没有这条个人信息,或已经删除",
        remedy="请核对编号",
        facts={"text": next(iter(texts), "")},
    )


def _erase(
    session: Session, id: str, basis: str, allowed: Allowed, wall: WallClock, command_id: str
) -> date | None:
    versions = sorted(
        session.execute(
            select(PrivateTextRow.version).where(PrivateTextRow.id == id)  # type: ignore[call-overload]
        ).scalars()
    )
    if not versions:
        return _erased_before(session, id, basis, command_id)
    on = note(
        session,
        SECURITY,
        {"type": "erased", "text": id, "versions": versions, "basis": basis},
        actor=allowed.actor,
        position=allowed.position,
        wall=wall,
        command_id=command_id,
    )
    session.execute(delete(PrivateTextRow).where(PrivateTextRow.id == id))  # type: ignore[arg-type]
    return on


def _erased_before(session: Session, id: str, basis: str, command_id: str) -> date | None:
    """When this very command erased the text; ``None`` where it did not."""
    found = (
        session.connection()
        .execute(
            select(EVENT.c.occurred_on, EVENT.c.body).where(
                EVENT.c.stream == SECURITY, EVENT.c.command_id == command_id
            )
        )
        .first()
    )
    if found is None:
        return None
    (event,) = msgspec.json.decode(found.body, type=tuple[dict[str, object], ...])
    return (
        date.fromisoformat(found.occurred_on)
        if (event.get("text"), event.get("basis")) == (id, basis)
        else None
    )
