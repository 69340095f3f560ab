"""督查督办: what stands about findings, orders, requests, inspections and their sources, and what waits.

Both tables are projections of the ledger's stream ``supervision``.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from models.base import LegalDate
from models.work_item import NO_DUE


class SupervisionMatterRow(SQLModel, table=True):
    """督办事项行. ``id`` begins with the letter of its ``kind``; a series runs by ``year`` and ``office``.

    ``body`` is who has to act on it (lead unit, addressee); ``subject`` is what it was made from (a finding
    of a check, a red lamp), so that the same is not made twice. ``snapshot`` is the matter as JSON: ids,
    dates and references to texts, no person's name.
    """

    __tablename__ = "supervision_matter"
    __table_args__ = (
        Index("ix_supervision_matter_kind", "kind", "state", "id"),
        Index("ix_supervision_matter_subject", "subject"),
    )

    id: str = Field(primary_key=True)
    kind: str
    state: str
    year: int
    number: str = Field(default="")
    office: str
    division: str = Field(default="")
    unit_id: str = Field(default="")
    case_id: str = Field(default="")
    body: str = Field(default="")
    source_id: str = Field(default="")
    subject: str = Field(default="")
    due_on: date | None = Field(default=None, sa_type=LegalDate)
    seq: int = Field(sa_type=BigInteger)
    snapshot: str = Field(sa_type=Text)


class SupervisionWorkRow(SQLModel, table=True):
    """督办待办行: as ``work_item``, about a matter; ``label`` names it, ``not_person`` as there."""

    __tablename__ = "supervision_work"
    __table_args__ = (Index("ix_supervision_work_inbox", "body", "position", "sort_on", "matter_id"),)

    matter_id: str = Field(primary_key=True, foreign_key="supervision_matter.id")
    key: str = Field(primary_key=True)
    kind: str
    label: str
    unit_id: str = Field(default="")
    body: str
    position: str
    not_person: str = Field(default="")
    opened_on: date = Field(sa_type=LegalDate)
    due_on: date | None = Field(default=None, sa_type=LegalDate)
    sort_on: str = Field(default=NO_DUE)
