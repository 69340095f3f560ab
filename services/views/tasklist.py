"""任务台账: every task in sight, filtered, sorted, a page at a time, and all of it for an export.

A page is found by merging the cases' own sorted tasks, so that it costs what it shows and not what there is;
an export runs through the same rows in the same order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Final

import msgspec

from domain.lamps import WORDS, Colour
from domain.refusal import Refused
from domain.states import STATUS_TITLES
from services.office.counter import Counter
from services.views.asking import Asked, Reading, ask
from services.views.board import Unit
from services.views.digest import Bucket, CaseDigest, StepDigest
from services.views.filters import TaskFilter, meaning, named
from services.views.waiting import waits_for

_CHUNK: Final = 500


class Sort(StrEnum):
    """排序: each with the zone and the programme's order after it."""

    ZONE = "zone"
    DUE = "due"
    CLOSED = "closed"
    """最近办结的在前."""


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """台账一行."""

    case: str
    unit: Unit
    programme: str
    stage: str
    stage_title: str
    step: str
    title: str
    state: str
    state_title: str
    bucket: Bucket
    colour: Colour | None
    word: str
    shape: str
    round: int
    opened_on: date | None
    due_on: date | None
    provisional: bool
    left: int | None
    """Working days left of an open task; negative where overdue."""
    submitted_on: date | None
    closed_on: date | None
    late: int
    """Working days by which it was closed late."""
    unchecked: int
    waits: tuple[str, ...]


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    """台账一页."""

    on: date
    past: bool
    filter: TaskFilter
    sort: Sort
    total: int
    zones: int
    """How many cases these tasks are of."""
    rows: tuple[TaskRow, ...]
    after: str
    """Cursor of the next page; empty on the last."""


_Key = tuple[str, str, int]
"""Sort value, case, place in the programme."""


def list_tasks(
    counter: Counter,
    wanted: TaskFilter,
    *,
    sort: Sort = Sort.DUE,
    on: date | None = None,
    reading: Reading = Reading.SITUATION,
    after: str = "",
    limit: int = 50,
) -> TaskPage | Refused:
    """任务台账 in sight, up to ``limit`` rows after the cursor."""
    asked = ask(counter, wanted, on=on, reading=reading)
    if isinstance(asked, Refused):
        return asked
    start = _cursor(after)
    if isinstance(start, Refused):
        return start
    total, zones = _count(asked, wanted)
    found = list(islice(_sorted(asked, wanted, sort, start), limit + 1))
    return TaskPage(
        on=asked.on,
        past=asked.past,
        filter=wanted,
        sort=sort,
        total=total,
        zones=zones,
        rows=_rows(asked, [(case, step) for _, case, step in found[:limit]]),
        after=_encoded(found[limit - 1][0]) if len(found) > limit else "",
    )


def every_task(
    counter: Counter,
    wanted: TaskFilter,
    *,
    sort: Sort = Sort.DUE,
    on: date | None = None,
    reading: Reading = Reading.SITUATION,
) -> Iterator[TaskRow] | Refused:
    """导出所见: all rows that the pages of this filter show, in their order."""
    asked = ask(counter, wanted, on=on, reading=reading)
    return asked if isinstance(asked, Refused) else _every(asked, wanted, sort)


def _every(asked: Asked, wanted: TaskFilter, sort: Sort) -> Iterator[TaskRow]:
    rows = _sorted(asked, wanted, sort, None)
    while part := list(islice(rows, _CHUNK)):
        yield from _rows(asked, [(case, step) for _, case, step in part])


# --- order ---


def _due(step: StepDigest) -> str:
    """Open ones by their deadline, then open ones without, then what is not begun, then what is done."""
    if step.open:
        return f"0{step.due_on.isoformat() if step.due_on else '9999-12-31'}"
    return f"2{step.closed_on or '9999-12-31'}" if step.done else "1"


def _closed(step: StepDigest) -> str:
    """The last first: dates count down, for a cursor goes up."""
    return f"{9_999_999 - step.closed_on.toordinal():07d}" if step.closed_on and step.done else "9999999"


_SORTS: Final[dict[Sort, Callable[[StepDigest], str]]] = {
    Sort.ZONE: lambda _step: "",
    Sort.DUE: _due,
    Sort.CLOSED: _closed,
}


def _sorted(
    asked: Asked, wanted: TaskFilter, sort: Sort, start: _Key | None
) -> Iterator[tuple[_Key, CaseDigest, StepDigest]]:
    streams = (
        _of_case(asked, wanted, case, sort, start)
        for case in asked.cases
        if _may_have(asked, wanted, case) and not (sort is Sort.ZONE and start and case.id < start[1])
    )
    if sort is Sort.ZONE:
        return (row for stream in streams for row in stream)
    return merge(*streams, key=lambda row: row[0])


