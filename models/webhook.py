"""事件推送地址: where events of cases go, for whom, and under which secret."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from models.base import Instant


class WebhookRow(SQLModel, table=True):
    """推送地址行: events of ``events`` (JSON; empty: all) in ``subscriber``'s sight and in ``division``.

    ``secret`` signs what is sent; it is encrypted for this row alone. A row that was disabled stays, so that
    the ledger's words about it still mean something. Nothing goes there before the subscriber has agreed
    (``accepted_at``): whoever registers addresses sees no cases, and comes to see none through another.
    """

    __tablename__ = "webhook"

    id: str = Field(primary_key=True)
    name: str
    url: str
    subscriber: str
    division: str = Field(default="")
    events: str = Field(default="[]", sa_type=Text)
    secret: str = Field(sa_type=Text)
    created_by: str
    created_at: datetime = Field(sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)
