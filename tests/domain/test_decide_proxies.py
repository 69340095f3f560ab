"""请假代理: a deputy may do it and says for whom, and is no way round separation of duties."""

import pytest

from domain import commands as c
from domain.decisions import Medium, Outcome
from domain.judging import Acting, Actor
from tests.domain.play import REASON, Play, node, paper, programme, step

HEAD = Acting(person="zone.head", body="b-zone", position="head")
HANDLER = Acting(person="zone.handler", body="b-zone", position="handler")
DEPUTY = Actor(person="county.head", positions=frozenset({("b-county", "head")}), acting_for=(HEAD,))


def play(*nodes: dict[str, object]) -> Play:
    return Play(programme([step("1", evidence=[paper("text", required="no")], nodes=list(nodes))]))


def test_a_deputy_decides_in_the_seat_and_the_decision_says_for_whom() -> None:
    p = play(node("n", "zone_head"))
    p.submit("1")
    p.given(c.Decide, DEPUTY, step="1", node="n", outcome=Outcome.AGREE)
    (decided,) = (x.decision for x in p.events if type(x).__name__ == "Decided")
    assert (decided.decided_by, decided.acting_for, decided.seat) == (
        "county.head",
        "zone.head",
        "zone_head@b-zone",
    )
    assert p.status("1") == "closed"


def test_the_scope_of_a_proxy_is_its_programmes_and_its_kinds_of_work() -> None:
    for narrow in ({"programmes": frozenset({"other"})}, {"works": frozenset({"submit"})}):
        p = play(node("n", "zone_head"))
        p.submit("1")
        away = Acting(person="zone.head", body="b-zone", position="head", **narrow)  # type: ignore[arg-type]
        by = Actor(person="county.head", acting_for=(away,))
        p.refused("actor.not_entitled", c.Decide, by, step="1", node="n", outcome=Outcome.AGREE)


@pytest.mark.parametrize(
    ("submitter", "decider"),
    [
        (Actor(person="x", positions=frozenset({("b-zone", "handler")}), acting_for=(HEAD,)), None),
        (
            Actor(person="zone.head", positions=frozenset({("b-zone", "handler"), ("b-zone", "head")})),
            Actor(person="x", acting_for=(HEAD,)),
        ),
        (
            Actor(person="x", acting_for=(Acting(person="zone.head", body="b-zone", position="handler"),)),
            Actor(person="zone.head", positions=frozenset({("b-zone", "head")})),
        ),
    ],
    ids=["the deputy's own", "the principal's own", "handed in for who decides"],
)
def test_nobody_decides_their_own_submission_through_a_proxy(submitter: Actor, decider: Actor | None) -> None:
    p = play(node("n", "zone_head"))
    p.given(c.Submit, submitter, step="1")
    by = decider or submitter
    p.refused("duty.own_submission", c.Decide, by, step="1", node="n", outcome=Outcome.AGREE)
    (item,) = p.work.values()
    assert not all(item.may(who) for who in (by.person, *(away.person for away in by.acting_for)))


def test_a_deputy_named_in_a_recording_is_seen_through_too() -> None:
    p = play(node("n", "zone_head"))
    by = Actor(person="zone.proxy", acting_for=(HANDLER,))
    p.given(c.Submit, by, step="1")
    fields = {"step": "1", "node": "n", "outcome": Outcome.AGREE, "medium": Medium.SIGNED_PAPER}
    p.refused("duty.own_submission", c.Decide, "zone.handler2", decided_by="zone.proxy", **fields)


def test_neither_the_principal_nor_the_deputy_checks_what_one_of_them_recorded() -> None:
    p = play(node("n", "county_head"))
    p.submit("1", "zone.handler2")
    deputy = Actor(person="x", acting_for=(HANDLER,))
    p.given(
        c.Decide,
        deputy,
        step="1",
        node="n",
        outcome=Outcome.AGREE,
        decided_by="county.head",
        medium=Medium.SIGNED_PAPER,
    )
    for by in ("zone.handler", deputy):
        p.refused("duty.own_recording", c.CheckDecision, by, step="1", decision="1")
    (item,) = p.work.values()
    assert [item.may(who) for who in ("x", "zone.handler", "zone.handler2")] == [False, False, True]
    p.given(c.CheckDecision, "zone.handler2", step="1", decision="1")
    assert p.status("1") == "closed"


def test_the_changes_a_deputy_reported_are_confirmed_by_neither() -> None:
    p = play(node("m", "committee", kind="meeting", act="会议议定", confirm_by="zone_head"))
    p.submit("1", "zone.handler2")
    p.record(
        "1", "county.handler", "b-committee", outcome=Outcome.PASSED_WITH_CHANGES, medium=Medium.MINUTES,
        number="无文号",
    )  # fmt: skip
    p.check_last("1", "county.handler2")
    for_head = Actor(person="x", acting_for=(Acting(person="zone.head", body="b-zone", position="handler"),))
    p.given(c.ReportChanges, for_head, step="1", decision="1", opinion=REASON)
    p.refused("duty.own_changes", c.ConfirmChanges, "zone.head", step="1", decision="1")
    p.given(c.ConfirmChanges, "zone.head2", step="1", decision="1")


def test_what_a_second_person_vouches_for_by_name_is_not_done_by_proxy() -> None:
    p = play(node("n", "zone_head"))
    overseer = Acting(person="reform.handler", body="b-reform", position="handler")
    p.propose("suspend", "1")
    proposal = next(iter(p.now.proposals))
    by = Actor(person="x", acting_for=(overseer,))
    p.refused("actor.not_entitled", c.ConfirmProposal, by, step="1", proposal=proposal)
