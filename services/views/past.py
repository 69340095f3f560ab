"""看某一天: cases as they were on a day, in both readings, off the ledger.

Only the ledger knows what was: a case is read again from its first row, and what came of it is kept under
its seq, for a ledger that has not grown says the same of that day tomorrow.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from domain.plan import Plan
from services.checking.as_of import Past, calendar_known, case_as_of
from services.views.board import Board
from services.views.digest import Borders, CaseDigest, case_digest

MOST_FOLDED: Final = 60
"""改革任务 read again for one page: what takes longer than some seconds is asked of a smaller area."""
_MOST_KEPT: Final = 4000
_Key = tuple[str, int, date, bool, str]
_kept: Final[WeakKeyDictionary[Board, OrderedDict[_Key, CaseDigest | None]]] = WeakKeyDictionary()
_guard: Final = Lock()


class PastCases:
    """改革任务 on a day: 当时情况 leaves out what happened later, 当时系统所知 what was recorded later."""

    def __init__(self, board: Board, on: date, *, known: bool) -> None:
        self._board = board
        self._on = on
        self._known = known
        calendar = board.borders.calendar
        self._borders = Borders(calendar_known(calendar, on)) if known else board.borders
        with _guard:
            self._kept = _kept.setdefault(board, OrderedDict())

    def unread(self, cases: Iterable[CaseDigest]) -> int:
        """How many would have to be read."""
        return sum(self._key(each) not in self._kept for each in cases)

    def of(self, cases: Iterable[CaseDigest]) -> list[CaseDigest]:
        """Those that had been opened by then, as they were."""
        return [found for each in cases if (found := self._one(each)) is not None]

    def _key(self, case: CaseDigest) -> _Key:
        return case.id, case.seq, self._on, self._known, self._borders.calendar.id

    def _one(self, case: CaseDigest) -> CaseDigest | None:
        key = self._key(case)
        if key not in self._kept:
            past = case_as_of(self._board.db, case.id, self._on, known=self._known)
            found = None if past is None else self._digest(past)
            with _guard:
                self._kept[key] = found
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
            return found
        return self._kept[key]

    def _digest(self, past: Past) -> CaseDigest:
        return case_digest(plan_for(self._board, past), past.case, past.seq, self._borders)


def plan_for(board: Board, past: Past) -> Plan:
    """The plan that a case ran on then."""
    loaded = board.world.plan(past.case.programme, past.case.version)
    if loaded is None:
        raise LookupError(f"{past.case.programme}/{past.case.version} 没有发布")
    return loaded.plan
