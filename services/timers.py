"""计时到点: due timers, each again a command against the business clock.

A timer's command id is made of its case, key, generation and date, so that two relays that fire the same one
do it once. A timer that the case no longer has is stale: its row is dropped and nothing happens.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from config.clock import WallClock
from domain.commands import FireTimer
from domain.open_work import TimerKind
from domain.outside import Rng, next_delay
from domain.refusal import Refused
from models.database import Database
from models.faults import DatabaseFault
from models.statements import TIMER
from services.acts import Entry, act
from services.bootstrap import Runtime
from services.clock import today as business_date
from services.relaying import LONGEST_ERROR, MAX_ATTEMPTS

BATCH: Final = 50
CLOCK: Final = "clock"


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """到点结果: how many timers fired, were stale, and could not be fired."""

    fired: int = 0
    stale: int = 0
    failed: int = 0


def _due(today: date, wall: WallClock) -> ColumnElement[bool]:
    """Due and not put off. A machine's timer counts the tries of its questions; they put off nothing."""
    ready = and_(
        TIMER.c.dead.is_(False),
        or_(TIMER.c.next_attempt_at.is_(None), TIMER.c.next_attempt_at <= wall.now()),
    )
    return and_(TIMER.c.due_on <= today, or_(TIMER.c.kind == str(TimerKind.MANUAL), ready))


def due_timers(db: Database, wall: WallClock) -> int:
    """Return how many timers are due and not fired yet."""
    with db.read() as session:
        counted = select(func.count()).select_from(TIMER).where(_due(business_date(db, wall), wall))
        return int(session.connection().execute(counted).scalar_one())


def dead_timers(db: Database) -> tuple[tuple[str, str, str], ...]:
    """Return case, key and last error of what waits for an operator: timers and machine work."""
    statement = select(TIMER.c.case_id, TIMER.c.key, TIMER.c.last_error).where(TIMER.c.dead.is_(True))
    with db.read() as session:
        rows = session.connection().execute(statement.order_by(TIMER.c.case_id, TIMER.c.key)).all()
    return tuple((row.case_id, row.key, row.last_error or "") for row in rows)


def revive_timers(db: Database, case_id: str = "") -> int:
    """重新放回: give dead timers and machine work new tries; return how many."""
    statement = (
        update(TIMER).where(TIMER.c.dead.is_(True)).values(dead=False, attempts=0, next_attempt_at=None)
    )
    if case_id:
        statement = statement.where(TIMER.c.case_id == case_id)
    with db.write() as session:
        return int(session.connection().execute(statement).rowcount)


def fire_due(runtime: Runtime, rng: Rng, limit: int = BATCH) -> Fired:
    """计时到点: fire up to ``limit`` due timers, the oldest first."""
    db = runtime.db
    today = business_date(db, runtime.wall)
    columns = (TIMER.c.case_id, TIMER.c.key, TIMER.c.generation, TIMER.c.due_on, TIMER.c.attempts)
    statement = select(*columns).where(_due(today, runtime.wall)).order_by(TIMER.c.due_on).limit(limit)
    with db.read() as session:
        rows = session.connection().execute(statement).all()
    counts = {"fired": 0, "stale": 0, "failed": 0}
    for row in rows:
        counts[_fire(runtime, row.case_id, row.key, row.generation, row.due_on, row.attempts, rng)] += 1
    return Fired(**counts)


def _fire(
    runtime: Runtime, case_id: str, key: str, generation: int, due_on: date, attempts: int, rng: Rng
) -> str:
    command = FireTimer(
        command_id=f"timer:{case_id}:{key}:{generation}:{due_on.isoformat()}",
        case=case_id,
        occurred_on=due_on,
        key=key,
        generation=generation,
    )
    entry = Entry(actor=CLOCK, channel="flow", machine=True)
    try:
        answer = act(runtime.db, command, entry, wall=runtime.wall, notices=runtime.notices)
    except DatabaseFault as fault:
        _fail(runtime, case_id, key, generation, attempts + 1, str(fault), rng)
        return "failed"
    if not isinstance(answer, Refused):
        if answer.repeated:
            _drop(runtime.db, case_id, key, generation, due_on)
        return "fired"
    if answer.code == "timer.stale":
        _drop(runtime.db, case_id, key, generation, due_on)
        return "stale"
    _fail(runtime, case_id, key, generation, MAX_ATTEMPTS, answer.message, rng)
    return "failed"


def _drop(db: Database, case_id: str, key: str, generation: int, due_on: date) -> None:
    """Take away a row that the case does not have: the act itself does so where the timer was its own."""
    same = and_(TIMER.c.generation == generation, TIMER.c.due_on == due_on)
    with db.write() as session:
        session.connection().execute(
            delete(TIMER).where(TIMER.c.case_id == case_id, TIMER.c.key == key, same)
        )


def _fail(
    runtime: Runtime, case_id: str, key: str, generation: int, tries: int, error: str, rng: Rng
) -> None:
    with runtime.db.write() as session:
        session.connection().execute(
            update(TIMER)
            .where(TIMER.c.case_id == case_id, TIMER.c.key == key, TIMER.c.generation == generation)
            .values(
                attempts=tries,
                next_attempt_at=runtime.wall.now() + timedelta(seconds=next_delay(tries, rng)),
                last_error=error[:LONGEST_ERROR],
                dead=tries >= MAX_ATTEMPTS,
            )
        )
