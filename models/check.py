"""合规检查的决定: what a deployment decided about its checks; it stands in the stream ``settings`` too.

What the checks found is no table of its own: it is part of each case and of its ledger.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import Instant, LegalDate


class CheckRulingRow(SQLModel, table=True):
    """检查程度决定行: from a day on a check blocks, or no longer does, by a paper with its number.

    Written once; a later one takes its place from its own day on.
    """

    __tablename__ = "check_ruling"

    id: str = Field(primary_key=True)
    check_id: str = Field(index=True)
    blocks: bool
    valid_from: date = Field(sa_type=LegalDate)
    number: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=Instant)


class CheckWaiverRow(SQLModel, table=True):
    """豁免行: asked for by one person with a reason, granted or declined by another, until ``until``.

    ``place`` is empty where it is for the whole check of the case. The reason may speak of persons and lies
    in ``private_text``. ``answered_by`` is empty while nobody has answered; ``granted`` says what.
    """

    __tablename__ = "check_waiver"
    __table_args__ = (Index("ix_check_waiver_case", "case_id", "check_id"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="reform_case.id")
    check_id: str
    place: str = Field(default="")
    reason_id: str
    number: str = Field(default="")
    until: date = Field(sa_type=LegalDate)
    asked_by: str
    asked_on: date = Field(sa_type=LegalDate)
    asked_at: datetime = Field(sa_type=Instant)
    answered_by: str = Field(default="")
    answered_on: date | None = Field(default=None, sa_type=LegalDate)
    granted: bool = Field(default=False)
