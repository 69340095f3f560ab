"""可办事项: which acts stand open on a matter to one person, by its table and the person's right.

Who rectified still sees 复核 and 销号 where the office is theirs: why not they is told by the refusal itself,
with its ground, and not by a button that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from domain.permissions import Action, Target
from domain.refusal import Refused
from domain.supervising.admonition_table import ADMONITION_ACTS, ADMONITION_MOVES, ADMONITION_STATES
from domain.supervising.finding import places
from domain.supervising.finding_table import FINDING_ACTS, FINDING_MOVES, FINDING_STATES
from domain.supervising.matters import (
    Admonition,
    Finding,
    Inspection,
    Matter,
    Order,
    Request,
    RequestState,
    Source,
)
from domain.supervising.order import order_places
from domain.supervising.order_table import ORDER_ACTS, ORDER_MOVES, ORDER_STATES
from domain.supervising.values import Hand, Need
from services.supervising.admonishing import action_of
from services.supervising.desk import Right, SupervisionDesk
from services.supervising.findings import finding_hand
from services.supervising.orders import order_hand
from services.supervising.places import matter_target


class OpenAct(msgspec.Struct, frozen=True, kw_only=True):
    """一项可办: its code, what it is called, what has to come with it, and what the matter becomes."""

    code: str
    title: str
    needs: tuple[str, ...] = ()
    becomes: str = ""


ANSWERS: Final = (Need.TEXT, "medium")
"""登记答复 asks for the words and by which medium they came."""


def open_acts(desk: SupervisionDesk, matter: Matter) -> tuple[OpenAct, ...]:
    """可办事项 of ``matter`` for whoever sits at the desk, in the order of its table."""
    return tuple(_open(desk, matter))


def _open(desk: SupervisionDesk, matter: Matter) -> Iterator[OpenAct]:
    match matter:
        case Finding():
            yield from _of_finding(desk, matter)
        case Order():
            yield from _of_order(desk, matter)
        case Admonition():
            yield from _of_admonition(desk, matter)
        case Request():
            yield from _of_request(desk, matter)
        case Source():
            yield from _of_source(desk, matter)
        case Inspection():
            yield from _of_inspection(desk, matter)


def _of_source(desk: SupervisionDesk, matter: Source) -> Iterator[OpenAct]:
    right = Right(Action.FINDING_HANDLE, matter_target(desk, matter.office, matter.division))
    if matter.answered_on is None and _holds(desk.may([right], [matter.office]), [matter.office]):
        yield OpenAct(code="answer", title="反馈来源", needs=ANSWERS, becomes="已反馈")


def _of_inspection(desk: SupervisionDesk, matter: Inspection) -> Iterator[OpenAct]:
    right = Right(Action.INSPECTION_RECORD, Target(division=matter.division))
    if not matter.cancelled and _holds(desk.may([right], [matter.office]), [matter.office]):
        yield OpenAct(code="cancel", title="取消检查", needs=(Need.TEXT,), becomes="已取消")


def _holds(hand: Hand | Refused, bodies: Sequence[str]) -> bool:
    return isinstance(hand, Hand) and hand.body in bodies


def _of_finding(desk: SupervisionDesk, matter: Finding) -> Iterator[OpenAct]:
    for act, move in FINDING_MOVES.items():
        bodies = tuple(places(matter, move.who))
        if matter.state in move.states and bodies and _holds(finding_hand(desk, matter, act), bodies):
            becomes = FINDING_STATES[move.to] if move.to else ""
            yield OpenAct(code=act, title=FINDING_ACTS[act], needs=move.needs, becomes=becomes)


def _of_order(desk: SupervisionDesk, matter: Order) -> Iterator[OpenAct]:
    for act, move in ORDER_MOVES.items():
        bodies = tuple(order_places(matter, move.who))
        if matter.state in move.states and _holds(order_hand(desk, matter, act), bodies):
            yield OpenAct(code=act, title=ORDER_ACTS[act], needs=move.needs, becomes=ORDER_STATES[move.to])


def _of_admonition(desk: SupervisionDesk, matter: Admonition) -> Iterator[OpenAct]:
    target = matter_target(desk, matter.office, matter.division)
    for act, move in ADMONITION_MOVES.items():
        if matter.state not in move.states or matter.kind not in move.kinds:
            continue
        if _holds(desk.may([Right(action_of(act), target)], [matter.office]), [matter.office]):
            becomes = ADMONITION_STATES[move.to]
            yield OpenAct(code=act, title=ADMONITION_ACTS[act], needs=move.needs, becomes=becomes)


def _of_request(desk: SupervisionDesk, matter: Request) -> Iterator[OpenAct]:
    if matter.state is not RequestState.RAISED:
        return
    office = Right(Action.REQUEST_ANSWER, matter_target(desk, matter.office, matter.division))
    if _holds(desk.may([office], [matter.office]), [matter.office]):
        yield OpenAct(code=RequestState.ANSWERED, title="登记领导答复", needs=ANSWERS, becomes="已答复")
    own = Right(Action.REQUEST_RAISE, Target(bodies=frozenset({matter.body})))
    if _holds(desk.may([own], [matter.body]), [matter.body]):
        yield OpenAct(code=RequestState.WITHDRAWN, title="撤回", needs=(Need.TEXT,), becomes="已撤回")
