"""我的通知: what was delivered to a person inside the system, the newest first, and marking it as read."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, select, update

from models.tables import NoticeRow
from services.office.counter import Counter

PAGE: Final = 50


class _Told(msgspec.Struct):
    title: str = ""
    text: str = ""
    link: str = ""


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """一条通知."""

    id: str
    title: str
    text: str
    link: str
    delivered_at: datetime
    read: bool


class NoticePage(msgspec.Struct, frozen=True, kw_only=True):
    """我的通知."""

    total: int
    unread: int
    lines: tuple[NoticeLine, ...]
    page: int
    pages: int


def my_notices(counter: Counter, page: int) -> NoticePage:
    """我的通知, a page of them."""
    mine = NoticeRow.recipient == counter.person
    with counter.db.read() as session:
        total = session.execute(select(func.count()).select_from(NoticeRow).where(mine)).scalar_one()  # type: ignore[arg-type]
        unread = session.execute(
            select(func.count()).select_from(NoticeRow).where(mine, NoticeRow.read_at.is_(None))  # type: ignore[arg-type, union-attr]
        ).scalar_one()
        pages = max(1, -(-total // PAGE))
        shown = min(max(1, page), pages)
        rows = session.execute(
            select(NoticeRow)
            .where(mine)  # type: ignore[arg-type]
            .order_by(NoticeRow.delivered_at.desc(), NoticeRow.id)  # type: ignore[attr-defined]
            .limit(PAGE)
            .offset((shown - 1) * PAGE)
        ).scalars()
        lines = tuple(_line(row) for row in rows)
    return NoticePage(total=total, unread=unread, lines=lines, page=shown, pages=pages)


def mark_read(counter: Counter, id: str = "") -> int:
    """已阅: one notice of one's own, or all; returns how many were not read before."""
    statement = update(NoticeRow).where(
        NoticeRow.recipient == counter.person,  # type: ignore[arg-type]
        NoticeRow.read_at.is_(None),  # type: ignore[union-attr]
    )
    if id:
        statement = statement.where(NoticeRow.id == id)  # type: ignore[arg-type]
    with counter.db.write() as session:
        done = session.execute(statement.values(read_at=counter.wall.now()))
        return int(done.rowcount)  # type: ignore[attr-defined]


def _line(row: NoticeRow) -> NoticeLine:
    told = msgspec.json.decode(row.payload, type=_Told)
    return NoticeLine(
        id=row.id,
        title=told.title,
        text=told.text,
        link=told.link,
        delivered_at=row.delivered_at,
        read=row.read_at is not None,
    )
