"""日历: days that differ from the published notices, by a notice of their own."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel

from models.base import LegalDate


class CalendarOverrideRow(SQLModel, table=True):
    """日历调整行: one day that a notice sets.

    ``kind`` is ``workday`` (调休上班) or ``holiday``; ``source`` the notice's number; ``name`` the name of
    the holiday. ``notice_year`` is the year whose yearly notice this is, empty for a single day.
    """

    __tablename__ = "calendar_override"

    region: str = Field(default="CN", primary_key=True)
    day: date = Field(primary_key=True, sa_type=LegalDate)
    kind: str
    source: str
    name: str = Field(default="")
    notice_year: int | None = Field(default=None)
