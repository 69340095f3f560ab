"""问题的一生: random acts by random people, beside a plain account of who did what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.supervising.evolve import evolve
from domain.supervising.finding import FindingAsked, Share, judge_finding
from domain.supervising.finding_table import FindingAct
from domain.supervising.matters import Finding, FindingMoved
from domain.supervising.values import Paper
from domain.supervising.work import work_of
from tests.domain.test_supervising_tables import (
    DAY,
    EXPECTED,
    FACTS,
    LATER,
    PLACE,
    SHARES,
    STRANGER,
    TEXT,
    hand,
    registered,
)

PEOPLE = ("a", "b", "c")
BODIES = ("watch", "zone", "finance", STRANGER)


class Life(RuleBasedStateMachine):
    """Random acts by random people; beside them a plain account of who did what."""

    @initialize()
    def begin(self) -> None:
        self.finding = registered()
        self.day = DAY
        self.state = "registered"
        self.rectified: set[str] = set()
        self.reopened = 0

    @rule(
        act=st.sampled_from(sorted(FindingAct)),
        person=st.sampled_from(PEOPLE),
        body=st.sampled_from(BODIES),
        acting_for=st.sampled_from(("", *PEOPLE)),
        circle=st.sets(st.sampled_from(PEOPLE), max_size=1),
        days=st.integers(0, 40),
    )
    def act(
        self, act: FindingAct, person: str, body: str, acting_for: str, circle: set[str], days: int
    ) -> None:
        day = min(self.day + timedelta(days=days), LATER)
        by = hand(body, person, acting_for=acting_for, circle=tuple(circle))
        given = FindingAsked(
            act=act,
            on=day,
            text=TEXT,
            papers=(Paper(title="示例", dated_on=day),),
            shares=tuple(Share(body=each.body, lead=each.lead, due_on=LATER) for each in SHARES),
            due_on=LATER + timedelta(days=1),
        )
        answer = judge_finding(self.finding, given, by, FACTS)
        to = EXPECTED[self.state].get(act)
        near = {person, acting_for, *circle} - {""}
        free = act not in ("review", "close", "confirm") or not near & self.rectified
        if isinstance(answer, FindingMoved):
            assert to is not None
            assert act in PLACE[body]
            assert free
            after = evolve(self.finding, answer)
            assert isinstance(after, Finding)
            self.finding, self.day, self.state = after, day, to
            if act in ("rectify", "apply", "report_part"):
                self.rectified |= {person, acting_for} - {""}
            self.reopened += act == "reopen"
        elif to is not None and act in PLACE[body] and free:
            assert answer.code in ("finding.look_back_early", "finding.signed", "finding.extend_when"), answer

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "finding"):
            return
        assert self.finding.state == self.state
        assert set(self.finding.hands) == self.rectified
        assert (self.finding.number, self.finding.reopened) == ("1", self.reopened)
        leads = [part for part in self.finding.parts if part.lead]
        assert len(leads) == (self.state not in ("registered", "cancelled")) or self.state == "cancelled"
        for each in work_of(self.finding):
            if each.kind in ("finding_review", "finding_close", "finding_look_back"):
                assert set(each.not_persons) == self.rectified


TestLife = pytest.mark.walk(Life.TestCase)
