"""个人信息: texts that can be erased while the ledger that speaks of them stays true.

The ledger holds an id and a salted digest; ``services.erasing`` takes a text away.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session

from config.clock import WallClock
from domain.decisions import TextRef
from models.tables import PrivateTextRow

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
