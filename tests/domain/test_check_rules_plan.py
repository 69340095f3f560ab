"""方案、机构两个环节的检查: for each one case that passes, one that fails, one at the border."""

from typing import Any

import pytest

from domain.states import StepStatus
from tests.domain.check_cases import StepState as State
from tests.domain.check_cases import closed, day, decided, evaluated, passed

SECTIONS = (
    "总体要求 功能定位 机构编制 全员聘任 绩效薪酬 管委会加公司 社会"
    "职能剥离 放权赋能 财政与资产 实施步骤 组织保障 风险防控"
)
DRAFT = "1.3/plan_draft"
OPINION = "1.7/legality_opinion"
REQUEST = {"issued_on": "2022-03-10"}
REPLY = {"issued_on": "2022-04-01", "departments": "9", "leaders": "7", "ceiling": "272"}


def departments(number: int, economic: int = 0) -> list[dict[str, str]]:
    return [
        {"number": f"{n}", "title": f"示例局{n}", "kind": "economic" if n < economic else "general"}
        for n in range(number)
    ]


def leaders(number: int, **more: str) -> list[dict[str, str]]:
    usual = {"term_from": "2022-04-01", "term_years": "3", "target_letter": "yes"}
    return [{"number": f"{n}", **usual, **more} for n in range(number)]


def consultation(first: str, last: str) -> dict[str, Any]:
    return {"papers": {"1.5/notice": {"starts_on": first, "ends_on": last}}}


def review(opened: str, submitted: str) -> dict[str, Any]:
    return {"steps": {"1.7": closed(opened_on=day(opened), submitted_on=day(submitted))}}


def filing(sent: str, **more: str) -> dict[str, Any]:
    papers: dict[str, Any] = {"1.12/issued_plan": {"issued_on": "2022-03-02"}, "1.13/filing_report": {}}
    return {"papers": {**papers, "1.13/filing_note": {}, "1.13/receipt": {"issued_on": sent, **more}}}


CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("P-01", "all written", {"papers": {DRAFT: {}}, "texts": {DRAFT: SECTIONS}}, "passed"),
    ("P-01", "one missing", {"papers": {DRAFT: {}}, "texts": {DRAFT: SECTIONS[5:]}}, "failed"),
    ("P-01", "a plus for 加", {"papers": {DRAFT: {}}, "texts": {DRAFT: SECTIONS.replace("加", " + ")}},
     "passed"),
    ("P-01", "no Word file", {"papers": {DRAFT: {}}}, "waiting"),
    ("P-01", "not handed in", {"steps": {"1.3": State(status=StepStatus.IN_PROGRESS)}}, "waiting"),
    ("P-02", "decided before", {"papers": {"1.9/request": REQUEST},
     "steps": {"1.8": closed(decisions=(passed("committee", "2022-03-08"),))}}, "passed"),
    ("P-02", "on the same day", {"papers": {"1.9/request": REQUEST},
     "steps": {"1.8": closed(decisions=(passed("committee", "2022-03-10"),))}}, "passed"),
    ("P-02", "decided after", {"papers": {"1.9/request": REQUEST},
     "steps": {"1.8": closed(decisions=(passed("committee", "2022-03-11"),))}}, "failed"),
    ("P-02", "not decided", {"papers": {"1.9/request": REQUEST}, "steps": {"1.8": closed()}}, "failed"),
    ("P-03", "agreed before", {"papers": {OPINION: {"result": "agree", "issued_on": "2022-03-01"}},
     "steps": {"1.8": closed(decisions=(passed("estab", "2022-03-05"),))}}, "passed"),
    ("P-03", "on the same day", {"papers": {OPINION: {"result": "agree_amended", "issued_on": "2022-03-05"}},
     "steps": {"1.8": closed(decisions=(passed("estab", "2022-03-05"),))}}, "passed"),
    ("P-03", "after the first meeting", {"papers": {OPINION: {"result": "agree", "issued_on": "2022-03-06"}},
     "steps": {"1.8": closed(decisions=(passed("estab", "2022-03-05"), passed("committee", "2022-03-09")))}},
     "failed"),
    ("P-03", "not agreed", {"papers": {OPINION: {"result": "disagree", "issued_on": "2022-03-01"}}},
     "failed"),
    ("P-04", "eight", review("2022-03-02", "2022-03-14"), "passed"),
    ("P-04", "just seven", review("2022-03-02", "2022-03-11"), "passed"),
    ("P-04", "six", review("2022-03-02", "2022-03-10"), "failed"),
    ("P-04", "no major decision",
     {**review("2022-03-02", "2022-03-03"), "choices": {"scope": "full", "major_decision": "no"}}, "aside"),
    ("P-05", "32 days", consultation("2022-03-01", "2022-04-01"), "passed"),
    ("P-05", "30 without the first", consultation("2022-03-01", "2022-03-31"), "passed"),
    ("P-05", "30 with the first only", consultation("2022-03-01", "2022-03-30"), "failed"),
    ("P-05", "29", consultation("2022-03-01", "2022-03-29"), "failed"),
    ("P-06", "low", {"papers": {"1.6/risk_report": {"level": "low"}}}, "passed"),
    ("P-06", "medium", {"papers": {"1.6/risk_report": {"level": "medium"}}}, "passed"),
    ("P-06", "high", {"papers": {"1.6/risk_report": {"level": "high"}}}, "failed"),
    ("P-07", "more answers", {"papers": {"1.10/change_table": {"count": "5"}},
     "steps": {"1.9": closed(returns={"joint_review": 2})}}, "passed"),
    ("P-07", "as many", {"papers": {"1.10/change_table": {"count": "2"}},
     "steps": {"1.9": closed(returns={"joint_review": 2})}}, "passed"),
    ("P-07", "one missing", {"papers": {"1.10/change_table": {"count": "1"}},
     "steps": {"1.9": closed(returns={"joint_review": 2})}}, "failed"),
    ("P-08", "in time", filing("2022-03-20"), "passed"),
    ("P-08", "on the last day", filing("2022-04-01"), "passed"),
    ("P-08", "a day late", filing("2022-04-02"), "failed"),
    ("P-08", "nothing registered", {"papers": {"1.12/issued_plan": {"issued_on": "2022-03-02"},
     "1.13/filing_report": {}, "1.13/filing_note": {}}}, "failed"),
    ("P-09", "a receipt", {"papers": {"1.11/receipt": {"issued_on": "2022-03-20", "result": "receipt"}}},
     "passed"),
    ("P-09", "the register alone",
     {"papers": {"1.11/receipt": {"issued_on": "2022-03-20", "result": "register"}}},
     "passed"),
    ("P-09", "none", {"papers": {"1.11/receipt": None}}, "failed"),
    ("I-01", "before", {"papers": {"3a.3/reply": REPLY, "2.5/notice": {"starts_on": "2022-04-10"}}},
     "passed"),
    ("I-01", "same day", {"papers": {"3a.3/reply": REPLY, "2.5/notice": {"starts_on": "2022-04-01"}}},
     "passed"),
    ("I-01", "after", {"papers": {"3a.3/reply": REPLY, "2.5/notice": {"starts_on": "2022-03-31"}}}, "failed"),
    ("I-02", "fewer", {"papers": {"3a.3/reply": REPLY}, "rows": {"departments": departments(8)}}, "passed"),
    ("I-02", "as many", {"papers": {"3a.3/reply": REPLY}, "rows": {"departments": departments(9)}}, "passed"),
    ("I-02", "one more", {"papers": {"3a.3/reply": REPLY}, "rows": {"departments": departments(10)}},
     "failed"),
    ("I-02", "nothing filled", {"papers": {"3a.3/reply": REPLY}}, "waiting"),
    ("I-03", "fewer", {"papers": {"3a.3/reply": REPLY}, "rows": {"leaders": leaders(5)}}, "passed"),
    ("I-03", "as many", {"papers": {"3a.3/reply": REPLY}, "rows": {"leaders": leaders(7)}}, "passed"),
    ("I-03", "one more", {"papers": {"3a.3/reply": REPLY}, "rows": {"leaders": leaders(8)}}, "failed"),
    ("I-03", "the example, at its edge", {"papers": {"3a.3/reply": {}}, "rows": {"leaders": leaders(7)}},
     "passed"),
    ("I-04", "fewer", {"papers": {"1.1/survey_report": {"departments": "22"}},
     "rows": {"departments": departments(9)}}, "passed"),
    ("I-04", "one fewer", {"papers": {"1.1/survey_report": {"departments": "10"}},
     "rows": {"departments": departments(9)}}, "passed"),
    ("I-04", "as many", {"papers": {"1.1/survey_report": {"departments": "9"}},
     "rows": {"departments": departments(9)}}, "failed"),
    ("I-05", "all", {"rows": {"departments": departments(10, 10)}}, "passed"),
    ("I-05", "just 80 %", {"rows": {"departments": departments(10, 8)}}, "passed"),
    ("I-05", "70 %", {"rows": {"departments": departments(10, 7)}}, "failed"),
    ("I-06", "all have", {"rows": {"leaders": leaders(3)}}, "passed"),
    ("I-06", "nobody to ask", {"rows": {"leaders": leaders(0)}}, "passed"),
    ("I-06", "no letter", {"rows": {"leaders": leaders(3, target_letter="no")}}, "failed"),
    ("I-06", "no term", {"rows": {"leaders": leaders(1, term_years="")}}, "failed"),
    ("I-07", "both", {"papers": {"3b.1/seal_return": {"number": "示例1", "issued_on": "2022-05-01"},
     "3b.2/seal_filing": {"number": "示例2", "issued_on": "2022-05-01"}}}, "passed"),
    ("I-07", "no number", {"papers": {"3b.1/seal_return": {"issued_on": "2022-05-01"},
     "3b.2/seal_filing": {"number": "示例2", "issued_on": "2022-05-01"}}}, "failed"),
    ("I-07", "only the new one", {"papers": {"3b.1/seal_return": None,
     "3b.2/seal_filing": {"number": "示例2", "issued_on": "2022-05-01"}}}, "failed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "what", "given", "verdict"), CASES, ids=[f"{c}-{w}" for c, w, _, _ in CASES]
)
def test_a_check_says(check: str, what: str, given: dict[str, Any], verdict: str) -> None:
    found = evaluated(check, **given)
    assert found.verdict == verdict, (what, found.summary)
    assert bool(found.findings) is (verdict == "failed")


def test_where_only_the_counting_differs_it_says_so() -> None:
    found = evaluated("P-05", **consultation("2022-03-01", "2022-03-30"))
    assert "只差在首日是否计入" in found.findings[0].text


def test_a_decision_not_compared_with_its_original_does_not_count() -> None:
    unchecked = decided("committee", "2022-03-08", decided_by="b-committee", recorded_by="p-clerk")
    found = evaluated(
        "P-02",
        papers={"1.9/request": REQUEST},
        steps={"1.8": closed(decisions=(unchecked,))},
    )
    assert found.verdict == "failed"
