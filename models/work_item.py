"""待办: what a role or a person has to do now; the difference between two states of a case."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from models.base import WITHOUT_ROWID, LegalDate

NO_DUE = "9999-12-31"
"""无时限: sorts work without a deadline last, on both databases alike."""


class WorkItemRow(SQLModel, table=True):
    """待办行, named by its natural key (kind, step, round, node, seat).

    ``step`` is the step's key, ``4.5#row`` where it runs per item. ``body`` is the code of the body that has
    to act, empty where nobody can (无人承办); ``position`` is ``any`` where whoever works there may act;
    ``not_person`` may not, whatever positions they hold; of several each stands between spaces. ``sort_on``
    is ``due_on``, or ``NO_DUE`` without one. ``opened_seq`` is the ledger row of the case that opened it.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        Index("ix_work_item_inbox", "body", "position", "sort_on", "case_id"),
        WITHOUT_ROWID,
    )

    case_id: str = Field(primary_key=True, foreign_key="reform_case.id")
    key: str = Field(primary_key=True)
    kind: str
    step: str
    round: int
    node: str = Field(default="")
    seat: str = Field(default="")
    role: str
    body: str = Field(default="")
    position: str = Field(default="")
    not_person: str = Field(default="")
    opened_on: date = Field(sa_type=LegalDate)
    due_on: date | None = Field(default=None, sa_type=LegalDate)
    sort_on: str = Field(default=NO_DUE)
    opened_seq: int = Field(sa_type=BigInteger)
