"""检查评定: severity by design, ruling and waiver; what a case is told, and that it is told once."""

from datetime import date

import pytest
from msgspec.structs import replace

from domain.case import Case
from domain.checks.catalogue import CATALOGUE, CONFIDENCE_TITLES, rule_of
from domain.checks.evaluating import (
    SEVERITY_TITLES,
    VERDICT_TITLES,
    Policy,
    Ruling,
    Verdict,
    Waiver,
    evaluate_all,
    plan_checks,
    results_to_record,
)
from domain.checks.facts import CaseFacts
from domain.plan import compile_plan
from domain.programme import Confidence, Severity
from domain.states import StepStatus
from domain.workdays import work_calendar
from tests.domain import test_check_rules_handover as handover
from tests.domain import test_check_rules_plan as plan_table
from tests.domain import test_check_rules_staff as staff
from tests.domain.check_cases import CHOICES, ON, case_of, checks, closed, evaluated, people, plan
from tests.domain.play import programme, step

BY_DESIGN = {"X-02", "H-08", "H-12", "S-02", "S-03", "C-01", "H-04"}
BLOCKED = Ruling(check="P-06", blocks=True, valid_from=date(2022, 6, 1), number="示例〔2022〕1号")
HIGH = {"1.6/risk_report": {"level": "high"}}


def waiver(place: str = "", until: date = ON, check: str = "H-12") -> Waiver:
    return Waiver(id="w1", case="c1", check=check, place=place, valid_from=date(2022, 6, 1), until=until)


def test_the_main_programme_uses_every_check_there_is() -> None:
    assert {use.id for use in plan().programme.checks} == set(CATALOGUE)
    assert not [each.use.id for each in checks().uses if each.lacking or each.rule is None]


def test_only_the_seven_block_by_themselves() -> None:
    assert {rule.id for rule in CATALOGUE.values() if rule.severity is Severity.BLOCK} == BY_DESIGN
    asked = {use.id for use in plan().programme.checks if use.severity is Severity.BLOCK}
    assert asked == BY_DESIGN


def test_every_check_has_a_case_that_passes_one_that_fails_and_a_third() -> None:
    told: dict[str, list[str]] = {}
    for check, _, _, verdict in (*plan_table.CASES, *staff.CASES, *handover.CASES):
        told.setdefault(check, []).append(verdict)
    # X-04 has its own table: the main programme keeps no register of inspections.
    lacking = [
        check
        for check in CATALOGUE.keys() - {"X-04"}
        if not {"passed", "failed"} <= set(told.get(check, ())) or len(told[check]) < 3
    ]
    assert not lacking


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=CATALOGUE)
def test_every_check_explains_itself(rule: object) -> None:
    for name in ("title", "reads", "why", "satisfy", "basis"):
        assert getattr(rule, name), name


def test_every_word_has_a_title() -> None:
    assert set(VERDICT_TITLES) == set(Verdict)
    assert set(SEVERITY_TITLES) == set(Severity)
    assert set(CONFIDENCE_TITLES) == set(Confidence)
    assert rule_of(" h-04 ") is CATALOGUE["H-04"]


def test_a_programme_cannot_make_a_check_block_that_the_design_lets_warn() -> None:
    use = {"id": "P-06", "severity": "block", "parameters": {"slot": "1/text"}, "basis": {"text": "示例"}}
    made = programme([step("1", evidence=[{"id": "text", "title": "示例"}])], checks=[use])
    built = compile_plan(made)
    case = Case(
        id="c", unit="u", unit_name="示例", programme="play", version=1, opened_on=ON, steps={"1": closed()}
    )
    facts = CaseFacts(plan=built, case=case, calendar=work_calendar(), on=ON)
    assert evaluate_all(plan_checks(built), facts)[0].severity is Severity.WARN


