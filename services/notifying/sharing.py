"""分送: a notice for a position becomes a letter for each person who holds it and each channel they wish.

In one transaction with taking the notice off the outbox, so that none is shared out twice and none is lost.
What is no longer to be done (somebody else did it meanwhile) is dropped; who may not do it is not told.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Row, exists, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.notices import catalogue
from domain.notices.channels import CHANNELS, PEOPLE, Wish, chosen
from domain.notices.hours import held_until
from domain.notices.letters import LetterState
from domain.notices.masking import masked
from domain.notices.occasions import URGENT
from models.statements import LETTER, MATTER_WORK, MESSAGE, WORK_ITEM
from services.delivery import SHARED, WAITING, Addresses
from services.notifying.addressing import wishes_of
from services.notifying.environment import Moment, Notifying

BATCH: Final = 500
_CHUNK: Final = 200


def share_out(post: Notifying, limit: int = BATCH) -> int:
    """分送: up to ``limit`` notices from the outbox, the oldest first; return how many."""
    waiting = (MESSAGE.c.channel == PEOPLE, MESSAGE.c.state == WAITING)
    with post.db.read() as session:
        if not session.connection().execute(select(exists().where(*waiting))).scalar():
            return 0
    moment = post.moment()
    addresses = Addresses(post.db, moment.today)
    wanted = (
        select(MESSAGE)
        .where(*waiting)
        .order_by(MESSAGE.c.created_at, MESSAGE.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with post.db.write() as session:
        connection = session.connection()
        rows = connection.execute(wanted).all()
        letters = _letters(post, session, moment, addresses, rows)
        if letters:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(insert(LETTER).on_conflict_do_nothing(index_elements=["dedup_key"]), letters)
        done = [row.id for row in rows]
        for start in range(0, len(done), _CHUNK):
            connection.execute(
                update(MESSAGE)
                .where(MESSAGE.c.id.in_(done[start : start + _CHUNK]))
                .values(state=SHARED, sent_at=post.wall.now())
            )
    return len(rows)


def _letters(
    post: Notifying, session: Session, moment: Moment, addresses: Addresses, rows: Sequence[Row[Any]]
) -> list[dict[str, object]]:
    told = [(row, msgspec.json.decode(row.payload, type=dict[str, str])) for row in rows]
    barred = open_work(session, ((row.case_id, payload.get("work", "")) for row, payload in told))
    people = {row.id: addresses.holders(row.recipient) for row in rows}
    wishes = wishes_of(session, (person for found in people.values() for person in found))
    letters: list[dict[str, object]] = []
    for row, payload in told:
        work = payload.get("work", "")
        if work and (row.case_id, work) not in barred:
            continue
        for person in people[row.id]:
            if not work or f" {person} " not in f" {barred[row.case_id, work]} ":
                letters += _of_person(post, moment, row, payload, person, wishes[person])
    return letters


def open_work(session: Session, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which of the named pieces of work, about cases or matters, are open → who may not do them."""
    keys = sorted({(case, key) for case, key in wanted if key})
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(keys), _CHUNK):
        for about, table in ((WORK_ITEM.c.case_id, WORK_ITEM), (MATTER_WORK.c.matter_id, MATTER_WORK)):
            named = tuple_(about, table.c.key).in_(keys[start : start + _CHUNK])
            columns = (about, table.c.key, table.c.not_person)
            for id_, key, not_person in session.connection().execute(select(*columns).where(named)):
                found[id_, key] = not_person
    return found


def _of_person(
    post: Notifying,
    moment: Moment,
    row: Row[Any],
    payload: Mapping[str, str],
    person: str,
    wishes: Mapping[str, Wish],
) -> Iterable[dict[str, object]]:
    kind = payload.get("occasion") or payload.get("kind", "")
    urgent = kind in URGENT
    due = catalogue.due_of(payload)
    said = catalogue.words(payload, provisional=due is not None and moment.calendar.is_provisional(due.year))
    hold = held_until(post.hours, moment.calendar, moment.today, moment.at, urgent=urgent)
    for channel in chosen(wishes, post.open_channels, urgent=urgent):
        yield new_letter(
            post,
            key=f"{channel}:{person}:{row.dedup_key}",
            channel=channel,
            person=person,
            kind=kind,
            case_id=row.case_id,
            work=payload.get("work", ""),
            said=said,
            link=_link(post, row.case_id, payload),
            urgent=urgent,
            hold_on=hold,
            since=row.created_at,
        )


def new_letter(
    post: Notifying,
    *,
    key: str,
    channel: str,
    person: str,
    kind: str,
    said: catalogue.Words,
    case_id: str = "",
    work: str = "",
    link: str = "",
    urgent: bool = False,
    hold_on: date | None = None,
    since: datetime | None = None,
) -> dict[str, object]:
    """The row of a new letter: masked, no longer than its channel carries, held where it has to wait.

    ``since`` is when what it tells came up; now, where nothing else is said.
    """
    return {
        "id": secrets.token_hex(12),
        "dedup_key": key,
        "channel": channel,
        "person": person,
        "kind": kind,
        "case_id": case_id,
        "work": work,
        "title": masked(said.title),
        "text": catalogue.shortened(masked(said.text), CHANNELS[channel].longest),
        "link": link,
        "urgent": urgent,
        "created_at": since or post.wall.now(),
        "state": LetterState.WAITING.value if hold_on is None else LetterState.HELD.value,
        "hold_on": hold_on,
        "fence": 0,
        "attempts": 0,
        "dead": False,
    }


def _link(post: Notifying, case_id: str, payload: Mapping[str, str]) -> str:
    if not post.link_base or not case_id or payload.get("matter"):
        return ""
    step = payload.get("step", "")
    return f"{post.link_base}/cases/{case_id}" + (f"/steps/{step}" if step else "")
