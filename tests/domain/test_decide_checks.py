"""检查结果: a gate on a check opens with its result, at once, and never by a result on something else."""

from datetime import date, timedelta
from typing import Any

from domain import commands as c
from domain.case import CheckResult
from domain.gates import awaited_checks
from domain.reads import lying
from tests.domain.play import MACHINE, START, Play, basis, paper, programme, step

CHECKS = [{"id": "P-01", "basis": basis()}, {"id": "P-02", "basis": basis()}]


def gated() -> Play:
    """2 waits for 1 and for a check of 1's text."""
    steps = [step("1", evidence=[paper("text")]), step("2", after=["1"], gates=[{"check": "P-01"}])]
    play = Play(programme(steps, checks=CHECKS))
    play.evidence("1", "text")
    return play


def result(play: Play, *, passed: bool = True, on: date | None = None, **more: Any) -> CheckResult:
    saw = {"1/text": lying(play.now, "1/text").digest}
    given = {"check": "P-01", "rule_version": "1", "saw": saw, **more}
    return CheckResult(passed=passed, evaluated_on=on or play.today, **given)


def record(play: Play, *results: CheckResult) -> None:
    play.given(c.RecordChecks, MACHINE, results=results)


def test_the_result_opens_the_gate_at_once() -> None:
    play = gated()
    play.submit("1")
    assert (play.status("2"), play.kinds()) == ("not_started", [])
    assert list(awaited_checks(play.plan, play.now)) == [("P-01", "2")]
    record(play, result(play, passed=False, summary="缺 1 项"))
    assert play.status("2") == "not_started"
    assert list(awaited_checks(play.plan, play.now)) == [("P-01", "2")]
    record(play, result(play))
    assert play.emitted() == ["ChecksRecorded", "StepOpened"]
    assert list(awaited_checks(play.plan, play.now)) == []
    kept = play.now.checks["P-01"]
    assert (kept.passed, kept.evaluated_on, kept.rule_version) == (True, play.today, "1")


def test_a_result_from_before_the_last_step_serves_when_that_closes() -> None:
    play = gated()
    record(play, result(play))
    play.submit("1")
    assert play.status("2") == "in_progress"


def test_a_result_on_an_older_paper_opens_nothing() -> None:
    play = gated()
    record(play, result(play))
    play.evidence("1", "text", "二稿")
    play.submit("1")
    assert play.status("2") == "not_started"
    record(play, result(play))
    assert play.status("2") == "in_progress"


def test_a_check_that_fails_later_takes_nothing_back() -> None:
    play = gated()
    play.submit("1")
    record(play, result(play))
    record(play, result(play, passed=False))
    assert play.status("2") == "in_progress"
    play.submit("2")
    assert play.now.status == "completed"


def test_only_the_machine_brings_results_of_declared_checks_in_order_of_dates() -> None:
    play = gated()
    play.refused("checks.by_machine", c.RecordChecks, "reform.handler", results=(result(play),))
    play.refused("checks.unknown", c.RecordChecks, MACHINE, results=(result(play, check="Z-9"),))
    play.refused("checks.none", c.RecordChecks, MACHINE, results=())
    tomorrow = play.today + timedelta(days=1)
    play.refused("date.future", c.RecordChecks, MACHINE, results=(result(play, on=tomorrow),))
    play.days(2)
    record(play, result(play))
    play.refused("checks.older", c.RecordChecks, MACHINE, results=(result(play, on=START),))
    record(play, result(play, check="P-02", on=START))
