"""打印件: one row for each form printed: what stands behind the code on it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from models.base import Instant, LegalDate


class PaperPrintRow(SQLModel, table=True):
    """打印件行: which case, step, round and node a form was printed for, on which versions of the papers.

    Written once and never changed; the same facts stand in the stream ``security``. ``papers`` is JSON: what
    the node looked at, each with version and digest; ``digest`` is taken over all that must still be the
    same when the signed form comes back.
    """

    __tablename__ = "paper_print"

    code: str = Field(primary_key=True)
    form: str
    case_id: str = Field(foreign_key="reform_case.id", index=True)
    step: str
    round: int
    node: str
    fingerprint: str
    papers: str = Field(sa_type=Text)
    digest: str
    printed_by: str
    printed_on: date = Field(sa_type=LegalDate)
    printed_at: datetime = Field(sa_type=Instant)
