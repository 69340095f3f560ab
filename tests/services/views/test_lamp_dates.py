"""亮灯: what lists and figures show is what the rule says of each step, on every day around its borders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec
import pytest

from domain import commands as c
from domain.case import Case, CheckFinding, CheckResult, split_key
from domain.decide import Accepted
from domain.lamp_policy import LampPolicy
from domain.lamps import Colour, step_lamp
from domain.milestones import PlannedDate
from domain.plan import Plan, compile_plan
from domain.programme import Programme
from domain.programme_source import load
from domain.refusal import Refused
from domain.states import OPEN, StepStatus
from domain.workdays import work_calendar
from samples.player import Player
from services.views.digest import Borders, Bucket, case_digest
from services.views.tallies import BUCKETS, case_tally

CALENDAR = work_calendar()
FILE = Path(__file__).parents[3] / "programmes" / "development-zone" / "1.yaml"


class Recorder(Player):
    """The player, with the case after every act."""

    def __init__(self, programme: Programme) -> None:
        self.states: list[Case] = []
        super().__init__(programme, {"scope": "full"})

    def try_(self, person: str, body: str, position: str, command: c.Command) -> Accepted | Refused:
        result = super().try_(person, body, position, command)
        self.states.append(self.now)
        return result


@cache
def played() -> Recorder:
    programme = load(FILE.read_text(encoding="utf-8"))
    assert isinstance(programme, Programme)
    recorder = Recorder(programme)
    recorder.play()
    return recorder


@cache
def some_cases() -> tuple[Case, ...]:
    """The case (示例) after every tenth act."""
    return tuple(played().states[::10])


def days(case: Case) -> Iterator[date]:
    """Around every deadline, and far from all."""
    dues = {state.due.date for state in case.steps.values() if state.due and state.due.date}
    near = {
        due + timedelta(days=n) for due in sorted(dues)[-4:] for n in (-12, -9, -7, -5, -3, -2, -1, 0, 1, 2)
    }
    yield from sorted({case.opened_on, *near, date(2023, 1, 20)})


def assert_same(plan: Plan, case: Case) -> set[Colour]:
    found = set()
    digest = case_digest(plan, case, 1, Borders(CALENDAR))
    for on in days(case):
        for step in digest.steps:
            lamp = step_lamp(plan, case, step.key, on, CALENDAR)
            assert step.colour(on) == (lamp.colour if lamp else None), (step.key, on)
            if lamp is not None and step.bucket(on) not in (Bucket.VERIFY, Bucket.DONE):
                assert step.word(on) == lamp.word, (step.key, on)
            found.add(lamp.colour if lamp else Colour.NONE)
    return found


def test_every_step_has_the_lamp_that_the_rule_gives_it() -> None:
    found = set()
    for case in some_cases():
        found |= assert_same(played().plan, case)
    assert found >= {Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.DONE}


@pytest.mark.parametrize(
    "policy", [LampPolicy(soon_days=0), LampPolicy(soon_days=9, soon_share=90), LampPolicy(soon_share=0)]
)
def test_yellow_begins_as_the_programme_says(policy: LampPolicy) -> None:
    programme = played().plan.programme.model_copy(update={"lamps": policy})
    plan = compile_plan(programme)
    for case in some_cases()[::4]:
        assert_same(plan, case)


@pytest.mark.parametrize("held", ["red", "yellow"])
def test_what_else_is_the_matter_shows_whatever_the_day(held: str) -> None:
    policy = LampPolicy(returned=2, held=held)  # type: ignore[arg-type]
    plan = compile_plan(played().plan.programme.model_copy(update={"lamps": policy}))
    use = plan.programme.checks[0].id
    colours = set()
    for case in some_cases()[1::3]:
        opened = [key for key, state in case.steps.items() if state.status in OPEN]
        closed = [key for key, state in case.steps.items() if state.status is StepStatus.CLOSED]
        steps = dict(case.steps)
        for key in opened[:1]:
            steps[key] = msgspec.structs.replace(steps[key], returns={"n": 2})
        for key in opened[1:2]:
            steps[key] = msgspec.structs.replace(steps[key], submitted_on=case.opened_on)
        finding = CheckFinding(
            key="k", place=opened[1] if opened[1:] else "", text="示例", since=case.opened_on
        )
        result = CheckResult(
            check=use, passed=False, evaluated_on=case.opened_on, rule_version="1", findings=(finding,),
            holds=tuple(closed[:1]),
        )  # fmt: skip
        changed = msgspec.structs.replace(case, steps=steps, checks={use: result}, held=tuple(closed[:1]))
        colours |= assert_same(plan, changed)
    assert Colour.YELLOW in colours


def planned(case: Case, programme: Programme, days: int) -> Case:
    """The case with a planned date for every other stage and for its open steps, some days after launch."""
    on = case.opened_on + timedelta(days=days)
    date_ = PlannedDate(planned_on=on, on=case.opened_on, by="p", number="无文号", approver="示例专班")
    places = [f"stage/{stage.id}" for stage in programme.stages[::2]]
    opened = sorted({split_key(key)[0] for key, state in case.steps.items() if state.status in OPEN})
    places += [f"step/{key}" for key in opened[::2]]
    return msgspec.structs.replace(case, milestones=dict.fromkeys(places, (date_,)))


@pytest.mark.parametrize("policy", [LampPolicy(), LampPolicy(lag=5, returned=1), LampPolicy(lag=0)])
def test_a_step_behind_its_planned_date_is_yellow_in_lists_as_by_the_rule(policy: LampPolicy) -> None:
    programme = played().plan.programme.model_copy(update={"lamps": policy})
    plan, lagging = compile_plan(programme), 0
    for number, case in enumerate(some_cases()[2::5]):
        made = planned(case, programme, number * 23 % 200)
        assert_same(plan, made)
        digest = case_digest(plan, made, 1, Borders(CALENDAR))
        lagging += sum(step.word(date(2022, 9, 21)) == "滞后" for step in digest.steps)
        for step in digest.steps:
            for on in (step.lag_on, step.lag_on and step.lag_on - timedelta(days=1)):
                lamp = step_lamp(plan, made, step.key, on, CALENDAR) if on else None
                assert lamp is None or (step.colour(on), step.word(on)) == (lamp.colour, lamp.word)  # type: ignore[arg-type]
    assert (lagging > 0) is bool(policy.lag)


def test_every_task_is_in_one_figure() -> None:
    for case in some_cases():
        digest = case_digest(played().plan, case, 1, Borders(CALENDAR))
        for on in (case.opened_on, date(2022, 9, 21)):
            tally = case_tally(digest, on)
            assert tally.tally.total == len(digest.steps)
            for place, bucket in enumerate(BUCKETS):
                counted = [each for each in digest.steps if each.bucket(on) is bucket]
                assert tally.tally.counts[place] == len(counted)
                assert sum(each.tally.of(bucket) for each in tally.stages.values()) == len(counted)
