"""公司组建、社会职能剥离和通用的检查: for each one case that passes, one that fails, one at the border."""

from typing import Any

import pytest

from domain.case import Case, RegisterState, StepState
from domain.checks.evaluating import evaluate_all, plan_checks
from domain.checks.facts import CaseFacts
from domain.plan import compile_plan
from domain.states import StepStatus
from domain.workdays import work_calendar
from tests.domain.check_cases import closed, corrected, day, decided, evaluated, people
from tests.domain.play import programme, step

GOOD = "91411002MA0000007L"
"""The sample's company (示例)."""
CHARTER = {"4.4#1/charter": {"issued_on": "2022-04-10"}}
DUTIES = [{"number": "1", "title": "园区物业", "disposal": "to_company"}, {"number": "2", "disposal": "kept"}]
LIST = "4.9#1/responsibility_list"


def company(**more: str) -> dict[str, Any]:
    return {"companies": [{"number": "1", "body": "b-company", "ownership": "sole", **more}]}


def board(whole: str, outside: str, on: str = "2024-07-01") -> dict[str, Any]:
    return {
        "papers": {
            "4.7#1/board": {"count": whole, "issued_on": on},
            "4.7#1/outside_directors": {"count": outside},
        },
        "rows": company(),
        "on": day("2024-09-01"),
    }


def capital(due: str, founded: str = "2024-07-01", on: str = "2024-09-01") -> dict[str, Any]:
    papers = {"4.6#1/licence": {"issued_on": founded}}
    return {"papers": papers, "rows": company(capital_due=due), "on": day(on)}


def registered(on: str) -> dict[str, Any]:
    """Asked for on Wednesday 2 March 2022."""
    state = closed(submitted_on=day("2022-03-02"), decisions=(decided("registry", on),))
    return {"steps": {"4.5#1": state}}


def officials(destination: str, identity: str) -> dict[str, Any]:
    return {
        "papers": {"4.7#1/board": {}},
        "rows": {
            **company(),
            "roster": people({"identity": identity}),
            "transfers": [{"number": "1", "destination": destination}],
        },
    }


def divided(taken: str) -> dict[str, Any]:
    return {"papers": {LIST: {}}, "rows": {**company(functions=taken), "duties": DUTIES}}


def financing(disposal: str) -> dict[str, Any]:
    return {"duties": [{"number": "1", "title": "政府融资", "disposal": disposal}]}


def functions(*receivers: str, **more: str) -> dict[str, Any]:
    rows = [
        {"number": f"{n}", "title": f"示例事项{n}", "receiver": receiver, "handover_on": "2022-06-01", **more}
        for n, receiver in enumerate(receivers, start=1)
    ]
    return {"functions": rows}


def confirmed(**results: str) -> dict[str, Any]:
    """What each receiver wrote; one that is named `open` has not finished."""
    papers = {f"5.10#{who}/confirmation": {"result": result} for who, result in results.items() if result}
    return {"papers": papers, "rows": functions("a", "b")}


def parts(people_: str, amount: str, files: str) -> dict[str, Any]:
    return {
        "steps": {"5.10#a": closed()},
        "papers": {
            "5.4#a/transfer_list": {"count": people_},
            "5.5#a/asset_list": {"amount": amount},
            "5.6#a/archive_deed": {"count": files},
        },
    }


def power(title: str, number: str) -> dict[str, Any]:
    state = closed(decisions=(decided("legal", "2022-06-01", number=number),))
    return {"steps": {"5.8#a": state}, "rows": functions("a", title=title)}


def leftover(found_on: str, state: str = "open") -> dict[str, Any]:
    return {"rows": {"leftovers": [{"number": "1", "found_on": found_on, "state": state}]}}


def dated(issued: str) -> dict[str, Any]:
    """A paper of 1.3, which waits for 1.1 and 1.2; handed in on 20 February."""
    steps = {
        "1.1": closed(opened_on=day("2022-01-05")),
        "1.2": closed(opened_on=day("2022-01-06")),
        "1.3": closed(opened_on=day("2022-02-01"), submitted_on=day("2022-02-20")),
    }
    return {"steps": steps, "papers": {"1.3/founding_notice": {"issued_on": issued}}}


def signed(submitted: str, decider: str) -> dict[str, Any]:
    decision = decided("head", "2022-02-01", decided_by=decider, recorded_by=decider)
    return {"steps": {"1.1": closed(submitted_by=submitted, decisions=(decision,))}}


