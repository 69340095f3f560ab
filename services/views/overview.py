"""总览: the zone × stage matrix of a programme with its figures; every number names the list behind it.

The figures are those of all cases that the filter takes, whatever page of the matrix is shown, and they add
up: each task is in one of them. More zones than fit a page are shown by area.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from heapq import nsmallest
from typing import Final

import msgspec

from domain.permissions import Action
from domain.plan import Plan
from domain.refusal import Refused
from domain.supervising.matters import Finding
from domain.units import SupervisingLevel
from services.office.counter import Counter
from services.views.areas import area_names, area_of, digits_below
from services.views.asking import READING_TITLES, Asked, Reading, ask
from services.views.cells import AreaCell, AreaRow, ZoneRow, area_cell, foot, zone_row
from services.views.digest import BUCKET_TITLES, Bucket, CaseDigest, StepDigest
from services.views.filters import UNPLACED, TaskFilter
from services.views.findings import FindingLine, finding_lines, open_findings, past_due
from services.views.months import Months, months_of, overdue_at_last_month_end
from services.views.tallies import CaseTally, Tally, added
from services.views.waiting import waits_for

MOST_ZONES: Final = 200
WATCHED: Final = 10
FINDINGS: Final = 5


class Column(msgspec.Struct, frozen=True):
    """环节."""

    stage: str
    title: str
    heading: str
    steps: int


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """一个数, and what it is part of; ``part`` figures add up to 任务."""

    code: str
    title: str
    number: int
    note: str
    part: bool
    filter: TaskFilter | None
    """The tasks behind it; None where it counts other things (问题)."""


class WatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """先盯: one task that is late or soon will be."""

    case: str
    unit_name: str
    step: str
    title: str
    bucket: Bucket
    word: str
    due_on: date | None
    left: int | None
    waits: tuple[str, ...]
    returned: bool


class Choice(msgspec.Struct, frozen=True):
    """筛选项, with how many zones it takes."""

    value: str
    title: str
    zones: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """总览."""

    programme: str
    title: str
    version: int
    on: date
    reading: Reading
    reading_title: str
    past: bool
    filter: TaskFilter
    columns: tuple[Column, ...]
    zones: tuple[ZoneRow, ...]
    areas: tuple[AreaRow, ...]
    """Instead of ``zones`` where there are too many of them."""
    zone_count: int
    after: str
    """Cursor of the next page of zones; empty on the last."""
    foot: dict[str, AreaCell]
    foot_whole: AreaCell
    figures: tuple[Figure, ...]
    watched: tuple[WatchRow, ...]
    watched_total: int
    findings: tuple[FindingLine, ...]
    findings_total: int
    months: Months | None
    """None on a day in the past: the history is of today."""
    programmes: tuple[Choice, ...]
    supervising: tuple[Choice, ...]
    counties: tuple[Choice, ...]


def show_overview(
    counter: Counter,
    wanted: TaskFilter,
    *,
    on: date | None = None,
    reading: Reading = Reading.SITUATION,
    after: str = "",
    limit: int = MOST_ZONES,
) -> Overview | Refused:
    """总览 of the cases in sight; of the programme with most of them where none is named."""
    every = ask(counter, wanted, on=on, reading=reading, words_of_units=True)
    if isinstance(every, Refused):
        return every
    programmes = _programmes(every)
    if not programmes:
        return _nothing(wanted)
    chosen = wanted.only(programme=wanted.programme or programmes[0].value)
    asked = _within(every, chosen)
    return _Page(counter, asked, chosen, after, min(limit, MOST_ZONES)).overview(programmes)


def _within(asked: Asked, wanted: TaskFilter) -> Asked:
    """The same question about one programme."""
    cases = [each for each in asked.cases if each.programme == wanted.programme]
    return replace(asked, cases=cases)


def _nothing(wanted: TaskFilter) -> Refused:
    return Refused(
        code="view.nothing",
        message="没有您能看到的改革任务" if wanted == TaskFilter() else "没有符合筛选条件的改革任务",
        remedy="请放宽筛选条件;还没有启动的,请先由改革办启动",
    )


def _programmes(asked: Asked) -> tuple[Choice, ...]:
    counted: dict[str, int] = {}
    for each in asked.cases:
        counted[each.programme] = counted.get(each.programme, 0) + 1
    found = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Choice(code, _title(asked, code), number) for code, number in found)


def _title(asked: Asked, programme: str) -> str:
    version = max(each.version for each in asked.cases if each.programme == programme)
    loaded = asked.board.world.plan(programme, version)
    return loaded.plan.programme.title if loaded else programme


class _Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What is added up over all cases: the same for everybody with the same sight until one moves on."""

    columns: tuple[Column, ...]
    apart: bool
    areas: tuple[AreaRow, ...]
    foot: dict[str, AreaCell]
    whole: AreaCell
    all: Tally
    waiting: int
    unchecked: int
    hot: int
    supervising: tuple[Choice, ...]
    counties: tuple[Choice, ...]


