"""个人信息: what may be erased; the ledger holds only a salted digest of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from models.base import Instant


class PrivateTextRow(SQLModel, table=True):
    """个人信息行: one version of one text with its salt; erasing removes both.

    ``kind`` is ``name``, ``contact``, ``opinion``, ``register`` or ``file_name``; ``subject`` is the person
    or the case it belongs to, so that all of one can be found.
    """

    __tablename__ = "private_text"

    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    subject: str = Field(default="", index=True)
    salt: bytes = Field(sa_type=LargeBinary)
    text: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
