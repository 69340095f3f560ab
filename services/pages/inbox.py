"""我的待办: everything that waits for one person, over all positions, grouped by what falls due when.

The week is one of working days: a Sunday on which work is done belongs to it. Work is what
``services.inbox`` says; names, stages and lamps come from the board that is kept in this process.
"""

from __future__ import annotations

from collections import Counter as Count
from datetime import date, timedelta
from typing import Final

import msgspec

from domain.case import split_key
from domain.lamps import Colour
from domain.organisation.values import POSITION_TITLES
from domain.permissions import Action
from domain.refusal import Refused
from domain.supervising.words import MATTER_WORKS
from domain.work_kinds import ANY_POSITION, WORK_TITLES, WorkKind
from domain.workdays import WorkCalendar
from services.inbox import WorkEntry, person_inbox
from services.office.counter import Counter
from services.permits import person_target
from services.views.board import Board, board_of
from services.views.chain import person_names_of
from services.views.digest import CaseDigest, StepDigest

MOST: Final = 2000
OVER, TODAY, WEEK, LATER = "over", "today", "week", "later"
LAMPS: Final = {
    Colour.RED: "over",
    Colour.YELLOW: "soon",
    Colour.GREEN: "ok",
    Colour.NONE: "idle",
    Colour.DONE: "done",
    Colour.DONE_LATE: "lag",
}
"""Colour → how the console's lamp is called."""
CHECKING: Final = frozenset(
    {WorkKind.CHECK, WorkKind.CHECK_FILING, WorkKind.CONFIRM_CHANGES, WorkKind.CONFIRM}
)
"""What a second person vouches for."""


class InboxFilter(msgspec.Struct, frozen=True, kw_only=True):
    """筛选: as it stands in the address."""

    place: str = ""
    """``body/position``."""
    stage: str = ""
    group: str = ""
    kind: str = ""
    """check: what waits for a second person; back: what came back to me."""


class InboxLine(msgspec.Struct, frozen=True, kw_only=True):
    """待办一行."""

    group: str
    case: str
    step: str
    number: str
    title: str
    unit_name: str
    stage: str
    stage_title: str
    lamp: str
    word: str
    due_on: date | None
    provisional: bool
    remaining: int | None
    workday_due: bool
    """Whether the due day is one on which work is done although it is a week-end."""
    source: str
    act: str
    opened_on: date
    why: str
    """What happened that it is here now."""
    place: str
    place_title: str
    acting_for: str
    round: int
    returned: bool
    checking: bool
    matter: bool


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """可选的一项, with how many rows it has."""

    value: str
    title: str
    count: int


class InboxView(msgspec.Struct, frozen=True, kw_only=True):
    """我的待办."""

    today: date
    week_ends: date
    week_end_is_workday: bool
    filter: InboxFilter
    total: int
    longest: int
    """Working days by which the oldest is overdue."""
    next_due: date | None
    counts: dict[str, int]
    places: tuple[Choice, ...]
    stages: tuple[Choice, ...]
    groups: dict[str, tuple[InboxLine, ...]]
    shown: int


def show_inbox(counter: Counter, wanted: InboxFilter) -> InboxView | Refused:
    """我的待办 of whoever asks."""
    today = counter.today()
    target = person_target(counter.db, counter.person, today)
    found = counter.refuses(Action.INBOX_READ, target) or person_inbox(
        counter.db, counter.person, wall=counter.wall, limit=MOST
    )
    if isinstance(found, Refused):
        return found
    board = board_of(counter.db)
    calendar = board.borders.calendar
    ends = week_end(today, calendar)
    lenders = {each.acting_for for each in found if each.acting_for}
    with counter.db.read() as session:
        names = person_names_of(session, lenders) if lenders else {}
    lines = [_line(board, each, today, ends, names) for each in found]
    shown = [line for line in lines if _fits(line, wanted)]
    return InboxView(
        today=today,
        week_ends=ends,
        week_end_is_workday=ends.weekday() >= 5 and calendar.is_workday(ends),
        filter=wanted,
        total=len(lines),
        longest=max((-line.remaining for line in lines if line.remaining is not None), default=0),
        next_due=min((line.due_on for line in lines if line.group == LATER and line.due_on), default=None),
        counts=_counts(lines),
        places=_choices((line.place, line.place_title) for line in lines),
        stages=_choices((line.stage, line.stage_title) for line in lines if line.stage),
        groups={
            group: tuple(line for line in shown if line.group == group)
            for group in (OVER, TODAY, WEEK, LATER)
        },
        shown=len(shown),
    )