def _of_case(
    asked: Asked, wanted: TaskFilter, case: CaseDigest, sort: Sort, start: _Key | None
) -> Iterator[tuple[_Key, CaseDigest, StepDigest]]:
    ordered = asked.board.ordered(case, sort, _SORTS[sort])
    meant = meaning(wanted, asked.board, case, asked.on)
    first = bisect_right(ordered, start, key=lambda each: each[0]) if start else 0
    for key, step in islice(ordered, first, None):
        if meant(step):
            yield key, case, step


def _may_have(asked: Asked, wanted: TaskFilter, case: CaseDigest) -> bool:
    """Whether a case can have such tasks, by its figures; saves looking at each of its tasks."""
    if wanted.bucket:
        return asked.counting.of(case).tally.of(Bucket(wanted.bucket)) > 0
    return not wanted.unchecked or asked.counting.of(case).tally.unchecked > 0


def _count(asked: Asked, wanted: TaskFilter) -> tuple[int, int]:
    """How many tasks a filter takes, and of how many cases: from the figures where they say so."""
    numbers = [number for case in asked.cases if (number := _number(asked, wanted, case))]
    return sum(numbers), len(numbers)


def _number(asked: Asked, wanted: TaskFilter, case: CaseDigest) -> int:
    if not _may_have(asked, wanted, case):
        return 0
    whole = named(wanted, asked.board, case)
    if whole and not wanted.only(bucket="", stage="").of_tasks:
        counted = asked.counting.of(case)
        stage = counted.stages.get(wanted.stage) if wanted.stage else None
        if wanted.stage and stage is None:
            return 0
        tally = stage.tally if stage is not None else counted.tally
        return tally.of(Bucket(wanted.bucket)) if wanted.bucket else tally.total
    return sum(map(meaning(wanted, asked.board, case, asked.on), case.steps))


def _encoded(key: _Key) -> str:
    return f"{key[0]}~{key[1]}~{key[2]}"


def _cursor(after: str) -> _Key | Refused | None:
    if not after:
        return None
    value, _, rest = after.partition("~")
    case, _, place = rest.rpartition("~")
    if not place.isdigit() or not case:
        return Refused(
            code="view.cursor_unknown",
            message="翻页标记不对",
            remedy="请回到第一页再翻",
            facts={"after": after},
        )
    return value, case, int(place)


# --- rows ---


def _rows(asked: Asked, found: list[tuple[CaseDigest, StepDigest]]) -> tuple[TaskRow, ...]:
    open_ones = [(case.id, step.key) for case, step in found if step.open]
    waits = {} if asked.past else waits_for(asked.board, open_ones)
    titles: dict[tuple[str, int], dict[str, str]] = {}
    for case, _ in found:
        if (case.programme, case.version) not in titles:
            loaded = asked.board.world.plan(case.programme, case.version)
            stages = loaded.plan.programme.stages if loaded else []
            titles[case.programme, case.version] = {stage.id: stage.title for stage in stages}
    return tuple(
        task_row(asked, case, step, titles[case.programme, case.version], waits.get((case.id, step.key), ()))
        for case, step in found
    )


def task_row(
    asked: Asked, case: CaseDigest, step: StepDigest, stages: dict[str, str], waits: Iterable[str]
) -> TaskRow:
    """One task as lists show it."""
    colour, calendar, on = step.colour(asked.on), asked.board.borders.calendar, asked.on
    late = step.fixed is Colour.DONE_LATE and step.closed_on is not None and step.due_on is not None
    return TaskRow(
        case=case.id,
        unit=asked.board.unit(case.unit),
        programme=case.programme,
        stage=step.stage,
        stage_title=stages.get(step.stage, step.stage),
        step=step.key,
        title=step.title,
        state=step.status,
        state_title=STATUS_TITLES[step.status],
        bucket=step.bucket(on),
        colour=colour,
        word=step.word(on),
        shape=WORDS[colour][1] if colour is not None else "○",
        round=step.round,
        opened_on=step.opened_on,
        due_on=step.due_on,
        provisional=step.provisional,
        left=calendar.remaining_workdays(on, step.due_on) if step.open and step.due_on else None,
        submitted_on=step.submitted_on,
        closed_on=step.closed_on,
        late=-calendar.remaining_workdays(step.closed_on, step.due_on) if late else 0,  # type: ignore[arg-type]
        unchecked=step.unchecked,
        waits=tuple(waits),
    )
