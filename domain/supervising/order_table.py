"""督办单流程: colours, states and moves of a supervision order, as tables.

The system drafts; 督查室 or 改革办 signs and sends (机器不训领导).
Colours follow the practice reported from 三明: blue reminds, orange warns, red presses, one
further where the one before was not done in time; an important matter may begin at orange.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from domain.supervising.values import Need, Who


class OrderColour(StrEnum):
    """督办单颜色."""

    BLUE = "blue"
    ORANGE = "orange"
    RED = "red"


ORDER_COLOURS: Final[dict[OrderColour, str]] = {
    OrderColour.BLUE: "蓝色督办单(提醒)",
    OrderColour.ORANGE: "橙色督办单(警告)",
    OrderColour.RED: "红色督办单(督办)",
}
NEXT_COLOUR: Final[dict[OrderColour, OrderColour]] = {
    OrderColour.BLUE: OrderColour.ORANGE,
    OrderColour.ORANGE: OrderColour.RED,
    OrderColour.RED: OrderColour.RED,
}


class Trigger(StrEnum):
    """拟稿由来: what the system drafts an order from."""

    LAMP = "lamp"
    FINDING = "finding"
    ORDER = "order"
    PERSON = "person"


TRIGGER_TITLES: Final[dict[Trigger, str]] = {
    Trigger.LAMP: "红灯满规定天数",
    Trigger.FINDING: "问题逾期未签收或未整改",
    Trigger.ORDER: "督办单逾期未签收或未反馈",
    Trigger.PERSON: "人工拟办",
}
FIRST_COLOUR: Final[dict[Trigger, OrderColour]] = {
    Trigger.LAMP: OrderColour.BLUE,
    Trigger.FINDING: OrderColour.BLUE,
    Trigger.ORDER: OrderColour.ORANGE,
    Trigger.PERSON: OrderColour.BLUE,
}
"""By which colour each begins; an order that follows an unanswered one takes the next colour of that one."""
IMPORTANT_COLOUR: Final = OrderColour.ORANGE


class OrderState(StrEnum):
    """督办单状态."""

    DRAFT = "draft"
    ISSUED = "issued"
    SIGNED = "signed"
    ANSWERED = "answered"
    SENT_BACK = "sent_back"
    CLOSED = "closed"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


ORDER_STATES: Final[dict[OrderState, str]] = {
    OrderState.DRAFT: "待签发",
    OrderState.ISSUED: "已签发",
    OrderState.SIGNED: "已签收",
    OrderState.ANSWERED: "已反馈",
    OrderState.SENT_BACK: "退回重报",
    OrderState.CLOSED: "已办结",
    OrderState.DROPPED: "不发",
    OrderState.WITHDRAWN: "已撤回",
}


class OrderAct(StrEnum):
    """督办单办理."""

    ISSUE = "issue"
    DROP = "drop"
    SIGN = "sign"
    ANSWER = "answer"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"


ORDER_ACTS: Final[dict[OrderAct, str]] = {
    OrderAct.ISSUE: "签发",
    OrderAct.DROP: "决定不发",
    OrderAct.SIGN: "签收",
    OrderAct.ANSWER: "反馈",
    OrderAct.SEND_BACK: "退回重报",
    OrderAct.ACCEPT: "认可反馈并办结",
    OrderAct.WITHDRAW: "撤回",
}


class OrderMove(NamedTuple):
    """一种办理: from which states, to which, by whom, and what has to come with it."""

    states: tuple[OrderState, ...]
    to: OrderState
    who: Who
    needs: tuple[Need, ...] = ()


O = OrderState  # noqa: E741 the table below is read in a column
ORDER_MOVES: Final[dict[OrderAct, OrderMove]] = {
    OrderAct.ISSUE: OrderMove((O.DRAFT,), O.ISSUED, Who.OFFICE),
    OrderAct.DROP: OrderMove((O.DRAFT,), O.DROPPED, Who.OFFICE, (Need.TEXT,)),
    OrderAct.SIGN: OrderMove((O.ISSUED,), O.SIGNED, Who.ADDRESSEE),
    OrderAct.ANSWER: OrderMove((O.SIGNED, O.SENT_BACK), O.ANSWERED, Who.ADDRESSEE, (Need.TEXT,)),
    OrderAct.SEND_BACK: OrderMove((O.ANSWERED,), O.SENT_BACK, Who.OFFICE, (Need.TEXT,)),
    OrderAct.ACCEPT: OrderMove((O.ANSWERED,), O.CLOSED, Who.OFFICE, (Need.OTHER_HANDS,)),
    OrderAct.WITHDRAW: OrderMove((O.ISSUED, O.SIGNED, O.SENT_BACK), O.WITHDRAWN, Who.OFFICE, (Need.TEXT,)),
}
"""督办单办理表: act → move."""

ORDER_HANDS: Final = frozenset({OrderAct.ANSWER})
ORDER_DONE: Final = frozenset({O.CLOSED, O.DROPPED, O.WITHDRAWN})
ORDER_UNSENT: Final = frozenset({O.DRAFT, O.DROPPED})
"""拟稿 and what was decided not to be sent: the office's own papers, which no addressee sees."""
ORDER_STANDING: Final = frozenset({O.DRAFT, O.ISSUED, O.SIGNED, O.ANSWERED, O.SENT_BACK})
