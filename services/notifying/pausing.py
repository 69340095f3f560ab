"""渠道状况: a channel that fails is left alone for a growing while, and none goes faster than its limit.

One row a channel, shared by all relays and locked while letters of it are taken, so that the limit holds
however many relays there are, and a channel that is down costs one try a pause instead of one a letter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.outside import Rng, delay_before_next_try
from models.database import Database
from models.statements import NOTICE_CHANNEL
from services.relaying import LONGEST_ERROR

WINDOW: Final = timedelta(minutes=1)
LONGEST_PAUSE_S: Final = 600.0
"""So that what waited for a channel goes at most ten minutes after it is back."""


def take_room(connection: Connection, channel: str, pace: int, now: datetime, wanted: int) -> int:
    """How many letters of ``wanted`` may be taken now; the row stays locked until the transaction ends."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = {"channel": channel, "failures": 0, "used": 0}
    connection.execute(insert(NOTICE_CHANNEL).values(new).on_conflict_do_nothing())
    row = connection.execute(
        select(NOTICE_CHANNEL).where(NOTICE_CHANNEL.c.channel == channel).with_for_update()
    ).one()
    if row.paused_until is not None and row.paused_until > now:
        return 0
    used = row.used if row.window_from is not None and now - row.window_from < WINDOW else 0
    return max(min(wanted, pace - used), 0)


def use_room(connection: Connection, channel: str, now: datetime, count: int) -> None:
    """Count what was taken against this minute."""
    row = connection.execute(select(NOTICE_CHANNEL).where(NOTICE_CHANNEL.c.channel == channel)).one()
    same = row.window_from is not None and now - row.window_from < WINDOW
    connection.execute(
        update(NOTICE_CHANNEL)
        .where(NOTICE_CHANNEL.c.channel == channel)
        .values(window_from=row.window_from if same else now, used=(row.used if same else 0) + count)
    )


def pause(
    connection: Connection, channel: str, now: datetime, asked: float | None, error: str, rng: Rng
) -> None:
    """暂停: leave a channel alone, each time longer, up to ten minutes or what it asks for itself."""
    wanted = select(NOTICE_CHANNEL.c.failures).where(NOTICE_CHANNEL.c.channel == channel)
    failures = int(connection.execute(wanted.with_for_update()).scalar() or 0) + 1
    growing = min(delay_before_next_try(None, failures, rng), LONGEST_PAUSE_S)
    connection.execute(
        update(NOTICE_CHANNEL)
        .where(NOTICE_CHANNEL.c.channel == channel)
        .values(
            failures=failures,
            paused_until=now + timedelta(seconds=max(growing, asked or 0.0)),
            last_error=error[:LONGEST_ERROR],
        )
    )


def resume(connection: Connection, channel: str) -> None:
    """恢复: it took a letter, so its failures are forgotten."""
    connection.execute(
        update(NOTICE_CHANNEL)
        .where(NOTICE_CHANNEL.c.channel == channel, NOTICE_CHANNEL.c.failures > 0)
        .values(failures=0, paused_until=None, last_error=None)
    )


class ChannelState(msgspec.Struct, frozen=True, kw_only=True):
    """渠道状况."""

    channel: str
    failures: int
    paused_until: datetime | None
    last_error: str


def channel_states(db: Database) -> tuple[ChannelState, ...]:
    """渠道状况 of every channel that was ever used."""
    with db.read() as session:
        rows = session.connection().execute(select(NOTICE_CHANNEL).order_by(NOTICE_CHANNEL.c.channel)).all()
    return tuple(
        ChannelState(
            channel=row.channel,
            failures=row.failures,
            paused_until=row.paused_until,
            last_error=row.last_error or "",
        )
        for row in rows
    )
