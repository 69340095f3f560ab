"""站内消息: delivered notices as rows; exactly once by key and recipient."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import select

from config.clock import WallClock
from domain.outside import Message
from models.database import Database
from models.tables import NoticeRow


def in_app_store(db: Database, wall: WallClock) -> Callable[[Sequence[Message]], None]:
    """Return the store that the in-app channel is given."""

    def store(batch: Sequence[Message]) -> None:
        rows = {notice_id(message): message for message in batch}
        with db.write() as session:
            known = select(NoticeRow.id).where(NoticeRow.id.in_(rows))  # type: ignore[attr-defined, call-overload]
            for stored in session.execute(known).scalars():
                del rows[stored]
            for id_, message in rows.items():
                payload = {"title": message.title, "text": message.text, "link": message.link}
                session.add(
                    NoticeRow(
                        id=id_,
                        recipient=message.recipient,
                        payload=msgspec.json.encode(payload).decode(),
                        delivered_at=wall.now(),
                    )
                )

    return store


def notice_id(message: Message) -> str:
    """The same occasion for the same recipient is one notice."""
    return hashlib.sha256(f"{message.recipient}\x1f{message.dedup_key}".encode()).hexdigest()[:32]
