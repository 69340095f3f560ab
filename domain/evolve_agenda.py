"""议题的演进."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as e
from domain.case import Case
from domain.evolving import change, step_of


def _agenda_moved(case: Case, event: e.AgendaMoved) -> Case:
    return change(case, event.step, agenda={**step_of(case, event.step).agenda, event.item.place: event.item})


def _agenda_dropped(case: Case, event: e.AgendaDropped) -> Case:
    place = f"{event.node}|{event.seat}"
    left = {key: item for key, item in step_of(case, event.step).agenda.items() if key != place}
    return change(case, event.step, agenda=left)


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.AgendaMoved: _agenda_moved,
    e.AgendaDropped: _agenda_dropped,
}
