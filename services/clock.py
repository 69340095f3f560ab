"""业务时钟: the legal date of today, in Asia/Shanghai.

In a real database it follows the wall clock. In a rehearsal database (演练) it is a row that every process
reads and only ``services.rehearsing`` moves, forward; such a database stays a rehearsal for ever, and every
ledger row and seal of it says so.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from config.clock import BUSINESS_TIMEZONE, WallClock
from models.database import Database
from models.setting import BUSINESS_DATE, REHEARSAL
from models.tables import SettingRow


class ClockReading(NamedTuple):
    """业务时钟读数: the legal date, and whether this is a rehearsal."""

    today: date
    rehearsal: bool


def legal_date(wall: WallClock) -> date:
    """Return the date of the wall clock's instant in Asia/Shanghai."""
    return wall.now().astimezone(BUSINESS_TIMEZONE).date()


def read_clock(connection: Connection, wall: WallClock) -> ClockReading:
    """Return what the business clock shows, read in the transaction of ``connection``."""
    rows = connection.execute(
        select(SettingRow.key, SettingRow.value).where(  # type: ignore[call-overload]
            SettingRow.key.in_((REHEARSAL, BUSINESS_DATE))  # type: ignore[attr-defined]
        )
    )
    found: dict[str, str] = {key: value for key, value in rows}
    if found.get(REHEARSAL) != "1":
        return ClockReading(legal_date(wall), False)
    return ClockReading(date.fromisoformat(found[BUSINESS_DATE]), True)


def today(db: Database, wall: WallClock) -> date:
    """业务日期: today's legal date for this database."""
    with db.read() as session:
        return read_clock(session.connection(), wall).today


def is_rehearsal_database(db: Database, wall: WallClock) -> bool:
    """演练: whether this database is a rehearsal."""
    with db.read() as session:
        return read_clock(session.connection(), wall).rehearsal