FILE = {"papers": {"1.1/survey_tables": {}}}
CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("C-01", "right", {"papers": {"4.6#1/licence": {"credit_code": GOOD}}}, "passed"),
    ("C-01", "a wrong character", {"papers": {"4.6#1/licence": {"credit_code": GOOD[:-1] + "M"}}}, "failed"),
    ("C-01", "right, but of an institution",
     {"papers": {"4.6#1/licence": {"credit_code": "12411000MB00000009"}}}, "failed"),
    ("C-01", "none", {"papers": {"4.6#1/licence": {}}}, "failed"),
    ("C-02", "approved",
     {"papers": CHARTER, "steps": {"4.4#1": closed(decisions=(decided("head", "2022-04-12"),))}},
     "passed"),
    ("C-02", "not yet done", {"papers": CHARTER, "steps": {"4.4#1": StepState(status=StepStatus.IN_REVIEW)}},
     "waiting"),
    ("C-02", "done without", {"papers": CHARTER, "steps": {"4.4#1": closed()}}, "failed"),
    ("C-03", "three of five", board("5", "3"), "passed"),
    ("C-03", "just half", board("6", "3"), "failed"),
    ("C-03", "two of five", board("5", "2"), "failed"),
    ("C-03", "the day before the law", board("5", "2", "2024-06-30"), "aside"),
    ("C-03", "looked at before the law", {**board("5", "2"), "on": day("2024-06-30")}, "aside"),
    ("C-04", "in four years", capital("2028-07-01"), "passed"),
    ("C-04", "just five", capital("2029-07-01"), "passed"),
    ("C-04", "a day more", capital("2029-07-02"), "failed"),
    ("C-04", "an older company has time", capital("2050-01-01", "2024-06-30"), "passed"),
    ("C-04", "and then has not", capital("2050-01-01", "2024-06-30", "2027-07-01"), "failed"),
    ("C-04", "no date", capital(""), "failed"),
    ("C-05", "the next day", registered("2022-03-03"), "passed"),
    ("C-05", "three working days", registered("2022-03-07"), "passed"),
    ("C-05", "four", registered("2022-03-08"), "failed"),
    ("C-06", "to a town", officials("b-town", "civil_servant"), "passed"),
    ("C-06", "an institution's worker to the company", officials("b-company", "institution"), "passed"),
    ("C-06", "a civil servant to the company", officials("b-company", "civil_servant"), "failed"),
    ("C-07", "as many", divided("1"), "passed"),
    ("C-07", "a gap", divided("0"), "failed"),
    ("C-07", "twice", divided("2"), "failed"),
    ("C-07", "not filled in", divided(""), "waiting"),
    ("C-08", "valued", {"papers": {"4.3#1/valuation": {"number": "示例1", "issued_on": "2022-04-01"}}},
     "passed"),
    ("C-08", "handed in, not yet decided",
     {"papers": {"4.3#1/valuation": {"number": "示例1", "issued_on": "2022-04-01"}},
      "steps": {"4.3#1": StepState(status=StepStatus.IN_REVIEW)}}, "passed"),
    ("C-08", "not valued", {"papers": {"4.3#1/valuation": None}}, "failed"),
    ("C-09", "nothing of it", {"papers": {LIST: {}}, "rows": {"duties": DUTIES}}, "passed"),
    ("C-09", "a duty kept by the zone",
     {"papers": {LIST: {}}, "rows": financing("kept")},
     "passed"),
    ("C-09", "a duty of the company",
     {"papers": {LIST: {}}, "rows": financing("to_company")},
     "failed"),
    ("C-09", "written in the list", {"papers": {LIST: {}}, "texts": {LIST: "公司为项目提供担保"}}, "failed"),
    ("S-01", "agreed", {"papers": {"5.3#a/agreement": {"issued_on": "2022-05-01"}}, "rows": functions("a")},
     "passed"),
    ("S-01", "handed in, not yet decided",
     {"papers": {"5.3#a/agreement": {"issued_on": "2022-05-01"}}, "rows": functions("a"),
      "steps": {"5.3#a": StepState(status=StepStatus.IN_REVIEW)}}, "passed"),
    ("S-01", "no agreement", {"papers": {"5.3#a/agreement": None}, "rows": functions("a")}, "failed"),
    ("S-01", "no date", {"papers": {"5.3#a/agreement": {"issued_on": "2022-05-01"}},
     "rows": functions("a", handover_on="")}, "failed"),
    ("S-02", "all", confirmed(a="confirmed", b="confirmed"), "passed"),
    ("S-02", "booked counts", confirmed(a="confirmed", b="on_account"), "passed"),
    ("S-02", "one left", confirmed(a="confirmed", b=""), "failed"),
    ("S-03", "a town", {"rows": {**functions("b-town"), **company()}}, "passed"),
    ("S-03", "the zone", {"rows": functions("b-zone"), "bodies": {"zone_handler": ("b-zone",)}}, "failed"),
    ("S-03", "its company", {"rows": {**functions("b-company"), **company()}}, "failed"),
    ("S-03", "another zone's office of the same name is another body",
     {"rows": functions("b-zone-2"), "bodies": {"zone_handler": ("b-zone",)}}, "passed"),
    ("S-04", "all", parts("3", "100", "12"), "passed"),
    ("S-04", "none, and said so", parts("0", "0", "0"), "passed"),
    ("S-04", "not said", parts("3", "100", ""), "failed"),
    ("S-05", "with the decision", power("综合执法", "示例〔2022〕1号"), "passed"),
    ("S-05", "no power among them", power("环境卫生", ""), "aside"),
    ("S-05", "without", power("行政处罚", ""), "failed"),
    ("S-06", "young", leftover("2022-03-01"), "passed"),
    ("S-06", "just six months", leftover("2021-12-30"), "passed"),
    ("S-06", "a day more", leftover("2021-12-29"), "failed"),
    ("S-06", "old, but booked", leftover("2021-01-01", "on_account"), "passed"),
    ("X-01", "within", dated("2022-02-10"), "passed"),
    ("X-01", "on the first day", dated("2022-01-05"), "passed"),
    ("X-01", "before the steps before it", dated("2022-01-04"), "failed"),
    ("X-01", "on the last day", dated("2022-02-20"), "passed"),
    ("X-01", "after it was handed in", dated("2022-02-21"), "failed"),
    ("X-02", "two people", signed("p-a", "p-b"), "passed"),
    ("X-02", "a body decides", signed("p-a", "b-a"), "passed"),
    ("X-02", "one person", signed("p-a", "p-a"), "failed"),
    ("X-02", "corrected and confirmed by one", {"corrections": (corrected("p-a", "p-a"),)}, "failed"),
    ("X-02", "corrected by one, confirmed by another", {"corrections": (corrected("p-a", "p-b"),)}, "passed"),
    ("X-03", "its own", FILE, "passed"),
    ("X-03", "another's file, which is not here", {**FILE, "same_files": {"sha256:other": ("示例二区",)}},
     "passed"),
    ("X-03", "the same", {**FILE, "same_files": {"sha256:1.1/survey_tables": ("示例二区",)}}, "failed"),
    ("X-04", "no such register in the programme", {}, "aside"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "what", "given", "verdict"), CASES, ids=[f"{c}-{w}" for c, w, _, _ in CASES]
)
def test_a_check_says(check: str, what: str, given: dict[str, Any], verdict: str) -> None:
    found = evaluated(check, **given)
    assert found.verdict == verdict, (what, found.summary)
    assert bool(found.findings) is (verdict == "failed")


