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
from models.statements import CASE, TIMER
from services.acts import Entry, act
from services.bootstrap import Runtime
from services.clock import today as business_date
from services.outside_hands import stopped_outside
from services.relaying import LONGEST_ERROR, MAX_ATTEMPTS

BATCH: Final = 50
CLOCK: Final = "clock"
KIND_TITLES: Final = {
    TimerKind.DUE: "时限",
    TimerKind.NODE_DUE: "审批时限",
    TimerKind.LAPSE: "征求意见期限",
    TimerKind.MANUAL: "对外办理",
    TimerKind.DELEGATION: "代办期限",
    TimerKind.PERIOD: "公示期",
}


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
    """Return case, key and last error of what waits for an operator: timers, and what the machine gave up."""
    statement = select(TIMER.c.case_id, TIMER.c.key, TIMER.c.last_error).where(TIMER.c.dead.is_(True))
    with db.read() as session:
        rows = session.connection().execute(statement.order_by(TIMER.c.case_id, TIMER.c.key)).all()
    stopped = [(each.case_id, f"{TimerKind.MANUAL}:{each.step}", each.why) for each in stopped_outside(db)]
    return tuple(sorted([*((row.case_id, row.key, row.last_error or "") for row in rows), *stopped]))


def named_dead_timers(db: Database) -> tuple[tuple[str, str], ...]:
    """What waits for an operator, as people call it (魏都区产业集聚区 1.13 对外办理), with the last error."""
    dead = dead_timers(db)
    with db.read() as session:
        wanted = CASE.c.id.in_({case for case, _key, _error in dead})
        rows = (
            session.connection().execute(select(CASE.c.id, CASE.c.unit_name).where(wanted)).all()
            if dead
            else ()
        )
    units = {row.id: row.unit_name for row in rows}

    def words(key: str) -> str:
        kind, _, rest = key.partition(":")
        return f"{rest.partition(':')[0]} {KIND_TITLES[TimerKind(kind)]}"

    return tuple((f"{units.get(case, case)} {words(key)}", error) for case, key, error in dead)


def revive_timers(db: Database, case_id: str = "") -> int:
    """重新放回: give dead timers and machine work new tries; return how many."""
    statement = (
        update(TIMER).where(TIMER.c.dead.is_(True)).values(dead=False, attempts=0, next_attempt_at=None)
    )
    if case_id:
        statement = statement.where(TIMER.c.case_id == case_id)
    with db.write() as session:
        return int(session.connection().execute(statement).rowcount)


class _Timer(msgspec.Struct, frozen=True):
    """A timer row as it was read; named like its columns."""

    case_id: str
    key: str
    kind: str
    generation: int
    due_on: date
    attempts: int
    last_error: str | None


def fire_due(runtime: Runtime, rng: Rng, limit: int = BATCH) -> Fired:
    """计时到点: fire up to ``limit`` due timers, the oldest first."""
    db = runtime.db
    today = business_date(db, runtime.wall)
    statement = (
        select(*(TIMER.c[name] for name in _Timer.__struct_fields__))
        .where(_due(today, runtime.wall))
        .order_by(TIMER.c.due_on)
        .limit(limit)
    )
    with db.read() as session:
        timers = [_Timer(*row) for row in session.connection().execute(statement)]
    counts = {"fired": 0, "stale": 0, "failed": 0}
    for timer in timers:
        counts[_fire(runtime, timer, rng)] += 1
    return Fired(**counts)


def fire_all(runtime: Runtime, rng: Rng) -> Fired:
    """全部到点: fire every timer that is due and can be fired; the relay does the same all day long."""
    total = Fired()
    while True:
        done = fire_due(runtime, rng)
        total = Fired(
            fired=total.fired + done.fired, stale=total.stale + done.stale, failed=total.failed + done.failed
        )
        if not done.fired and not done.stale:
            return total


def _fire(runtime: Runtime, timer: _Timer, rng: Rng) -> str:
    due_on: date = timer.due_on
    command = FireTimer(
        command_id=f"timer:{timer.case_id}:{timer.key}:{timer.generation}:{due_on.isoformat()}",
        case=timer.case_id,
        occurred_on=due_on,
        key=timer.key,
        generation=timer.generation,
        reason=_why_manual(timer.last_error) if timer.kind == str(TimerKind.MANUAL) else "",
    )
    entry = Entry(actor=CLOCK, channel="flow", machine=True)
    try:
        answer = act(runtime.db, command, entry, wall=runtime.wall, notices=runtime.notices)
    except DatabaseFault as fault:
        _fail(runtime, timer, timer.attempts + 1, str(fault), rng)
        return "failed"
    if not isinstance(answer, Refused):
        if answer.repeated:
            _drop(runtime.db, timer)
        return "fired"
    if answer.code in _DONE_ALREADY:
        _drop(runtime.db, timer)
        return "stale"
    _fail(runtime, timer, MAX_ATTEMPTS, answer.message, rng)
    return "failed"


_DONE_ALREADY: Final = frozenset({"timer.stale", "command.reused"})
"""The second: another relay fired it, and had another last answer of the outside system before it."""


def _why_manual(last_error: str | None) -> str:
    """Why a machine's matter is now people's; they have to know that it may have been carried out."""
    if not last_error:
        return "到转人工日期仍无结果"
    return f"到转人工日期仍无结果。最近一次:{last_error}请先向对方核实,再人工办理并登记。"


def _this(timer: _Timer) -> ColumnElement[bool]:
    return and_(
        TIMER.c.case_id == timer.case_id,
        TIMER.c.key == timer.key,
        TIMER.c.generation == timer.generation,
        TIMER.c.due_on == timer.due_on,
    )


def _drop(db: Database, timer: _Timer) -> None:
    """Take away a row that the case does not have: the act itself does so where the timer was its own."""
    with db.write() as session:
        session.connection().execute(delete(TIMER).where(_this(timer)))


def _fail(runtime: Runtime, timer: _Timer, tries: int, error: str, rng: Rng) -> None:
    with runtime.db.write() as session:
        session.connection().execute(
            update(TIMER)
            .where(_this(timer))
            .values(
                attempts=tries,
                next_attempt_at=runtime.wall.now() + timedelta(seconds=next_delay(tries, rng)),
                last_error=error[:LONGEST_ERROR],
                dead=tries >= MAX_ATTEMPTS,
            )
        )
