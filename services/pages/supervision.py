"""问题与督办: lists by kind with their figures, one page a matter with its trail and what may be done."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from domain.permissions import Action
from domain.refusal import Refused
from domain.supervising.finding_table import FINDING_DONE
from domain.supervising.matters import Matter
from domain.supervising.order_table import ORDER_DONE
from domain.workdays import WorkCalendar
from services.listings import UnitView, find_unit
from services.office.counter import Counter
from services.office.supervision import desk_at
from services.supervising.desk import SupervisionDesk
from services.supervising.open_acts import OpenAct, open_acts
from services.supervising.overlook import lines_of, matter_in_sight, matters_in_sight
from services.supervising.reading import (
    KIND_TITLES,
    STATE_TITLES,
    MatterFilter,
    MatterLine,
    MatterView,
    show_matter,
)
from services.supervising.rows import KINDS, shown
from services.world import world_of

PAGE: Final = 50
SOON: Final = 3
"""Working days before a date from which on it is amber."""
DONE_STATES: Final = frozenset(
    {"answered", "withdrawn", "cancelled", "held", "counted"}
    | {str(state) for state in (*FINDING_DONE, *ORDER_DONE)}
)
_ORDER_ANSWERED: Final = ("order", "answered")
"""What the word means of an order: the unit answered, the office has still to accept."""


class MatterRow(msgspec.Struct, frozen=True, kw_only=True):
    """一件督办事项 with its lamp."""

    line: MatterLine
    lamp: str
    word: str
    remaining: int | None


class KindCount(msgspec.Struct, frozen=True, kw_only=True):
    """一类的件数."""

    kind: str
    title: str
    total: int
    running: int
    over: int


class MattersPage(msgspec.Struct, frozen=True, kw_only=True):
    """督办事项清单."""

    today: date
    wanted: MatterFilter
    late: bool
    page: int
    pages: int
    total: int
    unit_name: str
    kinds: tuple[KindCount, ...]
    states: tuple[tuple[str, str, int], ...]
    """Code, title and number of each state that occurs within the kind."""
    rows: tuple[MatterRow, ...]


class MatterPage(msgspec.Struct, frozen=True, kw_only=True):
    """一件督办事项的页面."""

    row: MatterRow
    matter: MatterView
    acts: tuple[OpenAct, ...]
    items: tuple[MatterLine, ...]


def list_page(
    counter: Counter, wanted: MatterFilter, *, late: bool = False, page: int = 1, size: int = PAGE
) -> MattersPage | Refused:
    """督办事项清单: overdue first, then by date, the newest of the others first."""
    refused = counter.out_of_scope(str(Action.SUPERVISION_READ))
    if refused is not None:
        return refused
    desk = desk_at(counter)
    world = world_of(counter.db)
    calendar, today = world.calendar(world.heads()), desk.today
    within = MatterFilter(unit=wanted.unit, source=wanted.source)
    seen = matters_in_sight(desk, within)
    of_kind = [each for each in seen if KINDS[type(each)] == wanted.kind]
    kept = [
        each
        for each in of_kind
        if wanted.state in ("", str(shown(each).state)) and (not late or _is_late(each, today))
    ]
    kept.sort(key=lambda each: each.id, reverse=True)
    kept.sort(key=lambda each: _due(each) or date.max)
    pages = max(1, -(-len(kept) // size))
    page = min(max(page, 1), pages)
    rows = _rows(desk, kept[(page - 1) * size : page * size], calendar, today)
    unit = find_unit(counter.db, wanted.unit) if wanted.unit else None
    return MattersPage(
        today=today,
        wanted=wanted,
        late=late,
        page=page,
        pages=pages,
        total=len(kept),
        unit_name=unit.line.name if isinstance(unit, UnitView) else wanted.unit,
        kinds=tuple(_counted(seen, kind, today) for kind in KIND_TITLES),
        states=_states(of_kind, wanted.kind),
        rows=rows,
    )


def matter_page(counter: Counter, id_: str) -> MatterPage | Refused:
    """一件督办事项: what stands, what was done, what may be done now."""
    refused = counter.out_of_scope(str(Action.SUPERVISION_READ))
    if refused is not None:
        return refused
    desk = desk_at(counter)
    matter = matter_in_sight(desk, id_)
    if isinstance(matter, Refused):
        return matter
    view = show_matter(desk, matter.id)
    if isinstance(view, Refused):
        return view
    world = world_of(counter.db)
    row = _row(view.line, _due(matter), world.calendar(world.heads()), desk.today)
    items = lines_of(desk, matters_in_sight(desk, MatterFilter(source=matter.id))) if view.items else []
    return MatterPage(row=row, matter=view, acts=open_acts(desk, matter), items=tuple(items))


def _rows(
    desk: SupervisionDesk, matters: Sequence[Matter], calendar: WorkCalendar, today: date
) -> tuple[MatterRow, ...]:
    lines = lines_of(desk, matters)
    return tuple(
        _row(line, _due(matter), calendar, today) for line, matter in zip(lines, matters, strict=True)
    )


def _row(line: MatterLine, due: date | None, calendar: WorkCalendar, today: date) -> MatterRow:
    left = calendar.remaining_workdays(today, due) if due else None
    lamp, word = _lamp(line, left)
    return MatterRow(line=line, lamp=lamp, word=word, remaining=left)


def _lamp(line: MatterLine, left: int | None) -> tuple[str, str]:
    if _ended(line.kind, line.state):
        return "done", "办结"
    if left is None:
        return "idle", "在办"
    if left < 0:
        return "over", "逾期"
    return ("soon", "临期") if left <= SOON else ("ok", "正常")


def _ended(kind: str, state: str) -> bool:
    return state in DONE_STATES and (kind, state) != _ORDER_ANSWERED


def _due(matter: Matter) -> date | None:
    """The date that runs; none where nothing is to be done any more."""
    look = shown(matter)
    return None if _ended(KINDS[type(matter)], str(look.state)) else look.due_on


def _is_late(matter: Matter, today: date) -> bool:
    due = _due(matter)
    return due is not None and due < today


def _counted(seen: Iterable[Matter], kind: str, today: date) -> KindCount:
    own = [each for each in seen if KINDS[type(each)] == kind]
    return KindCount(
        kind=kind,
        title=KIND_TITLES[kind],
        total=len(own),
        running=sum(not _ended(kind, str(shown(each).state)) for each in own),
        over=sum(_is_late(each, today) for each in own),
    )


def _states(own: Iterable[Matter], kind: str) -> tuple[tuple[str, str, int], ...]:
    counts = Count(str(shown(each).state) for each in own)
    return tuple((code, title, counts[code]) for code, title in STATE_TITLES[kind].items() if counts[code])
