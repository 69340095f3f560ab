"""封存: a root over the heads of all streams, chained to the seal before it, exported off the machine."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel

from models.base import Instant


class SealRow(SQLModel, table=True):
    """封存行. ``file`` says where the seal was written; the file, not the row, is the witness."""

    __tablename__ = "seal"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    made_at: datetime = Field(sa_type=Instant)
    streams: int
    rows: int = Field(sa_type=BigInteger)
    rehearsal: bool = Field(default=False)
    root: bytes = Field(sa_type=LargeBinary)
    prev_hash: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)
    file: str = Field(default="", sa_type=Text)