class _Page:
    def __init__(self, counter: Counter, asked: Asked, wanted: TaskFilter, after: str, limit: int) -> None:
        self._counter, self._asked, self._wanted = counter, asked, wanted
        self._after, self._limit = after, limit
        self._board, self._on = asked.board, asked.on
        self._calendar = asked.board.borders.calendar
        self._tallies = [asked.counting.of(each) for each in asked.cases]
        self._version = max(each.version for each in asked.cases)
        loaded = asked.board.world.plan(wanted.programme, self._version)
        if loaded is None:
            raise LookupError(f"{wanted.programme}/{self._version} 没有发布")
        self._plan: Plan = loaded.plan

    def overview(self, programmes: tuple[Choice, ...]) -> Overview:
        asked, cases = self._asked, self._asked.cases
        key = (asked.standing, self._wanted, self._on, self._limit)
        sums = asked.board.sums(key, self._sums) if asked.live else self._sums()
        months = None if asked.past else months_of(asked.db, cases, asked.counting, self._wanted)
        findings = self._findings()
        by_area = sums.apart and len(cases) > self._limit and not self._after
        zones, following = ((), "") if by_area else self._zones()
        return Overview(
            programme=self._wanted.programme,
            title=self._plan.programme.title,
            version=self._version,
            on=self._on,
            reading=asked.reading,
            reading_title=READING_TITLES[asked.reading],
            past=asked.past,
            filter=self._wanted,
            columns=sums.columns,
            zones=zones,
            areas=sums.areas if by_area else (),
            zone_count=len(cases),
            after=following,
            foot=sums.foot,
            foot_whole=sums.whole,
            figures=tuple(self._figures(sums, months, findings)),
            watched=self._watched(),
            watched_total=sums.hot,
            findings=finding_lines(self._board, findings[:FINDINGS], self._on),
            findings_total=len(findings),
            months=months,
            programmes=programmes,
            supervising=sums.supervising,
            counties=sums.counties,
        )

    def _sums(self) -> _Sums:
        columns = self._columns()
        units = [self._board.unit(each.unit) for each in self._asked.cases]
        digits = digits_below(units)
        apart = len({area_of(each.division, digits) for each in units}) > 1
        many = apart and len(self._asked.cases) > self._limit
        below, whole = foot((each.stage for each in columns), self._tallies, self._wanted)
        return _Sums(
            columns=columns,
            apart=apart,
            areas=self._areas(columns) if many else (),
            foot=below,
            whole=whole,
            all=added(each.tally for each in self._tallies),
            waiting=sum(
                len(case.stages[stage])
                for case in self._asked.cases
                for stage, blockers in case.blockers.items()
                if blockers
            ),
            unchecked=sum(1 for each in self._asked.cases for step in each.steps if step.unchecked),
            hot=sum(len(each.hot) for each in self._tallies),
            supervising=self._supervising(),
            counties=self._counties(),
        )

    def _columns(self) -> tuple[Column, ...]:
        here = {stage for each in self._tallies for stage in each.stages}
        return tuple(
            Column(stage.id, stage.title, stage.heading or stage.title, len(stage.steps))
            for stage in self._plan.programme.stages
            if stage.id in here
        )

    def _zones(self) -> tuple[tuple[ZoneRow, ...], str]:
        """By unit, so that the rows stand where they stood yesterday."""
        rows = sorted(zip(self._asked.cases, self._tallies, strict=True), key=lambda each: each[0].id)
        left = [each for each in rows if each[0].id > self._after]
        shown = left[: self._limit]
        found = tuple(
            zone_row(case, self._board.unit(case.unit), tally, self._on, self._calendar, self._wanted)
            for case, tally in shown
        )
        return found, shown[-1][0].id if len(left) > self._limit else ""

    def _areas(self, columns: Sequence[Column]) -> tuple[AreaRow, ...]:
        units = [self._board.unit(each.unit) for each in self._asked.cases]
        digits = digits_below(units)
        grouped: dict[str, list[CaseTally]] = {}
        for unit, tally in zip(units, self._tallies, strict=True):
            grouped.setdefault(area_of(unit.division, digits), []).append(tally)
        names = area_names(self._board, grouped, units)
        return tuple(
            self._area(division, names[division], grouped[division], columns) for division in sorted(grouped)
        )

    def _area(self, division: str, name: str, tallies: list[CaseTally], columns: Sequence[Column]) -> AreaRow:
        mine = self._wanted.only(area=division)
        cells, _ = foot((each.stage for each in columns), tallies, mine)
        whole = area_cell([(each.tally, each.worst) for each in tallies], mine)
        return AreaRow(
            division=division, name=name, zones=len(tallies), cells=cells, whole=whole, filter=mine
        )

    def _findings(self) -> list[Finding]:
        if self._counter.out_of_scope(str(Action.SUPERVISION_READ)) is not None:
            return []
        units = {each.unit for each in self._asked.cases}
        return open_findings(self._board, self._counter.standing(), units, self._on)

    def _figures(self, sums: _Sums, months: Months | None, findings: list[Finding]) -> Iterator[Figure]:
        all_ = sums.all
        zones, running = len(self._asked.cases), sum(all_.of(each) for each in _RUNNING)
        yield self._figure("tasks", "任务", all_.total, f"{zones} 个开发区", "", part=False)
        for bucket in _STRIP:
            number = all_.of(bucket)
            if number or bucket in _ALWAYS:
                note = self._note(bucket, sums, running, months)
                yield self._figure(bucket, BUCKET_TITLES[bucket], number, note, bucket, part=True)
        late = sum(past_due(each, self._on) for each in findings)
        yield Figure(
            code="findings",
            title="问题未销号",
            number=len(findings),
            note=f"已过期限 {late}" if late else "都在期限内",
            part=False,
            filter=None,
        )
        yield Figure(
            code="unchecked",
            title="决定待核对",
            number=sums.unchecked,
            note=f"共 {all_.unchecked} 条,核对后才生效",
            part=False,
            filter=self._wanted.only(unchecked=True),
        )

    def _figure(self, code: str, title: str, number: int, note: str, bucket: str, *, part: bool) -> Figure:
        wanted = self._wanted.only(bucket=bucket) if bucket else self._wanted
        return Figure(code=code, title=title, number=number, note=note, part=part, filter=wanted)

    def _note(self, bucket: Bucket, sums: _Sums, running: int, months: Months | None) -> str:
        all_ = sums.all
        if bucket is Bucket.DONE:
            parts = [("迟办", all_.late), ("被拦截", all_.held), ("不适用", all_.set_aside)]
            named = "、".join(f"{title} {number}" for title, number in parts if number)
            return f"其中{named}" if named else "都按期"
        if bucket is Bucket.OK:
            return f"进行中共 {running}"
        if bucket is Bucket.OVER and months is not None:
            before = overdue_at_last_month_end(months)
            return "" if before is None else _compared(before, all_.of(Bucket.OVER))
        if bucket is Bucket.IDLE:
            return f"等前置环节 {sums.waiting}"
        return ""

    def _watched(self) -> tuple[WatchRow, ...]:
        hot = (
            (step.due_on or date.max, case.id, place, case, step)
            for case, tally in zip(self._asked.cases, self._tallies, strict=True)
            for place, step in enumerate(tally.hot)
        )
        first = [(case, step) for *_, case, step in nsmallest(WATCHED, hot, key=lambda each: each[:3])]
        waits = {} if self._asked.past else waits_for(self._board, [(c.id, s.key) for c, s in first])
        return tuple(self._watch(case, step, waits.get((case.id, step.key), ())) for case, step in first)

    def _watch(self, case: CaseDigest, step: StepDigest, waits: tuple[str, ...]) -> WatchRow:
        due = step.due_on
        return WatchRow(
            case=case.id,
            unit_name=case.unit_name,
            step=step.key,
            title=step.title,
            bucket=step.bucket(self._on),
            word=step.word(self._on),
            due_on=due,
            left=None if due is None else self._calendar.remaining_workdays(self._on, due),
            waits=waits,
            returned=step.status == "returned",
        )

    def _supervising(self) -> tuple[Choice, ...]:
        counted: dict[str, int] = {}
        for each in self._asked.cases:
            level = self._board.unit(each.unit).supervising or UNPLACED
            counted[level] = counted.get(level, 0) + 1
        return tuple(
            Choice(level, SupervisingLevel(level).label if level != UNPLACED else "待补", number)
            for level, number in sorted(counted.items())
        )

    def _counties(self) -> tuple[Choice, ...]:
        units = [self._board.unit(each.unit) for each in self._asked.cases]
        digits = digits_below(units)
        counted: dict[str, int] = {}
        for each in units:
            area = area_of(each.division, digits)
            counted[area] = counted.get(area, 0) + 1
        names = area_names(self._board, counted, units)
        return tuple(Choice(area, names[area], number) for area, number in sorted(counted.items()))


_STRIP: Final = (
    Bucket.DONE, Bucket.OK, Bucket.SOON, Bucket.OVER, Bucket.VERIFY, Bucket.UNDATED, Bucket.HALTED,
    Bucket.IDLE, Bucket.ENDED,
)  # fmt: skip
_ALWAYS: Final = frozenset({Bucket.DONE, Bucket.OK, Bucket.SOON, Bucket.OVER, Bucket.VERIFY, Bucket.IDLE})
_RUNNING: Final = (Bucket.OK, Bucket.SOON, Bucket.OVER, Bucket.VERIFY, Bucket.UNDATED)


def _compared(before: int, now: int) -> str:
    if now == before:
        return f"上月末 {before},持平"
    return f"上月末 {before},{'增' if now > before else '减'} {abs(now - before)}"
