"""亮灯: every rule on its border days, and that what is foretold as red is red, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain import commands as c
from domain.case import CheckFinding, CheckResult
from domain.decisions import Outcome
from domain.lamp_policy import LampPolicy, Rung
from domain.lamps import Colour, LampRule, lamp, red_from, step_lamp
from domain.workdays import work_calendar
from tests.domain.play import MACHINE, Play, calendar, due, node, programme, step

OPENED = date(2022, 3, 1)
DUE = date(2022, 3, 29)  # 20 working days later: yellow from 4 (20 %), not from 5
SHORT_DUE = date(2022, 3, 8)  # 5 working days later: yellow from 1
LONG_DUE = date(2022, 5, 31)  # 62 working days later: yellow from 5 (days), not from 12 (20 %)


@pytest.mark.parametrize(
    ("due_on", "today", "colour", "left"),
    [
        (DUE, date(2022, 3, 22), Colour.GREEN, 5),
        (DUE, date(2022, 3, 23), Colour.YELLOW, 4),
        (DUE, date(2022, 3, 29), Colour.YELLOW, 0),
        (DUE, date(2022, 3, 30), Colour.RED, -1),
        (DUE, date(2022, 4, 2), Colour.RED, -4),  # a make-up Saturday counts
        (DUE, date(2022, 4, 5), Colour.RED, -4),  # 清明 does not
        (SHORT_DUE, date(2022, 3, 4), Colour.GREEN, 2),
        (SHORT_DUE, date(2022, 3, 5), Colour.GREEN, 2),
        (SHORT_DUE, date(2022, 3, 7), Colour.YELLOW, 1),
        (LONG_DUE, date(2022, 5, 23), Colour.GREEN, 6),
        (LONG_DUE, date(2022, 5, 24), Colour.YELLOW, 5),
        (LONG_DUE, date(2022, 6, 1), Colour.RED, -1),
        (date(2022, 3, 4), date(2022, 3, 5), Colour.RED, -1),  # due on a Friday, looked at on the Saturday
    ],
)
def test_the_lamp_follows_the_deadline(due_on: date, today: date, colour: Colour, left: int) -> None:
    shown = lamp(LampPolicy(), OPENED, due_on, today, work_calendar())
    assert (shown.colour, shown.left) == (colour, left)
    assert due_on.isoformat() in shown.line
    assert shown.since == (due_on + timedelta(days=1) if colour is Colour.RED else None)


def test_without_a_deadline_there_is_no_colour() -> None:
    shown = lamp(LampPolicy(), OPENED, None, OPENED, work_calendar())
    assert (shown.word, shown.rule) == ("待定", LampRule.NO_DEADLINE)


def test_a_ladder_that_does_not_rise_is_refused() -> None:
    with pytest.raises(ValidationError, match="逐级增大"):
        LampPolicy(escalation=[Rung(after=5, draft="order", by="supervisor")] * 2)


# --- the whole step


CHECKS = [{"id": "P-04", "steps": ["1"], "basis": {"text": "示例"}, "parameters": {"step": "1", "days": "7"}}]


def timed(**policy: Any) -> Play:
    """One step of ten working days, 1 to 15 March."""
    made = step("1", due=[due(10, "working_day")], nodes=[node("head", "zone_head")])
    return Play(programme([made, step("2", after=["1"])], checks=CHECKS, lamps=policy), sound=False)


def shown(play: Play, key: str = "1", day: str = "") -> tuple[Colour, LampRule] | None:
    found = step_lamp(play.plan, play.now, key, date.fromisoformat(day) if day else play.today, calendar())
    return (found.colour, found.rule) if found else None


def told(play: Play, *, holds: bool = False, waiver: str = "", place: str = "1") -> None:
    finding = CheckFinding(key="k1", place=place, text="示例问题", since=play.today, waiver=waiver)
    result = CheckResult(
        check="P-04", passed=bool(waiver), evaluated_on=play.today, rule_version="1", findings=(finding,),
        holds=("1",) if holds else (),
    )  # fmt: skip
    play.given(c.RecordChecks, MACHINE, results=(result,))


def test_what_is_not_open_has_no_lamp() -> None:
    play = timed()
    assert shown(play, "2") is None
    play.exception("terminate", "1")
    assert shown(play) is None


def test_a_failing_check_is_yellow_once_handed_in_and_never_red_in_time() -> None:
    play = timed()
    told(play)
    assert shown(play) == (Colour.GREEN, LampRule.IN_TIME), "not handed in yet"
    play.submit("1")
    assert shown(play) == (Colour.YELLOW, LampRule.CHECK_FAILING)
    assert shown(play, day="2022-03-15") == (Colour.YELLOW, LampRule.CHECK_FAILING)
    assert shown(play, day="2022-03-16") == (Colour.RED, LampRule.OVERDUE), "the deadline goes before"
    told(play, waiver="w1")
    assert shown(play) == (Colour.GREEN, LampRule.IN_TIME)


def test_a_finding_that_lies_elsewhere_does_not_colour_the_step() -> None:
    play = timed()
    play.submit("1")
    told(play, place="register/roster")
    assert shown(play) == (Colour.YELLOW, LampRule.CHECK_FAILING), "in no step: of the steps it is for"


@pytest.mark.parametrize(("held", "colour"), [("red", Colour.RED), ("yellow", Colour.YELLOW)])
def test_a_closed_step_that_a_check_holds(held: str, colour: Colour) -> None:
    play = timed(held=held)
    play.submit("1")
    play.decide("1", "zone.head")
    assert shown(play) == (Colour.DONE, LampRule.CLOSED)
    play.days(1)
    told(play, holds=True)
    assert shown(play) == (colour, LampRule.HELD)
    found = step_lamp(play.plan, play.now, "1", play.today, calendar())
    assert found is not None
    assert (found.word, found.checks) == ("被拦截", ("P-04",))
    assert found.since == (play.today if held == "red" else None)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(0, (Colour.GREEN, LampRule.IN_TIME)), (1, (Colour.YELLOW, LampRule.RETURNED))],
)
def test_returns_colour_only_where_the_programme_says_so(
    policy: int, expected: tuple[Colour, LampRule]
) -> None:
    play = timed(returned=policy)
    play.submit("1")
    play.decide("1", "zone.head", Outcome.RETURN)
    assert shown(play) == expected


def test_a_step_that_stands_still_has_no_colour() -> None:
    play = timed()
    play.today = date(2022, 3, 10)
    play.exception("suspend", "1")
    assert shown(play, day="2022-04-29") == (Colour.NONE, LampRule.SUSPENDED)


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ("2022-03-15", (Colour.DONE, LampRule.CLOSED)),
        ("2022-03-16", (Colour.DONE_LATE, LampRule.CLOSED_LATE)),
    ],
)
def test_what_was_done_late_stays_apart(closed: str, expected: tuple[Colour, LampRule]) -> None:
    play = timed()
    play.today = date.fromisoformat(closed)
    play.submit("1")
    play.decide("1", "zone.head")
    assert shown(play, day="2022-06-01") == expected


def test_what_is_foretold_as_red_is_red_and_nothing_else() -> None:
    """Over four months of days, in every state that a step passes through."""
    play = timed()
    states = [play.now]
    play.submit("1")
    states.append(play.now)
    told(play)
    states.append(play.now)
    play.today = date(2022, 3, 10)
    play.decide("1", "zone.head", Outcome.RETURN)
    states.append(play.now)
    play.exception("stop_clock", "1", new="2022-03-10")
    states.append(play.now)
    play.today = date(2022, 3, 18)
    play.exception("start_clock", "1", new="2022-03-18")
    states.append(play.now)
    play.submit("1")
    play.decide("1", "zone.head")
    states.append(play.now)
    told(play, holds=True)
    states.append(play.now)
    days = [play.today + timedelta(days=n) for n in range(120)]
    for case in states:
        for key in case.steps:
            red = red_from(play.plan, case, key)
            foretold = [red is not None and day >= red.on for day in days]
            found = [step_lamp(play.plan, case, key, day, calendar()) for day in days]
            assert foretold == [each is not None and each.colour is Colour.RED for each in found]
