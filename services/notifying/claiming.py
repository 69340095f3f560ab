"""认领通知: letters that a relay takes to send, under its lease and a rising fence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from domain.notices.channels import CHANNELS
from domain.notices.letters import TO_SEND, LetterState
from domain.outside import Rng
from models.statements import LETTER, NOTICE_CHANNEL
from services.notifying.environment import Notifying
from services.notifying.pausing import pause, take_room, use_room

BATCH: Final = 100


class LetterClaim(msgspec.Struct, frozen=True, kw_only=True):
    """认领的通知: settled only under ``fence``. ``state`` is how it was found."""

    id: str
    channel: str
    fence: int
    attempts: int
    person: str
    dedup_key: str
    title: str
    text: str
    link: str
    state: LetterState
    handed_at: datetime | None
    maybe_since: datetime | None

    @property
    def label(self) -> str:
        """For a task's name: the channel and the letter's number; never a person, never what it says."""
        return f"通知 · {CHANNELS[self.channel].title} · {self.id}"


def _due(channel: str, now: datetime) -> ColumnElement[bool]:
    maybe = LetterState.MAYBE_SENT.value
    return and_(
        LETTER.c.channel == channel,
        LETTER.c.state.in_([state.value for state in TO_SEND]),
        or_(LETTER.c.state != maybe, LETTER.c.next_attempt_at.is_not(None)),
        or_(LETTER.c.next_attempt_at.is_(None), LETTER.c.next_attempt_at <= now),
        or_(LETTER.c.lease_until.is_(None), LETTER.c.lease_until < now),
    )


def letters_wait(post: Notifying, channel: str) -> bool:
    """Whether anything could be taken now. Reads only; asked several times a second."""
    now = post.wall.now()
    paused = exists().where(NOTICE_CHANNEL.c.channel == channel, NOTICE_CHANNEL.c.paused_until > now)
    with post.db.read() as session:
        found = session.connection().execute(select(exists().where(_due(channel, now), ~paused)))
        return bool(found.scalar())


def claim_letters(
    post: Notifying, by: str, lease_s: float, channel: str, limit: int = BATCH
) -> list[LetterClaim]:
    """认领: take up to ``limit`` letters of ``channel``, the oldest first, as many as its pace allows."""
    now = post.wall.now()
    with post.db.write() as session:
        connection = session.connection()
        room = take_room(connection, channel, post.pace(channel), now, limit)
        rows = (
            connection.execute(
                select(LETTER)
                .where(_due(channel, now))
                .order_by(LETTER.c.urgent.desc(), LETTER.c.created_at, LETTER.c.id)
                .limit(room)
                .with_for_update(skip_locked=True)
            ).all()
            if room
            else []
        )
        if not rows:
            return []
        use_room(connection, channel, now, len(rows))
        connection.execute(
            update(LETTER)
            .where(LETTER.c.id.in_([row.id for row in rows]))
            .values(lease_by=by, lease_until=now + timedelta(seconds=lease_s), fence=LETTER.c.fence + 1)
        )
    return [
        LetterClaim(
            id=row.id,
            channel=row.channel,
            fence=row.fence + 1,
            attempts=row.attempts,
            person=row.person,
            dedup_key=row.dedup_key,
            title=row.title,
            text=row.text,
            link=row.link,
            state=LetterState(row.state),
            handed_at=row.handed_at,
            maybe_since=row.maybe_since,
        )
        for row in rows
    ]


def release_letters(post: Notifying, claims: Sequence[LetterClaim]) -> None:
    """放回: what was not tried; what was settled meanwhile is not touched, for its lease is gone."""
    with post.db.write() as session:
        for claim in claims:
            session.connection().execute(
                update(LETTER)
                .where(LETTER.c.id == claim.id, LETTER.c.fence == claim.fence, LETTER.c.lease_by.is_not(None))
                .values(lease_by=None, lease_until=None)
            )


def hold_back(post: Notifying, channel: str, claims: Sequence[LetterClaim], error: str, rng: Rng) -> None:
    """放回并暂停: after a fault of our own only what is written is known; the channel waits a while."""
    release_letters(post, claims)
    with post.db.write() as session:
        pause(session.connection(), channel, post.wall.now(), None, error, rng)
