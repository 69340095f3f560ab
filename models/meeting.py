"""会议和议题: the sessions that offices keep, and the items of cases that wait for one.

``meeting_session`` is a projection of the ledger's stream ``meetings``, ``agenda_item`` of the cases'.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from models.base import LegalDate


class MeetingSessionRow(SQLModel, table=True):
    """会议行: a session of a body; ``snapshot`` is the session as JSON."""

    __tablename__ = "meeting_session"
    __table_args__ = (Index("ix_meeting_session_body", "body", "state", "planned_on"),)

    id: str = Field(primary_key=True)
    body: str
    office: str
    state: str
    year: int
    planned_on: date = Field(sa_type=LegalDate)
    seq: int = Field(sa_type=BigInteger)
    snapshot: str = Field(sa_type=Text)


class AgendaItemRow(SQLModel, table=True):
    """议题行: ``key`` is `step|node|role@body`. What it came to is read from the case."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        Index("ix_agenda_item_body", "body", "state"),
        Index("ix_agenda_item_session", "session_id"),
    )

    case_id: str = Field(primary_key=True, foreign_key="reform_case.id")
    key: str = Field(primary_key=True)
    step: str
    node: str
    seat: str
    body: str
    state: str
    session_id: str = Field(default="")
    planned_on: date | None = Field(default=None, sa_type=LegalDate)
