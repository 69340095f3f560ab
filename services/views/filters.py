"""筛选: what a list shows, as values that stand in an address; every number of a page names its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

import msgspec

from domain.lamps import Colour
from domain.permissions import within
from domain.states import STATUS_TITLES
from services.views.board import Board, Unit
from services.views.digest import Bucket, CaseDigest, StepDigest
from services.views.tallies import Counting

UNPLACED: Final = "none"
"""待补: units of which no 主管级 is registered yet."""


class TaskFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """任务筛选: all that is set must hold; empty takes all.

    ``area`` is a division code and takes what lies in it. ``bucket`` is the figure of a page, ``lamp`` a
    colour, ``state`` the state as the engine has it. ``month`` is ``2022-03`` and what was closed in it.
    """

    programme: str = ""
    area: str = ""
    supervising: str = ""
    """省管, 市管, 县管 as codes, or ``none``."""
    unit: str = ""
    case: str = ""
    stage: str = ""
    bucket: str = ""
    lamp: str = ""
    state: str = ""
    late: bool = False
    """迟办: closed after its deadline."""
    unchecked: bool = False
    """决定待核对."""
    month: str = ""
    zone: str = ""
    """In the name or code of the unit."""
    worst: str = ""
    """The worst lamp of the whole case, as a colour; ``none`` also takes those without any."""
    words: str = ""
    """In the name or code of the unit, or in the number or title of the task."""

    def only(self, **changes: str | bool) -> TaskFilter:
        """The same with these set: what a number beside others leads to."""
        return msgspec.structs.replace(self, **changes)

    @property
    def of_tasks(self) -> bool:
        """Whether it asks anything of single tasks, beside what it asks of their cases."""
        return any((self.stage, self.bucket, self.lamp, self.state, self.late, self.unchecked, self.month))


def cases_for(
    wanted: TaskFilter, board: Board, seen: Iterable[CaseDigest], counting: Counting
) -> list[CaseDigest]:
    """Those of the cases in sight that stand in figures and that the filter takes as cases."""
    return [
        each
        for each in seen
        if each.counted
        and wanted.programme in ("", each.programme)
        and wanted.case in ("", each.id)
        and wanted.unit in ("", each.unit)
        and _placed(wanted, board.unit(each.unit))
        and (not wanted.zone or _called(wanted.zone, board, each))
        and (not wanted.worst or (counting.of(each).worst or Colour.NONE) == wanted.worst)
    ]


def _placed(wanted: TaskFilter, unit: Unit) -> bool:
    if wanted.supervising and (unit.supervising or UNPLACED) != wanted.supervising:
        return False
    return not wanted.area or within(unit.division, wanted.area)


def named(wanted: TaskFilter, board: Board, case: CaseDigest) -> bool:
    """Whether the words are of the unit: then all of its tasks are meant."""
    return not wanted.words or _called(wanted.words, board, case)


def _called(words: str, board: Board, case: CaseDigest) -> bool:
    return words in case.unit_name or words in board.unit(case.unit).code


def takes(wanted: TaskFilter, step: StepDigest, on: date) -> bool:
    """Whether a task of such a case is meant, its words apart."""
    return (
        wanted.stage in ("", step.stage)
        and wanted.state in ("", step.status)
        and (not wanted.late or step.fixed is Colour.DONE_LATE)
        and (not wanted.unchecked or step.unchecked > 0)
        and (not wanted.month or _closed_in(step, wanted.month))
        and (not wanted.bucket or step.bucket(on) == wanted.bucket)
        and (not wanted.lamp or step.colour(on) == wanted.lamp)
    )


def _closed_in(step: StepDigest, month: str) -> bool:
    return step.done and step.closed_on is not None and step.closed_on.isoformat().startswith(month)


def meaning(wanted: TaskFilter, board: Board, case: CaseDigest, on: date) -> Callable[[StepDigest], bool]:
    """Whether a task of this case is meant: what can be said of the whole case is said once."""
    if named(wanted, board, case):
        return (lambda step: takes(wanted, step, on)) if wanted.of_tasks else (lambda _step: True)
    words = wanted.words
    return lambda step: (words in step.title or step.key.startswith(words)) and takes(wanted, step, on)


def unknown_values(wanted: TaskFilter) -> tuple[str, ...]:
    """Values of an address that no list knows."""
    known = (
        (wanted.bucket, frozenset(Bucket)),
        (wanted.lamp, frozenset(Colour)),
        (wanted.worst, frozenset(Colour)),
        (wanted.state, frozenset(STATUS_TITLES)),
    )
    return tuple(value for value, values in known if value and value not in values)
