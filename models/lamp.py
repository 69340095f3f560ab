"""红灯记录: which step of a case was red from when to when, and how far each case has been looked at.

Worked out from the ledger alone (`domain.lamp_history`) and written anew for a case whenever that has moved
on: an empty table fills again with the same rows.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import LegalDate


class RedLampRow(SQLModel, table=True):
    """红灯行: one step red by one rule; ``ended_on`` is empty while it is, ``checks`` are ids between spaces.

    ``mistaken`` marks 误亮: done in time and recorded only afterwards.
    """

    __tablename__ = "red_lamp"
    __table_args__ = (Index("ix_red_lamp_open", "ended_on", "began_on"),)

    case_id: str = Field(primary_key=True, foreign_key="reform_case.id")
    step: str = Field(primary_key=True)
    began_on: date = Field(primary_key=True, sa_type=LegalDate)
    rule: str = Field(primary_key=True)
    due_on: date | None = Field(default=None, sa_type=LegalDate)
    checks: str = Field(default="")
    ended_on: date | None = Field(default=None, sa_type=LegalDate)
    ended_by: str = Field(default="")
    mistaken: bool = Field(default=False)


class LampCountRow(SQLModel, table=True):
    """红灯计算行: up to which ledger row a case was looked at, and the next day on which it may turn red."""

    __tablename__ = "lamp_count"

    case_id: str = Field(primary_key=True, foreign_key="reform_case.id")
    seq: int
    next_on: date | None = Field(default=None, sa_type=LegalDate, index=True)
