"""日期的范围: a year that nobody meant is asked back wherever it is entered, in the same words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from cli.dates import parse_date
from cli.stops import StopError
from domain import commands as c
from domain.cells import Problem, read_day
from domain.date_reach import FIRST_DAY, LAST_DAY, out_of_reach
from tests.domain.play import REASON, Play, due, node, programme, step
from web.api.shapes import Day

TODAY = date(2022, 3, 1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("on", [FIRST_DAY, TODAY, LAST_DAY])
def test_the_first_and_the_last_day_are_taken_everywhere(on: date) -> None:
    assert out_of_reach(on) is None
    assert parse_date(on.isoformat(), TODAY) == on
    assert read_day(on) == on
    assert read_day(on.isoformat()) == on
    assert TypeAdapter(Day).validate_python(on.isoformat()) == on


@pytest.mark.parametrize("on", [FIRST_DAY - DAY, LAST_DAY + DAY, date.min, date.max, date(202, 2, 3)])
def test_a_day_beyond_is_refused_everywhere_in_the_same_words(on: date) -> None:
    refused = out_of_reach(on)
    assert refused is not None
    assert refused.message == f"日期 {on} 不在 1900 年至 2099 年之间"
    with pytest.raises(StopError) as stopped:
        parse_date(on.isoformat(), TODAY)
    assert refused.message in str(stopped.value.message)
    for cell in (on, on.isoformat()):
        problem = read_day(cell)
        assert isinstance(problem, Problem)
        assert (problem.code, problem.message) == ("day.out_of_reach", refused.message)
    with pytest.raises(ValidationError, match=refused.message):
        TypeAdapter(Day).validate_python(on.isoformat())


def test_a_command_names_no_day_that_no_calendar_reaches() -> None:
    play = Play(programme([step("1", due=[due(10, "working_day")], nodes=[node("head", "zone_head")])]))
    far = {"kind": "extend", "reason": REASON, "new": "9999-12-31"}
    play.refused("date.out_of_reach", c.Propose, "zone.handler", step="1", **far)
    play.refused(
        "date.out_of_reach", c.Circulate, "zone.handler",
        step="1", readers=("b-reform/any",), until=date.max,
    )  # fmt: skip
