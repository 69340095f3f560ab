"""督办: every state, act and place of a finding and of an order, walked whole."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from domain.decisions import TextRef
from domain.refusal import Refused
from domain.supervising.evolve import evolve
from domain.supervising.finding import FindingAsked, Share, judge_finding
from domain.supervising.finding_table import (
    FINDING_ACTS,
    FINDING_DONE,
    FINDING_MOVES,
    FINDING_STATES,
    FindingAct,
    FindingState,
)
from domain.supervising.judging import Facts
from domain.supervising.matters import (
    Finding,
    FindingMoved,
    FindingRegistered,
    Order,
    OrderDrafted,
    OrderMoved,
)
from domain.supervising.order import OrderAsked, check_addressee, judge_order
from domain.supervising.order_table import (
    NEXT_COLOUR,
    ORDER_ACTS,
    ORDER_COLOURS,
    ORDER_DONE,
    ORDER_MOVES,
    ORDER_STATES,
    OrderAct,
    OrderColour,
    OrderState,
    Trigger,
)
from domain.supervising.rules import SupervisionRules
from domain.supervising.values import Hand, Paper, Who
from domain.supervising.work import work_of
from domain.workdays import work_calendar

DAY = date(2022, 3, 2)
LATER = date(2023, 3, 1)
FACTS = Facts(today=LATER, calendar=work_calendar(), rules=SupervisionRules())
TEXT = TextRef(id="t", digest="d")
PAPER = Paper(title="示例整改情况", dated_on=DAY)
SHARES = (
    Share(body="zone", lead=True, due_on=DAY + timedelta(days=30)),
    Share(body="finance", lead=False, due_on=DAY + timedelta(days=20)),
)
BODY = {Who.OFFICE: "watch", Who.LEAD: "zone", Who.SUPPORT: "finance", Who.ADDRESSEE: "zone"}
STRANGER = "elsewhere"


def hand(body: str, person: str = "", **more: Any) -> Hand:
    return Hand(person=person or f"p-{body}", body=body, **more)


def registered() -> Finding:
    event = FindingRegistered(
        id="f", on=DAY, hand=hand("watch"), number="1", office="watch", source="s", title=TEXT
    )
    found = evolve(None, event)
    assert isinstance(found, Finding)
    return found


def asked(act: FindingAct, on: date = DAY) -> FindingAsked:
    """All that any act may need."""
    return FindingAsked(
        act=act,
        on=on,
        text=TEXT,
        papers=(PAPER,),
        shares=SHARES,
        due_on=DAY + timedelta(days=60),
        body="zone" if act is FindingAct.EXTEND else "",
    )


def do(finding: Finding, act: FindingAct, by: Hand | None = None, on: date = DAY) -> Finding:
    event = judge_finding(finding, asked(act, on), by or hand(BODY[FINDING_MOVES[act].who]), FACTS)
    assert isinstance(event, FindingMoved), event
    after = evolve(finding, event)
    assert isinstance(after, Finding)
    return after


WAY = {
    FindingState.REGISTERED: (),
    FindingState.ASSIGNED: (FindingAct.ASSIGN,),
    FindingState.RECTIFYING: (FindingAct.ASSIGN, FindingAct.SIGN),
    FindingState.APPLIED: (FindingAct.ASSIGN, FindingAct.SIGN, FindingAct.APPLY),
    FindingState.REVIEWED: (FindingAct.ASSIGN, FindingAct.SIGN, FindingAct.APPLY, FindingAct.REVIEW),
    FindingState.CLOSED: (
        FindingAct.ASSIGN, FindingAct.SIGN, FindingAct.APPLY, FindingAct.REVIEW, FindingAct.CLOSE,
    ),
    FindingState.CANCELLED: (FindingAct.CANCEL,),
}  # fmt: skip


def finding_in(state: FindingState) -> Finding:
    if state is FindingState.SETTLED:
        return do(finding_in(FindingState.CLOSED), FindingAct.CONFIRM, on=LATER)
    finding = registered()
    for act in WAY[state]:
        finding = do(finding, act)
    assert finding.state is state
    return finding


def test_every_state_and_act_has_its_words() -> None:
    assert set(FINDING_STATES) == set(FindingState)
    assert set(FINDING_ACTS) == set(FINDING_MOVES) == set(FindingAct)
    assert set(ORDER_STATES) == set(OrderState)
    assert set(ORDER_ACTS) == set(ORDER_MOVES) == set(OrderAct)
    assert set(ORDER_COLOURS) == set(NEXT_COLOUR) == set(OrderColour)


EXPECTED = {
    "registered": {"assign": "assigned", "cancel": "cancelled"},
    "assigned": {
        "decline": "registered", "sign": "rectifying", "sign_part": "assigned", "extend": "assigned",
        "cancel": "cancelled",
    },
    "rectifying": {
        "sign_part": "rectifying", "report_part": "rectifying", "rectify": "rectifying",
        "extend": "rectifying", "apply": "applied",
    },
    "applied": {"review": "reviewed", "send_back": "rectifying"},
    "reviewed": {"close": "closed", "send_back": "rectifying"},
    "closed": {"confirm": "settled", "reopen": "registered"},
    "settled": {"reopen": "registered"},
    "cancelled": {},
}  # fmt: skip
"""The life of a finding, written down a second time."""
PLACE = {
    "watch": {"assign", "extend", "review", "send_back", "close", "confirm", "reopen", "cancel"},
    "zone": {"decline", "sign", "rectify", "apply"},
    "finance": {"sign_part", "report_part"},
    STRANGER: set[str](),
}


@pytest.mark.parametrize("state", FindingState)
def test_every_cell_of_the_finding_table(state: FindingState) -> None:
    finding = finding_in(state)
    for act, body in product(FindingAct, PLACE):
        day = LATER if state is FindingState.SETTLED or act is FindingAct.CONFIRM else DAY
        answer = judge_finding(finding, asked(act, day), hand(body), FACTS)
        to = EXPECTED[state].get(act)
        if to is None:
            assert isinstance(answer, Refused), (state, act, body)
            assert answer.code == "finding.state"
        elif act in PLACE[body]:
            assert isinstance(answer, FindingMoved), (state, act, body, answer)
            assert answer.to == to
        else:
            assert isinstance(answer, Refused), (state, act, body)
            assert answer.code == "supervision.not_yours"
            assert answer.remedy


@pytest.mark.parametrize("act", [FindingAct.REVIEW, FindingAct.CLOSE, FindingAct.CONFIRM])
@pytest.mark.parametrize(
    "by",
    [
        hand("watch", "p-zone"),
        hand("watch", "deputy", acting_for="p-zone"),
        hand("watch", "deputy", circle=("p-zone",)),
    ],
    ids=["who rectified", "in the name of who rectified", "the proxy of who rectified"],
)
def test_who_rectified_never_closes(act: FindingAct, by: Hand) -> None:
    state, day = FINDING_MOVES[act].states[0], LATER if act is FindingAct.CONFIRM else DAY
    finding = finding_in(state)
    assert finding.hands == ("p-zone",)
    answer = judge_finding(finding, asked(act, day), by, FACTS)
    assert isinstance(answer, Refused)
    assert answer.code == "supervision.own_work"
    assert isinstance(judge_finding(finding, asked(act, day), hand("watch", "other"), FACTS), FindingMoved)


def test_a_deputy_who_rectifies_binds_both() -> None:
    finding = finding_in(FindingState.RECTIFYING)
    after = do(finding, FindingAct.APPLY, hand("zone", "deputy", acting_for="head"))
    assert after.hands == ("deputy", "head")


def test_reopening_keeps_the_number_and_whose_hands() -> None:
    finding = do(finding_in(FindingState.CLOSED), FindingAct.REOPEN, on=DAY)
    assert (finding.number, finding.reopened, finding.hands) == ("1", 1, ("p-zone",))
    assert finding.parts == ()
    assert finding.look_back is None
    for act in WAY[FindingState.CLOSED]:
        finding = do(finding, act)
    assert do(finding, FindingAct.REOPEN).reopened == 2


@pytest.mark.parametrize(
    ("act", "state", "changed", "code"),
    [
        (FindingAct.ASSIGN, FindingState.REGISTERED, {"shares": ()}, "finding.one_lead"),
        (FindingAct.ASSIGN, FindingState.REGISTERED, {"shares": (*SHARES, SHARES[1])}, "finding.twice"),
        (
            FindingAct.ASSIGN,
            FindingState.REGISTERED,
            {"shares": (Share(body="zone", lead=True, due_on=DAY - timedelta(days=1)),)},
            "finding.due_past",
        ),
        (FindingAct.DECLINE, FindingState.ASSIGNED, {"text": None}, "supervision.no_text"),
        (FindingAct.APPLY, FindingState.RECTIFYING, {"papers": ()}, "finding.no_paper"),
        (
            FindingAct.APPLY,
            FindingState.RECTIFYING,
            {"papers": (Paper(title="旧件", dated_on=DAY - timedelta(days=1)),)},
            "finding.no_paper",
        ),
        (FindingAct.EXTEND, FindingState.RECTIFYING, {"due_on": DAY}, "finding.extend_when"),
        (FindingAct.EXTEND, FindingState.RECTIFYING, {"body": STRANGER}, "finding.no_part"),
        (FindingAct.CONFIRM, FindingState.CLOSED, {"on": DAY}, "finding.look_back_early"),
        (FindingAct.RECTIFY, FindingState.RECTIFYING, {"on": LATER + timedelta(days=1)}, "date.future"),
        (FindingAct.RECTIFY, FindingState.RECTIFYING, {"on": date(2022, 3, 1)}, "supervision.date_order"),
    ],
)
def test_what_has_to_come_with_an_act(
    act: FindingAct, state: FindingState, changed: dict[str, Any], code: str
) -> None:
    wanted = {field: getattr(asked(act), field) for field in FindingAsked.__struct_fields__} | changed
    answer = judge_finding(
        finding_in(state), FindingAsked(**wanted), hand(BODY[FINDING_MOVES[act].who]), FACTS
    )
    assert isinstance(answer, Refused)
    assert answer.code == code
    assert answer.remedy


def test_dates_say_why() -> None:
    finding = finding_in(FindingState.ASSIGNED)
    lead = finding.lead
    assert lead is not None
    assert lead.sign_by is not None
    assert lead.sign_by.on == date(2022, 3, 3)
    assert "1个工作日" in lead.sign_by.line
    later = do(finding, FindingAct.EXTEND)
    assert later.lead is not None
    assert "原定 2022-04-01" in later.lead.due.line
    closed = finding_in(FindingState.CLOSED)
    assert closed.look_back is not None
    assert closed.look_back.on == date(2022, 6, 2)


def test_the_office_records_for_who_does_not_sign_in() -> None:
    shares = (SHARES[0], Share(body="board", lead=False, due_on=LATER, account=False))
    finding = registered()
    event = judge_finding(
        finding, FindingAsked(act=FindingAct.ASSIGN, on=DAY, shares=shares), hand("watch"), FACTS
    )
    assert isinstance(event, FindingMoved)
    finding = do(evolve(finding, event), FindingAct.SIGN)  # type: ignore[arg-type]
    waiting = {(each.kind, each.body) for each in work_of(finding)}
    assert waiting == {("finding_apply", "zone"), ("finding_sign_part", "watch")}
    unnamed = FindingAsked(act=FindingAct.SIGN_PART, on=DAY)
    answer = judge_finding(finding, unnamed, hand("watch"), FACTS)
    assert isinstance(answer, Refused)
    assert answer.code == "finding.no_part"
    named = FindingAsked(act=FindingAct.SIGN_PART, on=DAY, body="board")
    assert isinstance(judge_finding(finding, named, hand("watch"), FACTS), FindingMoved)


def drafted(**more: Any) -> Order:
    event = OrderDrafted(
        id="o", on=DAY, hand=hand("watch"), office="watch", colour=OrderColour.BLUE, trigger=Trigger.LAMP,
        addressee="zone", text=TEXT, **more,
    )  # fmt: skip
    found = evolve(None, event)
    assert isinstance(found, Order)
    return found


def order_asked(act: OrderAct) -> OrderAsked:
    return OrderAsked(act=act, on=DAY, text=TEXT, number="督办〔2022〕1号")


def move(order: Order, act: OrderAct) -> Order:
    event = judge_order(order, order_asked(act), hand(BODY[ORDER_MOVES[act].who]), FACTS)
    assert isinstance(event, OrderMoved), event
    after = evolve(order, event)
    assert isinstance(after, Order)
    return after


ORDER_WAY = {
    OrderState.DRAFT: (),
    OrderState.ISSUED: ("issue",),
    OrderState.SIGNED: ("issue", "sign"),
    OrderState.ANSWERED: ("issue", "sign", "answer"),
    OrderState.SENT_BACK: ("issue", "sign", "answer", "send_back"),
    OrderState.CLOSED: ("issue", "sign", "answer", "accept"),
    OrderState.DROPPED: ("drop",),
    OrderState.WITHDRAWN: ("issue", "withdraw"),
}
ORDER_EXPECTED = {
    "draft": {"issue": "issued", "drop": "dropped"},
    "issued": {"sign": "signed", "withdraw": "withdrawn"},
    "signed": {"answer": "answered", "withdraw": "withdrawn"},
    "answered": {"accept": "closed", "send_back": "sent_back"},
    "sent_back": {"answer": "answered", "withdraw": "withdrawn"},
    "closed": {},
    "dropped": {},
    "withdrawn": {},
}


def order_in(state: OrderState) -> Order:
    order = drafted()
    for act in ORDER_WAY[state]:
        order = move(order, OrderAct(act))
    assert order.state is state
    return order


@pytest.mark.parametrize("state", OrderState)
def test_every_cell_of_the_order_table(state: OrderState) -> None:
    order = order_in(state)
    for act, body in product(OrderAct, ("watch", "zone", STRANGER)):
        answer = judge_order(order, order_asked(act), hand(body), FACTS)
        to = ORDER_EXPECTED[state].get(act)
        theirs = {"sign", "answer"}
        own = theirs if body == "zone" else set(OrderAct) - theirs if body == "watch" else set()
        if to is not None and act in own:
            assert isinstance(answer, OrderMoved), (state, act, body, answer)
            assert answer.to == to
        else:
            assert isinstance(answer, Refused), (state, act, body)
            assert answer.code == ("order.state" if to is None else "supervision.not_yours")


def test_who_answered_does_not_accept() -> None:
    order = order_in(OrderState.ANSWERED)
    for by in (hand("watch", "p-zone"), hand("watch", "d", circle=("p-zone",))):
        answer = judge_order(order, order_asked(OrderAct.ACCEPT), by, FACTS)
        assert isinstance(answer, Refused)
        assert answer.code == "supervision.own_work"


def test_terms_begin_when_it_is_issued_and_anew_when_sent_back() -> None:
    order = order_in(OrderState.ISSUED)
    assert order.sign_by is not None
    assert order.sign_by.on == date(2022, 3, 3)
    assert order.answer_by is not None
    assert order.answer_by.on == date(2022, 3, 7)
    assert order.number == "督办〔2022〕1号"
    assert drafted().sign_by is None


def test_no_order_to_a_committee_but_through_its_office() -> None:
    assert check_addressee("zone", "") is None
    assert check_addressee("reform_office", "") is None
    refused = check_addressee("government", "")
    assert refused is not None
    assert refused.code == "order.through_offices"
    assert refused.basis
    assert check_addressee("government", "zone") is not None
    assert check_addressee("party_committee", "party_office") is None


def test_something_waits_wherever_something_is_to_be_done() -> None:
    for state in FindingState:
        open_ = state not in FINDING_DONE or state is FindingState.CLOSED
        assert bool(work_of(finding_in(state))) is open_, state
    for order_state in OrderState:
        assert bool(work_of(order_in(order_state))) is (order_state not in ORDER_DONE), order_state
