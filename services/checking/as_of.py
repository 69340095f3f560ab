"""当时情况 and 当时系统所知: a case as it was on a day, from its ledger, for checks that look back.

当时情况 leaves out what happened later, whenever it was recorded; 当时系统所知 leaves out what was recorded
later, whenever it happened. What rests on something left out (a decision on a later paper) goes with it.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

import msgspec
from sqlalchemy import select

from config.clock import BUSINESS_TIMEZONE
from domain.case import Case
from domain.evolve import evolve
from domain.evolving import ImpossibleMoveError
from domain.workdays import WorkCalendar
from models.base import microseconds
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import EVENT
from services.checking.loading import load_as_of
from services.checking.reading_words import Reader
from services.checking.running import CaseChecked, look_at_one
from services.world import world_of

_LAST: Final = time(23, 59, 59, 999999)


class Past(msgspec.Struct, frozen=True):
    """当时的改革任务."""

    case: Case
    seq: int
    left_out: int
    """Acts that are not in it although they are in the ledger."""


def case_as_of(db: Database, case_id: str, on: date, *, known: bool = False) -> Past | None:
    """A case as it was (`known`: as the system knew it) at the end of ``on``; None before it was opened."""
    statement = (
        select(EVENT.c.seq, EVENT.c.schema_version, EVENT.c.body, EVENT.c.occurred_on, EVENT.c.recorded_at)
        .where(EVENT.c.stream == case_stream(case_id))
        .order_by(EVENT.c.seq)
    )
    last = microseconds(datetime.combine(on, _LAST, tzinfo=BUSINESS_TIMEZONE))
    case: Case | None = None
    seq = left_out = 0
    with db.read() as session:
        for row in session.connection().execute(statement):
            later = row.recorded_at > last if known else row.occurred_on > on.isoformat()
            after = None if later else _after(case, row.body, row.schema_version)
            if after is None:
                left_out += 1
            else:
                case, seq = after, row.seq
    return None if case is None else Past(case, seq, left_out)


def _after(case: Case | None, body: str, schema_version: int) -> Case | None:
    """The case after an act; None where the act rests on one that was left out."""
    try:
        for event in decode_events(body, schema_version):
            case = evolve(case, event)
    except (ImpossibleMoveError, KeyError):
        return None
    return case


def check_as_of(
    db: Database, case_id: str, on: date, reader: Reader, *, known: bool = False
) -> CaseChecked | None:
    """检查当时: what the checks say of a case as it was; nothing is recorded."""
    past = case_as_of(db, case_id, on, known=known)
    if past is None:
        return None
    world = world_of(db)
    calendar = world.calendar(world.heads())
    known_years = calendar_known(calendar, on) if known else calendar
    return look_at_one(load_as_of(db, past.seq, past.case, on, known_years, reader))


def calendar_known(calendar: WorkCalendar, on: date) -> WorkCalendar:
    """当时所知的日历: a year's arrangement is published in November of the year before."""
    return calendar.known_until(on.year + (on.month >= 12))
