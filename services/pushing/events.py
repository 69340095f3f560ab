"""事件入列: what an act leaves in the outbox for other systems, in its own transaction.

One row an event, for nobody yet: whom it concerns is found afterwards, so that an act costs the same however
many addresses there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.case import Case
from domain.event_base import Event as AnyEvent
from domain.events import Event, OfStep
from domain.open_work import WorkItem
from domain.pushing import EVENT, EVENTS
from services.notices import Notice, Notices


def with_events(notices: Notices) -> Notices:
    """Return the rule ``notices`` and beside it one row for every event."""

    def rule(case: Case, events: tuple[Event, ...], new_work: tuple[WorkItem, ...]) -> Iterable[Notice]:
        yield from notices(case, events, new_work)
        for number, event in enumerate(events, start=1):
            yield _of_event(case, number, event)

    return rule


def _of_event(case: Case, number: int, event: Event) -> Notice:
    type_ = type_of(type(event))
    step = event.step if isinstance(event, OfStep) else ""
    payload = {
        "kind": EVENT,
        "type": type_,
        "case": case.id,
        "unit": case.unit,
        "unit_name": case.unit_name,
        "programme": case.programme,
    }
    if step:
        payload["step"] = step
    if step in case.steps:
        payload["round"] = str(case.steps[step].round)
    return Notice(channel=EVENTS, recipient="", about=f"{number}/{type_}", payload=payload)


def type_of(event: type[AnyEvent]) -> str:
    """The tag under which events of this class are stored."""
    return str(event.__struct_config__.tag)
