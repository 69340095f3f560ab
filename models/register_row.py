"""台账: typed rows of a case; the rows themselves may hold personal data and lie in ``private_text``."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class RegisterRow(SQLModel, table=True):
    """台账行: one row of one version of a case's register, by its key.

    ``data`` is JSON of the columns that are not personal; ``private_id`` points to the personal ones.
    """

    __tablename__ = "register_row"

    case_id: str = Field(primary_key=True, foreign_key="reform_case.id")
    register_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str = Field(primary_key=True)
    ordinal: int = Field(default=0)
    data: str = Field(default="{}", sa_type=Text)
    private_id: str | None = Field(default=None)
