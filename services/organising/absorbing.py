"""台账并入: the rows of a merged case appended to those of the one that goes on, with their origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlmodel import Session

from domain.case import Case
from domain.events_reorganising import AbsorbedRegister
from domain.plan import Plan
from domain.register_rows import fill, rows_digest
from models.tables import RegisterRow
from services.registers.held import ORIGIN, HeldRow, held_rows


def absorb(
    session: Session, plan: Plan, into: Case, origin: Case
) -> tuple[tuple[AbsorbedRegister, ...], tuple[str, ...]]:
    """Write the registers of `into` anew with the rows of `origin` behind them.

    Answers what the rules need of them, and the registers that `into` lacks, which stay with the ended case.
    """
    absorbed, left = [], []
    sums = {name: state.sums for name, state in into.registers.items()}
    for name, state in origin.registers.items():
        if not state.rows:
            continue
        register = plan.registers.get(name)
        if register is None:
            left.append(name)
            continue
        held = into.registers.get(name)
        version = held.version if held else 0
        own = held_rows(session, into.id, name, version)
        theirs = held_rows(session, origin.id, name, state.version)
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
        filled = fill(plan, register, [row.values() for row in merged], sums)
        absorbed.append(
            AbsorbedRegister(
                register=name,
                rows=len(merged),
                root=rows_digest([_sealed(row) for row in merged]),
                appended=len(theirs),
                sums=filled.sums,
                gaps=filled.gaps,
                items=filled.items,
            )
        )
    session.flush()
    return tuple(absorbed), tuple(left)


def _merged(own: Sequence[HeldRow], theirs: Sequence[HeldRow], origin: str) -> Iterator[HeldRow]:
    """A key that stands on both sides gets its origin before it: two rows of one number are two people."""
    taken = {row.key for row in own}
    yield from own
    for row in theirs:
        data: dict[str, Any] = msgspec.json.decode(row.data)
        data.setdefault(ORIGIN, origin)
        key = f"{origin}/{row.key}" if row.key in taken else row.key
        text = msgspec.json.encode(data, order="sorted").decode()
        yield msgspec.structs.replace(row, key=key, data=text)


def _sealed(row: HeldRow) -> dict[str, str]:
    """What the root is taken over, as at filling."""
    return {"key": row.key, "data": row.data, "private": row.digest}
