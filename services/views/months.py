"""每月办结与月末逾期: by month, from what was closed and from the history of red lamps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import case as sql_case
from sqlalchemy import func, or_, select

from domain.lamps import LampRule
from models.database import Database
from models.statements import LAMP_COUNT, RED_LAMP
from services.views.digest import Bucket, CaseDigest
from services.views.filters import TaskFilter
from services.views.tallies import Counting

MONTHS: Final = 5


class MonthLine(msgspec.Struct, frozen=True, kw_only=True):
    """一个月. ``running`` is the month that is not over: its 逾期 are those of the day."""

    month: str
    closed: int
    overdue: int
    running: bool
    filter: TaskFilter
    """Those closed in it."""


class Months(msgspec.Struct, frozen=True, kw_only=True):
    """各月, the oldest first; ``uncounted`` cases have no written history of red lamps yet."""

    lines: tuple[MonthLine, ...]
    uncounted: int


_Ends = tuple[date, ...]
_kept: Final[WeakKeyDictionary[Database, tuple[object, dict[str, tuple[int, ...]], frozenset[str]]]] = (
    WeakKeyDictionary()
)


def months_of(
    db: Database, cases: Sequence[CaseDigest], counting: Counting, wanted: TaskFilter, *, count: int = MONTHS
) -> Months:
    """The last months up to the day of ``counting``."""
    on = counting.on
    last = on.year * 12 + on.month - 1
    numbers = range(last - count + 1, last + 1)
    closed: Counter[int] = Counter()
    for each in cases:
        for month, number in each.closed_by_month:
            closed[month] += number
    ends = tuple(_end(number) for number in numbers[:-1])
    written, counted = _overdue(db, ends)
    overdue = [0] * len(ends)
    for each in cases:
        for place, number in enumerate(written.get(each.id, ())):
            overdue[place] += number
    overdue.append(sum(counting.of(each).tally.of(Bucket.OVER) for each in cases))
    lines = tuple(
        MonthLine(
            month=_words(number),
            closed=closed[number],
            overdue=overdue[place],
            running=number == last,
            filter=wanted.only(month=_words(number)),
        )
        for place, number in enumerate(numbers)
    )
    return Months(lines=lines, uncounted=sum(each.id not in counted for each in cases))


def _words(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


def _end(month: int) -> date:
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def _overdue(db: Database, ends: _Ends) -> tuple[dict[str, tuple[int, ...]], frozenset[str]]:
    """Case → how many tasks were overdue at each end, and the cases that were looked at; read once a run."""
    standing = select(func.count(), func.sum(LAMP_COUNT.c.seq), func.min(LAMP_COUNT.c.next_on))
    with db.read() as session:
        connection = session.connection()
        mark = (ends, *connection.execute(standing).one())
        kept = _kept.get(db)
        if kept is None or kept[0] != mark:
            rows = connection.execute(_statement(ends)).all() if ends else []
            looked = frozenset(connection.execute(select(LAMP_COUNT.c.case_id)).scalars())
            kept = _kept[db] = (mark, {row[0]: tuple(map(int, row[1:])) for row in rows}, looked)
    return kept[1], kept[2]


def _statement(ends: _Ends):  # type: ignore[no-untyped-def]
    lasting = [
        (RED_LAMP.c.began_on <= end) & or_(RED_LAMP.c.ended_on.is_(None), RED_LAMP.c.ended_on > end)
        for end in ends
    ]
    return (
        select(RED_LAMP.c.case_id, *(func.sum(sql_case((each, 1), else_=0)) for each in lasting))
        .where(RED_LAMP.c.rule == str(LampRule.OVERDUE), RED_LAMP.c.mistaken.is_(False))
        .where(RED_LAMP.c.began_on <= ends[-1])
        .where(or_(RED_LAMP.c.ended_on.is_(None), RED_LAMP.c.ended_on > ends[0]))
        .group_by(RED_LAMP.c.case_id)
    )


def overdue_at_last_month_end(months: Months) -> int | None:
    """上月末逾期, to compare with today's; None where there is no month before."""
    ended: Iterable[MonthLine] = [each for each in months.lines if not each.running]
    return max(ended, key=lambda each: each.month).overdue if ended else None
