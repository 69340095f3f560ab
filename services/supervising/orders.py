"""督办单的办理: draft one from a suggestion or by hand, and every act on it; a person issues it.

The number is given when it is issued: of its own series, by year and issuing office, without gaps.
"""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.decisions import TextRef
from domain.permissions import Action, Target
from domain.refusal import Refused
from domain.supervising.matters import Order, OrderDrafted, OrderMoved
from domain.supervising.order import OrderAsked, judge_order, order_places
from domain.supervising.order_table import (
    FIRST_COLOUR,
    IMPORTANT_COLOUR,
    ORDER_MOVES,
    OrderAct,
    OrderColour,
    Trigger,
)
from domain.supervising.values import Hand, Paper, Who
from models.tables import SupervisionMatterRow
from services.supervising.addressees import addressee_refused
from services.supervising.desk import (
    Enacted,
    Judged,
    Right,
    SupervisionDesk,
    next_id,
    standing_for,
)
from services.supervising.places import (
    closing_position,
    division_of,
    matter_target,
    organisation_of,
    own_area,
    unit_unknown,
)
from services.supervising.suggesting import Suggestion, suggestions


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """拟办督办单: from a suggestion (``key``), or by hand."""

    on: date
    key: str = ""
    colour: OrderColour | None = None
    important: bool = False
    """重要事项: may begin at orange."""
    addressee: str = ""
    through: str = ""
    """转送的办公室(两办), where it goes to a committee or a government."""
    unit: str = ""
    office: str = ""


class OrderMoveAsked(msgspec.Struct, frozen=True, kw_only=True):
    """督办单办理请求, as an entry gives it."""

    order: str
    act: OrderAct
    on: date
    papers: tuple[Paper, ...] = ()


_ISSUING = frozenset({OrderAct.ISSUE, OrderAct.WITHDRAW})


def draft_order(desk: SupervisionDesk, asked: NewOrder, *, text: str, command_id: str) -> Enacted | Refused:
    """拟办督办单: the facts of a suggestion are filled in; ``text`` is what is asked for."""
    given = {"text": text} if text.strip() else {}
    done = desk.again(asked, given, command_id)
    base = done or _filled(desk, asked)
    if isinstance(base, Enacted):
        return base
    if isinstance(base, Refused):
        return base
    target = matter_target(desk, asked.office, own_area(desk, asked.office).division, base.unit)
    hand = desk.in_name_of(asked.office, [Right(Action.ORDER_HANDLE, target)])
    if isinstance(hand, Refused):
        return hand
    refused = addressee_refused(desk, hand, base.addressee, asked.through)
    if refused is not None:
        return refused
    words = text.strip() or f"{base.facts}。请查明原因,抓紧办理,并按期反馈"

    def decide(session: Session) -> Judged | Refused:
        if asked.on > desk.today:
            return Refused(code="date.future", message=f"{asked.on} 还没有到", remedy="请写今天或以前的日期")
        standing = standing_for(session, "order", asked.key)
        if standing:
            return _drafted(standing)
        id_ = next_id(session, "order", asked.on)
        kept = desk.text(words, id_)
        assert kept is not None  # noqa: S101 never empty
        event = OrderDrafted(
            id=id_,
            on=asked.on,
            hand=hand,
            late=asked.on < desk.today,
            office=hand.body,
            office_position=closing_position(desk, hand.body),
            division=division_of(desk, hand.body),
            colour=asked.colour or (IMPORTANT_COLOUR if asked.important else base.colour),
            trigger=base.trigger,
            subject=asked.key,
            addressee=base.addressee,
            account=organisation_of(desk).places[base.addressee].kind == "account",
            through=asked.through,
            unit=base.unit,
            case=base.case,
            step=base.step,
            facts=base.facts,
            text=kept.ref,
        )
        return Judged(event, (kept,))

    return desk.enact(asked, given, decide, command_id=command_id)


def _filled(desk: SupervisionDesk, asked: NewOrder) -> Suggestion | Refused:
    """The suggestion, with what the drafter changed; one made up of what was typed where there is none."""
    able = desk.may([Right(Action.ORDER_HANDLE, own_area(desk, asked.office))])
    if isinstance(able, Refused):
        return able
    if not asked.key:
        return unit_unknown(desk, asked.unit) or Suggestion(
            key="", trigger=Trigger.PERSON, colour=FIRST_COLOUR[Trigger.PERSON], unit=asked.unit,
            unit_name="", case="", step="", addressee=asked.addressee, facts="人工拟办",
            since=asked.on, red=0,
        )  # fmt: skip
    found = next((each for each in suggestions(desk) if each.key == asked.key), None)
    if found is None:
        return Refused(
            code="order.no_suggestion",
            message=f"现在没有“{asked.key}”这条拟办建议",
            remedy="请用 order suggest 核对;已经拟办、决定不发或者已经办好的,不再建议",
            facts={"key": asked.key},
        )
    return msgspec.structs.replace(found, addressee=asked.addressee or found.addressee)


def _drafted(standing: str) -> Refused:
    return Refused(
        code="order.drafted",
        message=f"这件事已经拟办:{standing}",
        remedy="请在原来的督办单上办理",
        facts={"order": standing},
    )


def act_on_order(
    desk: SupervisionDesk, asked: OrderMoveAsked, *, text: str = "", command_id: str
) -> Enacted | Refused:
    """督办单办理: one act, by the table."""
    order = desk.look_up(Order, asked.order)
    if isinstance(order, Refused):
        return order
    hand = order_hand(desk, order, asked.act)
    if isinstance(hand, Refused):
        return hand

    def judged(session: Session, now: Order, words: TextRef | None) -> OrderMoved | Refused:
        number = _next_number(desk, session, now.office, asked.on) if asked.act is OrderAct.ISSUE else ""
        wanted = OrderAsked(act=asked.act, on=asked.on, text=words, papers=asked.papers, number=number)
        return judge_order(now, wanted, hand, desk.facts())

    request = msgspec.structs.replace(asked, order=order.id)
    return desk.move(Order, order.id, request, judged, text=text, command_id=command_id)


def order_hand(desk: SupervisionDesk, order: Order, act: OrderAct) -> Hand | Refused:
    """By what right the person does this act: the office's, or the addressee's."""
    who = ORDER_MOVES[act].who
    bodies = order_places(order, who)
    office = Right(
        Action.ORDER_ISSUE if act in _ISSUING else Action.ORDER_HANDLE,
        matter_target(desk, order.office, order.division),
    )
    answer = Right(Action.ORDER_ANSWER, Target(bodies=frozenset(bodies)))
    if who is Who.OFFICE:
        return desk.may([office], bodies)
    return desk.may([answer, office] if order.office in bodies else [answer], bodies)


def _next_number(desk: SupervisionDesk, session: Session, office: str, on: date) -> str:
    """编号: the next of the office's series of the year; in the stream's turn, so none is given twice."""
    stem = f"{desk.runtime.settings.supervision_order_word}〔{on.year}〕"
    wanted = select(SupervisionMatterRow.number).where(  # type: ignore[call-overload]
        SupervisionMatterRow.kind == "order",
        SupervisionMatterRow.office == office,
        SupervisionMatterRow.number.startswith(stem),
    )
    given = [
        int(number.removeprefix(stem).removesuffix("号")) for number in session.execute(wanted).scalars()
    ]
    return f"{stem}{max(given, default=0) + 1}号"
