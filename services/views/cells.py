"""挂图的格子: what a cell of the zone × stage matrix says, and the rows and foot it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from domain.lamps import WORDS, Colour
from domain.workdays import WorkCalendar
from services.views.board import Unit
from services.views.digest import BUCKET_TITLES, Blocker, Bucket, CaseDigest, StepDigest
from services.views.filters import TaskFilter
from services.views.tallies import CaseTally, StageTally, Tally, rank


class Mark(msgspec.Struct, frozen=True):
    """一盏灯在格中: `kind` is the figure it belongs to: ``over``, ``soon``, ``ok``, ``verify`` …"""

    kind: Bucket
    word: str
    colour: Colour | None = None
    shape: str = "○"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """一格: the worst lamp, how much is done, and the nearest date or what it waits for."""

    mark: Mark
    done: int
    total: int
    step: str = ""
    """The task that the second line is about; empty where it is about the stage."""
    step_title: str = ""
    on: date | None = None
    """Deadline of an open task, day of closing of a stage that is done."""
    left: int | None = None
    """Working days left; negative where overdue."""
    late: int = 0
    """Working days by which the stage was closed late."""
    blockers: tuple[Blocker, ...] = ()
    """前置 of a stage that has not begun."""
    filter: TaskFilter


class ZoneRow(msgspec.Struct, frozen=True, kw_only=True):
    """一区一行."""

    case: str
    unit: Unit
    version: int
    cells: dict[str, Cell]
    """By stage; one that does not apply to the zone is not there."""
    whole: Cell


class AreaCell(msgspec.Struct, frozen=True, kw_only=True):
    """一格合计: of several zones."""

    mark: Mark
    done: int
    total: int
    closed_zones: int
    """环节办结区数."""
    zones: int
    over: int
    soon: int
    filter: TaskFilter


class AreaRow(msgspec.Struct, frozen=True, kw_only=True):
    """一地一行: the zones of a province, city or county."""

    division: str
    name: str
    zones: int
    cells: dict[str, AreaCell]
    whole: AreaCell
    filter: TaskFilter
    """Leads to its zones."""


BLANK: Final = Mark(Bucket.IDLE, BUCKET_TITLES[Bucket.IDLE])
_KINDS: Final = {
    Colour.RED: Bucket.OVER,
    Colour.YELLOW: Bucket.SOON,
    Colour.GREEN: Bucket.OK,
    Colour.NONE: Bucket.UNDATED,
    Colour.DONE: Bucket.DONE,
    Colour.DONE_LATE: Bucket.DONE,
}


def mark_of(step: StepDigest | None, colour: Colour | None, on: date) -> Mark:
    """The lamp of a task, as the worst of a cell."""
    if colour is None or step is None:
        return BLANK
    if step.open or step.fixed in (Colour.RED, Colour.YELLOW, Colour.NONE):
        kind = step.bucket(on) if step.open else _KINDS[colour]
        return Mark(kind, step.word(on), colour, WORDS[colour][1])
    return Mark(Bucket.DONE, BUCKET_TITLES[Bucket.DONE], colour, WORDS[colour][1])


def zone_row(
    case: CaseDigest, unit: Unit, tally: CaseTally, on: date, calendar: WorkCalendar, wanted: TaskFilter
) -> ZoneRow:
    """The row of a zone."""
    mine = wanted.only(case=case.id)
    cells = {
        stage: _cell(each, case.blockers.get(stage, ()), on, calendar, mine.only(stage=stage))
        for stage, each in tally.stages.items()
    }
    whole = StageTally(tally.tally, tally.worst, tally.step)
    return ZoneRow(
        case=case.id,
        unit=unit,
        version=case.version,
        cells=cells,
        whole=_cell(whole, (), on, calendar, mine),
    )


def _cell(
    found: StageTally, blockers: tuple[Blocker, ...], on: date, calendar: WorkCalendar, wanted: TaskFilter
) -> Cell:
    step = found.step
    day = left = None
    late = 0
    if step is not None and step.done:
        day = step.closed_on
        if step.fixed is Colour.DONE_LATE and step.due_on and step.closed_on:
            late = -calendar.remaining_workdays(step.closed_on, step.due_on)
    elif step is not None and step.due_on is not None:
        day, left = step.due_on, calendar.remaining_workdays(on, step.due_on)
    return Cell(
        mark=mark_of(step, found.worst, on),
        done=found.tally.done,
        total=found.tally.total,
        step=step.key if step is not None else "",
        step_title=step.title if step is not None else "",
        on=day,
        left=left,
        late=late,
        blockers=blockers,
        filter=wanted,
    )


def area_cell(tallies: Sequence[tuple[Tally, Colour | None]], wanted: TaskFilter) -> AreaCell:
    """一格合计; the worst lamp is the worst of any zone's."""
    worst = min((colour for _, colour in tallies), key=rank, default=None)
    kind = Bucket.IDLE if worst is None else _KINDS[worst]
    word, shape = (BLANK.word, BLANK.shape) if worst is None else (BUCKET_TITLES[kind], WORDS[worst][1])
    return AreaCell(
        mark=Mark(kind, word, worst, shape),
        done=sum(each.done for each, _ in tallies),
        total=sum(each.total for each, _ in tallies),
        closed_zones=sum(each.done == each.total for each, _ in tallies),
        zones=len(tallies),
        over=sum(each.of(Bucket.OVER) for each, _ in tallies),
        soon=sum(each.of(Bucket.SOON) for each, _ in tallies),
        filter=wanted,
    )


def foot(
    stages: Iterable[str], tallies: Sequence[CaseTally], wanted: TaskFilter
) -> tuple[dict[str, AreaCell], AreaCell]:
    """环节办结区数 · 任务数 of each column, and of all."""
    columns = {
        stage: area_cell(
            [
                (each.stages[stage].tally, each.stages[stage].worst)
                for each in tallies
                if stage in each.stages
            ],
            wanted.only(stage=stage),
        )
        for stage in stages
    }
    return columns, area_cell([(each.tally, each.worst) for each in tallies], wanted)
