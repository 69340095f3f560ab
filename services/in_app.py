"""站内消息: delivered notices as rows; exactly once by key and recipient."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy.dialects import postgresql, sqlite

from config.clock import WallClock
from domain.outside import Message
from models.database import Database
from models.tables import NoticeRow


def in_app_store(db: Database, wall: WallClock) -> Callable[[Sequence[Message]], None]:
    """Return the store that the in-app channel is given."""

    def store(batch: Sequence[Message]) -> None:
        rows = {notice_id(message): message for message in batch}
        if not rows:
            return
        values = [
            {
                "id": id_,
                "recipient": message.recipient,
                "case_id": "",
                "payload": _payload(message),
                "delivered_at": wall.now(),
            }
            for id_, message in rows.items()
        ]
        with db.write() as session:
            connection = session.connection()
            # The key decides, not a look beforehand: two processes may deliver the same notice at once.
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(insert(NoticeRow).on_conflict_do_nothing(index_elements=["id"]), values)

    return store


def _payload(message: Message) -> str:
    told = {"title": message.title, "text": message.text, "link": message.link}
    return msgspec.json.encode(told).decode()


def notice_id(message: Message) -> str:
    """The same occasion for the same recipient is one notice."""
    return hashlib.sha256(f"{message.recipient}\x1f{message.dedup_key}".encode()).hexdigest()[:32]
