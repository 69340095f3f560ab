"""私人消息: what goes to one person through one channel, a person's wishes, and how a channel fares."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.base import Instant, Lease, LegalDate


class LetterRow(Lease, table=True):
    """个人通知行: one notice, or one morning digest, for one person through one channel.

    ``state`` is one of ``domain.notices.letters.LetterState``. ``dedup_key`` makes a second writing a fault.
    ``work`` is the natural key of the work item it speaks of, empty where it speaks of none. The address is
    not here: it is looked up when the letter goes out, and can be erased. ``hold_on`` is the legal date from
    which a held letter may go. ``handed_at`` is when it was last handed to the channel, written before it
    went; ``maybe_since`` is the first hand-over whose end is not known, and marks a possible duplicate.
    ``merged_into`` names the digest that took it in.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_queue", "channel", "state", "next_attempt_at"),
        Index("ix_letter_held", "state", "hold_on"),
    )

    id: str = Field(primary_key=True)
    dedup_key: str = Field(unique=True)
    channel: str
    person: str = Field(foreign_key="person.id", index=True)
    kind: str
    case_id: str = Field(default="")
    work: str = Field(default="")
    title: str
    text: str = Field(sa_type=Text)
    link: str = Field(default="")
    urgent: bool = Field(default=False)
    created_at: datetime = Field(sa_type=Instant)
    state: str
    hold_on: date | None = Field(default=None, sa_type=LegalDate)
    handed_at: datetime | None = Field(default=None, sa_type=Instant)
    maybe_since: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    merged_into: str | None = Field(default=None, index=True)


class NoticePreferenceRow(SQLModel, table=True):
    """通知偏好行: what a person wants through a channel (``mode``) and where it reaches them.

    ``address_id`` points to the address in ``private_text``: erased there, the channel is silent.
    """

    __tablename__ = "notice_preference"

    person: str = Field(primary_key=True, foreign_key="person.id")
    channel: str = Field(primary_key=True)
    mode: str
    address_id: str | None = Field(default=None)


class ChannelRow(SQLModel, table=True):
    """渠道状况行, shared by all relays: failures in a row, the pause after them, what this minute used."""

    __tablename__ = "notice_channel"

    channel: str = Field(primary_key=True)
    failures: int = Field(default=0)
    paused_until: datetime | None = Field(default=None, sa_type=Instant)
    window_from: datetime | None = Field(default=None, sa_type=Instant)
    used: int = Field(default=0)
    last_error: str | None = Field(default=None)
