"""新版流程: an approval under the old version never passes a moved, inserted or changed gate under the new.

A case in review under version 1 goes on under a plan whose step has been changed. What counted and is
unchanged still counts; what was changed, or comes after something new, is asked again.
"""

from typing import Any

import pytest

from domain import commands as c
from domain.decisions import Outcome
from domain.plan import compile_plan
from tests.domain.play import Play, due, node, paper, programme, step

HEAD, COUNTY, CITY = node("head", "zone_head"), node("county", "county_head"), node("city", "city_head")


def plan_of(*nodes: dict[str, Any], **more: Any) -> Any:
    given = {"evidence": [paper("text")], "nodes": list(nodes), **more}
    return programme([step("1", **given), step("2", after=["1"])])


def approved(*nodes: dict[str, Any]) -> Play:
    """The head and the county have agreed; whoever comes after them is asked."""
    play = Play(plan_of(*nodes))
    play.evidence("1", "text")
    play.submit("1")
    play.decide("1", "zone.head")
    play.decide("1", "county.head")
    assert play.state("1").node == "city"
    return play


def goes_on_under(play: Play, *nodes: dict[str, Any], **more: Any) -> list[str]:
    """The next thing anybody does settles the case under the new plan; whose turn is it then?"""
    play.plan = compile_plan(plan_of(*nodes, **more))
    play.given(c.AddEvidence, "zone.handler", step="1", slot="note", mode="reference", title="情况说明")
    return [w.node for w in play.work.values() if w.kind == "decide"]


NOTE = {"evidence": [paper("text"), paper("note", required="no")]}
LOOKS = {"looks_at": ["text"]}
OLD = [HEAD | LOOKS, COUNTY | LOOKS, CITY | LOOKS]
"""Version 1: three in a row, all looking at the text alone."""


def versions() -> dict[str, tuple[list[dict[str, Any]], list[str], set[str]]]:
    """What the new version says, whose turn it is then, and whose decisions still count."""
    legal = node("legal", "reform_handler") | LOOKS
    return {
        "nothing changed": (OLD, ["city"], {"head", "county"}),
        "a node inserted first": ([legal, *OLD], ["legal"], set()),
        "a node inserted after the first": ([OLD[0], legal, *OLD[1:]], ["legal"], {"head"}),
        "a node added at the end": ([*OLD, legal], ["city"], {"head", "county"}),
        "two nodes exchanged": ([OLD[1], OLD[0], OLD[2]], ["county"], set()),
        "the first node's role changed": (
            [OLD[0] | {"roles": ["reform_handler"]}, *OLD[1:]],
            ["head"],
            {"county"},
        ),
        "a role added": (
            [OLD[0], OLD[1] | {"roles": ["county_head", "reform_handler"]}, OLD[2]],
            ["county"],
            {"head"},
        ),
        "another mode": ([OLD[0] | {"mode": "any"}, *OLD[1:]], ["head"], {"county"}),
        "another kind": ([OLD[0] | {"kind": "countersign", "act": "会签"}, *OLD[1:]], ["head"], {"county"}),
        "another text": ([OLD[0] | {"text": "同意报送"}, *OLD[1:]], ["head"], {"county"}),
        "another title and term only": (
            [OLD[0] | {"title": "主任审", "due": due(3)}, *OLD[1:]],
            ["city"],
            {"head", "county"},
        ),
        "the node asked taken out": (OLD[:2], [], {"head", "county"}),
        "an earlier node taken out": (OLD[1:], ["county"], set()),
    }


@pytest.mark.parametrize("change", list(versions()))
def test_nothing_counts_that_should_not_and_what_is_unchanged_is_kept(change: str) -> None:
    nodes, turn, kept = versions()[change]
    play = Play(programme([step("1", nodes=OLD, **NOTE), step("2", after=["1"])]))
    play.evidence("1", "text")
    play.submit("1")
    play.decide("1", "zone.head")
    play.decide("1", "county.head")
    assert goes_on_under(play, *nodes, **NOTE) == turn
    if not turn:
        assert play.status("1") == "closed"
        return
    _finish(play, kept)


def _finish(play: Play, kept: set[str]) -> None:
    """Whoever is asked agrees; those whose decisions count are never asked again."""
    asked = set()
    while play.status("1") == "in_review":
        item = next(w for w in play.work.values() if w.kind == "decide")
        asked.add(item.node)
        play.decide("1", item.role.replace("_", "."), seat=item.seat, node=item.node)
    assert not asked & kept
    step_plan = play.plan.view({}).by_id["1"]
    assert {node.id for node in step_plan.nodes} == asked | (kept & {n.id for n in step_plan.nodes})


def test_a_version_that_asks_for_another_paper_asks_everyone_again() -> None:
    play = approved(HEAD, COUNTY, CITY)
    play.plan = compile_plan(
        programme(
            [
                step("1", evidence=[paper("text"), paper("map")], nodes=[HEAD, COUNTY, CITY]),
                step("2", after=["1"]),
            ]
        )
    )
    play.given(c.AddEvidence, "zone.handler", step="1", slot="map", mode="reference", title="范围图")
    assert [w.node for w in play.work.values()] == ["head"]


def test_an_old_recording_does_not_count_once_it_is_checked_under_the_new_version() -> None:
    play = Play(plan_of(HEAD))
    play.evidence("1", "text")
    play.submit("1")
    play.record("1", "zone.handler", "zone.head")
    play.plan = compile_plan(plan_of(HEAD | {"text": "同意报送"}))
    play.check_last("1", "zone.handler2")
    assert play.status("1") == "in_review"
    assert [w.node for w in play.work.values()] == ["head"]


def test_withdrawing_under_a_version_that_has_lost_the_node_is_judged_and_not_a_fault() -> None:
    play = approved(HEAD, COUNTY, CITY)
    gone = play.state("1").decisions[1].id
    play.plan = compile_plan(plan_of(HEAD, CITY))
    play.given(c.WithdrawDecision, "county.head", step="1", decision=gone)
    assert [w.node for w in play.work.values()] == ["city"]


def test_a_seat_that_moved_to_another_office_is_asked_there() -> None:
    """The node is the same and its seats are others: they get the work and the timer."""
    ask = node("ask", "county_head", kind="consult", act="征求意见", silence="no_opinion", due=due(5))
    play = Play(plan_of(ask))
    play.evidence("1", "text")
    play.submit("1")
    play.plan = compile_plan(plan_of(ask | {"roles": ["city_head"]}))
    play.given(c.AddEvidence, "zone.handler", step="1", slot="text", mode="reference", title="一稿")
    assert [s.role for s in play.state("1").seats] == ["city_head"]
    play.fire("lapse:1:ask")
    assert play.status("1") == "closed"
    assert {d.seat for d in play.state("1").decisions} == {"city_head@b-city"}


def test_outcomes_of_an_old_round_stay_in_the_old_round() -> None:
    play = approved(HEAD, COUNTY, CITY)
    play.decide("1", "city.head", Outcome.RETURN)
    play.submit("1")
    assert [w.node for w in play.work.values()] == ["head"]
