"""审批节点: every kind and mode, every sequence of answers: whose turn it is and when it has spoken."""

from itertools import product
from typing import Any, ClassVar

import pytest

from domain import commands as c
from domain.decisions import OUTCOMES_BY_KIND, Adoption, Medium, Outcome
from domain.programme import NodeKind
from tests.domain.play import REASON, ROLE_BODIES, Play, node, programme, step

HEADS = ("zone_head", "county_head", "city_head")
PEOPLE = {role: role.replace("_", ".") for role in HEADS}
A, D, R = Outcome.AGREE, Outcome.DISAGREE, Outcome.RETURN
NUMBER = "示纪〔2022〕第5号"


def one(*roles: str, **more: Any) -> Play:
    play = Play(programme([step("1", nodes=[node("n", *roles, **more)])]))
    play.submit("1")
    return play


def asked(play: Play) -> list[str]:
    return [w.role for w in play.work.values() if w.kind == "decide"]


def answer(play: Play, role: str, outcome: Outcome) -> None:
    play.decide("1", PEOPLE[role], outcome)


# --- approve


def test_sequential_asks_one_after_the_other() -> None:
    play = one(*HEADS)
    for place, role in enumerate(HEADS):
        assert asked(play) == [role]
        for other in HEADS[place + 1 :]:
            play.refused("actor.not_entitled", c.Decide, PEOPLE[other], step="1", node="n", outcome=A)
        answer(play, role, A)
    assert play.now.status == "completed"


def test_sequential_seats_keep_the_order_of_dates() -> None:
    play = one(*HEADS)
    before = play.today
    play.days(3)
    answer(play, "zone_head", A)
    play.refused("date.before_predecessor", c.Decide, "county.head", step="1", node="n", outcome=A, on=before)
    play.given(c.Decide, "county.head", step="1", node="n", outcome=A, on=before, out_of_order="原件日期在先")


def test_any_needs_one_and_all_needs_every_one() -> None:
    play = one(*HEADS, mode="any")
    assert asked(play) == list(HEADS)
    answer(play, "city_head", A)
    assert play.now.status == "completed"
    play = one(*HEADS, mode="all")
    for role in reversed(HEADS):
        assert play.now.status == "open"
        answer(play, role, A)
    assert play.now.status == "completed"


@pytest.mark.parametrize("mode", ["sequential", "any", "all"])
def test_one_against_sends_it_back_where_votes_are_not_counted(mode: str) -> None:
    play = one(*HEADS, mode=mode)
    answer(play, "zone_head", D)
    assert play.status("1") == "returned"


def votes(quorum: int, collect: bool) -> dict[tuple[Outcome, ...], str]:
    """What becomes of every way three can vote, in order."""
    found = {}
    for ballot in product([A, D], repeat=3):
        play = one(*HEADS, mode="quorum", quorum=quorum, collect="yes" if collect else "no")
        cast = 0
        for role, vote in zip(HEADS, ballot, strict=True):
            if play.status("1") == "in_review":
                answer(play, role, vote)
                cast += 1
        found[ballot] = f"{play.status('1')} {cast}"
    return found


def test_a_vote_ends_as_soon_as_it_is_decided() -> None:
    assert votes(2, collect=False) == {
        (A, A, A): "closed 2",
        (A, A, D): "closed 2",
        (A, D, A): "closed 3",
        (A, D, D): "returned 3",
        (D, A, A): "closed 3",
        (D, A, D): "returned 3",
        (D, D, A): "returned 2",
        (D, D, D): "returned 2",
    }


def test_a_collecting_vote_hears_everyone_and_then_counts() -> None:
    counted = votes(2, collect=True)
    assert {ballot: result.split()[1] for ballot, result in counted.items()} == dict.fromkeys(counted, "3")
    for ballot, result in counted.items():
        assert result.startswith("closed" if ballot.count(A) >= 2 else "returned"), ballot


def test_collected_opinions_return_once_and_to_the_limit() -> None:
    play = one(*HEADS, mode="all", collect="yes", max_returns=1)
    answer(play, "zone_head", D)
    assert asked(play) == ["county_head", "city_head"], "the others are heard all the same"
    answer(play, "county_head", R)
    answer(play, "city_head", A)
    assert play.emitted().count("Returned") == 1
    assert play.state("1").round == 2
    play.submit("1")
    refused = play.refused(
        "return.limit", c.Decide, "zone.head", step="1", node="n", outcome=R, opinion=REASON
    )
    assert "1次" in refused.message
    answer(play, "zone_head", A)


