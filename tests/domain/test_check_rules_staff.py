"""全员竞聘环节的检查: for each one case that passes, one that fails, one at the border."""

from datetime import date
from typing import Any

import pytest

from domain.programme import Severity
from domain.states import StepStatus
from tests.domain.check_cases import StepState as State
from tests.domain.check_cases import closed, day, evaluated, people

REPLY = {"3a.3/reply": {"ceiling": "3"}}
ORDER = ("2.3", "2.5", "2.6", "2.7", "2.10", "2.12")


def posts(*holders: str) -> dict[str, Any]:
    return {"posts": [{"number": f"{n}", "holder": holder} for n, holder in enumerate(holders, start=1)]}


def went(*days: str) -> dict[str, Any]:
    """The steps of art. 10, closed on these days."""
    return {"steps": {step: closed(closed_on=day(on)) for step, on in zip(ORDER, days, strict=True)}}


def notice(step: str, first: str, last: str) -> dict[str, Any]:
    return {"papers": {f"{step}/notice": {"starts_on": first, "ends_on": last}}}


def transfers(*numbers: str) -> list[dict[str, str]]:
    return [{"number": number, "destination": "b-town"} for number in numbers]


IN_ORDER = ("2022-04-01", "2022-04-10", "2022-04-20", "2022-05-01", "2022-05-10", "2022-05-20")
PAY = {"2.14/pay_benchmark": {"amount": "1000000"}}
CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("H-01", "fewer", {"papers": REPLY, "rows": posts("", "")}, "passed"),
    ("H-01", "as many", {"papers": REPLY, "rows": posts("", "", "")}, "passed"),
    ("H-01", "one more", {"papers": REPLY, "rows": posts("", "", "", "")}, "failed"),
    ("H-02", "in order", went(*IN_ORDER), "passed"),
    ("H-02", "two on one day", went(*IN_ORDER[:3], "2022-04-20", *IN_ORDER[4:]), "passed"),
    ("H-02", "published before the test", went(*IN_ORDER[:3], "2022-05-11", *IN_ORDER[4:]), "failed"),
    ("H-02", "one left out",
     {"steps": {**went(*IN_ORDER)["steps"], "2.7": State(status=StepStatus.NOT_APPLICABLE)}}, "failed"),
    ("H-02", "nobody of an institution",
     {**went(*IN_ORDER[:3], "2022-05-11", *IN_ORDER[4:]),
      "rows": {"roster": people({"identity": "contract"})}},
     "aside"),
    ("H-03", "six", notice("2.5", "2022-04-06", "2022-04-14"), "passed"),
    ("H-03", "just five without the first", notice("2.5", "2022-04-06", "2022-04-13"), "passed"),
    ("H-03", "four", notice("2.5", "2022-04-06", "2022-04-11"), "failed"),
    ("H-04", "long enough", notice("2.10", "2022-06-06", "2022-06-14"), "passed"),
    ("H-04", "five without the first", notice("2.10", "2022-06-06", "2022-06-13"), "passed"),
    ("H-04", "five with the first only", notice("2.10", "2022-06-06", "2022-06-10"), "failed"),
    ("H-04", "four", notice("2.10", "2022-06-06", "2022-06-09"), "failed"),
    ("H-04", "over a holiday: 2 and 3 April, 4 and 5 April off", notice("2.10", "2022-03-31", "2022-04-07"),
     "failed"),
    ("H-05", "none",
     {"papers": {"2.10/objections": {"result": "none", "count": "0", "issued_on": "2022-05-10"}}},
     "passed"),
    ("H-05", "settled on the day of the first contract",
     {"papers": {"2.10/objections": {"result": "settled", "count": "2", "issued_on": "2022-05-20"}},
      "rows": {"roster": people({})}}, "passed"),
    ("H-05", "settled a day after",
     {"papers": {"2.10/objections": {"result": "settled", "count": "2", "issued_on": "2022-05-21"}},
      "rows": {"roster": people({})}}, "failed"),
    ("H-05", "one open", {"papers": {"2.10/objections": {"result": "open", "issued_on": "2022-05-10"}}},
     "failed"),
    ("H-05", "says none, counts one",
     {"papers": {"2.10/objections": {"result": "none", "count": "1", "issued_on": "2022-05-10"}}}, "failed"),
    ("H-06", "five", {"papers": {"2.7/avoidance": {"count": "5"}}}, "passed"),
    ("H-06", "one", {"papers": {"2.7/avoidance": {"count": "1"}}}, "passed"),
    ("H-06", "none", {"papers": {"2.7/avoidance": {"count": "0"}}}, "failed"),
    ("H-06", "no paper", {"papers": {"2.7/avoidance": None}}, "failed"),
    ("H-07", "asked", {"papers": {"2.6/integrity_opinion": {"number": "示例1", "issued_on": "2022-04-20"}}},
     "passed"),
    ("H-07", "handed in, not yet decided",
     {"papers": {"2.6/integrity_opinion": {"number": "示例1", "issued_on": "2022-04-20"}},
      "steps": {"2.6": State(status=StepStatus.IN_REVIEW)}}, "passed"),
    ("H-07", "no number", {"papers": {"2.6/integrity_opinion": {"issued_on": "2022-04-20"}}}, "failed"),
    ("H-08", "one each", {"rows": {**posts("1", "2", ""), "transfers": transfers("3")}}, "passed"),
    ("H-08", "two vacant posts are nobody's", {"rows": {**posts("", "", "1"), "transfers": []}}, "passed"),
    ("H-08", "one in two posts", {"rows": {**posts("1", "1"), "transfers": []}}, "failed"),
    ("H-08", "transferred and in a post", {"rows": {**posts("1", "2"), "transfers": transfers("2")}},
     "failed"),
    ("H-08", "transferred and appointed on the roster",
     {"rows": {**posts(""), "transfers": transfers("1"), "roster": people({})}}, "failed"),
    ("H-09", "signed in two weeks", {"rows": {"roster": people({"identity": "contract"})}}, "passed"),
    ("H-09", "on the corresponding day",
     {"rows": {"roster": people({"identity": "contract", "contract_on": "2022-06-06"})}}, "passed"),
    ("H-09", "a day later",
     {"rows": {"roster": people({"identity": "contract", "contract_on": "2022-06-07"})}}, "failed"),
    ("H-09", "later, and of an institution: the month is of labour contracts",
     {"rows": {"roster": people({"contract_on": "2022-06-20"})}}, "passed"),
    ("H-09", "not signed", {"rows": {"roster": people({}, {"contract_on": ""})}}, "failed"),
    ("H-09", "nobody appointed yet", {"rows": {"roster": people({"outcome": ""})}}, "waiting"),
    ("H-10", "four years", {"rows": {"roster": people({"contract_years": "4"})}}, "passed"),
    ("H-10", "three and five", {"rows": {"roster": people({"contract_years": "3"}, {"contract_years": "5"})}},
     "passed"),
    ("H-10", "two", {"rows": {"roster": people({"contract_years": "2"})}}, "failed"),
    ("H-10", "six", {"rows": {"roster": people({"contract_years": "6"})}}, "failed"),
    ("H-11", "all sealed", {"rows": {"roster": people({}, {"outcome": ""})}}, "passed"),
    ("H-11", "retired, and outside the establishment, need none",
     {"rows": {"roster": people({"outcome": "retired", "sealed": ""},
                                {"on_establishment": "no", "sealed": "no"})}}, "passed"),
    ("H-11", "one not", {"rows": {"roster": people({}, {"sealed": "no"})}}, "failed"),
    ("H-11", "sealed outside the establishment", {"rows": {"roster": people({"on_establishment": "no"})}},
     "failed"),
    ("H-12", "everyone", {"rows": {"roster": people({}, {"outcome": "placed"})}}, "passed"),
    ("H-12", "as many as before",
     {"rows": {"roster": people({}, {})}, "papers": {"1.1/survey_report": {"count": "2"}}}, "passed"),
    ("H-12", "one fewer than before",
     {"rows": {"roster": people({}, {})}, "papers": {"1.1/survey_report": {"count": "3"}}}, "failed"),
    ("H-12", "one without", {"rows": {"roster": people({}, {"outcome": ""})}}, "failed"),
    ("H-13", "less", {"papers": {**PAY, "2.14/pay_plan": {"amount": "1500000"}}}, "passed"),
    ("H-13", "just twice", {"papers": {**PAY, "2.14/pay_plan": {"amount": "2000000"}}}, "passed"),
    ("H-13", "a yuan more", {"papers": {**PAY, "2.14/pay_plan": {"amount": "2000001"}}}, "failed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "what", "given", "verdict"), CASES, ids=[f"{c}-{w}" for c, w, _, _ in CASES]
)
def test_a_check_says(check: str, what: str, given: dict[str, Any], verdict: str) -> None:
    found = evaluated(check, **given)
    assert found.verdict == verdict, (what, found.summary)
    assert bool(found.findings) is (verdict == "failed")


