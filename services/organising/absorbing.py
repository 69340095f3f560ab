"""台账并入: the rows of a merged case appended to those of the one that goes on, with their origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.case import Case
from domain.events_reorganising import AbsorbedRegister
from domain.plan import Plan
from domain.register_rows import Row, fill, rows_digest
from models.tables import PrivateTextRow, RegisterRow
from services.private_texts import salted_digest

ORIGIN = "@origin"
"""The key of a row's `data` that names the case it came from; no column can be called so."""


def absorb(
    session: Session, plan: Plan, into: Case, origin: Case
) -> tuple[tuple[AbsorbedRegister, ...], tuple[str, ...]]:
    """Write the registers of `into` anew with the rows of `origin` behind them.

    Answers what the rules need of them, and the registers that `into` lacks, which stay with the ended case.
    """
    absorbed, left = [], []
    for name, state in origin.registers.items():
        if not state.rows:
            continue
        register = plan.registers.get(name)
        if register is None:
            left.append(name)
            continue
        held = into.registers.get(name)
        version = held.version if held else 0
        own = _rows(session, into.id, name, version)
        theirs = _rows(session, origin.id, name, state.version)
        merged = list(_merged(own, theirs, origin.id))
        for number, row in enumerate(merged, start=1):
            session.add(
                RegisterRow(
                    case_id=into.id,
                    register_id=name,
                    version=version + 1,
                    key=row.key,
                    ordinal=number,
                    data=row.data,
                    private_id=row.private_id,
                )
            )
        filled = fill(plan, register, [_full(session, row) for row in merged])
        absorbed.append(
            AbsorbedRegister(
                register=name,
                rows=len(merged),
                root=rows_digest([_sealed(session, row) for row in merged]),
                appended=len(theirs),
                sums=filled.sums,
                gaps=filled.gaps,
                items=filled.items,
            )
        )
    session.flush()
    return tuple(absorbed), tuple(left)


class _Line(msgspec.Struct, frozen=True):
    key: str
    data: str
    private_id: str | None


def _rows(session: Session, case: str, register: str, version: int) -> list[_Line]:
    found = session.execute(
        select(RegisterRow)
        .where(
            RegisterRow.case_id == case,  # type: ignore[arg-type]
            RegisterRow.register_id == register,  # type: ignore[arg-type]
            RegisterRow.version == version,  # type: ignore[arg-type]
        )
        .order_by(RegisterRow.ordinal)  # type: ignore[arg-type]
    ).scalars()
    return [_Line(row.key, row.data, row.private_id) for row in found]


def _merged(own: Sequence[_Line], theirs: Sequence[_Line], origin: str) -> Iterator[_Line]:
    """A key that stands on both sides gets its origin before it: two rows of one number are two people."""
    taken = {row.key for row in own}
    yield from own
    for row in theirs:
        data: dict[str, Any] = msgspec.json.decode(row.data)
        data.setdefault(ORIGIN, origin)
        key = f"{origin}/{row.key}" if row.key in taken else row.key
        yield _Line(key, msgspec.json.encode(data, order="sorted").decode(), row.private_id)


def _full(session: Session, row: _Line) -> Row:
    """All columns of a row; personal ones that were erased are empty."""
    found: Row = {k: v for k, v in msgspec.json.decode(row.data).items() if k != ORIGIN}
    private = _private(session, row)
    if private is not None:
        found |= msgspec.json.decode(private.text, type=dict[str, str])
    return found


def _sealed(session: Session, row: _Line) -> dict[str, str]:
    """What the root is taken over, as at filling."""
    private = _private(session, row)
    digest = "" if private is None else salted_digest(private.salt, private.text)
    return {"key": row.key, "data": row.data, "private": digest}


def _private(session: Session, row: _Line) -> PrivateTextRow | None:
    if row.private_id is None:
        return None
    wanted = select(PrivateTextRow).where(PrivateTextRow.id == row.private_id)  # type: ignore[arg-type]
    return session.execute(wanted.order_by(PrivateTextRow.version.desc()).limit(1)).scalar()  # type: ignore[attr-defined]
