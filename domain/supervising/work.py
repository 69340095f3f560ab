"""督办待办: what waits about a matter, computed from its state alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import singledispatch
from typing import Final

from domain.supervising.admonition_table import AdmonitionAct, AdmonitionKind, AdmonitionState
from domain.supervising.finding_table import FindingAct, FindingState
from domain.supervising.matters import Admonition, Finding, Matter, Order, Request, RequestState, Source
from domain.supervising.order_table import OrderAct, OrderState
from domain.supervising.values import MatterWork, Part
from domain.supervising.words import ANSWER_REQUEST, ANSWER_SOURCE, LOOK_BACK


@singledispatch
def work_of(matter: Matter) -> tuple[MatterWork, ...]:
    """督办待办 of a matter; none where nothing waits."""
    return ()


@work_of.register
def _of_source(matter: Source) -> tuple[MatterWork, ...]:
    if matter.answered_on is not None or matter.due is None:
        return ()
    return (
        MatterWork(
            key=ANSWER_SOURCE,
            kind=ANSWER_SOURCE,
            body=matter.office,
            opened_on=matter.opened_on,
            due_on=matter.due.on,
        ),
    )


@work_of.register
def _of_finding(matter: Finding) -> tuple[MatterWork, ...]:
    found = _FINDING_WORK.get(matter.state)
    return tuple(found(matter)) if found else ()


def _office_work(act: FindingAct) -> Callable[[Finding], Iterator[MatterWork]]:
    def work(matter: Finding) -> Iterator[MatterWork]:
        judged = act in (FindingAct.REVIEW, FindingAct.CLOSE)
        yield MatterWork(
            key=f"finding_{act}",
            kind=f"finding_{act}",
            body=matter.office,
            position=matter.office_position if act is FindingAct.CLOSE else "any",
            not_persons=matter.hands if judged else (),
            opened_on=matter.since,
        )

    return work


def _of_part(matter: Finding, part: Part, act: FindingAct) -> MatterWork:
    signing = act in (FindingAct.SIGN, FindingAct.SIGN_PART)
    due = part.sign_by if signing else part.due
    return MatterWork(
        key=f"finding_{act}/{part.body}",
        kind=f"finding_{act}",
        body=part.body if part.account else matter.office,
        opened_on=matter.since if part.lead else matter.assigned_on or matter.since,
        due_on=due.on if due else None,
    )


def _supporting(matter: Finding) -> Iterator[MatterWork]:
    for part in matter.parts:
        if not part.lead and part.signed_on is None:
            yield _of_part(matter, part, FindingAct.SIGN_PART)
        elif not part.lead and part.reported_on is None and matter.state is FindingState.RECTIFYING:
            yield _of_part(matter, part, FindingAct.REPORT_PART)


def _assigned(matter: Finding) -> Iterator[MatterWork]:
    if matter.lead is not None:
        yield _of_part(matter, matter.lead, FindingAct.SIGN)
    yield from _supporting(matter)


def _rectifying(matter: Finding) -> Iterator[MatterWork]:
    if matter.lead is not None:
        yield _of_part(matter, matter.lead, FindingAct.APPLY)
    yield from _supporting(matter)


def _closed(matter: Finding) -> Iterator[MatterWork]:
    yield MatterWork(
        key=LOOK_BACK,
        kind=LOOK_BACK,
        body=matter.office,
        not_persons=matter.hands,
        opened_on=matter.since,
        due_on=matter.look_back.on if matter.look_back else None,
    )


_FINDING_WORK: Final[dict[FindingState, Callable[[Finding], Iterator[MatterWork]]]] = {
    FindingState.REGISTERED: _office_work(FindingAct.ASSIGN),
    FindingState.ASSIGNED: _assigned,
    FindingState.RECTIFYING: _rectifying,
    FindingState.APPLIED: _office_work(FindingAct.REVIEW),
    FindingState.REVIEWED: _office_work(FindingAct.CLOSE),
    FindingState.CLOSED: _closed,
}


@work_of.register
def _of_order(matter: Order) -> tuple[MatterWork, ...]:
    act = _ORDER_WORK.get(matter.state)
    if act is None:
        return ()
    office = act in (OrderAct.ISSUE, OrderAct.ACCEPT)
    due = {OrderAct.SIGN: matter.sign_by, OrderAct.ANSWER: matter.answer_by}.get(act)
    return (
        MatterWork(
            key=f"order_{act}",
            kind=f"order_{act}",
            body=matter.office if office or not matter.account else matter.addressee,
            position=matter.office_position if act is OrderAct.ISSUE else "any",
            not_persons=matter.hands if act is OrderAct.ACCEPT else (),
            opened_on=matter.since,
            due_on=due.on if due else None,
        ),
    )


_ORDER_WORK: Final[dict[OrderState, OrderAct]] = {
    OrderState.DRAFT: OrderAct.ISSUE,
    OrderState.ISSUED: OrderAct.SIGN,
    OrderState.SIGNED: OrderAct.ANSWER,
    OrderState.SENT_BACK: OrderAct.ANSWER,
    OrderState.ANSWERED: OrderAct.ACCEPT,
}


@work_of.register
def _of_request(matter: Request) -> tuple[MatterWork, ...]:
    if matter.state is not RequestState.RAISED:
        return ()
    return (
        MatterWork(
            key=ANSWER_REQUEST,
            kind=ANSWER_REQUEST,
            body=matter.office,
            opened_on=matter.opened_on,
            due_on=matter.wanted_by,
        ),
    )


@work_of.register
def _of_admonition(matter: Admonition) -> tuple[MatterWork, ...]:
    talk = matter.kind is AdmonitionKind.TALK and matter.state is AdmonitionState.ISSUED
    if matter.state is not AdmonitionState.DRAFT and not talk:
        return ()
    act = AdmonitionAct.HOLD if talk else AdmonitionAct.ISSUE
    return (
        MatterWork(
            key=f"admonition_{act}",
            kind=f"admonition_{act}",
            body=matter.office,
            position="any" if talk else matter.office_position,
            opened_on=matter.since,
        ),
    )
