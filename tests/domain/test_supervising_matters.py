"""督办单、通报约谈、提请、来源、检查的一生: random acts by random people, beside a plain account of each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.decisions import Medium
from domain.refusal import Refused
from domain.supervising.admonition import AdmonitionAsked, judge_admonition
from domain.supervising.admonition_table import AdmonitionAct, AdmonitionKind
from domain.supervising.evolve import evolve
from domain.supervising.judging import Asked
from domain.supervising.matters import (
    Admonition,
    AdmonitionDrafted,
    Inspection,
    InspectionRecorded,
    Matter,
    Order,
    OrderDrafted,
    Request,
    RequestRaised,
    RequestState,
    Source,
    SourceRegistered,
    SupervisionEvent,
)
from domain.supervising.order import OrderAsked, judge_order
from domain.supervising.order_table import OrderAct, OrderColour, Trigger
from domain.supervising.requests import (
    Answered,
    Quota,
    judge_cancelling,
    judge_quota,
    judge_request,
    judge_source_answer,
)
from domain.supervising.values import SourceKind
from domain.supervising.work import work_of
from tests.domain.test_supervising_tables import DAY, FACTS, LATER, TEXT, hand

PEOPLE = ("a", "b", "c")
BODIES = ("watch", "zone", "elsewhere")
DAYS = st.integers(0, 40)
who = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(BODIES))

ORDER_WAYS = {
    ("draft", "issue"): ("watch", "issued"),
    ("draft", "drop"): ("watch", "dropped"),
    ("issued", "sign"): ("zone", "signed"),
    ("issued", "withdraw"): ("watch", "withdrawn"),
    ("signed", "answer"): ("zone", "answered"),
    ("signed", "withdraw"): ("watch", "withdrawn"),
    ("answered", "send_back"): ("watch", "sent_back"),
    ("answered", "accept"): ("watch", "closed"),
    ("sent_back", "answer"): ("zone", "answered"),
    ("sent_back", "withdraw"): ("watch", "withdrawn"),
}
"""Written down apart from the table: state and act → who does it, and what comes of it."""
ADMONITION_WAYS = {
    ("circular", "draft", "issue"): "issued",
    ("circular", "draft", "drop"): "dropped",
    ("circular", "issued", "withdraw"): "withdrawn",
    ("talk", "draft", "issue"): "issued",
    ("talk", "draft", "drop"): "dropped",
    ("talk", "issued", "hold"): "held",
    ("talk", "issued", "withdraw"): "withdrawn",
}


def begun(event: SupervisionEvent) -> Matter:
    return evolve(None, event)


class Matters(RuleBasedStateMachine):
    """One of each kind; each act is judged, and the account says beforehand what has to come of it."""

    @initialize(kind=st.sampled_from(sorted(AdmonitionKind)), account=st.booleans())
    def begin(self, kind: AdmonitionKind, account: bool) -> None:
        told = {"on": DAY, "hand": hand("watch", "a"), "office": "watch"}
        self.order = begun(
            OrderDrafted(
                id="d", colour=OrderColour.BLUE, trigger=Trigger.PERSON, addressee="zone",
                account=account, text=TEXT, **told,
            )
        )  # fmt: skip
        self.account, self.order_state, self.answerers, self.order_day = account, "draft", set[str](), DAY
        self.admonition = begun(
            AdmonitionDrafted(
                id="b", kind=kind, subjects=("f",), subject="f", addressees=("zone",),
                facts=("示例",), text=TEXT, **told,
            )
        )  # fmt: skip
        self.kind, self.admonition_state, self.admonition_day = kind, "draft", DAY
        self.request = begun(
            RequestRaised(
                id="t", on=DAY, hand=hand("zone", "b"), office="watch", body="zone", leader=TEXT, title=TEXT
            )
        )
        self.request_state = "raised"
        self.source = begun(
            SourceRegistered(id="s", kind=SourceKind.ORAL, issued_on=DAY, issuer=TEXT, title=TEXT, **told)
        )
        self.answered, self.open = False, {"f1", "f2"}
        self.inspections: list[Matter] = []
        self.cancelled: set[str] = set()

    @rule(act=st.sampled_from(sorted(OrderAct)), by=who, circle=st.sampled_from(("", *PEOPLE)), days=DAYS)
    def on_the_order(self, act: OrderAct, by: tuple[str, str], circle: str, days: int) -> None:
        person, body = by
        day = min(self.order_day + timedelta(days=days), LATER)
        by_ = hand(body, person, circle=tuple(filter(None, (circle,))))
        number = "1" if act is OrderAct.ISSUE else ""
        assert isinstance(self.order, Order)
        answer = judge_order(self.order, OrderAsked(act=act, on=day, text=TEXT, number=number), by_, FACTS)
        place, to = ORDER_WAYS.get((self.order_state, act), ("", ""))
        place = place if self.account else place and "watch"
        own = act == "accept" and bool({person, circle} & self.answerers)
        assert isinstance(answer, Refused) is not (body == place and not own), answer
        if not isinstance(answer, Refused):
            self.order, self.order_state, self.order_day = evolve(self.order, answer), to, day
            if act == "answer":
                self.answerers.add(person)

    @rule(act=st.sampled_from(sorted(AdmonitionAct)), by=who, number=st.sampled_from(("", "1")), days=DAYS)
    def on_the_admonition(self, act: AdmonitionAct, by: tuple[str, str], number: str, days: int) -> None:
        day = min(self.admonition_day + timedelta(days=days), LATER)
        asked = AdmonitionAsked(act=act, on=day, text=TEXT, number=number)
        assert isinstance(self.admonition, Admonition)
        answer = judge_admonition(self.admonition, asked, hand(by[1], by[0]), FACTS)
        to = ADMONITION_WAYS.get((self.kind, self.admonition_state, act))
        able = to is not None and by[1] == "watch" and bool(number or act != "issue")
        assert isinstance(answer, Refused) is not able, answer
        if not isinstance(answer, Refused) and to is not None:
            self.admonition = evolve(self.admonition, answer)
            self.admonition_state, self.admonition_day = to, day

    @rule(to=st.sampled_from((RequestState.ANSWERED, RequestState.WITHDRAWN)), by=who, said=st.booleans())
    def on_the_request(self, to: RequestState, by: tuple[str, str], said: bool) -> None:
        asked = Answered(on=DAY, text=TEXT if said else None, medium=Medium.TELEPHONE)
        assert isinstance(self.request, Request)
        answer = judge_request(self.request, asked, to, hand(by[1], by[0]), FACTS)
        place = "watch" if to is RequestState.ANSWERED else "zone"
        able = self.request_state == "raised" and by[1] == place and said
        assert isinstance(answer, Refused) is not able, answer
        if not isinstance(answer, Refused):
            self.request, self.request_state = evolve(self.request, answer), str(to)

    @rule(finding=st.sampled_from(("f1", "f2")))
    def a_finding_is_done(self, finding: str) -> None:
        self.open.discard(finding)

    @rule(by=who)
    def on_the_source(self, by: tuple[str, str]) -> None:
        asked = Answered(on=DAY, text=TEXT)
        assert isinstance(self.source, Source)
        left = tuple(sorted(self.open))
        answer = judge_source_answer(self.source, asked, left, hand(by[1], by[0]), FACTS)
        able = not self.answered and not self.open and by[1] == "watch"
        assert isinstance(answer, Refused) is not able, answer
        if not isinstance(answer, Refused):
            self.source, self.answered = evolve(self.source, answer), True

    @rule(approval=st.sampled_from(("", "示例批〔2022〕1号")))
    def inspect(self, approval: str) -> None:
        counted = len(self.inspections) - len(self.cancelled)
        quota = Quota(unit="u", year=2022, count=counted, quota=2)
        over = judge_quota(quota, approval)
        assert (over is None) is (counted < 2 or bool(approval))
        if over is None:
            event = InspectionRecorded(
                id=f"j{len(self.inspections)}", on=DAY, hand=hand("watch", "a"), office="watch", unit="u",
                year=2022, inspector="watch", subject=TEXT, count=counted + 1, quota=2, approval=approval,
            )  # fmt: skip
            self.inspections.append(begun(event))

    @rule(place=st.integers(0, 9), by=who)
    def cancel_an_inspection(self, place: int, by: tuple[str, str]) -> None:
        if place >= len(self.inspections):
            return
        found = self.inspections[place]
        assert isinstance(found, Inspection)
        answer = judge_cancelling(found, Asked(on=DAY, text=TEXT), hand(by[1], by[0]), FACTS)
        able = found.id not in self.cancelled and by[1] == "watch"
        assert isinstance(answer, Refused) is not able, answer
        if not isinstance(answer, Refused):
            self.inspections[place] = evolve(found, answer)
            self.cancelled.add(found.id)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "order"):
            return
        order, told, asked = self.order, self.admonition, self.request
        assert isinstance(order, Order)
        assert isinstance(told, Admonition)
        assert isinstance(asked, Request)
        assert (order.state, told.state, asked.state) == (
            self.order_state, self.admonition_state, self.request_state,
        )  # fmt: skip
        assert set(order.hands) == self.answerers
        assert bool(order.number) == (self.order_state not in ("draft", "dropped"))
        assert bool(told.number) == (self.admonition_state not in ("draft", "dropped"))
        assert isinstance(self.source, Source)
        assert (self.source.answered_on is not None) is self.answered
        ended = {each.id for each in self.inspections if isinstance(each, Inspection) and each.cancelled}
        assert ended == self.cancelled

    @invariant()
    def what_waits_is_what_can_be_done(self) -> None:
        """Each open matter waits with somebody; each closed one with nobody."""
        if not hasattr(self, "order"):
            return
        waiting = {each.kind.removeprefix("order_") for each in work_of(self.order)}
        assert bool(waiting) == any(state == self.order_state for state, _ in ORDER_WAYS)
        assert waiting <= {act for state, act in ORDER_WAYS if state == self.order_state}
        kind, state = str(self.kind), self.admonition_state
        told = state == "draft" or (kind, state) == ("talk", "issued")
        assert bool(work_of(self.admonition)) is told
        assert bool(work_of(self.request)) is (self.request_state == "raised")
        if self.order_state == "answered":
            assert {person for each in work_of(self.order) for person in each.not_persons} == self.answerers


TestMatters = pytest.mark.walk(Matters.TestCase)
