"""计时: an instant in legal time at which a case wants to be looked at again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from models.base import WITHOUT_ROWID, Lease, LegalDate


class TimerRow(Lease, table=True):
    """计时行: due from the start of ``due_on`` (business clock); stale once ``generation`` has moved."""

    __tablename__ = "timer"
    __table_args__ = (Index("ix_timer_due_on", "due_on"), WITHOUT_ROWID)

    case_id: str = Field(primary_key=True, foreign_key="reform_case.id")
    key: str = Field(primary_key=True)
    kind: str
    step: str = Field(default="")
    node: str = Field(default="")
    due_on: date = Field(sa_type=LegalDate)
    generation: int = Field(default=1)
