"""环节时间轴: by stage what was planned, what is, when things fall due, and the days off between.

The plan is what the terms say: from when a task could begin, its own term on the work calendar. Where nothing
has happened yet it is counted on from what stands before it (推算), and marked as that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from domain.case import NOTHING, Case
from domain.duedates import deadline
from domain.plan import Plan, StepPlan, View
from domain.workdays import Span, SpanKind, WorkCalendar
from services.views.digest import Bucket, CaseDigest, StepDigest
from services.views.tallies import StageTally

_MARGIN: Final = 14
"""Days shown beyond the last bar."""


class Bar(msgspec.Struct, frozen=True):
    """一段, both days included. ``estimated`` says 推算."""

    first: date
    last: date
    estimated: bool = False


class DueMark(msgspec.Struct, frozen=True):
    """时限 of one task on the axis."""

    step: str
    title: str
    on: date
    bucket: Bucket


class Period(msgspec.Struct, frozen=True):
    """公示期."""

    step: str
    first: date
    last: date
    ended: bool


class DaysOff(msgspec.Struct, frozen=True):
    """放假 of more than a weekend, or 调休上班."""

    first: date
    last: date
    name: str
    worked: bool


class StageBar(msgspec.Struct, frozen=True, kw_only=True):
    """一个环节. ``over`` is the part of the actual bar that lies after the plan."""

    stage: str
    title: str
    done: int
    total: int
    planned: Bar | None
    actual: Bar | None
    over: Bar | None
    dues: tuple[DueMark, ...]
    periods: tuple[Period, ...]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """环节时间轴, in the order of time."""

    first: date
    last: date
    today: date
    stages: tuple[StageBar, ...]
    days_off: tuple[DaysOff, ...]


def timeline(
    plan: Plan,
    case: Case,
    digest: CaseDigest,
    tallies: dict[str, StageTally],
    on: date,
    calendar: WorkCalendar,
) -> Timeline:
    """时间轴 of a case as it stands, seen on a day."""
    planned = Planned(plan, case, calendar)
    bars = [
        _bar(plan, case, stage, steps, tallies[stage], planned, on) for stage, steps in digest.stages.items()
    ]
    edges = [edge for bar in bars for each in (bar.planned, bar.actual) if each for edge in _edges(each)]
    first, last = min([on, case.opened_on, *edges]), max([on, *edges]) + timedelta(days=_MARGIN)
    bars.sort(key=lambda bar: bar.planned.first if bar.planned else date.max)
    return Timeline(
        first=first,
        last=last,
        today=on,
        stages=tuple(bars),
        days_off=tuple(_off(span) for span in calendar.spans(first, last)),
    )


def _edges(bar: Bar) -> tuple[date, date]:
    return bar.first, bar.last


def _off(span: Span) -> DaysOff:
    return DaysOff(span.first, span.last, span.name, span.kind is SpanKind.MAKE_UP)


class Planned:
    """计划: from when to when each task runs by its terms, counted on from what stands before it."""

    def __init__(self, plan: Plan, case: Case, calendar: WorkCalendar) -> None:
        self._case, self._calendar = case, calendar
        self._view: View = plan.view(case.choices)
        self._keys: dict[str, list[str]] = {}
        for key in case.steps:
            self._keys.setdefault(key.partition("#")[0], []).append(key)
        self._found: dict[str, Bar] = {}

    def of(self, step_id: str) -> Bar:
        """The plan of one task, all its items together."""
        found = self._found.get(step_id)
        if found is None:
            found = self._found[step_id] = self._count(self._view.by_id[step_id])
        return found

    def _count(self, step: StepPlan) -> Bar:
        states = [self._case.steps[key] for key in self._keys.get(step.id, ())]
        opened = [state.opened_on for state in states if state.opened_on is not None]
        if opened:
            dues = [state.due.date for state in states if state.due and state.due.date]
            closed = [state.closed_on for state in states if state.closed_on]
            last = max([*dues, *([] if dues else closed), *opened])
            return Bar(min(opened), last, estimated=not dues and not closed)
        begins = max([self._case.opened_on, *(self.of(each).last for each in step.after)])
        term = next((each for each in step.step.due if not each.minimum), None)
        if term is None:
            return Bar(begins, begins, estimated=True)
        ends = deadline(begins, term.amount, term.unit, self._calendar).date
        return Bar(begins, ends or begins, estimated=True)


def _bar(
    plan: Plan,
    case: Case,
    stage: str,
    steps: tuple[StepDigest, ...],
    tally: StageTally,
    planned: Planned,
    on: date,
) -> StageBar:
    bars = [planned.of(step_id) for step_id in dict.fromkeys(each.key.partition("#")[0] for each in steps)]
    whole = Bar(
        min(each.first for each in bars),
        max(each.last for each in bars),
        estimated=any(each.estimated for each in bars),
    )
    actual = _actual(steps, on)
    over = None
    if actual is not None and actual.last > whole.last:
        over = Bar(max(actual.first, whole.last + timedelta(days=1)), actual.last)
    return StageBar(
        stage=stage,
        title=next(each.title for each in plan.programme.stages if each.id == stage),
        done=tally.tally.done,
        total=tally.tally.total,
        planned=whole,
        actual=actual,
        over=over,
        dues=tuple(
            DueMark(each.key, each.title, each.due_on, each.bucket(on))
            for each in steps
            if each.open and each.due_on is not None
        ),
        periods=tuple(_periods(case, steps)),
    )


def _actual(steps: tuple[StepDigest, ...], on: date) -> Bar | None:
    opened = [each.opened_on for each in steps if each.opened_on is not None]
    if not opened:
        return None
    closed = [each.closed_on for each in steps if each.closed_on is not None]
    finished = all(each.done for each in steps) and closed
    return Bar(min(opened), max(closed) if finished else max(on, min(opened)))


def _periods(case: Case, steps: tuple[StepDigest, ...]) -> Iterator[Period]:
    for each in steps:
        state = case.steps.get(each.key, NOTHING)
        if state.period is not None:
            yield Period(each.key, state.period.starts_on, state.period.ends_on, state.period_ended)
