"""议定事项的演进."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case
from domain.following import FollowUp


def _added(case: Case, event: e.FollowUpAdded) -> Case:
    return replace(_put(case, event.follow_up), counter=case.counter + 1)


def _reported(case: Case, event: e.FollowUpReported) -> Case:
    found = case.follow_ups[event.follow_up]
    told = {"reported_by": event.by, "reported_for": event.acting_for, "reported_on": event.on}
    return _put(case, replace(found, report=event.report, **told))


def _confirmed(case: Case, event: e.FollowUpConfirmed) -> Case:
    found = case.follow_ups[event.follow_up]
    if not event.agrees:
        return _put(case, replace(found, reported_by="", reported_for="", reported_on=None, report=None))
    return _put(case, replace(found, confirmed_by=event.by, confirmed_on=event.on))


def _dropped(case: Case, event: e.FollowUpDropped) -> Case:
    return _only(case, lambda each: each.id != event.follow_up)


def come_alive(case: Case, decision: str) -> Case:
    """The minutes were checked: what they say is to be done is asked for."""
    mine = [each for each in case.follow_ups.values() if each.decision == decision]
    for each in mine:
        case = _put(case, replace(each, live=True))
    return case


def fall_with(case: Case, decision: str) -> Case:
    """A decision struck out or withdrawn was none: nothing follows from it."""
    return _only(case, lambda each: each.decision != decision)


def _put(case: Case, follow_up: FollowUp) -> Case:
    return replace(case, follow_ups={**case.follow_ups, follow_up.id: follow_up})


def _only(case: Case, stays: Callable[[FollowUp], bool]) -> Case:
    if all(stays(each) for each in case.follow_ups.values()):
        return case
    return replace(case, follow_ups={id_: each for id_, each in case.follow_ups.items() if stays(each)})


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.FollowUpAdded: _added,
    e.FollowUpReported: _reported,
    e.FollowUpConfirmed: _confirmed,
    e.FollowUpDropped: _dropped,
}