@pytest.mark.parametrize(
    ("last", "severity", "held"),
    [
        ("2022-06-13", Severity.BLOCK, ()),
        ("2022-06-10", Severity.WARN, ()),
        ("2022-06-09", Severity.BLOCK, ("2.10",)),
    ],
    ids=["enough", "by one count", "by none"],
)
def test_a_short_publicity_blocks_only_where_both_counts_say_so(
    last: str, severity: Severity, held: tuple[str, ...]
) -> None:
    """And what blocks nothing is not called 拦截."""
    found = evaluated("H-04", **notice("2.10", "2022-06-06", last))
    assert (found.severity, found.holds) == (severity, held)
    assert any(each.doubtful for each in found.findings) is (severity is Severity.WARN)


def test_rows_are_named_on_the_screen_and_not_in_what_is_kept() -> None:
    found = evaluated("H-12", rows={"roster": people({}, {"outcome": "", "number": "示例乙"})})
    assert found.rows == {"register/roster": ("示例乙",)}
    assert "示例乙" not in found.findings[0].text
    assert found.holds == ("2.13",)


def test_a_labour_contract_signed_after_a_holiday_has_until_the_next_working_day() -> None:
    """A month from 1 September ends on 1 October, which is a holiday until the 7th."""
    row = {"identity": "contract", "started_on": "2022-09-01"}
    in_time = people({**row, "contract_on": "2022-10-08"})
    late = people({**row, "contract_on": "2022-10-09"})
    on = date(2022, 12, 1)
    assert evaluated("H-09", rows={"roster": in_time}, on=on).verdict == "passed"
    assert evaluated("H-09", rows={"roster": late}, on=on).verdict == "failed"
