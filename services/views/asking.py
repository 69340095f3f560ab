"""查询的前提: who asks, on which day, by which reading of the past; the same for every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.permissions import Action, Standing
from domain.refusal import Refused
from models.database import Database
from services.office.counter import Counter
from services.views.board import Board, board_of
from services.views.digest import CaseDigest
from services.views.filters import TaskFilter, cases_for, named, unknown_values
from services.views.past import MOST_FOLDED, PastCases
from services.views.tallies import Counting


class Reading(StrEnum):
    """看过去的两种读法."""

    SITUATION = "situation"
    KNOWN = "known"


READING_TITLES: Final[dict[Reading, str]] = {
    Reading.SITUATION: "当时情况",
    Reading.KNOWN: "当时系统所知",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """一次查询: the cases in sight that the filter takes, as they are or were on the day asked for."""

    db: Database
    board: Board
    on: date
    today: date
    reading: Reading
    standing: Standing
    counting: Counting
    cases: list[CaseDigest]

    @property
    def live(self) -> bool:
        """Whether it shows the cases as they stand."""
        return self.on == self.today and self.reading is Reading.SITUATION

    @property
    def past(self) -> bool:
        """Whether it shows another day than today."""
        return self.on != self.today


def ask(
    counter: Counter,
    wanted: TaskFilter,
    *,
    on: date | None = None,
    reading: Reading = Reading.SITUATION,
    words_of_units: bool = False,
    action: Action = Action.CASE_READ,
) -> Asked | Refused:
    """Who asks may see what the permission table gives them, on the day as it is today.

    Args:
        on: another day than today; refused where it lies ahead, or where too many cases would be read.
        words_of_units: take cases by their unit's name alone, for pages that show no single tasks.
    """
    refused = counter.out_of_scope(str(action)) or _unknown(wanted)
    if refused is not None:
        return refused
    board, today = board_of(counter.db), counter.today()
    day = on or today
    if day > today:
        return Refused(
            code="view.ahead",
            message=f"{day} 还没有到,看不了当时的情况",
            remedy=f"请选今天({today})或以前的日期",
            facts={"on": day.isoformat(), "today": today.isoformat()},
        )
    standing = counter.standing()
    seen: Sequence[CaseDigest] = board.seen(standing, action)
    counting = board.counting(day)
    if day != today or reading is Reading.KNOWN:
        refused = counter.out_of_scope(str(Action.HISTORY_READ))
        if refused is not None:
            return refused
        counting = Counting(day)
        near = cases_for(wanted.only(worst=""), board, seen, counting)
        past = PastCases(board, day, known=reading is Reading.KNOWN)
        missing = past.unread(near)
        if missing > MOST_FOLDED:
            return _too_many(missing)
        seen = past.of(near)
    cases = cases_for(wanted, board, seen, counting)
    if words_of_units:
        cases = [each for each in cases if named(wanted, board, each)]
    return Asked(counter.db, board, day, today, reading, standing, counting, cases)


def _unknown(wanted: TaskFilter) -> Refused | None:
    values = unknown_values(wanted)
    if not values:
        return None
    return Refused(
        code="view.filter_unknown",
        message=f"不认识的筛选条件:{'、'.join(values)}",
        remedy="请从页面上的筛选项中选择",
        facts={"values": "、".join(values)},
    )


def _too_many(number: int) -> Refused:
    return Refused(
        code="view.past_too_many",
        message=f"要回看 {number} 个改革任务,一次最多 {MOST_FOLDED} 个",
        remedy="请先按县(市、区)或开发区缩小范围;已看过的再看时不用重算",
        facts={"cases": number, "most": MOST_FOLDED},
    )
