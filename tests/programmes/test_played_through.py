"""Every scope of both programmes, played to its end by the engine's own rules."""

import pytest

from domain.case import Case, split_key
from domain.open_work import open_work
from domain.refusal import Refused
from domain.states import CaseStatus, StepStatus
from samples.player import Player, StuckError
from tests.programmes.loaded import programme

SCOPES = ["full", "plan", "competition", "restructuring", "company", "spin_off"]
SETTABLE = ("major_decision", "party_document", "county_cadres", "province_approval")


def _zone(choices: dict[str, str], areas: int = 0) -> Player:
    return Player(programme("development-zone"), choices, areas)


def _all(value: str, scope: str = "full") -> dict[str, str]:
    return {"scope": scope, "multi_area": value, **dict.fromkeys(SETTABLE, value)}


def _finished(case: Case) -> None:
    assert case.status is CaseStatus.COMPLETED
    done = {state.status for state in case.steps.values()}
    assert done <= {StepStatus.ACCEPTED, StepStatus.CLOSED}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("value", ["no", "yes"])
def test_a_zone_completes(scope: str, value: str) -> None:
    player = _zone(_all(value, scope), areas=2 if value == "yes" else 0)
    case = player.play()
    _finished(case)
    expected = {step.id for step in player.plan.view(case.choices).steps}
    assert {split_key(key)[0] for key in case.steps} == expected
    assert case.steps["6.2"].status in {StepStatus.ACCEPTED, StepStatus.CLOSED}


def test_full_reform_has_one_copy_for_each_company_and_receiver() -> None:
    case = _zone(_all("no")).play()
    copies = [key for key in case.steps if split_key(key)[1]]
    assert len(copies) == 9 * 2 + 7 * 3
    assert len(case.steps) == 57 - 1 - 16 + len(copies)


def test_everything_in_scope_is_accepted() -> None:
    case = _zone(_all("no")).play()
    not_accepted = {key for key, state in case.steps.items() if state.status is not StepStatus.ACCEPTED}
    assert not_accepted == set()


def test_a_report_made_up_after_acceptance_is_accepted_with_its_stage() -> None:
    """It holds up nothing, so it may come last of all."""
    player = _zone({"scope": "plan"})
    while rest := [w for w in open_work(player.plan, player.now).values() if w.step != "1.13"]:
        player.one(rest[0])
    assert player.now.steps["6.2"].status is StepStatus.ACCEPTED
    assert player.now.steps["1.13"].status is not StepStatus.ACCEPTED
    case = player.play()
    assert {state.status for state in case.steps.values()} == {StepStatus.ACCEPTED}


@pytest.mark.parametrize("value", ["no", "yes"])
def test_report_after_issue_has_the_term_of_its_kind(value: str) -> None:
    player = _zone({"scope": "plan", "party_document": value})
    due = player.play(until="1.13").steps["1.13"].due
    assert due is not None
    assert ("30日" if value == "yes" else "20个工作日") in due.line


def test_high_risk_ends_the_reform() -> None:
    player = _zone({"scope": "plan"})
    player.values["1.6/risk_report.level"] = "high"
    assert player.play().status is CaseStatus.TERMINATED


def test_a_negative_review_of_legality_sends_the_plan_back() -> None:
    player = _zone({"scope": "plan"})
    player.play(until="1.7")
    player.values["1.7/legality_opinion.result"] = "disagree"
    case = player.play(until="1.3")
    assert case.steps["1.3"].round == 2
    assert case.steps["1.3"].status is StepStatus.RETURNED
    player.values.clear()
    _finished(player.play())


def test_open_objections_hold_the_publicity() -> None:
    player = _zone({"scope": "competition"})
    player.values["2.10/objections.result"] = "open"
    with pytest.raises(StuckError, match=r"outcome\.refused"):
        player.play()
    assert player.now.steps["2.10"].status is StepStatus.IN_PROGRESS


def test_failed_acceptance_goes_back_for_mending() -> None:
    player = _zone({"scope": "company"})
    player.values["6.2/acceptance_opinion.level"] = "failed"
    player.play(until="6.2")
    case = player.play(until="6.1")
    assert case.steps["6.1"].round == 2
    player.values.clear()
    _finished(player.play())


@pytest.mark.parametrize("follow_up", ["no", "yes"])
def test_a_township_completes(follow_up: str) -> None:
    case = Player(programme("township-enforcement"), {"follow_up": follow_up}).play()
    _finished(case)
    assert len(case.steps) == (8 if follow_up == "yes" else 5)


def test_a_step_is_not_submitted_before_its_publicity_is_over() -> None:
    player = _zone({"scope": "competition"})
    player.play(until="2.10")
    result = player.submit_at_once("2.10")
    assert isinstance(result, Refused)
    assert result.code == "period.running"