def week_end(today: date, calendar: WorkCalendar) -> date:
    """本周的最后一个工作日: up to Sunday, if work is done on it."""
    sunday = today + timedelta(days=6 - today.weekday())
    days = (sunday - timedelta(days=back) for back in range((sunday - today).days + 1))
    return next((day for day in days if calendar.is_workday(day)), sunday)


def _counts(lines: list[InboxLine]) -> dict[str, int]:
    counts = Count(line.group for line in lines)
    return {
        **{group: counts[group] for group in (OVER, TODAY, WEEK, LATER)},
        "back": sum(line.returned for line in lines),
        "check": sum(line.checking for line in lines),
    }


def _choices(pairs: object) -> tuple[Choice, ...]:
    counts = Count(pairs)  # type: ignore[call-overload]
    return tuple(Choice(value=value, title=title, count=number) for (value, title), number in counts.items())


def _fits(line: InboxLine, wanted: InboxFilter) -> bool:
    return (
        (not wanted.place or line.place == wanted.place)
        and (not wanted.stage or line.stage == wanted.stage)
        and (not wanted.group or line.group == wanted.group)
        and (wanted.kind != "check" or line.checking)
        and (wanted.kind != "back" or line.returned)
    )


def _line(board: Board, entry: WorkEntry, today: date, ends: date, names: dict[str, str]) -> InboxLine:
    case = board.digest(entry.case_id)
    step = next((each for each in case.steps if each.key == entry.step), None) if case else None
    calendar = board.borders.calendar
    due = entry.due_on
    lamp, word = lamp_of(step, due, today)
    returned = bool(step and step.round > 1 and entry.kind == WorkKind.SUBMIT)
    return InboxLine(
        group=_group(due, today, ends),
        case=entry.case_id if case else "",
        step=entry.step,
        number=split_key(entry.step)[0] if case else "",
        title=step.title if step else entry.step,
        unit_name=case.unit_name if case else "",
        stage=step.stage if step else "",
        stage_title=_stage(board, case, step),
        lamp=lamp,
        word=word,
        due_on=due,
        provisional=bool(due and calendar.is_provisional(due.year)),
        remaining=calendar.remaining_workdays(today, due) if due else None,
        workday_due=bool(due and due.weekday() >= 5 and calendar.is_workday(due)),
        source="流程" if case else "督查督办",
        act=WORK_TITLES[WorkKind(entry.kind)] if case else MATTER_WORKS[entry.kind],
        opened_on=entry.opened_on,
        why=f"第 {entry.round} 轮退回后重办" if returned else "",
        place=f"{entry.body}/{entry.position}",
        place_title=f"{board.body_name(entry.body)}{_position(entry.position)}",
        acting_for=names.get(entry.acting_for, entry.acting_for),
        round=entry.round,
        returned=returned,
        checking=bool(case) and WorkKind(entry.kind) in CHECKING,
        matter=case is None,
    )


def lamp_of(step: StepDigest | None, due: date | None, today: date) -> tuple[str, str]:
    """The lamp and its word on a day; by the deadline alone for what is no step of a case."""
    if step is not None:
        colour = step.colour(today)
        return (LAMPS[colour] if colour is not None else "idle"), step.word(today)
    if due is not None and due < today:
        return "over", "逾期"
    return ("soon", "临期") if due == today else ("ok", "正常") if due else ("idle", "待定")


def _stage(board: Board, case: CaseDigest | None, step: StepDigest | None) -> str:
    loaded = board.world.plan(case.programme, case.version) if case and step else None
    stages = loaded.plan.programme.stages if loaded else []
    return next((each.heading or each.title for each in stages if step and each.id == step.stage), "")


def _position(position: str) -> str:
    if position == ANY_POSITION or position.startswith("@"):
        return ""
    return f" · {POSITION_TITLES.get(position, position)}"


def _group(due: date | None, today: date, ends: date) -> str:
    if due is None or due > ends:
        return LATER
    if due == today:
        return TODAY
    return OVER if due < today else WEEK
