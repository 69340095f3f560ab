"""机构: every body that does, decides, advises or receives."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.base import LegalDate


class BodyRow(SQLModel, table=True):
    """机构行.

    ``kind`` is ``account`` (works in the system), ``no-account`` (decides, never signs in) or
    ``external`` (letters go and come). ``type`` is the id a programme names (``finance_bureau``); with
    ``division`` and ``level`` it says which body a role means for a given zone. ``unit_id`` is set where
    the body belongs to one reform unit. ``data`` is JSON of ``domain.organisation.values.BodyData``: founding
    document, earlier names, successor. A temporary body (专班, 领导小组) has a ``valid_to``.
    """

    __tablename__ = "body"
    __table_args__ = (Index("ix_body_type_division", "type", "division"),)

    code: str = Field(primary_key=True)
    name: str
    type: str = Field(default="")
    kind: str = Field(default="account")
    division: str = Field(default="")
    level: str = Field(default="")
    unit_id: str = Field(default="", index=True)
    valid_from: date | None = Field(default=None, sa_type=LegalDate)
    valid_to: date | None = Field(default=None, sa_type=LegalDate)
    data: str = Field(default="{}", sa_type=Text)
