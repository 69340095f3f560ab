"""红灯记录: when red began and ended, by both dates; the ladder, on working days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.case import CheckFinding, CheckResult
from domain.decisions import Outcome
from domain.lamp_history import Act, History, Record, Spell, record, rungs
from domain.lamp_policy import LampPolicy
from domain.lamps import LampRule
from tests.domain.play import MACHINE, Play, calendar, due, node, programme, step

CHECKS = [{"id": "P-04", "steps": ["1"], "basis": {"text": "示例"}, "parameters": {"step": "1", "days": "7"}}]


def day(text: str) -> date:
    return date.fromisoformat(f"2022-{text}")


class Told(Play):
    """A play that keeps each act with its two dates, as the ledger does."""

    def __init__(self, **policy: Any) -> None:
        self.acts: list[Act] = []
        made = [
            step("1", due=[due(10, "working_day")], nodes=[node("head", "zone_head")]),
            step("2", due=[due(15, "working_day")]),
        ]
        super().__init__(programme(made, checks=CHECKS, lamps=policy), sound=False)

    def act(self, kind: Any, by: Any, /, **fields: Any) -> Any:
        on, before = fields.get("on", self.today), len(self.events)
        answer = super().act(kind, by, **fields)
        if len(self.events) > before:
            self.acts.append(Act(tuple(self.events[before:]), on, self.today))
        return answer

    def spells(self, today: str, step_id: str = "1") -> list[Spell]:
        return [each for each in self.history().spells(day(today)) if each.step == step_id]

    def history(self) -> History:
        history = History(lambda _: self.plan)
        for act in self.acts:
            history.take(act)
        return history


def plain(found: list[Spell]) -> list[tuple[str, str, str, bool]]:
    return [
        (
            f"{each.began_on:%m-%d}",
            f"{each.ended_on:%m-%d}" if each.ended_on else "",
            each.ended_by,
            each.mistaken,
        )
        for each in found
    ]


def test_red_begins_on_the_day_after_the_deadline_and_lasts() -> None:
    play = Told()
    assert play.spells("03-15") == []
    assert plain(play.spells("03-16")) == [("03-16", "", "", False)]
    assert [each.step for each in play.history().spells(day("03-23"))] == ["1", "2"]


def test_it_ends_when_it_is_done_and_is_kept() -> None:
    play = Told()
    play.today = day("03-18")
    play.submit("1")
    play.decide("1", "zone.head")
    assert plain(play.spells("12-30")) == [("03-16", "03-18", "已办结", False)]
    assert record(play.spells("12-30"), day("12-30"), calendar()) == Record(times=1, total=3, longest=3)


def test_done_on_the_last_day_is_never_red() -> None:
    play = Told()
    play.today = day("03-15")
    play.submit("1")
    play.decide("1", "zone.head")
    assert play.spells("12-30") == []


def test_what_was_in_time_and_recorded_late_is_kept_as_mistaken_and_counts_nowhere() -> None:
    play = Told()
    play.today = day("03-21")
    play.submit("1", on=day("03-14"))
    play.decide("1", "zone.head", on=day("03-15"))
    assert plain(play.spells("03-31")) == [("03-16", "03-21", "已办结", True)]
    assert record(play.spells("03-31"), day("03-31"), calendar()) == Record()
    assert rungs(LampPolicy(), play.spells("03-31")[0], day("03-31"), calendar()) == ()


def test_recorded_late_but_red_until_it_happened() -> None:
    play = Told()
    play.today = day("03-25")
    play.submit("1", on=day("03-17"))
    play.decide("1", "zone.head", on=day("03-17"))
    assert plain(play.spells("03-31")) == [("03-16", "03-17", "已办结", False)]


def test_an_extension_ends_it_and_it_can_come_again() -> None:
    play = Told()
    play.today = day("03-17")
    play.exception("extend", "1", new="2022-03-22")
    found = play.spells("03-24")
    assert plain(found) == [("03-16", "03-17", "时限顺延", False), ("03-23", "", "", False)]
    assert record(found, day("03-24"), calendar()) == Record(times=2, total=4, longest=2, red=True)


def test_a_clock_that_was_stopped_in_time_takes_it_back() -> None:
    play = Told()
    play.today = day("03-17")
    play.exception("stop_clock", "1", new="2022-03-15")
    assert plain(play.spells("04-30")) == [("03-16", "03-17", "停止计时", True)]


def test_a_return_does_not_end_it() -> None:
    play = Told()
    play.today = day("03-18")
    play.submit("1")
    play.decide("1", "zone.head", Outcome.RETURN)
    found = play.spells("03-18")
    assert [each.rule for each in found] == [LampRule.OVERDUE]


def test_held_by_a_check_after_closing_is_a_record_of_its_own() -> None:
    play = Told()
    play.submit("1")
    play.decide("1", "zone.head")
    for on, failing in (("03-03", True), ("03-09", False)):
        play.today = day(on)
        finding = CheckFinding(key="k", place="1", text="示例问题", since=day("03-03"))
        found = (finding,) if failing else ()
        holds = ("1",) if failing else ()
        result = CheckResult(
            check="P-04", passed=not failing, evaluated_on=play.today, rule_version="1", findings=found,
            holds=holds,
        )  # fmt: skip
        play.given(c.RecordChecks, MACHINE, results=(result,))
    assert [(each.rule, each.checks) for each in play.spells("04-30")] == [(LampRule.HELD, ("P-04",))]
    assert plain(play.spells("04-30")) == [("03-03", "03-09", "已办结", False)]


def test_a_new_version_of_the_programme_may_put_a_lamp_out() -> None:
    """Held by a check is red in one version and yellow in the next, which comes with an act elsewhere."""
    play, milder = Told(), Told(held="yellow")
    play.submit("1")
    play.decide("1", "zone.head")
    play.today = day("03-03")
    finding = CheckFinding(key="k", place="1", text="示例问题", since=day("03-03"))
    result = CheckResult(
        check="P-04", passed=False, evaluated_on=play.today, rule_version="1", findings=(finding,),
        holds=("1",),
    )  # fmt: skip
    play.given(c.RecordChecks, MACHINE, results=(result,))
    play.today = day("03-10")
    play.submit("2")
    plans = [play.plan] * (len(play.acts) - 1) + [milder.plan]
    history = History(lambda _: plans.pop(0))
    for act in play.acts:
        history.take(act)
    assert plain(list(history.spells(day("04-30")))) == [("03-03", "03-10", "已办结", False)]


def test_a_case_that_is_ended_is_red_no_more() -> None:
    play = Told()
    play.today = day("03-17")
    play.exception("terminate", "1")
    ended = play.spells("04-30")
    assert [(each.began_on, each.ended_on) for each in ended] == [(day("03-16"), day("03-17"))]


@pytest.mark.parametrize("missed", range(0, 60, 7))
def test_looking_back_later_gives_the_same_as_looking_every_day(missed: int) -> None:
    """Day by day, the record only grows; what a later look finds of a day is what that day's look found."""
    play = Told()
    play.today = day("03-17")
    play.exception("extend", "1", new="2022-03-22")
    play.today = day("04-11")
    play.submit("1")
    play.decide("1", "zone.head")
    final = play.history().spells(day("05-31"))
    assert len(final) == 3
    assert play.history().spells(day("04-12") + timedelta(days=missed)) == final


