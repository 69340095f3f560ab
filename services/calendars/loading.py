"""载入放假通知: preview what a notice moves, and load it in one act: days, dates of open work, who is told.

Loading another notice for the same year takes the one before back. It holds for all, so the host's office or
the system administrator loads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select
from sqlmodel import Session

from domain.calendar_notice import (
    DayChange,
    Notice,
    calendar_with,
    changed_days,
    contradictions,
    judge_notice,
)
from domain.calendar_sheet import NoticeReading, read_notice
from domain.doers import Doer
from domain.events import DatesRecounted
from domain.permissions import Action
from domain.refusal import Refused
from domain.tabular import Fault
from domain.workdays import WorkCalendar
from models.ledger import CALENDAR, ReusedCommandError, append, head
from models.statements import EVENT
from services.acts import Done
from services.authority import Allowed, allow
from services.bootstrap import Runtime
from services.calendars.moving import DateMove, moves_under, recount_all, tell
from services.calendars.notices import NoticeLoaded, loaded_notices, notices_in, single_days, write_rows
from services.clock import read_clock
from services.importing.limits import DEFAULT_LIMITS, Limits
from services.importing.tables import read_file, read_table_bytes
from services.noting import in_turn
from services.permits import host_target
from services.world import world_of


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """通知文件: what it is called, its digest, and what was read from it."""

    name: str
    sha256: str
    reading: NoticeReading


class NoticePreview(msgspec.Struct, frozen=True, kw_only=True):
    """载入预览: what would change; nothing is written."""

    year: int
    number: str
    replaces: str
    """The notice for the year that was loaded here before; empty where there was none."""
    unchanged: bool
    """Exactly this is loaded already."""
    days: tuple[DayChange, ...]
    contradictions: tuple[DayChange, ...]
    """Days on which the notice and the record that comes with the program differ."""
    moves: tuple[DateMove, ...]
    warnings: tuple[str, ...] = ()


class NoticeDone(msgspec.Struct, frozen=True, kw_only=True):
    """已载入."""

    year: int
    number: str
    replaces: str
    seq: int
    already: bool
    """It was loaded before; what was left to be recounted was done now."""
    cases: int
    """Cases of which dates were set anew."""
    moved: int
    """Steps of which a day is another one."""
    told: int
    """Positions that were told."""


def read_notice_file(path: Path, number: str = "", limits: Limits = DEFAULT_LIMITS) -> NoticeFile | Refused:
    """Read a notice off a CSV or .xlsx file; faults stand in the reading, each with its cell."""
    data = read_file(path, limits)
    if isinstance(data, Refused):
        return data
    grids = read_table_bytes(data, limits)
    if isinstance(grids, Refused):
        return grids
    return NoticeFile(path.name, hashlib.sha256(data).hexdigest(), read_notice(grids, number))


def judged(notice: Notice) -> NoticeFile:
    """The same for a notice that comes as values and not as a sheet."""
    faults = [
        Fault(0, "", str(day or notice.year), problem.message, problem.mend, problem.code)
        for day, problem in judge_notice(notice)
    ]
    return NoticeFile("", "", NoticeReading(notice, faults))


def preview_notice(runtime: Runtime, doer: Doer, file: NoticeFile) -> NoticePreview | Refused:
    """预览: the days that change, the dates of open work that move, and what the record says otherwise."""
    allowed = _allowed(runtime, doer)
    notice = _sound(file)
    if isinstance(allowed, Refused):
        return allowed
    if isinstance(notice, Refused):
        return notice
    with runtime.db.read() as session:
        standing = loaded_notices(session.connection())
        on = read_clock(session.connection(), runtime.wall).today
        after = _calendar(session, standing | {notice.year: notice}, "CN+preview")
    old = standing.get(notice.year)
    return NoticePreview(
        year=notice.year,
        number=notice.number,
        replaces=old.number if old else "",
        unchanged=old == notice,
        days=changed_days(current_calendar(runtime), after, notice.year),
        contradictions=contradictions(notice),
        moves=moves_under(runtime.db, after, on, notice.number),
        warnings=tuple(file.reading.warnings),
    )


def load_notice(
    runtime: Runtime,
    doer: Doer,
    file: NoticeFile,
    *,
    command_id: str,
    contradicts: bool = False,
    channel: str = "cli",
) -> NoticeDone | Refused:
    """载入: the notice holds from now on, dates of open work are set anew, and who is affected is told once.

    ``contradicts`` says that the officer has seen where the record of the program differs and holds the
    notice right. The same notice again writes nothing, and ends what was cut off.

    Raises:
        ReusedCommandError: the command id stands with something else.
    """
    allowed = _allowed(runtime, doer)
    if isinstance(allowed, Refused):
        return allowed
    notice = _sound(file)
    if isinstance(notice, Refused):
        return notice
    against = contradictions(notice)
    if against and not contradicts:
        return _contradicting(notice, against)
    seq, on, replaces, already = _write(runtime, allowed, file, notice, command_id, channel)
    done = recount_all(runtime, notice.number, on, seq, channel)
    return NoticeDone(
        year=notice.year,
        number=notice.number,
        replaces=replaces,
        seq=seq,
        already=already,
        cases=sum(not each.repeated for each in done),
        moved=_moved(each for each in done if not each.repeated),
        told=tell(runtime, done, notice.number, seq),
    )


def current_calendar(runtime: Runtime) -> WorkCalendar:
    """工作日历 as acts count on it now."""
    world = world_of(runtime.db)
    return world.calendar(world.heads())


def _write(
    runtime: Runtime, allowed: Allowed, file: NoticeFile, notice: Notice, command_id: str, channel: str
) -> tuple[int, date, str, bool]:
    with in_turn(runtime.db, CALENDAR) as session:
        connection = session.connection()
        standing = loaded_notices(connection)
        old = standing.get(notice.year)
        replaces = old.number if old else ""
        on = read_clock(connection, runtime.wall).today
        if old == notice or _done(connection, command_id, notice):
            return head(connection, CALENDAR)[0], on, replaces, True
        event = NoticeLoaded(notice=notice, replaces=replaces, file=file.name, sha256=file.sha256)
        row = append(
            session,
            CALENDAR,
            [msgspec.to_builtins(event)],
            command_id=command_id,
            actor=allowed.actor,
            position=allowed.position,
            recorded_at=runtime.wall.now(),
            occurred_on=on,
            channel=channel,
        )
        write_rows(session, standing | {notice.year: notice})
        return row.seq, on, replaces, False


def _done(connection: Connection, command_id: str, notice: Notice) -> bool:
    """Sent again: what it wrote may have been taken back since, and stays so.

    Raises:
        ReusedCommandError: the command id stands with another notice.
    """
    sent = select(EVENT.c.body).where(EVENT.c.command_id == command_id)
    body = connection.execute(sent).scalar()
    if body is not None and notice not in notices_in(body):
        raise ReusedCommandError(command_id)
    return body is not None


def _calendar(session: Session, notices: dict[int, Notice], calendar_id: str) -> WorkCalendar:
    return calendar_with(notices.values(), calendar_id, single_days(session))


def _allowed(runtime: Runtime, doer: Doer) -> Allowed | Refused:
    return allow(runtime.db, doer, Action.CALENDAR_CHANGE, host_target(runtime.db), wall=runtime.wall)


def _sound(file: NoticeFile) -> Notice | Refused:
    notice, faults = file.reading.notice, file.reading.faults
    if notice is not None and not faults:
        return notice
    lines = ";".join(fault.line() for fault in faults[:3])
    return Refused(
        code="notice.faulty",
        message=f"放假安排有 {len(faults)} 处差错,没有载入:{lines}",
        remedy="请按所列各处改正后重新载入",
        facts={"faults": len(faults)},
    )


def _contradicting(notice: Notice, against: tuple[DayChange, ...]) -> Refused:
    shown = "、".join(str(each.day) for each in against[:5])
    return Refused(
        code="notice.contradicts",
        message=f"通知与系统内置的{notice.year}年放假安排有 {len(against)} 天不一致:{shown}",
        remedy="请对照通知原文核对;确认以通知为准的,请标明后再载入",
        facts={"year": notice.year, "days": len(against)},
    )


def _moved(done: Iterable[Done]) -> int:
    events = (event for each in done for event in each.events)
    return sum(len(event.moved) for event in events if isinstance(event, DatesRecounted))
