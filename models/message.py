"""消息: the outbox of notices, and the inbox of those shown inside the system."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from models.base import Instant, Lease


class MessageRow(Lease, table=True):
    """待发消息: one notice for one recipient by one channel, written with the act that causes it.

    ``dedup_key`` makes a second writing of the same notice a fault instead of a second notice. ``state`` is
    ``waiting``, ``sending`` (in hand, or left behind by a crash), ``sent``, ``maybe_sent`` (the answer was
    lost) or ``dead``. ``payload`` is JSON of ids and step names; it names no person and quotes no opinion.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_state_channel", "state", "channel", "next_attempt_at"),)

    id: str = Field(primary_key=True)
    dedup_key: str = Field(unique=True)
    channel: str
    recipient: str
    payload: str = Field(sa_type=Text)
    case_id: str = Field(default="", index=True)
    seq: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    state: str = Field(default="waiting")


class NoticeRow(SQLModel, table=True):
    """站内消息: a delivered notice that its recipient can read and mark as read (已阅)."""

    __tablename__ = "in_app_notice"
    __table_args__ = (Index("ix_in_app_notice_recipient", "recipient", "read_at", "delivered_at"),)

    id: str = Field(primary_key=True)
    recipient: str
    case_id: str = Field(default="")
    payload: str = Field(sa_type=Text)
    delivered_at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
