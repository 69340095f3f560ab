"""催办、传阅、抄送的演进."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case
from domain.circulation import Circulation, Urging
from domain.evolving import change, step_of


def _urged(case: Case, event: e.Urged) -> Case:
    before = step_of(case, event.step).urged
    times = before.times + 1 if before else 1
    return change(case, event.step, urged=Urging(on=event.on, by=event.by, times=times, note=event.note))


def _circulated(case: Case, event: e.Circulated) -> Case:
    return replace(_with(case, event.circulation), counter=case.counter + 1)


def _circulation_read(case: Case, event: e.CirculationRead) -> Case:
    found = case.circulations[event.circulation]
    told = {"read_by": event.by, "read_for": event.acting_for, "read_on": event.on}
    readers = tuple(replace(r, **told) if r.place == event.place else r for r in found.readers)
    return _with(case, replace(found, readers=readers))


def _circulation_ended(case: Case, event: e.CirculationEnded) -> Case:
    return _with(case, replace(case.circulations[event.circulation], ended_on=event.on))


def _with(case: Case, circulation: Circulation) -> Case:
    return replace(case, circulations={**case.circulations, circulation.id: circulation})


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.Urged: _urged,
    e.Circulated: _circulated,
    e.CirculationRead: _circulation_read,
    e.CirculationEnded: _circulation_ended,
}
