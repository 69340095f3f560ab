"""改革任务: one reform unit in one programme, as the act path and the relay need it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field

from models.base import Instant, Lease, LegalDate


class CaseRow(Lease, table=True):
    """改革任务行: the snapshot that ``evolve`` returned, and the marks of the relay.

    ``seq`` is the stream's last seq and only orders the stream. ``mirrored_seq`` is how far the relay has
    shown the stream in Prefect; ``signalled_at`` is when the oldest commit not yet shown was made, and is
    empty when all is shown. ``bulk`` marks a case whose waiting work came from a launch: people's acts go
    before it.
    """

    __tablename__ = "reform_case"
    __table_args__ = (
        Index(
            "ix_reform_case_signalled_at",
            "bulk",
            "signalled_at",
            sqlite_where=text("signalled_at IS NOT NULL"),
            postgresql_where=text("signalled_at IS NOT NULL"),
        ),
        Index("ix_reform_case_programme_state", "programme", "version", "state"),
        Index("ix_reform_case_unit_id", "unit_id"),
    )

    id: str = Field(primary_key=True)
    unit_id: str
    unit_name: str
    programme: str
    version: int
    seq: int = Field(sa_type=BigInteger)
    snapshot: bytes = Field(sa_type=LargeBinary)
    state: str
    opened_on: date = Field(sa_type=LegalDate)
    bulk: bool = Field(default=False)
    mirrored_seq: int = Field(default=0, sa_type=BigInteger)
    signalled_at: datetime | None = Field(default=None, sa_type=Instant)