def test_the_next_day_on_which_something_turns_red() -> None:
    play = Told()
    asked = [play.today, day("03-16"), day("03-23")]
    assert [play.history().next_red(on) for on in asked] == [day("03-16"), day("03-23"), None]


# --- the ladder


@pytest.mark.parametrize(
    ("today", "reached"),
    [
        ("03-15", []),
        ("03-16", [("order", "03-16")]),
        ("03-21", [("order", "03-16")]),
        ("03-22", [("order", "03-16"), ("circular", "03-22")]),
        ("03-28", [("order", "03-16"), ("circular", "03-22")]),
        ("03-29", [("order", "03-16"), ("circular", "03-22"), ("talk", "03-29")]),
        ("12-30", [("order", "03-16"), ("circular", "03-22"), ("talk", "03-29")]),
    ],
)
def test_each_rung_comes_on_its_working_day(today: str, reached: list[tuple[str, str]]) -> None:
    spell = Spell(step="1", began_on=day("03-16"), rule=LampRule.OVERDUE)
    found = rungs(LampPolicy(), spell, day(today), calendar())
    assert [(str(each.rung.draft), f"{each.on:%m-%d}") for each in found] == reached


def test_a_rung_waits_for_the_working_day_and_counts_make_up_saturdays() -> None:
    friday = Spell(step="1", began_on=day("04-02"), rule=LampRule.OVERDUE)  # due on Friday 1 April
    found = rungs(LampPolicy(), friday, day("04-30"), calendar())
    assert [f"{each.on:%m-%d}" for each in found] == ["04-02", "04-11", "04-18"]


def test_what_ended_before_a_rung_never_reaches_it() -> None:
    spell = Spell(step="1", began_on=day("03-16"), rule=LampRule.OVERDUE, ended_on=day("03-21"))
    assert len(rungs(LampPolicy(), spell, day("12-30"), calendar())) == 1
