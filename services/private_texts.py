"""个人信息: texts that can be erased while the ledger that speaks of them stays true.

The ledger holds an id and a salted digest. Erasing removes the text and its salt, so that the digest says
nothing any more, and leaves a row with the basis in the stream ``security``.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from hmac import compare_digest
from typing import Literal

import msgspec
from sqlalchemy import delete, select
from sqlmodel import Session

from config.clock import WallClock
from domain.decisions import TextRef
from domain.refusal import Refused
from models.database import Database
from models.ledger import SECURITY
from models.statements import EVENT
from models.tables import PrivateTextRow
from services.noting import in_turn, note

TextKind = Literal["name", "contact", "opinion", "register", "file_name"]


@dataclass(frozen=True, slots=True)
class NewText:
    """新文字: a text about to be stored, with its salt; ``ref`` is what the ledger may hold."""

    id: str
    version: int
    kind: TextKind
    subject: str
    salt: bytes
    text: str

    @property
    def ref(self) -> TextRef:
        """Return id and salted digest."""
        return TextRef(id=self.id, digest=salted_digest(self.salt, self.text))

    def row(self, wall: WallClock) -> PrivateTextRow:
        """Return the row that keeps it."""
        return PrivateTextRow(
            id=self.id,
            version=self.version,
            kind=self.kind,
            subject=self.subject,
            salt=self.salt,
            text=self.text,
            created_at=wall.now(),
        )


def new_text(kind: TextKind, text: str, subject: str, *, id: str = "", version: int = 1) -> NewText:
    """Make a text ready to be stored, with a fresh salt. ``subject`` is a person or a case."""
    return NewText(
        id=id or secrets.token_hex(12),
        version=version,
        kind=kind,
        subject=subject,
        salt=secrets.token_bytes(16),
        text=unicodedata.normalize("NFC", text),
    )


def salted_digest(salt: bytes, text: str) -> str:
    """Return what the ledger holds instead of a text."""
    return f"sha256:{sha256(salt + text.encode()).hexdigest()}"


def read_text(session: Session, id: str, version: int | None = None) -> str | None:
    """Return a text, its latest version unless one is named; ``None`` where it was erased or never was."""
    statement = select(PrivateTextRow.text).where(PrivateTextRow.id == id)  # type: ignore[call-overload]
    if version is not None:
        statement = statement.where(PrivateTextRow.version == version)
    found = session.execute(statement.order_by(PrivateTextRow.version.desc()).limit(1)).scalar()  # type: ignore[attr-defined]
    return None if found is None else str(found)


def matches(session: Session, ref: TextRef) -> bool | None:
    """Whether a stored text is the one the ledger speaks of; ``None`` where it was erased."""
    rows = session.execute(select(PrivateTextRow).where(PrivateTextRow.id == ref.id)).scalars().all()  # type: ignore[arg-type]
    if not rows:
        return None
    return any(compare_digest(salted_digest(row.salt, row.text), ref.digest) for row in rows)


def erase(
    db: Database,
    id: str,
    basis: str,
    *,
    actor: str,
    wall: WallClock,
    command_id: str,
) -> date | Refused:
    """删除个人信息: remove every version of a text with its salt; return the legal date of the erasure.

    Sent again under the same ``command_id``, it answers the same.
    ``basis`` is the legal ground with its number; the ledger keeps it in place of the text.
    """
    if not basis.strip():
        return Refused(
            code="erase.basis", message="删除个人信息须写明依据", remedy="请补充依据(条款或决定文号)"
        )
    with in_turn(db, SECURITY) as session:
        versions = sorted(
            session.execute(
                select(PrivateTextRow.version).where(PrivateTextRow.id == id)  # type: ignore[call-overload]
            ).scalars()
        )
        if not versions:
            return _erased_before(session, id, basis, command_id) or Refused(
                code="erase.unknown",
                message="没有这条个人信息,或已经删除",
                remedy="请核对编号",
                facts={"text": id},
            )
        event = {"type": "erased", "text": id, "versions": versions, "basis": basis}
        on = note(session, SECURITY, event, actor=actor, wall=wall, command_id=command_id)
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