def test_the_limit_bounds_returns_and_never_dissent() -> None:
    """不同意 is an answer to the matter: nobody can be made to agree because they have disagreed before."""
    play = one("zone_head", max_returns=1)
    for _ in range(3):
        answer(play, "zone_head", D)
        assert play.state("1").returns == {}
        play.submit("1")
    answer(play, "zone_head", R)
    play.submit("1")
    refused = play.refused(
        "return.limit", c.Decide, "zone.head", step="1", node="n", outcome=R, opinion=REASON
    )
    assert "同意;原则同意、修改后印发;不同意" in refused.remedy
    answer(play, "zone_head", D)
    assert play.state("1").returns == {"n": 1}


def test_a_revise_at_a_countersign_is_a_return_and_a_reserve_is_left_at_the_limit() -> None:
    play = one("county_head", kind="countersign", act="会签", max_returns=1)
    answer(play, "county_head", Outcome.REVISE)
    play.submit("1")
    again = {"step": "1", "node": "n", "outcome": Outcome.REVISE, "opinion": REASON}
    assert "保留意见" in play.refused("return.limit", c.Decide, "county.head", **again).remedy
    answer(play, "county_head", Outcome.RESERVE)
    assert play.now.status == "completed"


# --- countersign, consult, meeting


def test_a_dissent_at_a_countersign_goes_up_with_its_reason() -> None:
    play = one("county_head", "city_head", kind="countersign", act="会签")
    answer(play, "county_head", Outcome.RESERVE)
    assert play.now.status == "open"
    answer(play, "city_head", A)
    assert play.now.status == "completed"
    kept = play.decision("1", "n")
    assert kept is not None
    assert (kept.outcome, kept.opinion) == (Outcome.RESERVE, REASON)


def test_a_revise_at_a_countersign_waits_for_everyone() -> None:
    play = one("county_head", "city_head", kind="countersign", act="会签")
    answer(play, "county_head", Outcome.REVISE)
    assert play.status("1") == "in_review"
    answer(play, "city_head", A)
    assert play.status("1") == "returned"


def test_each_opinion_needs_its_answer() -> None:
    play = one("county_head", "city_head", kind="consult", act="征求意见")
    answer(play, "county_head", Outcome.OPINION)
    answer(play, "city_head", Outcome.NO_OPINION)
    assert play.kinds() == ["adopt"]
    opinion = next(d for d in play.state("1").decisions if d.outcome is Outcome.OPINION)
    at = {"step": "1", "decision": opinion.id}
    play.refused("actor.not_entitled", c.AdoptOpinion, "zone.head", adoption=Adoption.ADOPTED, **at)
    play.refused("adopt.reason_missing", c.AdoptOpinion, "zone.handler", adoption=Adoption.PARTLY, **at)
    play.given(c.AdoptOpinion, "zone.handler", adoption=Adoption.REJECTED, reason=REASON, **at)
    assert play.now.status == "completed"


def test_adoption_is_settled_once_the_node_has_closed() -> None:
    play = Play(
        programme(
            [
                step(
                    "1",
                    nodes=[node("n", "county_head", kind="consult", act="征求意见"), node("m", "zone_head")],
                )
            ]
        )
    )
    play.submit("1")
    answer(play, "county_head", Outcome.OPINION)
    opinion = play.state("1").decisions[0].id
    play.given(c.AdoptOpinion, "zone.handler", step="1", decision=opinion, adoption=Adoption.ADOPTED)
    play.refused(
        "adopt.too_late",
        c.AdoptOpinion,
        "zone.handler",
        step="1",
        decision=opinion,
        adoption=Adoption.ADOPTED,
    )


def test_who_is_consulted_is_chosen_at_run_time() -> None:
    play = one(kind="consult", act="征求意见", participants="run_time")
    assert play.kinds() == ["invite"]
    at = {"step": "1", "node": "n"}
    play.refused("consult.nobody", c.InviteParticipants, "zone.handler", bodies=(), **at)
    play.refused("actor.not_entitled", c.InviteParticipants, "zone.head", bodies=("b-city",), **at)
    play.given(c.InviteParticipants, "zone.handler", bodies=("b-city", "b-city", "b-county"), **at)
    assert sorted(w.body for w in play.work.values() if w.kind == "decide") == ["b-city", "b-county"]
    play.decide("1", "city.handler", Outcome.NO_OPINION)
    play.refused("consult.answered", c.InviteParticipants, "zone.handler", bodies=("b-reform",), **at)
    play.decide("1", "county.head", Outcome.NO_OPINION)
    assert play.now.status == "completed"


def test_only_registered_bodies_are_consulted_and_near_names_are_offered() -> None:
    play = one(kind="consult", act="征求意见", participants="run_time")
    at = {"step": "1", "node": "n"}
    code = "consult.unknown_body"
    typed = play.refused(code, c.InviteParticipants, "zone.handler", bodies=("b-city", "b-conty"), **at)
    assert typed.facts["bodies"] == "b-conty"
    assert "县编办(b-county)" in typed.remedy
    named = play.refused(code, c.InviteParticipants, "zone.handler", bodies=("县编办公室",), **at)
    assert "县编办(b-county)" in named.remedy
    far = play.refused(code, c.InviteParticipants, "zone.handler", bodies=("某某",), **at)
    assert "登记" in far.remedy
    assert play.kinds() == ["invite"]


