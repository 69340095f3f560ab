"""故事: a reform office runs the checks on a zone, sees what is wrong, has one waived; none is told twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.stories.clerk import CHECKER, LAUNCHER, OFFICE, UNIT, ZONE, Clerk

At = Callable[[str], Clerk]
LATE = "4.5 名称申报和设立登记(1) · 办结"
PLAN = "1.3/plan_draft"


@pytest.fixture
def office(clerk_at: At) -> Clerk:
    """The pilot where its company is being registered; its plan (示例) has none of the sections."""
    return clerk_at(LATE)


def findings(clerk: Clerk, *words: str, by: str = OFFICE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = clerk.done("--json", "check", "list", *words, by=by).data["findings"]
    return found


def test_run_list_explain_and_run_again(office: Clerk) -> None:
    first = office("--json", "check", "run", "--zone", "鄢陵", by=OFFICE)
    assert first.code == 1
    assert first.error["code"] == "checks.failed"
    assert first.data["total"]["opened"] == len(findings(office)) > 0
    assert not [each["rows"] for case in first.data["cases"] for each in case["evaluations"] if each["rows"]]
    stored = office.stored()

    second = office("--json", "check", "run", "--all", by=OFFICE)
    assert (second.data["total"]["opened"], second.data["total"]["recorded"]) == (0, 0)
    assert office.stored() == stored

    plan = next(each for each in findings(office) if each["check"] == "P-01")
    assert plan["place"] == PLAN
    told = office.done("check", "explain", "p-01", "--zone", "鄢陵", by=OFFICE).out
    for words in ("看什么", "为什么", "怎样算通过", "依据", "未通过", "没有写到"):
        assert words in told
    assert any("检查结果" in line for row in office.history() for line in row["lines"])


def test_waive_by_two_and_until_a_day(office: Clerk) -> None:
    office("check", "run", "--zone", "鄢陵", by=OFFICE)
    asked = ("check", "waive", "鄢陵", "P-01", "--reason", "示例理由", "--until")
    office.refused(1, "waiver.until", *asked, "2031-01-01", by=OFFICE)
    office.refused(1, "waiver.nothing", *asked, "2021-12-31", "--place", "1.7/none", by=OFFICE)
    waiver = office.done("--json", *asked, "2021-12-31", by=LAUNCHER).data["waiver"]
    office.refused(1, "waiver.own", "check", "answer", waiver, "--grant", by=LAUNCHER)
    office.refused(1, "access.denied", "check", "answer", waiver, "--grant", by=ZONE)
    other = office.done("--json", *asked, "2021-12-31", by=OFFICE).data["waiver"]
    office.done("check", "answer", other, "--grant", by=LAUNCHER)
    office.refused(1, "waiver.answered", "check", "answer", other, "--decline", by=LAUNCHER)

    assert [each["waiver"] for each in findings(office, "--check", "P-01")] == [other]
    run = office("--json", "check", "run", "--zone", "鄢陵", "--dry-run")
    judged = {each["check"]: each["verdict"] for case in run.data["cases"] for each in case["evaluations"]}
    assert judged["P-01"] == "passed"
    listed = office.done("--json", "check", "list", "--waivers", by=OFFICE).data["waivers"]
    assert {(each["id"], each["words"], each["reason"]) for each in listed} == {
        (other, "有效", "示例理由"),
        (waiver, "待批准", "示例理由"),
    }
    hidden = office.done("--json", "check", "list", "--waivers").data["waivers"]
    assert "示例理由" not in {each["reason"] for each in hidden}


def test_look_back_at_a_day_and_record_nothing(office: Clerk) -> None:
    stored = office.stored()
    early = office.done("--json", "check", "run", "--zone", "鄢陵", "--as-of", "2021-01-12").data
    judged = {each["check"]: each["verdict"] for case in early["cases"] for each in case["evaluations"]}
    assert judged["P-01"] == "waiting"
    late = office("--json", "check", "run", "--zone", "鄢陵", "--as-of", "2021-07-01")
    judged = {each["check"]: each["verdict"] for case in late.data["cases"] for each in case["evaluations"]}
    assert judged["P-01"] == "failed"
    office.refused(1, "date.future", "check", "run", "--zone", "鄢陵", "--as-of", "2035-01-01")
    office.refused(
        1, "checks.rehearsal", "check", "run", "--zone", "鄢陵", "--as-of", "2021-07-01", "--known"
    )
    assert office.stored() == stored


def test_who_may_and_what_is_typed_wrong(clerk: Clerk) -> None:
    clerk.refused(2, "usage.which", "check", "run", by=OFFICE)
    clerk.refused(2, "usage.no_person", "check", "run", "--zone", "鄢陵")
    clerk.refused(2, "usage.known", "check", "run", "--zone", "鄢陵", "--known", by=OFFICE)
    clerk.refused(3, "checks.unknown", "check", "explain", "H-99")
    clerk.refused(
        1, "access.denied", "check", "rule", "P-03", "--block", "--number", "示例〔2022〕1号", by=OFFICE
    )
    assert clerk("check", "run", "--zone", "鄢陵", by=CHECKER).code == 0
    assert UNIT in clerk.done("check", "explain", "X-02", "--zone", "鄢陵", by=OFFICE).out
