"""办理记录: what happened in one step, off the ledger, the newest first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select

from config.clock import BUSINESS_TIMEZONE
from domain.case import Case
from domain.plan import Plan
from models.base import instant
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import EVENT
from services.event_words import EventWords
from services.office.counter import Counter
from services.views.board import Board, board_of
from services.views.chain import person_names_of

SHOWN: Final = 12
_LOOKED_AT: Final = 120


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """一次办理."""

    seq: int
    occurred_on: date
    recorded_at: datetime
    who: str
    lines: tuple[str, ...]
    late_days: int


def history_of(counter: Counter, board: Board, plan: Plan, case: Case, key: str) -> tuple[HistoryLine, ...]:
    """The last acts that touched the step."""
    columns = (EVENT.c.seq, EVENT.c.occurred_on, EVENT.c.recorded_at, EVENT.c.actor, EVENT.c.body)
    statement = (
        select(*columns, EVENT.c.schema_version)
        .where(EVENT.c.stream == case_stream(case.id), EVENT.c.body.contains(f'"{key}"', autoescape=True))
        .order_by(EVENT.c.seq.desc())
        .limit(_LOOKED_AT)
    )
    names_of_bodies = {code: place.name for code, place in board.organisation.places.items()}
    words = EventWords(plan, names_of_bodies)
    found: list[tuple[Any, tuple[str, ...], int]] = []
    with counter.db.read() as session:
        for row in session.connection().execute(statement):
            events = [e for e in decode_events(row.body, row.schema_version) if getattr(e, "step", "") == key]
            if events:
                late = max(int(getattr(each, "late_days", 0)) for each in events)
                found.append((row, tuple(words.line(each) for each in events), late))
            if len(found) == SHOWN:
                break
        names = person_names_of(session, {row.actor for row, _, _ in found})
    return tuple(
        HistoryLine(
            seq=row.seq,
            occurred_on=date.fromisoformat(row.occurred_on),
            recorded_at=_local(row.recorded_at),
            who=names.get(row.actor, "系统"),
            lines=lines,
            late_days=late,
        )
        for row, lines, late in found
    )


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """回执: where an act stands in the ledger."""

    seq: int
    recorded_at: datetime
    occurred_on: date
    who: str
    lines: tuple[str, ...]
    digest: str


def receipt_of(counter: Counter, plan: Plan, case: Case, seq: int) -> Receipt | None:
    """回执 of one act of the case; ``None`` where there is none, or it is another person's."""
    statement = select(EVENT).where(EVENT.c.stream == case_stream(case.id), EVENT.c.seq == seq)
    board = board_of(counter.db)
    words = EventWords(plan, {code: place.name for code, place in board.organisation.places.items()})
    with counter.db.read() as session:
        row = session.connection().execute(statement).one_or_none()
        if row is None or row.actor != counter.person:
            return None
        names = person_names_of(session, {row.actor})
    return Receipt(
        seq=row.seq,
        recorded_at=_local(row.recorded_at),
        occurred_on=date.fromisoformat(row.occurred_on),
        who=names.get(row.actor, row.actor),
        lines=tuple(words.line(each) for each in decode_events(row.body, row.schema_version)),
        digest=bytes(row.hash).hex(),
    )


def _local(value: int | datetime) -> datetime:
    at = value if isinstance(value, datetime) else instant(value)
    return at.astimezone(BUSINESS_TIMEZONE)
