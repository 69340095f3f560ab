"""改革专项: the published programmes; the engine reads only these, never a file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from models.base import Instant


class ProgrammeRow(SQLModel, table=True):
    """流程模板行: one published version, immutable.

    ``sha256`` is of the canonical YAML text, which is the truth. ``parsed`` is the same as JSON, kept because
    reading YAML at every start would cost a command more than its own work; a check compares the two.
    """

    __tablename__ = "programme"

    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title: str
    yaml: str = Field(sa_type=Text)
    sha256: str
    parsed: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_type=Instant)
    published_by: str
