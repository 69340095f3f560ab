"""早间摘要: what waited for the morning goes as one message a person and channel; what waited for the end of
the quiet hours goes as it is. Work that was done meanwhile is left out.

Each run is one transaction and takes whole persons, so that two relays, or a crash, never make two digests
of one morning. Days on which nothing ran are made up: what was held for an earlier day goes too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, exists, select, tuple_, update
from sqlmodel import Session

from domain.notices import catalogue
from domain.notices.letters import LetterState
from models.statements import LETTER
from services.notifying.environment import Moment, Notifying
from services.notifying.sharing import new_letter, open_work

PERSONS: Final = 200
"""At most so many persons with a channel in one transaction."""
_CHUNK: Final = 200


def release_held(post: Notifying) -> int:
    """放行: what may go now; return how many letters are no longer held."""
    moment = post.moment()
    kinds = [urgent for urgent in (True, False) if post.may_go(moment, urgent=urgent)]
    if not kinds:
        return 0
    ready = and_(
        LETTER.c.state == LetterState.HELD.value,
        LETTER.c.hold_on <= moment.today,
        LETTER.c.urgent.in_(kinds),
        LETTER.c.channel.in_(post.open_channels),
    )
    with post.db.read() as session:
        if not session.connection().execute(select(exists().where(ready))).scalar():
            return 0
    total = 0
    while done := _some(post, moment, ready):
        total += done
    return total


def _some(post: Notifying, moment: Moment, ready: Any) -> int:
    with post.db.write() as session:
        connection = session.connection()
        whose = connection.execute(
            select(LETTER.c.person, LETTER.c.channel)
            .where(ready)
            .group_by(LETTER.c.person, LETTER.c.channel)
            .order_by(LETTER.c.person, LETTER.c.channel)
            .limit(PERSONS)
        ).all()
        if not whose:
            return 0
        columns = LETTER.c.person, LETTER.c.channel
        named = tuple_(*columns).in_([tuple(each) for each in whose])
        rows = connection.execute(
            select(LETTER)
            .where(ready, named)
            .order_by(LETTER.c.person, LETTER.c.channel, LETTER.c.created_at, LETTER.c.id)
            .with_for_update()
        ).all()
        _settle(post, session, moment, rows)
        return len(rows)


def _settle(post: Notifying, session: Session, moment: Moment, rows: Sequence[Row[Any]]) -> None:
    connection = session.connection()
    open_ = open_work(session, ((row.case_id, row.work) for row in rows))
    stale = [row.id for row in rows if row.work and (row.case_id, row.work) not in open_]
    _move(connection, stale, LetterState.DROPPED, None)
    left = [row for row in rows if row.id not in set(stale)]
    for (person, channel), held in groupby(left, key=lambda row: (row.person, row.channel)):
        letters = list(held)
        newest = list(_newest(letters))
        at_once = [row for row in newest if row.urgent]
        rest = [row for row in newest if not row.urgent]
        older = [row.id for row in letters if row not in newest]
        _move(connection, [row.id for row in at_once], LetterState.WAITING, None)
        if len(rest) == 1:
            _move(connection, [rest[0].id], LetterState.WAITING, None)
        elif rest:
            digest = _digest(post, moment, person, channel, rest)
            connection.execute(LETTER.insert().values(digest))
            _move(connection, [row.id for row in rest], LetterState.MERGED, str(digest["id"]))
        _move(connection, older, LetterState.DROPPED, None)


def _newest(letters: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Of several letters about one piece of work only the newest still says how it stands."""
    latest = {(row.case_id, row.work): row.id for row in letters if row.work}
    for row in letters:
        if not row.work or latest[row.case_id, row.work] == row.id:
            yield row


def _digest(
    post: Notifying, moment: Moment, person: str, channel: str, rows: Sequence[Row[Any]]
) -> dict[str, object]:
    first = rows[0].id
    return new_letter(
        post,
        key=f"digest:{channel}:{person}:{moment.today.isoformat()}:{first}",
        channel=channel,
        person=person,
        kind=catalogue.DIGEST,
        said=catalogue.digest([(row.kind, row.text) for row in rows]),
        link=f"{post.link_base}/inbox" if post.link_base else "",
    )


def _move(connection: Connection, ids: Sequence[str], state: LetterState, into: str | None) -> None:
    for start in range(0, len(ids), _CHUNK):
        connection.execute(
            update(LETTER)
            .where(LETTER.c.id.in_(ids[start : start + _CHUNK]), LETTER.c.state == LetterState.HELD.value)
            .values(state=state.value, merged_into=into)
        )
