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
from domain.refusal import Refused
from domain.work_kinds import ANY_POSITION, one_person
from models import statements as s
from models.database import Database
from services.transaction import Row, reading
from services.world import Heads, world_of

PAGE: Final = 20


class WorkEntry(msgspec.Struct, frozen=True):
    """待办: one piece of waiting work, as lists show it. The columns of ``work_item``, and whose it is.

    Work about a matter of supervision stands among it: ``case_id`` is the matter's number then, ``step``
    names it, and it belongs to no programme.
    """

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
    acting_for: str = ""
    """代理: whose work it is, where it reaches the person only as a proxy."""


def _entry(row: Row, acting_for: str = "") -> WorkEntry:
    opened_on, due_on = date.fromisoformat(row[11]), row[12]
    due = None if due_on is None else date.fromisoformat(due_on)
    return WorkEntry(*(*row[:11], opened_on, due, *row[13:15], acting_for))


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
    bodies = {body for body, _ in actor.positions}
    everywhere = {(body, place) for body in bodies for place in (ANY_POSITION, one_person(person))}
    places = sorted(actor.positions | everywhere)
    with reading(db) as tx:
        lists = [
            [(row, "") for row in tx.all(s.PERSON_WORK, (body, position, person, limit))]
            for body, position in places
        ]
        lists += [
            [(row, "") for row in tx.all(s.PERSON_MATTERS, (*place, person, person, limit))]
            for place in places
        ]
        for acting in actor.acting_for:
            kinds, programmes = acting.words
            for place in acting.reached(places):
                if not acting.programmes and not acting.works:
                    rows = tx.all(s.PERSON_MATTERS, (*place, person, acting.person, limit))
                    lists.append([(row, acting.person) for row in rows])
                asked = (*place, person, acting.person, kinds, kinds, *[programmes] * 3, limit)
                rows = tx.all(s.PROXY_WORK, asked)
                lists.append([(row, acting.person) for row in rows])
    found: dict[tuple[str, str], WorkEntry] = {}
    for row, acting_for in merge(*lists, key=lambda each: _urgency(each[0])):
        found.setdefault((row[0], row[1]), _entry(row, acting_for))
    return list(islice(found.values(), limit))


def _urgency(row: Row) -> tuple[str, str, str]:
    return (row[13], row[0], row[1])
