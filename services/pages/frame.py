"""页框: what stands around every page: who one is, the business date, how much waits, what one may open.

Read at every page, so it asks only for what it shows and what is kept in this process already.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import msgspec
from sqlalchemy import func, select

from domain.organisation.values import POSITION_TITLES
from domain.permissions import ROLE_TITLES, TABLE, Action
from domain.refusal import Refused
from models.tables import NoticeRow, PersonRow, PrivateTextRow
from services.inbox import person_inbox
from services.office.counter import Counter
from services.world import world_of

MOST_COUNTED: Final = 1000


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """页框."""

    person: str
    name: str
    places: tuple[str, ...]
    """Positions held today, 单位 · 职务; for an administrator the office."""
    today: date
    workday: bool
    rehearsal: bool
    as_of: datetime
    may: frozenset[Action]
    """What the person may do somewhere; where exactly, each page asks again."""
    work: int
    unread: int


def frame_of(counter: Counter) -> Frame:
    """页框 of a person."""
    world = world_of(counter.db)
    heads = world.heads()
    settings = world.settings(heads)
    today = settings.today(counter.wall)
    organisation = world.organisation(heads)
    grants = counter.standing().grants
    places = [
        f"{organisation.places[each.body].name} · {position_title(each.position)}"
        for each in organisation.held(counter.person, today)
    ]
    offices = [ROLE_TITLES[grant.role] for grant in grants if not grant.body]
    waiting = person_inbox(counter.db, counter.person, wall=counter.wall, limit=MOST_COUNTED)
    with counter.db.read() as session:
        name = session.execute(
            select(PrivateTextRow.text)  # type: ignore[call-overload]
            .join(PersonRow, PersonRow.name_id == PrivateTextRow.id)
            .where(PersonRow.id == counter.person)
        ).scalar()
        unread = session.execute(
            select(func.count())
            .select_from(NoticeRow)
            .where(NoticeRow.recipient == counter.person, NoticeRow.read_at.is_(None))  # type: ignore[arg-type, union-attr]
        ).scalar_one()
    return Frame(
        person=counter.person,
        name=name or counter.person,
        places=tuple(dict.fromkeys(offices or places)),
        today=today,
        workday=world.calendar(heads).is_workday(today),
        rehearsal=settings.rehearsal,
        as_of=counter.wall.now(),
        may=frozenset(
            action for action, cells in TABLE.items() if any(grant.role in cells for grant in grants)
        ),
        work=0 if isinstance(waiting, Refused) else len(waiting),
        unread=unread,
    )


def position_title(position: str) -> str:
    """The word for a position; its own where it has none."""
    return POSITION_TITLES.get(position, position)
