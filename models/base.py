"""Shared ground of the tables: naming of constraints and the two column types of time.

One convention for every dialect: an instant is an integer of microseconds since 1970 in UTC, a legal date is
ISO text (``2022-04-07``). Text and integers read the same on SQLite and PostgreSQL, so the act path runs on
the bare driver without conversions, and a hash over a row does not depend on the database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING
metadata = SQLModel.metadata

WITHOUT_ROWID: Final = {"sqlite_with_rowid": False}
"""For tables of small rows found by a text key: on SQLite one tree to write instead of two."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Return ``instant`` (aware) as microseconds since 1970 in UTC, exactly.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """Return the aware UTC datetime of ``value`` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """时刻: an aware UTC datetime, stored as integer microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else instant(value)


class LegalDate(TypeDecorator[date]):
    """法定日期: a date in Asia/Shanghai, stored as ISO text of ten characters."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """To the database; a datetime is refused, for its date depends on a zone."""
        if isinstance(value, datetime):
            raise TypeError("a legal date is a date, not a datetime")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """From the database."""
        return None if value is None else date.fromisoformat(value)


class Lease(SQLModel):
    """认领: the columns of a row that one process at a time works on.

    ``fence`` is the lease's rising number: a result that comes with a stale one is refused. ``attempts``
    counts failed tries; a row that failed too often is ``dead`` and waits, visible, for an operator.
    """

    lease_by: str | None = Field(default=None)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    fence: int = Field(default=0, sa_type=BigInteger)
    attempts: int = Field(default=0)
    next_attempt_at: datetime | None = Field(default=None, sa_type=Instant)
    last_error: str | None = Field(default=None)
    dead: bool = Field(default=False)
