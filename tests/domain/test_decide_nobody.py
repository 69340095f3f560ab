"""无人承办: a place without a body waits and is seen; nothing is passed because somebody is missing."""

from typing import Any

import pytest

from domain import commands as c
from domain.commands_reorganising import CarryOver
from domain.decide import Accepted
from domain.decisions import Outcome
from tests.domain.play import ROLE_BODIES, Play, node, programme, step


def lifted(mode: str, *roles: str) -> Play:
    """A step under review whose node asks these roles; the county's bureau has no successor."""
    play = Play(programme([step("1", nodes=[node("n0", *roles) | {"mode": mode}])]))
    play.submit("1")
    carry(play, county_head=(), county_handler=())
    return play


def carry(play: Play, *, fills: bool = False, **bodies: tuple[str, ...]) -> None:
    play.bodies = {**ROLE_BODIES, **bodies}
    done = play.act(CarryOver, "reform.handler", unit="u", unit_name="示例开发区", basis="示例", fills=fills)
    assert isinstance(done, Accepted), done


def asked(play: Play) -> set[tuple[str, str, str]]:
    return {(str(item.kind), item.role, item.body) for item in play.work.values()}


def decide(play: Play, by: str, **more: Any) -> Any:
    return play.act(c.Decide, by, step="1", node="n0", outcome=Outcome.AGREE, **more)


@pytest.mark.parametrize(("mode", "passes"), [("all", False), ("sequential", False), ("any", True)])
def test_a_node_is_not_passed_by_those_who_are_there_alone(mode: str, passes: bool) -> None:
    play = lifted(mode, "zone_head", "county_head")
    assert isinstance(decide(play, "zone.head"), Accepted)
    assert (play.state("1").status == "closed") is passes
    assert asked(play) == (set() if passes else {("decide", "county_head", "")})


def test_a_node_that_nobody_is_left_for_is_work_without_a_body() -> None:
    play = lifted("any", "county_head")
    assert asked(play) == {("decide", "county_head", "")}
    refused = decide(play, "county.head")
    assert refused.code == "actor.not_entitled"
    assert "县编办负责人(无人承办)" in refused.message


def test_the_place_heals_once_a_body_is_registered_and_nobody_else_is_asked_anew() -> None:
    play = lifted("all", "zone_head", "county_head")
    decide(play, "zone.head")
    carry(play, fills=True, zone_head=("b-other",))
    assert play.now.bodies["county_head"] == ("b-county",)
    assert play.now.bodies["zone_head"] == ("b-zone",), "only what was empty is filled"
    assert asked(play) == {("decide", "county_head", "b-county")}
    assert isinstance(decide(play, "county.head"), Accepted)
    assert play.state("1").status == "closed"


def test_a_step_without_a_doer_is_handed_to_the_body_that_comes() -> None:
    play = Play(programme([step("1", doer="county_handler")]))
    carry(play, county_handler=())
    assert asked(play) == {("submit", "county_handler", "")}
    carry(play, fills=True)
    assert asked(play) == {("submit", "county_handler", "b-county")}
    assert isinstance(play.act(c.Submit, "county.handler", step="1"), Accepted)