def test_choosing_participants_early_does_not_move_the_node_now_open() -> None:
    ask = node("ask", kind="consult", act="征求意见", participants="run_time")
    play = Play(programme([step("1", nodes=[node("head", "zone_head"), ask])]))
    play.submit("1")
    play.days(3)
    play.given(c.InviteParticipants, "zone.handler", step="1", node="ask", bodies=("b-city",))
    assert play.emitted() == ["ParticipantsInvited"]
    assert play.state("1").node == "head"


def test_each_participating_area_has_a_seat_and_where_there_is_none_nothing_waits() -> None:
    play = one("area_head", kind="consult", act="征求意见")
    assert [w.body for w in play.work.values()] == ["b-area1", "b-area2"]

    class Alone(Play):
        bodies: ClassVar = {role: held for role, held in ROLE_BODIES.items() if role != "area_head"}

    alone = Alone(programme([step("1", nodes=[node("n", "area_head", kind="consult", act="征求意见")])]))
    alone.submit("1")
    assert alone.now.status == "completed"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.PASSED, "closed"),
        (Outcome.PASSED_WITH_CHANGES, "in_review"),
        (Outcome.REJECTED, "returned"),
        (Outcome.DEFERRED, "in_review"),
    ],
)
def test_a_meeting_decides_by_its_minutes(outcome: Outcome, status: str) -> None:
    play = one("committee", kind="meeting", act="会议议定")
    minutes = {"decided_by": "b-committee", "medium": Medium.MINUTES, "number": NUMBER}
    play.decide("1", "county.handler", outcome, **minutes)
    assert play.status("1") == "in_review", "not before the recording is checked"
    play.check_last("1", "county.handler2")
    assert play.status("1") == status


def test_a_deferred_matter_comes_up_again() -> None:
    play = one("committee", kind="meeting", act="会议议定")
    minutes = {"decided_by": "b-committee", "medium": Medium.MINUTES, "number": NUMBER}
    play.decide("1", "county.handler", Outcome.DEFERRED, **minutes)
    assert asked(play) == []
    play.check_last("1", "county.handler2")
    assert asked(play) == ["committee"]
    play.decide("1", "county.handler", Outcome.PASSED, **minutes)
    play.check_last("1", "county.handler2")
    assert play.now.status == "completed"


# --- every kind × outcome × medium


KIND_ROLES = {
    NodeKind.APPROVE: "county_head",
    NodeKind.COUNTERSIGN: "county_head",
    NodeKind.CONSULT: "county_head",
    NodeKind.MEETING: "committee",
}


def expected(kind: NodeKind, outcome: Outcome, medium: Medium, reason: bool, number: bool) -> str:
    """The first rule a recording breaks, or nothing; as practice.md 1 has it, written out plainly."""
    if outcome not in OUTCOMES_BY_KIND[kind]:
        return "decide.outcome"
    if not reason and outcome in {
        Outcome.AGREE_WITH_CHANGES,
        Outcome.DISAGREE,
        Outcome.RETURN,
        Outcome.RESERVE,
        Outcome.REVISE,
        Outcome.OPINION,
        Outcome.DEFERRED,
        Outcome.REJECTED,
    }:
        return "decide.reason_missing"
    if not number and medium in {Medium.MINUTES, Medium.REPLY}:
        return "decide.number_missing"
    return "record.medium" if medium in {Medium.ONLINE, Medium.CLOCK} else ""


@pytest.mark.parametrize("kind", list(NodeKind))
def test_every_outcome_by_every_medium(kind: NodeKind) -> None:
    """Recorded by the clerk who drafted, for whoever decides; with and without reason and number."""
    acts = {"approve": "审批", "countersign": "会签", "consult": "征求意见", "meeting": "会议议定"}
    play = one(KIND_ROLES[kind], kind=str(kind), act=acts[str(kind)])
    start, decided_by = play.case, "b-committee" if kind is NodeKind.MEETING else "county.head"
    for outcome, medium, reason, number in product(Outcome, Medium, [True, False], [True, False]):
        play.case = start
        fields = {
            "step": "1",
            "node": "n",
            "outcome": outcome,
            "medium": medium,
            "decided_by": decided_by,
            "opinion": REASON if reason else None,
            "number": NUMBER if number else "",
        }
        code = expected(kind, outcome, medium, reason, number)
        if code:
            play.refused(code, c.Decide, "zone.handler", **fields)
        else:
            play.given(c.Decide, "zone.handler", **fields)
            assert play.state("1").decisions[-1].unchecked
            assert play.status("1") == "in_review", "a recording counts only once it is checked"
            assert play.kinds().count("check") == 1
