"""红灯记录的登记: the history of red lamps, worked out from the ledger and written down.

A case is looked at where its ledger has moved on, or where the day has come on which one of its steps turns
red; all others stand as they are written. So a day on which nothing ran is made up by the next run, a second
run changes nothing, and emptied tables fill again with the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, or_, select

from config.clock import BUSINESS_TIMEZONE, WallClock
from domain.case import Case
from domain.doers import Doer
from domain.lamp_history import Act, History, Spell
from domain.permissions import Action
from domain.plan import Plan
from domain.refusal import Refused
from models.base import instant
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import CASE, EVENT, LAMP_COUNT, RED_LAMP
from services.authority import allow
from services.clock import today
from services.noting import in_turn
from services.world import World, world_of

LAMPS: Final = "lamps"
"""Whose turn it is to write them."""
COMMIT: Final = 25
"""Cases in one commit: people's acts wait no longer than that."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """计算结果."""

    cases: int = 0
    """How many had to be looked at."""
    began: int = 0
    ended: int = 0
    red: int = 0
    """How many lamps of the cases that were looked at are red now."""

    def plus(self, other: Counted) -> Counted:
        """Both together."""
        mine, theirs = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        return Counted(
            **{name: a + b for name, a, b in zip(self.__struct_fields__, mine, theirs, strict=True)}
        )


def count_lamps(db: Database, on: date, *, everything: bool = False) -> Counted:
    """计算红灯: bring the history of red lamps up to the end of ``on``; ``everything`` looks at all cases."""
    wanted = _wanted(db, on, everything=everything)
    total = Counted()
    for first in range(0, len(wanted), COMMIT):
        total = total.plus(_count(db, wanted[first : first + COMMIT], on))
    return total


def rebuild_lamps(db: Database, *, actor: Doer, wall: WallClock) -> Counted | Refused:
    """重算红灯记录: all cases anew from the ledger; what differs from what was written is put right."""
    allowed = allow(db, actor, Action.DATABASE_REPAIR, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    return count_lamps(db, today(db, wall), everything=True)


def _wanted(db: Database, on: date, *, everything: bool) -> list[str]:
    joined = CASE.outerjoin(LAMP_COUNT, LAMP_COUNT.c.case_id == CASE.c.id)
    statement = select(CASE.c.id).select_from(joined).order_by(CASE.c.id)
    if not everything:
        statement = statement.where(
            or_(LAMP_COUNT.c.seq.is_(None), LAMP_COUNT.c.seq != CASE.c.seq, LAMP_COUNT.c.next_on <= on)
        )
    with db.read() as session:
        return list(session.connection().execute(statement).scalars())


def _count(db: Database, cases: Sequence[str], on: date) -> Counted:
    world, total = world_of(db), Counted()
    with db.read() as session:
        read = {case_id: history_of(world, session.connection(), case_id) for case_id in cases}
    with in_turn(db, LAMPS) as session:
        connection = session.connection()
        before = _stored(connection, cases)
        connection.execute(delete(RED_LAMP).where(RED_LAMP.c.case_id.in_(cases)))
        connection.execute(delete(LAMP_COUNT).where(LAMP_COUNT.c.case_id.in_(cases)))
        for case_id, (history, seq) in read.items():
            found = history.spells(on)
            if found:
                connection.execute(RED_LAMP.insert(), [_row(case_id, each) for each in found])
            counted = {"case_id": case_id, "seq": seq, "next_on": history.next_red(on)}
            connection.execute(LAMP_COUNT.insert().values(counted))
            total = total.plus(_difference(before.get(case_id, {}), found))
    return total


def history_of(world: World, connection: Connection, case_id: str) -> tuple[History, int]:
    """红灯记录 off the ledger, and up to which row it was read; the next run reads what moves on."""

    def plan_for(case: Case) -> Plan | None:
        loaded = world.plan(case.programme, case.version)
        return loaded.plan if loaded is not None else None

    history, seq = History(plan_for), 0
    columns = (
        EVENT.c.seq, EVENT.c.schema_version, EVENT.c.body, EVENT.c.occurred_on, EVENT.c.recorded_at,
        EVENT.c.rehearsal,
    )  # fmt: skip
    here = EVENT.c.stream == case_stream(case_id)
    for row in connection.execute(select(*columns).where(here).order_by(EVENT.c.seq)):
        seq, occurred_on = row.seq, date.fromisoformat(row.occurred_on)
        events = decode_events(row.body, row.schema_version)
        history.take(Act(events, occurred_on, _known_on(row, occurred_on)))
    return history, seq


_Key = tuple[str, date, str]


def _stored(connection: Connection, cases: Sequence[str]) -> dict[str, dict[_Key, date | None]]:
    found: dict[str, dict[_Key, date | None]] = {}
    for row in connection.execute(select(RED_LAMP).where(RED_LAMP.c.case_id.in_(cases))):
        found.setdefault(row.case_id, {})[row.step, row.began_on, row.rule] = row.ended_on
    return found


def _difference(before: dict[_Key, date | None], found: Iterable[Spell]) -> Counted:
    now = {(each.step, each.began_on, str(each.rule)): each.ended_on for each in found}
    return Counted(
        cases=1,
        began=len(now.keys() - before.keys()),
        ended=sum(end is not None and before.get(key) is None for key, end in now.items()),
        red=sum(end is None for end in now.values()),
    )


def _row(case_id: str, spell: Spell) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "step": spell.step,
        "began_on": spell.began_on,
        "rule": str(spell.rule),
        "due_on": spell.due_on,
        "checks": " ".join(spell.checks),
        "ended_on": spell.ended_on,
        "ended_by": spell.ended_by,
        "mistaken": spell.mistaken,
    }


def _known_on(row: Any, occurred_on: date) -> date:
    """When the system learnt of it; in a rehearsal on the day it happened, for its dates are played."""
    if row.rehearsal:
        return occurred_on
    return max(occurred_on, instant(row.recorded_at).astimezone(BUSINESS_TIMEZONE).date())
