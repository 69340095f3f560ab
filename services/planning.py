"""计划节点: the planned dates of a case, how each stands on a day, and every date planned before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from domain.case import Case, StepState, split_key
from domain.milestones import STAGE, PlannedDate
from domain.plan import Plan
from domain.states import DONE, StepStatus
from domain.workdays import WorkCalendar
from models.database import Database
from services.reading import keys_of, plan_of
from services.world import world_of


class PlannedLine(msgspec.Struct, frozen=True, kw_only=True):
    """一次计划, as it is shown."""

    planned_on: date | None
    set_on: date
    number: str
    approver: str


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """一个计划节点 on a day. ``lag`` are working days since the planned date, ``left`` those until it."""

    place: str
    title: str
    planned_on: date | None
    done_on: date | None
    done: int
    total: int
    lag: int
    left: int
    line: str
    dates: tuple[PlannedLine, ...]


def plan_lines(db: Database, case: Case, on: date) -> tuple[PlanLine, ...]:
    """计划节点 of a case, in the programme's order, a stage before its steps."""
    plan, world = plan_of(db, case), world_of(db)
    calendar = world.calendar(world.heads())
    places = {place: title for place, title in _places(plan) if place in case.milestones}
    return tuple(_line(plan, case, place, title, on, calendar) for place, title in places.items())


def _places(plan: Plan) -> Iterator[tuple[str, str]]:
    for stage in plan.programme.stages:
        yield f"{STAGE}{stage.id}", f"环节 {stage.title}"
        for step in stage.steps:
            yield f"step/{step.id}", f"{step.id} {step.title}"


def _line(plan: Plan, case: Case, place: str, title: str, on: date, calendar: WorkCalendar) -> PlanLine:
    dates = case.milestones[place]
    states = list(_states(plan, case, place))
    closed = [state.closed_on for state in states if state.status in DONE]
    whole = bool(states) and len(closed) == len(states)
    done_on = max((day for day in closed if day is not None), default=None) if whole else None
    planned_on = dates[-1].planned_on
    until = (done_on or on) if whole else on
    days = calendar.workdays_between(planned_on, until) if planned_on else 0
    return PlanLine(
        place=place,
        title=title,
        planned_on=planned_on,
        done_on=done_on,
        done=len(closed),
        total=len(states),
        lag=max(days, 0),
        left=0 if whole else max(-days, 0),
        line=_words(planned_on, done_on, days, whole=whole),
        dates=tuple(_planned(each) for each in dates),
    )


def _states(plan: Plan, case: Case, place: str) -> Iterator[StepState]:
    """The states of what lies in a place and applies; one never opened has the empty state."""
    kind, _, wanted = place.partition("/")
    for step, key in keys_of(plan, case):
        if wanted != (step.stage if kind == "stage" else split_key(key)[0]):
            continue
        state = case.steps.get(key, StepState())
        if state.status is not StepStatus.NOT_APPLICABLE:
            yield state


def _words(planned_on: date | None, done_on: date | None, days: int, *, whole: bool) -> str:
    if planned_on is None:
        return "计划已撤销"
    behind = f"滞后{days}个工作日" if days > 0 else ""
    if whole:
        return f"{done_on or ''}完成" + (f",{behind}" if behind else ",按计划")
    return behind or f"还剩{-days}个工作日"


def _planned(each: PlannedDate) -> PlannedLine:
    return PlannedLine(planned_on=each.planned_on, set_on=each.on, number=each.number, approver=each.approver)
