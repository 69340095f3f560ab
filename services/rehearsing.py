"""演练: make a database a rehearsal, and move its business clock; both are for the system administrator.

Apart from ``services.clock``, which only reads and which permissions themselves rest on.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select
from sqlmodel import Session

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action
from domain.refusal import Refused
from models.database import Database
from models.ledger import SETTINGS, append, take_turn
from models.setting import BUSINESS_DATE, REHEARSAL
from models.statements import EVENT
from models.tables import SettingRow
from services.authority import allow
from services.clock import ClockReading, read_clock


def start_rehearsal(
    db: Database, on: date, *, actor: Doer, wall: WallClock, command_id: str
) -> ClockReading | Refused:
    """转为演练库: mark a database as a rehearsal for ever, with the business clock standing at ``on``.

    Refused where cases were worked on already, for their dates would be real.
    """
    allowed = allow(db, actor, Action.SETTING_CHANGE, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    with db.write() as session:
        take_turn(session, SETTINGS)
        connection = session.connection()
        reading = read_clock(connection, wall)
        if reading.rehearsal:
            return Refused(
                code="clock.already_rehearsal",
                message=f"本库已是演练库,业务日期 {reading.today.isoformat()}",
                remedy="要改日期请用 zonectl clock",
                facts={"today": reading.today.isoformat()},
            )
        if _has_cases(connection):
            return Refused(
                code="clock.real_cases",
                message="本库已有正式办理记录,不能转为演练库",
                remedy="请另建一个空库作演练",
            )
        # The mark first, so that already the row that tells of it says 演练.
        _set(session, REHEARSAL, "1")
        _set(session, BUSINESS_DATE, on.isoformat())
        session.flush()
        append(
            session,
            SETTINGS,
            [{"type": "rehearsal_started", "business_date": on.isoformat()}],
            command_id=command_id,
            actor=allowed.actor,
            position=allowed.position,
            recorded_at=wall.now(),
            occurred_on=on,
        )
    return ClockReading(on, True)


def move_clock(
    db: Database, to: date, *, actor: Doer, wall: WallClock, command_id: str
) -> ClockReading | Refused:
    """拨动业务时钟: move a rehearsal's clock forward to ``to``; going back is refused."""
    allowed = allow(db, actor, Action.SETTING_CHANGE, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    with db.write() as session:
        take_turn(session, SETTINGS)
        reading = read_clock(session.connection(), wall)
        if not reading.rehearsal:
            return Refused(
                code="clock.not_rehearsal",
                message="本库是正式库,业务日期就是今天,不能拨动",
                remedy="只有演练库可以拨动业务时钟",
            )
        if to < reading.today:
            return Refused(
                code="clock.backwards",
                message=f"业务时钟只能向前拨:现为 {reading.today.isoformat()},要拨到 {to.isoformat()}",
                remedy="请给出不早于现在业务日期的日期",
                facts={"today": reading.today.isoformat(), "to": to.isoformat()},
            )
        if to > reading.today:
            append(
                session,
                SETTINGS,
                [{"type": "clock_moved", "from": reading.today.isoformat(), "to": to.isoformat()}],
                command_id=command_id,
                actor=allowed.actor,
                position=allowed.position,
                recorded_at=wall.now(),
                occurred_on=to,
            )
            _set(session, BUSINESS_DATE, to.isoformat())
    return ClockReading(to, True)


def _has_cases(connection: Connection) -> bool:
    first = select(EVENT.c.seq).where(EVENT.c.stream.like("case:%")).limit(1)
    return connection.execute(first).first() is not None


def _set(session: Session, key: str, value: str) -> None:
    row = session.get(SettingRow, key)
    if row is None:
        session.add(SettingRow(key=key, value=value))
    else:
        row.value = value
        session.add(row)
