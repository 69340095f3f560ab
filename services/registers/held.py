"""现有各行: the rows of one version of a register as they are kept, with their personal columns."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.programme import Register
from domain.register_balances import Row
from models.tables import PrivateTextRow, RegisterRow
from services.private_texts import salted_digest

ORIGIN = "@origin"
"""The key of a row's `data` that names the case it came from; no column can be called so."""
_columns = msgspec.json.Decoder(dict[str, str]).decode


class HeldRow(msgspec.Struct, frozen=True, kw_only=True):
    """台账行 as kept."""

    ordinal: int
    key: str
    data: str
    """JSON of the columns that are not personal."""
    private_id: str | None = None
    text: str | None = None
    """JSON of the personal columns; none where there are none, or where they were erased."""
    digest: str = ""
    """Salted digest of `text`, as the root over the rows has it."""

    @property
    def erased(self) -> bool:
        """Whether personal columns were there and were erased."""
        return self.private_id is not None and self.text is None

    @property
    def origin(self) -> str:
        """The case that the row came from by a merger; empty for most."""
        return _columns(self.data).get(ORIGIN, "")

    def public(self) -> Row:
        """The columns that are not personal."""
        return {name: value for name, value in _columns(self.data).items() if name != ORIGIN}

    def values(self) -> Row:
        """All columns; personal ones that were erased are empty."""
        return self.public() | (_columns(self.text) if self.text is not None else {})


def held_rows(
    session: Session, case: str, register: str, version: int, *, after: int = 0, limit: int | None = None
) -> list[HeldRow]:
    """The rows of a version in their order, from behind row `after` on."""
    statement = (
        select(  # type: ignore[call-overload]
            RegisterRow.ordinal,
            RegisterRow.key,
            RegisterRow.data,
            RegisterRow.private_id,
            PrivateTextRow.text,
            PrivateTextRow.salt,
        )
        .outerjoin(PrivateTextRow, PrivateTextRow.id == RegisterRow.private_id)
        .where(
            RegisterRow.case_id == case,
            RegisterRow.register_id == register,
            RegisterRow.version == version,
            RegisterRow.ordinal > after,
        )
        .order_by(RegisterRow.ordinal)
    )
    if limit is not None:
        statement = statement.limit(limit)
    return [
        HeldRow(
            ordinal=ordinal,
            key=key,
            data=data,
            private_id=private_id,
            text=text,
            digest="" if text is None else salted_digest(salt, text),
        )
        for ordinal, key, data, private_id, text, salt in session.execute(statement)
    ]


def personal_columns(register: Register) -> tuple[str, ...]:
    """The columns that lie in the table that may be erased."""
    return tuple(column.id for column in register.columns if column.personal)
