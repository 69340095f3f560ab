"""时间的演进: objections; a recount by itself changes nothing, the dates set with it do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case
from domain.evolving import put, step_of


def _objection_raised(case: Case, event: e.ObjectionRaised) -> Case:
    state = step_of(case, event.step)
    objections = {**state.objections, event.objection.id: event.objection}
    return put(case, event.step, replace(state, objections=objections), counter=case.counter + 1)


def _objection_answered(case: Case, event: e.ObjectionAnswered) -> Case:
    state = step_of(case, event.step)
    answered = replace(
        state.objections[event.objection],
        answered_on=event.on,
        answered_by=event.by,
        result=event.result,
        answer=event.opinion,
    )
    return put(case, event.step, replace(state, objections={**state.objections, answered.id: answered}))


def _dates_recounted(case: Case, event: e.DatesRecounted) -> Case:
    return case


def _date_planned(case: Case, event: e.DatePlanned) -> Case:
    dates = (*case.milestones.get(event.place, ()), event.date)
    return replace(case, milestones={**case.milestones, event.place: dates})


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.ObjectionRaised: _objection_raised,
    e.ObjectionAnswered: _objection_answered,
    e.DatesRecounted: _dates_recounted,
    e.DatePlanned: _date_planned,
}
