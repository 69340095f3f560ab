"""事件分送: an event of the outbox becomes one row for each address that wants it and may have it.

In one transaction with taking the event off, so that none is lost and none goes twice to an address. Whether
the subscriber may see the case is asked here, of the permission table, on the day it goes out; an event whose
case nobody who asked may see is dropped.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Row, exists, select, update

from config.clock import WallClock
from domain.permissions import Action, Standing, Target, granted, within
from domain.pushing import EVENTS, SUBSCRIPTION
from models.database import Database
from models.statements import MESSAGE
from models.tables import WebhookRow
from services.clock import today
from services.delivery import SHARED, WAITING
from services.permits import case_target, standing_of
from services.pushing.receivers import barred
from services.reading import load_case

BATCH: Final = 500
_CHUNK: Final = 200
_PAYLOAD: Final = msgspec.json.Decoder(dict[str, str])
_TYPES: Final = msgspec.json.Decoder(list[str])


class _Subscriber(msgspec.Struct, frozen=True):
    id: str
    standing: Standing
    division: str
    types: frozenset[str]

    def may_have(self, type_: str, target: Target) -> bool:
        """Whether it asked for this, and its person may see the case."""
        return (
            (not self.types or type_ in self.types)
            and (not self.division or within(target.division, self.division))
            and granted(self.standing, Action.CASE_READ, target) is not None
        )


def share_events(db: Database, wall: WallClock, limit: int = BATCH) -> int:
    """事件分送: up to ``limit`` events from the outbox, the oldest first; return how many."""
    waiting = (MESSAGE.c.channel == EVENTS, MESSAGE.c.state == WAITING)
    with db.read() as session:
        if not session.connection().execute(select(exists().where(*waiting))).scalar():
            return 0
    subscribers = _subscribers(db, today(db, wall))
    targets: dict[str, Target | None] = {}
    wanted = (
        select(MESSAGE)
        .where(*waiting)
        .order_by(MESSAGE.c.created_at, MESSAGE.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with db.read() as session:
        cases = select(MESSAGE.c.case_id).where(*waiting).order_by(MESSAGE.c.created_at).limit(limit)
        named = {str(case_id) for case_id in session.connection().execute(cases).scalars()}
    if subscribers:
        targets = {case_id: _target(db, case_id) for case_id in named}
    with db.write() as session:
        connection = session.connection()
        rows = [row for row in connection.execute(wanted).all() if row.case_id in named]
        made = [new for row in rows for new in _for_each(row, subscribers, targets.get(row.case_id))]
        if made:
            connection.execute(MESSAGE.insert(), made)
        done = [row.id for row in rows]
        for start in range(0, len(done), _CHUNK):
            connection.execute(
                update(MESSAGE)
                .where(MESSAGE.c.id.in_(done[start : start + _CHUNK]))
                .values(state=SHARED, sent_at=wall.now())
            )
    return len(rows)


def _subscribers(db: Database, on: date) -> list[_Subscriber]:
    wanted = select(WebhookRow).where(
        WebhookRow.disabled_at.is_(None),  # type: ignore[union-attr]
        WebhookRow.accepted_at.is_not(None),  # type: ignore[union-attr]
    )
    with db.read() as session:
        rows = session.execute(wanted).scalars().all()
        rows = [row for row in rows if not barred(session, row.subscriber)]
    return [
        _Subscriber(
            row.id, standing_of(db, row.subscriber, on), row.division, frozenset(_TYPES.decode(row.events))
        )
        for row in rows
    ]


def _target(db: Database, case_id: str) -> Target | None:
    case = load_case(db, case_id)
    return None if case is None else case_target(db, case)


def _for_each(
    row: Row[Any], subscribers: Sequence[_Subscriber], target: Target | None
) -> Iterator[dict[str, object]]:
    payload = _PAYLOAD.decode(row.payload)
    told = payload | {"key": row.dedup_key.partition(":")[2], "recorded_at": row.created_at.isoformat()}
    for each in subscribers:
        if target is not None and each.may_have(payload["type"], target):
            yield {
                "id": secrets.token_hex(12),
                "dedup_key": f"{SUBSCRIPTION}:{each.id}:{row.dedup_key}",
                "channel": SUBSCRIPTION,
                "recipient": each.id,
                "payload": msgspec.json.encode(told).decode(),
                "case_id": row.case_id,
                "seq": row.seq,
                "created_at": row.created_at,
                "state": WAITING,
                "fence": 0,
                "attempts": 0,
                "dead": False,
            }
