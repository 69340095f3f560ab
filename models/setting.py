"""设置: facts of this database that every process reads."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

APPLICATION: Final = "application"
"""Which application the database belongs to: a stranger's database is refused."""
REHEARSAL: Final = "rehearsal"
"""演练: ``1`` for ever once set."""
BUSINESS_DATE: Final = "business_date"
"""业务日期 of a rehearsal database, ISO text."""


class SettingRow(SQLModel, table=True):
    """设置行: changed only together with a row in the stream ``settings``."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
