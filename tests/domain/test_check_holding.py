"""拦截: a step held by a check that blocks counts as not done for what comes after it."""

from typing import Any

from domain import commands as c
from domain.case import CheckFinding, CheckResult
from tests.domain.play import MACHINE, Play, paper, programme, step

CHECKS = [{"id": "H-08", "severity": "block", "steps": ["1"], "basis": {"text": "示例"}}]


def failing(play: Play, **more: Any) -> CheckResult:
    finding = CheckFinding(key="k", place="1", text="示例", since=play.today)
    given = {"passed": False, "findings": (finding,), "holds": ("1",), **more}
    return CheckResult(check="H-08", evaluated_on=play.today, rule_version="1", **given)


def started() -> Play:
    play = Play(programme([step("1", evidence=[paper("text")]), step("2", after=["1"])], checks=CHECKS))
    play.evidence("1", "text")
    return play


def test_what_comes_after_a_held_step_waits_for_a_result_that_passes() -> None:
    play = started()
    play.given(c.RecordChecks, MACHINE, results=(failing(play),))
    play.submit("1")
    assert "2" not in play.now.steps
    assert play.now.held == ("1",)
    passed = failing(play, passed=True, findings=(), holds=())
    play.given(c.RecordChecks, MACHINE, results=(passed,))
    assert "2" in play.now.steps
    assert play.now.held == ()


def test_a_warning_holds_nothing() -> None:
    play = started()
    play.given(c.RecordChecks, MACHINE, results=(failing(play, holds=()),))
    play.submit("1")
    assert "2" in play.now.steps


def test_what_is_open_already_is_not_taken_back() -> None:
    play = started()
    play.submit("1")
    play.given(c.RecordChecks, MACHINE, results=(failing(play),))
    assert "2" in play.now.steps
