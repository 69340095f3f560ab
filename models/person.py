"""人员: persons, their accounts, and the positions they hold. Names lie in the erasable table."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.base import LegalDate


class PersonRow(SQLModel, table=True):
    """人员行: a person, with or without an account. ``name_id`` points to the name in ``private_text``."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    name_id: str
    contact_id: str | None = Field(default=None)
    data: str = Field(default="{}")


class AccountRow(SQLModel, table=True):
    """账号行: a way in for a person; ``state`` is ``active``, ``locked`` or ``closed``."""

    __tablename__ = "account"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    state: str = Field(default="active")


class HoldingRow(SQLModel, table=True):
    """任职行: a person holds a position (``handler``, ``head``, ``member``) in a body for a time.

    ``valid_to`` is the last day; empty while it lasts. ``basis`` and ``end_basis`` are the papers of the
    appointment and of its end, where known.
    """

    __tablename__ = "holding"
    __table_args__ = (Index("ix_holding_body_position", "body", "position"),)

    person: str = Field(primary_key=True, foreign_key="person.id")
    body: str = Field(primary_key=True, foreign_key="body.code")
    position: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True, sa_type=LegalDate)
    valid_to: date | None = Field(default=None, sa_type=LegalDate)
    basis: str | None = Field(default=None)
    end_basis: str | None = Field(default=None)


class ProxyRow(SQLModel, table=True):
    """请假代理行: a deputy acts for a person in one position for a window of days, both included.

    ``programmes`` and ``works`` are JSON lists; an empty one means all. ``ended_on`` is the last day where it
    was ended before its time. A proxy cannot be handed on: only who holds the position gives one.
    """

    __tablename__ = "proxy"

    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    body: str = Field(foreign_key="body.code")
    position: str
    deputy: str = Field(foreign_key="person.id", index=True)
    first: date = Field(sa_type=LegalDate)
    last: date = Field(sa_type=LegalDate)
    programmes: str = Field(default="[]", sa_type=Text)
    works: str = Field(default="[]", sa_type=Text)
    basis: str = Field(default="")
    ended_on: date | None = Field(default=None, sa_type=LegalDate)
