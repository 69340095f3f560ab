"""待办查询: what waits for a case, a position, a person; read straight from the work items.

One inbox over all positions a person holds, the most urgent first; the act records the position.
"""

from __future__ import annotations

from datetime import date
from heapq import merge
from itertools import islice
from typing import Final

import msgspec

from config.clock import WallClock
from domain.open_work import ANY_POSITION
from domain.refusal import Refused
from models import statements as s
from models.database import Database
from services.transaction import Row, reading
from services.world import Heads, world_of

PAGE: Final = 20


class WorkEntry(msgspec.Struct, frozen=True):
    """待办: one piece of waiting work, as lists show it. The fields are the columns of ``work_item``."""

    case_id: str
    key: str
    kind: str
    step: str
    round: int
    node: str
    seat: str
    role: str
    body: str
    position: str
    not_person: str
    opened_on: date
    due_on: date | None
    sort_on: str
    opened_seq: int


def _entry(row: Row) -> WorkEntry:
    opened_on, due_on = date.fromisoformat(row[11]), row[12]
    due = None if due_on is None else date.fromisoformat(due_on)
    return WorkEntry(*(*row[:11], opened_on, due, *row[13:]))


def case_work(db: Database, case_id: str) -> list[WorkEntry]:
    """Return everything that waits in a case, oldest first."""
    with reading(db) as tx:
        return [_entry(row) for row in tx.all(s.CASE_WORK, (case_id,))]


def position_inbox(db: Database, body: str, position: str, *, limit: int = PAGE) -> list[WorkEntry]:
    """Return the most urgent work of one position in one body, with what anyone in the body may do."""
    with reading(db) as tx:
        own = tx.all(s.ROLE_WORK, (body, position, limit))
        anyone = tx.all(s.ROLE_WORK, (body, ANY_POSITION, limit))
    return [_entry(row) for row in islice(merge(own, anyone, key=_urgency), limit)]


def person_inbox(
    db: Database, person: str, *, wall: WallClock, limit: int = PAGE
) -> list[WorkEntry] | Refused:
    """待办箱: return the most urgent work over all positions ``person`` holds today.

    Leaves out what this person may not do because they did the work that is to be decided or checked.
    """
    world = world_of(db)
    with reading(db) as tx:
        heads = Heads(*(tx.one(s.LOAD_NOTHING, ("", "", "", "")) or ())[4:])
    actor = world.organisation(heads).actor(person, world.settings(heads).today(wall))
    if actor is None:
        return Refused(
            code="actor.unknown",
            message=f"人员名册中没有“{person}”",
            remedy="请核对人员编号,或由管理员登记",
            facts={"person": person},
        )
    places = sorted(actor.positions | {(body, ANY_POSITION) for body, _ in actor.positions})
    with reading(db) as tx:
        lists = [tx.all(s.PERSON_WORK, (body, position, person, limit)) for body, position in places]
    return [_entry(row) for row in islice(merge(*lists, key=_urgency), limit)]


def _urgency(row: Row) -> tuple[str, str, str]:
    return (row[13], row[0], row[1])
