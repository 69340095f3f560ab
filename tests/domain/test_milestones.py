"""计划节点: who sets them, on what they rest, that the old dates stay, and when a lamp says 滞后."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import commands as c
from domain.lamps import Colour, LampRule, red_from, step_lamp
from tests.domain.play import Play, calendar, due, node, programme, step

PAPER = {"number": "示例办〔2022〕4号", "approver": "示例专班会议"}


def case(days: int = 40, **policy: Any) -> Play:
    """Two steps, the first of 40 working days from 1 March 2022."""
    first = step("1", due=[due(days, "working_day")], nodes=[node("head", "zone_head")])
    return Play(programme([first, step("2", after=["1"])], lamps=policy))


def plan(play: Play, place: str, day: str | None, **more: Any) -> None:
    on = date.fromisoformat(day) if day else None
    play.given(c.PlanDate, "reform.handler", place=place, planned_on=on, **PAPER, **more)


def shown(play: Play, day: str, key: str = "1") -> tuple[Colour, LampRule, str]:
    found = step_lamp(play.plan, play.now, key, date.fromisoformat(day), calendar())
    assert found is not None
    return found.colour, found.rule, found.line


def test_without_a_plan_nothing_lags() -> None:
    assert shown(case(), "2022-04-01")[:2] == (Colour.GREEN, LampRule.IN_TIME)


@pytest.mark.parametrize(
    ("day", "rule", "days"),
    [
        ("2022-03-11", LampRule.IN_TIME, 0),  # the planned Friday itself
        ("2022-03-13", LampRule.IN_TIME, 0),  # days off count nothing
        ("2022-03-14", LampRule.LAGGING, 1),
        ("2022-04-02", LampRule.LAGGING, 16),  # a make-up Saturday counts
        ("2022-04-05", LampRule.LAGGING, 16),  # 清明 does not
    ],
)
def test_a_step_lags_from_the_working_day_after_its_planned_date(day: str, rule: LampRule, days: int) -> None:
    play = case()
    plan(play, "step/1", "2022-03-11")
    colour, found, line = shown(play, day)
    assert found is rule
    assert colour is (Colour.YELLOW if days else Colour.GREEN)
    assert (f"计划2022-03-11完成,已滞后{days}个工作日(满1个)" in line) is bool(days)


def test_the_programme_says_from_when_it_lags_or_that_it_does_not() -> None:
    later, never = case(lag=3), case(lag=0)
    for play in (later, never):
        plan(play, "step/1", "2022-03-11")
    assert shown(later, "2022-03-15")[1] is LampRule.IN_TIME
    assert shown(later, "2022-03-16")[1] is LampRule.LAGGING
    assert shown(never, "2022-04-01")[1] is LampRule.IN_TIME


def test_red_is_the_deadlines_alone() -> None:
    play = case(5)
    plan(play, "step/1", "2022-03-02")
    assert shown(play, "2022-03-08")[:2] == (Colour.YELLOW, LampRule.LAGGING)
    assert shown(play, "2022-03-09")[:2] == (Colour.RED, LampRule.OVERDUE)
    red = red_from(play.plan, play.now, "1")
    assert red is not None
    assert red.on == date(2022, 3, 9)


def test_a_step_without_a_date_of_its_own_is_read_against_its_stage() -> None:
    play = case()
    plan(play, "stage/s1", "2022-03-11")
    assert shown(play, "2022-03-14")[2].startswith("所在环节计划2022-03-11完成")
    plan(play, "step/1", "2022-03-31")
    assert shown(play, "2022-03-14")[1] is LampRule.IN_TIME
    plan(play, "step/1", None)
    assert shown(play, "2022-03-14")[1] is LampRule.LAGGING


def test_what_is_done_lags_no_more() -> None:
    play = case()
    plan(play, "step/1", "2022-03-11")
    play.submit("1")
    play.decide("1", "zone.head")
    assert shown(play, "2022-04-20")[1] is LampRule.CLOSED


def test_a_plan_that_moves_keeps_the_dates_before_it() -> None:
    play = case()
    plan(play, "step/1", "2022-03-11")
    play.days(3)
    plan(play, "step/1", "2022-03-31")
    dates = play.now.milestones["step/1"]
    assert [str(each.planned_on) for each in dates] == ["2022-03-11", "2022-03-31"]
    assert dates[0].number == "示例办〔2022〕4号"
    assert play.emitted() == ["DatePlanned"]


@pytest.mark.parametrize(
    ("code", "by", "fields"),
    [
        ("actor.not_entitled", "zone.handler", {}),
        ("plan.place", "reform.handler", {"place": "step/9"}),
        ("plan.place", "reform.handler", {"place": "1"}),
        ("plan.basis_missing", "reform.handler", {"number": ""}),
        ("plan.basis_missing", "reform.handler", {"approver": ""}),
        ("plan.before_launch", "reform.handler", {"planned_on": date(2022, 2, 28)}),
        ("plan.same", "reform.handler", {"planned_on": None}),
        ("date.out_of_reach", "reform.handler", {"planned_on": date(2202, 3, 1)}),
    ],
)
def test_what_is_no_plan_is_refused(code: str, by: str, fields: dict[str, Any]) -> None:
    said = {"place": "step/1", "planned_on": date(2022, 3, 11), **PAPER, **fields}
    case().refused(code, c.PlanDate, by, **said)


def test_a_case_that_has_ended_is_not_planned() -> None:
    play = case()
    play.exception("terminate", "1")
    said = {"place": "step/1", "planned_on": date(2022, 3, 11), **PAPER}
    play.refused("case.ended", c.PlanDate, "reform.handler", **said)
