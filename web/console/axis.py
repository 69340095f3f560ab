"""时间轴的图: where the bars of a zone's stages stand; what they say is `services.views.timeline`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from services.views.cells import Cell
from services.views.digest import Bucket
from services.views.timeline import Bar, DueMark, StageBar, Timeline
from web.console.words import near_day, short_day

WIDTH: Final = 1176
LEFT, RIGHT = 214, 1010
"""Between names and lamps."""
TOP: Final = 46
ROW: Final = 36
_LEAST: Final = 3.0
"""A bar of one day can still be seen."""
_MOST_MONTHS: Final = 14
LAMPS: Final = {
    Bucket.DONE: "done", Bucket.OK: "ok", Bucket.SOON: "soon", Bucket.OVER: "over", Bucket.VERIFY: "verify",
}  # fmt: skip
"""Figure → the console's lamp; what is not here has none."""


class Piece(NamedTuple):
    """一段: left edge and width."""

    x: float
    width: float


class Tick(NamedTuple):
    """月份线."""

    x: float
    label: str


class Sign(NamedTuple):
    """时限: a lamp on the axis, with the tasks that fall due there."""

    x: float
    kind: str
    words: str


class Lane(NamedTuple):
    """一个环节."""

    y: int
    stage: str
    title: str
    done: int
    total: int
    planned: Piece | None
    estimated: bool
    actual: Piece | None
    finished: bool
    over: Piece | None
    signs: tuple[Sign, ...]
    periods: tuple[Piece, ...]
    lamp: str
    word: str
    words: str


class Axis(NamedTuple):
    """时间轴 as it is drawn."""

    width: int
    height: int
    ticks: tuple[Tick, ...]
    holidays: tuple[Piece, ...]
    today: float
    today_words: str
    lanes: tuple[Lane, ...]


class _Scale:
    def __init__(self, first: date, last: date) -> None:
        self._first = first
        self._day = (RIGHT - LEFT) / ((last - first).days + 1)

    def at(self, day: date) -> float:
        """Where a day begins."""
        return round(LEFT + (day - self._first).days * self._day, 1)

    def piece(self, first: date, last: date) -> Piece:
        """Both days included."""
        return Piece(self.at(first), max(_LEAST, round(((last - first).days + 1) * self._day, 1)))

    def bar(self, bar: Bar | None) -> Piece | None:
        """A bar, where there is one."""
        return None if bar is None else self.piece(bar.first, bar.last)


def draw(found: Timeline, cells: dict[str, Cell]) -> Axis:
    """Lay the timeline out; ``cells`` say the lamp of each stage."""
    scale = _Scale(found.first, found.last)
    return Axis(
        width=WIDTH,
        height=TOP + ROW * len(found.stages),
        ticks=tuple(_ticks(found, scale)),
        holidays=tuple(scale.piece(each.first, each.last) for each in found.days_off if not each.worked),
        today=scale.at(found.today),
        today_words=short_day(found.today),
        lanes=tuple(
            _lane(each, cells[each.stage], TOP + ROW * place, scale, found.today)
            for place, each in enumerate(found.stages)
        ),
    )


def _ticks(found: Timeline, scale: _Scale) -> Iterator[Tick]:
    """Months; quarters where there are many."""
    months = (found.last.year - found.first.year) * 12 + found.last.month - found.first.month
    step = 1 if months <= _MOST_MONTHS else 3
    number, year = found.first.year * 12 + found.first.month, 0
    while (day := date(number // 12, number % 12 + 1, 1)) <= found.last - timedelta(days=10):
        if number % step == 0:
            yield Tick(scale.at(day), f"{day.year}年{day.month}月" if day.year != year else f"{day.month}月")
            year = day.year
        number += 1


def _lane(bar: StageBar, cell: Cell, y: int, scale: _Scale, today: date) -> Lane:
    whole = scale.bar(bar.planned)
    return Lane(
        y=y,
        stage=bar.stage,
        title=bar.title,
        done=bar.done,
        total=bar.total,
        planned=whole,
        estimated=bar.planned is not None and bar.planned.estimated,
        actual=scale.bar(bar.actual),
        finished=cell.mark.kind is Bucket.DONE,
        over=scale.bar(bar.over),
        signs=tuple(_signs(bar.dues, scale, today)),
        periods=tuple(scale.piece(each.first, each.last) for each in bar.periods),
        lamp=LAMPS.get(cell.mark.kind, "idle"),
        word=cell.mark.word,
        words=explained(cell, today),
    )


def _signs(dues: tuple[DueMark, ...], scale: _Scale, today: date) -> Iterator[Sign]:
    """One sign a day and kind, with all the tasks that fall due then."""
    grouped: dict[tuple[date, str], list[str]] = {}
    for each in dues:
        grouped.setdefault((each.on, LAMPS.get(each.bucket, "idle")), []).append(each.step.replace("#", " "))
    for (day, kind), steps in sorted(grouped.items()):
        yield Sign(scale.at(day), kind, f"{'、'.join(steps)} {short_day(day)}到期")


def explained(cell: Cell, today: date) -> str:
    """The second line of a cell: nearest date, or what it waits for."""
    number = cell.step.partition("#")[0]
    if cell.blockers:
        more = f" 等 {len(cell.blockers)} 项" if len(cell.blockers) > 1 else ""
        return f"前置：{cell.blockers[0].title}{more}"
    if cell.mark.kind is Bucket.DONE:
        return _closed(cell, today)
    if cell.left is not None and cell.mark.kind in (Bucket.OVER, Bucket.SOON):
        return f"{number} 逾期 {-cell.left} 日" if cell.left < 0 else f"{number} 剩 {cell.left} 日"
    if cell.on is not None:
        return f"{number} {near_day(cell.on, today)}"
    return f"{number} 时限待定" if number else ""


def _closed(cell: Cell, today: date) -> str:
    if cell.on is None:
        return ""
    return near_day(cell.on, today) + (f" 迟 {cell.late} 日" if cell.late else "")