def test_the_office_that_accepts_has_handed_in_nothing_of_it() -> None:
    accepted = decided("supervisor", "2022-06-01", decided_by="p-a")
    steps = {"1.1": closed(submitted_by="p-a"), "6.2": closed(decisions=(accepted,))}
    assert evaluated("X-02", steps=steps).holds == ("6.2",)


def test_what_is_checked_of_each_company_holds_that_company_only() -> None:
    papers = {"4.6#1/licence": {"credit_code": GOOD}, "4.6#2/licence": {"credit_code": "x"}}
    assert evaluated("C-01", papers=papers).holds == ("4.6#2",)


def test_a_faulty_receiver_holds_the_step_that_fixed_the_list() -> None:
    found = evaluated("S-03", rows=functions("b-zone"), bodies={"zone_handler": ("b-zone",)})
    assert found.holds == ("5.2",)


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        ([], "passed"),
        (["2022-03-01"], "passed"),
        (["2022-12-31", "2023-01-01"], "passed"),
        (["2022-03-01", "2022-09-01"], "failed"),
    ],
)
def test_inspections_of_a_year_are_counted_where_the_programme_lists_them(
    days: list[str], verdict: str
) -> None:
    column = {"id": "held_on", "title": "检查日期", "type": "date"}
    register = {"id": "inspections", "title": "检查台账", "columns": [column], "key": ["held_on"],
                "filled_by": ["zone_handler"]}  # fmt: skip
    use = {"id": "X-04", "parameters": {"per_year": "1"}, "basis": {"text": "示例"}}
    made = compile_plan(programme([step("1", fills=["inspections"])], registers=[register], checks=[use]))
    case = Case(
        id="c", unit="u", unit_name="示例", programme="play", version=1, opened_on=day("2022-01-04"),
        registers={"inspections": RegisterState(version=1, rows=len(days))},
    )  # fmt: skip
    rows = {"inspections": tuple({"held_on": on} for on in days)}
    facts = CaseFacts(plan=made, case=case, calendar=work_calendar(), on=day("2023-02-01"), rows=rows)
    assert evaluate_all(plan_checks(made), facts)[0].verdict == verdict
