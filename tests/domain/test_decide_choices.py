"""启动与选择: who opens a case, what is chosen when, and what a changed choice takes back."""

from typing import Any

from domain import commands as c
from tests.domain.play import ROLE_BODIES, Play, due, node, programme, step

RISK = {
    "id": "risk",
    "title": "风险",
    "values": {"low": "低", "high": "高"},
    "set_by": "zone_handler",
    "at": "1",
}
SCOPE = {"id": "scope", "title": "范围", "values": {"all": "全部", "plan": "只办方案"}}
HIGH = {"when": [{"risk": ["high"]}]}


def risky(*more: dict[str, Any], **fields: Any) -> Play:
    return Play(programme([step("1", nodes=[node("head", "zone_head")]), *more], choices=[RISK], **fields))


def choose(play: Play, value: str) -> None:
    play.given(c.SetChoice, "zone.handler", choice="risk", value=value)


def test_a_case_is_opened_once_by_the_overseer_with_every_role_filled() -> None:
    play = risky(step("2", after=["1"], **HIGH))
    again = {"unit": "u", "unit_name": "示例开发区"}
    play.refused("case.exists", c.OpenCase, "reform.handler", **again)
    play.case = None
    play.refused("actor.not_entitled", c.OpenCase, "zone.handler", **again)
    play.refused("choice.unknown", c.OpenCase, "reform.handler", choices={"speed": "fast"}, **again)
    play.refused("choice.value", c.OpenCase, "reform.handler", choices={"risk": "middle"}, **again)
    play.refused("case.unknown", c.SetChoice, "zone.handler", choice="risk", value="low")
    play.bodies = {role: held for role, held in ROLE_BODIES.items() if role != "city_head"}
    refused = play.refused("launch.nobody", c.OpenCase, "reform.handler", **again)
    assert "市编办负责人" in refused.message


def test_what_is_chosen_at_launch_must_be_chosen_then_and_stays() -> None:
    steps = [step("1"), step("2", after=["1"], when=[{"scope": ["all"]}])]
    play = Play(programme(steps, choices=[SCOPE]), choices={"scope": "plan"})
    play.refused("choice.not_settable", c.SetChoice, "zone.handler", choice="scope", value="all")
    play.submit("1")
    assert play.now.status == "completed"
    play.case = None
    play.refused("choice.missing", c.OpenCase, "reform.handler", unit="u", unit_name="示例开发区")


def test_a_choice_is_made_before_its_step_is_submitted_by_who_sets_it() -> None:
    play = risky(step("2", after=["1"], **HIGH))
    refused = play.refused("choice.missing", c.Submit, "zone.handler", step="1")
    assert "zonectl step choose" in refused.remedy
    play.refused("actor.not_entitled", c.SetChoice, "zone.head", choice="risk", value="low")
    play.refused("choice.value", c.SetChoice, "zone.handler", choice="risk", value="middle")
    choose(play, "low")
    choose(play, "high")
    play.submit("1")
    play.refused("choice.fixed", c.SetChoice, "zone.handler", choice="risk", value="low")
    play.decide("1", "zone.head")
    play.refused("choice.fixed", c.SetChoice, "zone.handler", choice="risk", value="low")
    assert play.status("2") == "in_progress"


def test_a_step_of_which_it_is_not_known_whether_it_applies_holds_up_what_follows_it() -> None:
    play = risky(step("2", **HIGH), step("3", after=["2"]))
    assert (play.status("2"), play.status("3")) == ("not_started", "not_started")
    choose(play, "low")
    assert (play.status("2"), play.status("3")) == ("not_started", "in_progress")


def test_a_changed_choice_takes_back_what_no_longer_applies() -> None:
    play = risky(step("2", nodes=[node("head", "zone_head")], due=[due(5)], **HIGH))
    choose(play, "high")
    play.submit("2")
    choose(play, "low")
    assert play.status("2") == "not_started"
    assert [w.step for w in play.work.values()] == ["1"]
    assert not [t for t in play.timers.values() if t.step == "2"]
    choose(play, "high")
    assert (play.status("2"), play.state("2").round) == ("in_progress", 2)


def test_a_changed_choice_takes_back_what_now_has_something_before_it() -> None:
    play = risky(step("2", **HIGH), step("3", after=["2"]), step("4", after=["3"]))
    choose(play, "low")
    play.submit("3")
    choose(play, "high")
    assert [play.status(k) for k in "234"] == ["in_progress", "not_started", "not_started"]


def test_a_default_is_taken_as_chosen_and_counts_for_the_same_submission() -> None:
    """The node that does not apply under it is not asked, and the paper not missed."""
    legal = node("legal", "county_head", **HIGH)
    default = RISK | {"default": "low"}
    built = programme([step("1", nodes=[legal, node("head", "zone_head")])], choices=[default])
    play = Play(built)
    play.submit("1")
    assert play.now.choices == {"risk": "low"}
    assert play.emitted() == ["ChoiceSet", "Submitted", "NodeOpened"]
    assert play.state("1").node == "head"


def test_terms_follow_the_choice() -> None:
    play = risky(step("2", due=[due(5), due(30, **HIGH)]))
    assert play.state("2").due is not None
    choose(play, "low")
    short = play.timers["due:2"].on
    choose(play, "high")
    assert play.timers["due:2"].on > short


def test_a_shortest_term_warns_and_does_not_block() -> None:
    play = Play(programme([step("1", due=[due(7, minimum="yes")])]))
    play.submit("1")
    assert play.last is not None
    assert "最短期间" in play.last.warnings[0]
    late = Play(programme([step("1", due=[due(7, minimum="yes")])]))
    late.days(30)
    late.submit("1")
    assert late.last is not None
    assert not late.last.warnings


def test_a_case_that_is_unknown_is_refused_and_not_a_fault() -> None:
    play = Play(programme([step("1")]))
    play.case = None
    play.refused("case.unknown", c.Submit, "zone.handler", step="1", round=1)
