"""督办演变: a matter and an event make the matter after it; nothing else is read.

The only writer of a matter's state.
"""

from __future__ import annotations

from functools import singledispatch

import msgspec

from domain.supervising.admonition_table import AdmonitionAct
from domain.supervising.finding_table import FINDING_HANDS, FindingAct
from domain.supervising.matters import (
    Admonition,
    AdmonitionDrafted,
    AdmonitionMoved,
    Finding,
    FindingMoved,
    FindingRegistered,
    Inspection,
    InspectionCancelled,
    InspectionRecorded,
    Matter,
    Order,
    OrderDrafted,
    OrderMoved,
    Request,
    RequestMoved,
    RequestRaised,
    Source,
    SourceAnswered,
    SourceRegistered,
    SupervisionEvent,
)
from domain.supervising.order_table import ORDER_HANDS, OrderAct
from domain.supervising.values import Deed

_BEGINNINGS = (
    SourceRegistered,
    FindingRegistered,
    OrderDrafted,
    RequestRaised,
    InspectionRecorded,
    AdmonitionDrafted,
)
_replace = msgspec.structs.replace


def evolve(matter: Matter | None, event: SupervisionEvent) -> Matter:
    """演变. An event of another matter, or one that begins what stands already, is a fault of the program."""
    if matter is not None and matter.id != event.id:
        raise ValueError(f"{event.id} is not {matter.id}")
    if (matter is None) != isinstance(event, _BEGINNINGS):
        raise ValueError(f"{event.id} does not begin so, or stands already")
    found = _evolve(event, matter)
    return _replace(found, deeds=(*found.deeds, _deed(event)))


def _deed(event: SupervisionEvent) -> Deed:
    return Deed(
        act=str(getattr(event, "act", "") or getattr(event, "to", "") or event.__struct_config__.tag),
        on=event.on,
        person=event.hand.person,
        body=event.hand.body,
        acting_for=event.hand.acting_for,
        text=getattr(event, "text", None),
        papers=getattr(event, "papers", ()),
        late=event.late,
    )


@singledispatch
def _evolve(event: SupervisionEvent, matter: Matter | None) -> Matter:
    raise TypeError(f"no such event: {event!r}")


@_evolve.register
def _source(event: SourceRegistered, matter: Matter | None) -> Matter:
    return Source(
        id=event.id,
        office=event.office,
        division=event.division,
        opened_on=event.on,
        kind=event.kind,
        number=event.number,
        issued_on=event.issued_on,
        issuer=event.issuer,
        title=event.title,
        due=event.due,
    )


@_evolve.register
def _source_answered(event: SourceAnswered, matter: Source) -> Matter:
    return _replace(matter, answered_on=event.on)


@_evolve.register
def _finding(event: FindingRegistered, matter: Matter | None) -> Matter:
    return Finding(
        id=event.id,
        number=event.number,
        office=event.office,
        office_position=event.office_position,
        division=event.division,
        opened_on=event.on,
        since=event.on,
        source=event.source,
        title=event.title,
        unit=event.unit,
        case=event.case,
        check=event.check,
        check_key=event.check_key,
    )


@_evolve.register
def _finding_moved(event: FindingMoved, matter: Finding) -> Matter:
    after = _replace(matter, state=event.to, since=event.on if event.to != matter.state else matter.since)
    if event.parts:
        after = _replace(after, parts=event.parts)
    if event.act in FINDING_HANDS:
        after = _replace(after, hands=tuple(sorted({*after.hands, *event.hand.persons})))
    if event.look_back is not None:
        after = _replace(after, look_back=event.look_back)
    match event.act:
        case FindingAct.ASSIGN:
            return _replace(after, assigned_on=event.on)
        case FindingAct.DECLINE:
            return _replace(after, parts=(), assigned_on=None)
        case FindingAct.REOPEN:
            return _replace(after, parts=(), assigned_on=None, look_back=None, reopened=matter.reopened + 1)
    return after


@_evolve.register
def _order(event: OrderDrafted, matter: Matter | None) -> Matter:
    return Order(
        id=event.id,
        office=event.office,
        office_position=event.office_position,
        division=event.division,
        opened_on=event.on,
        since=event.on,
        colour=event.colour,
        trigger=event.trigger,
        subject=event.subject,
        addressee=event.addressee,
        account=event.account,
        through=event.through,
        unit=event.unit,
        case=event.case,
        step=event.step,
        facts=event.facts,
        text=event.text,
    )


@_evolve.register
def _order_moved(event: OrderMoved, matter: Order) -> Matter:
    after = _replace(matter, state=event.to, since=event.on)
    if event.act in ORDER_HANDS:
        after = _replace(after, hands=tuple(sorted({*after.hands, *event.hand.persons})))
    if event.act is OrderAct.ISSUE:
        after = _replace(after, number=event.number, issued_on=event.on)
    if event.sign_by is not None:
        after = _replace(after, sign_by=event.sign_by)
    if event.answer_by is not None:
        after = _replace(after, answer_by=event.answer_by)
    return after


@_evolve.register
def _request(event: RequestRaised, matter: Matter | None) -> Matter:
    return Request(
        id=event.id,
        office=event.office,
        division=event.division,
        opened_on=event.on,
        body=event.body,
        unit=event.unit,
        leader=event.leader,
        title=event.title,
        wanted_by=event.wanted_by,
    )


@_evolve.register
def _request_moved(event: RequestMoved, matter: Request) -> Matter:
    return _replace(matter, state=event.to)


@_evolve.register
def _inspection(event: InspectionRecorded, matter: Matter | None) -> Matter:
    return Inspection(
        id=event.id,
        office=event.office,
        division=event.division,
        opened_on=event.on,
        unit=event.unit,
        year=event.year,
        inspector=event.inspector,
        subject=event.subject,
        count=event.count,
        quota=event.quota,
        approval=event.approval,
    )


@_evolve.register
def _inspection_cancelled(event: InspectionCancelled, matter: Inspection) -> Matter:
    return _replace(matter, cancelled=True)


@_evolve.register
def _admonition(event: AdmonitionDrafted, matter: Matter | None) -> Matter:
    return Admonition(
        id=event.id,
        office=event.office,
        office_position=event.office_position,
        division=event.division,
        opened_on=event.on,
        since=event.on,
        kind=event.kind,
        subjects=event.subjects,
        subject=event.subject,
        addressees=event.addressees,
        through=event.through,
        unit=event.unit,
        facts=event.facts,
        text=event.text,
    )


@_evolve.register
def _admonition_moved(event: AdmonitionMoved, matter: Admonition) -> Matter:
    after = _replace(matter, state=event.to, since=event.on)
    if event.act is AdmonitionAct.ISSUE:
        return _replace(after, number=event.number, issued_on=event.on)
    return after
