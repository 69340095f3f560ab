"""任务: where each step of a case stands, for lists; computed from the case, never read by rules."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import WITHOUT_ROWID, LegalDate


class StepRow(SQLModel, table=True):
    """任务行: one step (``1.3``) or one item of a step (``4.5#<row>``) of a case.

    ``due_line`` is the line that explains ``due_on``; ``provisional`` says 暂定: the date lies beyond
    the last loaded holiday notice.
    """

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_state_due_on", "state", "due_on"), WITHOUT_ROWID)

    case_id: str = Field(primary_key=True, foreign_key="reform_case.id")
    step: str = Field(primary_key=True)
    state: str
    round: int
    opened_on: date | None = Field(default=None, sa_type=LegalDate)
    due_on: date | None = Field(default=None, sa_type=LegalDate)
    due_line: str = Field(default="")
    provisional: bool = Field(default=False)
    submitted_on: date | None = Field(default=None, sa_type=LegalDate)
    closed_on: date | None = Field(default=None, sa_type=LegalDate)
