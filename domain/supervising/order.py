"""督办单办理判断: whom an order may go to, and one act on it, by the table."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.refusal import RefusalError, Refused, refuse
from domain.supervising.judging import Asked, Facts, check_day, check_hands, check_place, check_text
from domain.supervising.matters import Order, OrderMoved
from domain.supervising.order_table import ORDER_ACTS, ORDER_MOVES, ORDER_STATES, OrderAct, OrderState
from domain.supervising.rules import THROUGH_BASIS, workdays_from
from domain.supervising.values import Hand, Need, Who

COMMITTEES: Final = frozenset({"party_committee", "government", "reform_commission", "estab_commission"})
"""Body types that an office sends no order to by itself."""
OFFICES_BETWEEN: Final = frozenset({"party_office", "government_office"})
"""两办, which pass it on."""


class OrderAsked(Asked, frozen=True, kw_only=True):
    """督办单办理请求."""

    act: OrderAct
    number: str = ""
    """签发: the number that it gets."""


def judge_order(order: Order, asked: OrderAsked, hand: Hand, facts: Facts) -> OrderMoved | Refused:
    """督办单办理判断: the event, or why not."""
    try:
        return _judge(order, asked, hand, facts)
    except RefusalError as refusal:
        return refusal.refused


def check_addressee(type_: str, through_type: str) -> Refused | None:
    """主送单位: an order goes to a responsible unit or a reform office; to a committee only through 两办."""
    if type_ not in COMMITTEES or through_type in OFFICES_BETWEEN:
        return None
    return Refused(
        code="order.through_offices",
        message="督办单不能直接发给党委、政府",
        remedy="请发给承办单位或县(市、区)改革办;确需发给党委、政府的,写明经哪个办公室(两办)转送",
        basis=THROUGH_BASIS,
        facts={"type": type_},
    )


def out_of_area(body: str, office: str) -> Refused:
    """主送单位不在本区域: the permission table gives drafting within the office's own area only."""
    return Refused(
        code="order.out_of_area",
        message=f"{body} 不在本机构负责的行政区域内,不能直接发给它",
        remedy="请发给本区域内的承办单位或改革办;确需发给区域以外的党委、政府的,写明经本区域的哪个办公室(两办)转送",
        basis=f"权限表(本行政区域及以下);{THROUGH_BASIS}",
        facts={"body": body, "office": office},
    )


def next_order_state(state: OrderState, act: OrderAct) -> OrderState | None:
    """The state after an act; `None` where the table does not have it."""
    move = ORDER_MOVES[act]
    return move.to if state in move.states else None


def _judge(order: Order, asked: OrderAsked, hand: Hand, facts: Facts) -> OrderMoved:
    to = next_order_state(order.state, asked.act)
    if to is None:
        may = "、".join(ORDER_ACTS[act] for act, move in ORDER_MOVES.items() if order.state in move.states)
        refuse(
            "order.state",
            f"督办单{order.number or order.id}“{ORDER_STATES[order.state]}”,不能{ORDER_ACTS[asked.act]}",
            f"现在可以办理的是:{may}" if may else "这件督办单已经办完",
            state=str(order.state),
            act=str(asked.act),
        )
    move = ORDER_MOVES[asked.act]
    check_place(hand, order_places(order, move.who), move.who)
    check_day(asked.on, (deed.on for deed in order.deeds), facts.today)
    if Need.TEXT in move.needs:
        check_text(asked.text, "内容或理由")
    if Need.OTHER_HANDS in move.needs:
        check_hands(hand, order.hands)
    moved = OrderMoved(
        id=order.id,
        on=asked.on,
        hand=hand,
        late=asked.on < facts.today,
        act=asked.act,
        to=to,
        text=asked.text,
        papers=asked.papers,
    )
    return _with_terms(moved, asked, facts)


def order_places(order: Order, who: Who) -> set[str]:
    """Which body a move belongs to; the office records for a body that does not sign in."""
    return {order.office} if who is Who.OFFICE or not order.account else {order.addressee}


def _with_terms(moved: OrderMoved, asked: OrderAsked, facts: Facts) -> OrderMoved:
    """签发 gives the number and both terms; 退回 gives the term of answering anew."""
    answer_by = workdays_from(asked.on, facts.rules.answer_days, facts.calendar)
    if asked.act is OrderAct.SEND_BACK:
        return msgspec.structs.replace(moved, answer_by=answer_by)
    if asked.act is not OrderAct.ISSUE:
        return moved
    sign_by = workdays_from(asked.on, facts.rules.sign_days, facts.calendar)
    return msgspec.structs.replace(moved, number=asked.number, sign_by=sign_by, answer_by=answer_by)
