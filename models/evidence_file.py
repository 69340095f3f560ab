"""材料文件: one row for each version of evidence that was uploaded; the bytes lie in the store, by digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from models.base import Instant


class EvidenceFileRow(SQLModel, table=True):
    """材料文件行: what was uploaded, by whom, as which version of a slot.

    Written in the transaction of the act that files it. The name it came with and the reason of a
    replacement may speak of persons and lie in ``private_text``. ``digest`` carries the id of its algorithm;
    ``kind`` is a code of ``domain.evidence_files.KINDS``; ``scan`` is ``clean``, ``not_scanned`` (the scanner
    was down and the deployment lets files through) or ``off``; ``macros`` tells that macros were let in.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        Index("ix_evidence_file_slot", "case_id", "step", "slot", "version"),
        Index("ix_evidence_file_digest", "digest", "case_id"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="reform_case.id")
    step: str
    slot: str
    version: int
    digest: str
    size: int = Field(sa_type=BigInteger)
    kind: str
    marking: str
    macros: bool
    scan: str
    name_id: str
    reason_id: str | None = Field(default=None)
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=Instant)