@pytest.mark.parametrize(
    ("on", "severity", "held"),
    [(date(2022, 5, 31), Severity.WARN, ()), (date(2022, 6, 1), Severity.BLOCK, ("1.6",))],
    ids=["the day before", "from its day"],
)
def test_a_ruling_makes_a_warning_block_from_its_day(on: date, severity: Severity, held: tuple[str]) -> None:
    found = evaluated("P-06", papers=HIGH, on=on, policy=Policy(rulings=(BLOCKED,)))
    assert (found.severity, found.holds) == (severity, held)


def test_a_later_ruling_takes_it_back_and_never_softens_the_design() -> None:
    back = replace(BLOCKED, blocks=False, valid_from=date(2022, 6, 10))
    policy = Policy(rulings=(BLOCKED, back, replace(back, check="H-12")))
    assert evaluated("P-06", papers=HIGH, policy=policy).severity is Severity.WARN
    lost = {"roster": people({"outcome": ""})}
    assert evaluated("H-12", rows=lost, policy=policy).holds == ("2.13",)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (waiver(), "passed"),
        (waiver("register/roster"), "passed"),
        (waiver("register/posts"), "failed"),
        (waiver(until=date(2022, 6, 29)), "failed"),
        (waiver(check="H-11"), "failed"),
    ],
    ids=["the check, on its last day", "the place", "another place", "a day after its end", "another check"],
)
def test_a_waiver_lets_pass_what_it_is_for_until_its_day(given: Waiver, verdict: str) -> None:
    found = evaluated("H-12", rows={"roster": people({"outcome": ""})}, policy=Policy(waivers=(given,)))
    assert found.verdict == verdict
    assert len(found.findings) == 1
    assert bool(found.holds) is (verdict == "failed")


def lost(*outcomes: str, on: date = ON, case: Case | None = None) -> tuple[CaseFacts, Case]:
    """The roster with these outcomes, in a case or in what it has become."""
    rows = {"roster": people(*({"outcome": outcome} for outcome in outcomes))}
    case = case or case_of({}, {}, rows, ["2.13"], choices=CHOICES)
    given = {name: tuple(dict(row) for row in lines) for name, lines in rows.items()}
    return CaseFacts(plan=plan(), case=case, calendar=work_calendar(), on=on, rows=given), case


def told(facts: CaseFacts) -> Case:
    """The case after it was told."""
    results = results_to_record(checks(), facts.case, evaluate_all(checks(), facts), facts.on)
    return replace(facts.case, checks={**facts.case.checks, **{each.check: each for each in results}})


def test_a_case_is_told_once() -> None:
    facts, _ = lost("appointed", "")
    case = told(facts)
    again, _ = lost("appointed", "", on=date(2022, 7, 1), case=case)
    assert results_to_record(checks(), case, evaluate_all(checks(), again), again.on) == ()


def test_a_finding_keeps_its_name_and_its_day_while_its_figures_change() -> None:
    facts, _ = lost("", "")
    case = told(facts)
    later, _ = lost("appointed", "", on=date(2022, 7, 1), case=case)
    first, second = case.checks["H-12"].findings[0], told(later).checks["H-12"].findings[0]
    assert (first.key, first.since) == (second.key, second.since)
    assert first.text != second.text


def test_what_was_mended_is_told_and_found_again_has_a_new_day() -> None:
    facts, _ = lost("")
    mended = told(lost("placed", on=date(2022, 7, 1), case=told(facts))[0])
    assert mended.checks["H-12"].passed
    assert not mended.checks["H-12"].findings
    again = told(lost("", on=date(2022, 7, 4), case=mended)[0])
    assert again.checks["H-12"].findings[0].since == date(2022, 7, 4)


def test_a_step_that_starts_anew_takes_its_findings_along() -> None:
    facts, _ = lost("")
    case = told(facts)
    case = replace(
        case, steps={key: replace(state, status=StepStatus.RETURNED) for key, state in case.steps.items()}
    )
    result = told(lost("", case=case)[0]).checks["H-12"]
    assert not result.passed
    assert (result.findings, result.holds) == ((), ())


def test_what_cannot_be_looked_at_yet_is_not_told() -> None:
    facts, _ = lost("appointed")
    assert "P-06" not in told(facts).checks
    assert told(facts).checks["H-12"].passed
