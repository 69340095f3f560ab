"""已载入的放假通知: read off the calendar's stream, and the rows that acts and lists count on.

The stream holds each notice whole; the rows are made from it anew at every loading, so that taking a notice
back by another one leaves nothing of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select
from sqlmodel import Session, col

from domain.calendar_notice import Notice, NoticeDay
from domain.workdays import DayKind, DayOverride
from models.ledger import CALENDAR
from models.statements import EVENT
from models.tables import CalendarOverrideRow

LOADED: Final = "notice_loaded"
REGION: Final = "CN"


class NoticeLoaded(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=LOADED):
    """载入放假通知, as the ledger keeps it."""

    notice: Notice
    replaces: str = ""
    """The number of the notice for the same year that held before; empty where none was loaded."""
    file: str = ""
    sha256: str = ""


def loaded_notices(connection: Connection) -> dict[int, Notice]:
    """Year → the notice that holds, of all that were loaded here."""
    bodies = connection.execute(
        select(EVENT.c.body).where(EVENT.c.stream == CALENDAR).order_by(EVENT.c.seq)
    ).scalars()
    return {notice.year: notice for body in bodies for notice in notices_in(body)}


def notices_in(body: str) -> list[Notice]:
    """The notices that a stored row loaded."""
    events = msgspec.json.decode(body)
    return [msgspec.convert(each, NoticeLoaded).notice for each in events if each.get("type") == LOADED]


def single_days(session: Session) -> list[DayOverride]:
    """Days that are set by themselves and by no yearly notice."""
    rows = session.execute(
        select(CalendarOverrideRow).where(col(CalendarOverrideRow.notice_year).is_(None))
    ).scalars()
    return [DayOverride(row.day, DayKind(row.kind), row.source, row.name) for row in rows]


def write_rows(session: Session, notices: Mapping[int, Notice]) -> None:
    """日历调整行: make them anew from the notices that hold; of two for one day the later year's holds."""
    connection = session.connection()
    connection.execute(delete(CalendarOverrideRow).where(col(CalendarOverrideRow.notice_year).is_not(None)))
    session.add_all(_in_order(_rows(session, notices).values()))


def _rows(session: Session, notices: Mapping[int, Notice]) -> dict[date, CalendarOverrideRow]:
    singles = {each.day for each in single_days(session)}
    rows: dict[date, CalendarOverrideRow] = {}
    for notice in sorted(notices.values(), key=lambda each: each.year):
        rows |= {each.day: _row(notice, each) for each in notice.days if each.day not in singles}
    return rows


def compare_days(session: Session, note: Callable[[str, str, str, str], None], *, write: bool) -> None:
    """重算核对: days that are not what the calendar's stream says; put right where ``write``."""
    notices = loaded_notices(session.connection())
    wanted = {day: _told(row) for day, row in _rows(session, notices).items()}
    found = session.execute(
        select(CalendarOverrideRow).where(col(CalendarOverrideRow.notice_year).is_not(None))
    ).scalars()
    stored = {row.day: _told(row) for row in found}
    wrong = [day for day in sorted(wanted.keys() | stored.keys()) if wanted.get(day) != stored.get(day)]
    for day in wrong:
        words = (
            "留痕中没有,表中多出"
            if day not in wanted
            else "与留痕不符"
            if day in stored
            else "留痕中有,表中缺少"
        )
        note("", "calendar_override", day.isoformat(), words)
    if wrong and write:
        write_rows(session, notices)


def _told(row: CalendarOverrideRow) -> tuple[object, ...]:
    return (row.kind, row.source, row.name, row.notice_year)


def _in_order(rows: Iterable[CalendarOverrideRow]) -> list[CalendarOverrideRow]:
    return sorted(rows, key=lambda row: row.day)


def _row(notice: Notice, each: NoticeDay) -> CalendarOverrideRow:
    return CalendarOverrideRow(
        region=REGION,
        day=each.day,
        kind=str(each.kind),
        source=notice.number,
        name=each.name,
        notice_year=notice.year,
    )
