"""日历: days that differ from the published notices, by a notice of their own."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel

from models.base import LegalDate


class CalendarOverrideRow(SQLModel, table=True):
    """日历调整行: ``working`` is true for 调休上班, false for a day off; ``region`` a code or CN."""

    __tablename__ = "calendar_override"

    region: str = Field(default="CN", primary_key=True)
    day: date = Field(primary_key=True, sa_type=LegalDate)
    working: bool
    note: str = Field(default="")
    basis: str = Field(default="")
