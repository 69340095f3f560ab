"""通知积压: what waits, what may have arrived, what could not go; and sending it again by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import func, select, update

from domain.notices.letters import OPEN, LetterState
from models.database import Database
from models.statements import LETTER


class StoppedLetter(msgspec.Struct, frozen=True, kw_only=True):
    """停下的通知: one that waits for an operator; it names a channel and a case, no address."""

    id: str
    channel: str
    person: str
    state: LetterState
    since: datetime
    error: str


class LetterQueue(msgspec.Struct, frozen=True, kw_only=True):
    """通知积压."""

    counts: dict[str, dict[str, int]]
    """Channel → state → how many."""
    stopped: tuple[StoppedLetter, ...]
    """无法送达, and 可能已发 that is not tried again by itself."""


def letter_queue(db: Database, limit: int = 200) -> LetterQueue:
    """Return the backlog of letters, and the first ``limit`` of those that stopped."""
    maybe = LETTER.c.state == LetterState.MAYBE_SENT.value
    stopped = (LETTER.c.state == LetterState.DEAD.value) | (maybe & LETTER.c.next_attempt_at.is_(None))
    counts: dict[str, dict[str, int]] = {}
    with db.read() as session:
        connection = session.connection()
        grouped = select(LETTER.c.channel, LETTER.c.state, func.count())
        for channel, state, number in connection.execute(grouped.group_by(LETTER.c.channel, LETTER.c.state)):
            counts.setdefault(channel, {})[state] = int(number)
        rows = connection.execute(
            select(LETTER).where(stopped).order_by(LETTER.c.created_at, LETTER.c.id).limit(limit)
        ).all()
    return LetterQueue(
        counts=counts,
        stopped=tuple(
            StoppedLetter(
                id=row.id,
                channel=row.channel,
                person=row.person,
                state=LetterState(row.state),
                since=row.handed_at or row.created_at,
                error=row.last_error or "",
            )
            for row in rows
        ),
    )


def revive_letters(db: Database) -> int:
    """重新放回: give letters that could not go new tries; return how many."""
    with db.write() as session:
        done = session.connection().execute(
            update(LETTER)
            .where(LETTER.c.state == LetterState.DEAD.value)
            .values(state=LetterState.WAITING.value, dead=False, attempts=0, next_attempt_at=None)
        )
        return int(done.rowcount)


def send_again(db: Database, now: datetime, ids: Sequence[str] = ()) -> int:
    """再发: what may have arrived goes once more, marked as a possible repetition; all, or those named."""
    stopped = (LETTER.c.state == LetterState.MAYBE_SENT.value, LETTER.c.next_attempt_at.is_(None))
    statement = update(LETTER).where(*stopped)
    if ids:
        statement = statement.where(LETTER.c.id.in_(ids))
    with db.write() as session:
        done = session.connection().execute(statement.values(attempts=0, next_attempt_at=now))
        return int(done.rowcount)


def open_letters(db: Database) -> int:
    """How many letters are still to go by themselves, held ones included."""
    maybe = (LETTER.c.state == LetterState.MAYBE_SENT.value) & LETTER.c.next_attempt_at.is_not(None)
    others = [state.value for state in OPEN - {LetterState.MAYBE_SENT}]
    wanted = select(func.count()).select_from(LETTER).where(maybe | LETTER.c.state.in_(others))
    with db.read() as session:
        return int(session.connection().execute(wanted).scalar_one())
