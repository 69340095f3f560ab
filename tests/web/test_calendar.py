"""The work calendar over HTTP: how a date comes about, and a yearly notice previewed, loaded, taken back."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from domain.calendar_notice import statutory_days
from tests.web.office import HERE, WebOffice, headers, problem

ZONE = f"zone-handler-{HERE}"
YEAR = 2023


def notice(number: str, *more: dict[str, str]) -> dict[str, Any]:
    """The statutory days of 2023 and what is given: not what was published, and so 示例."""
    days = [{"day": day.isoformat(), "kind": "holiday", "name": name} for day, name in statutory_days(YEAR)]
    return {"year": YEAR, "number": number, "days": [*days, *more]}


@pytest.fixture
def case(office: WebOffice) -> str:
    return office.launch()


def test_a_date_is_explained_to_anybody_signed_in(office: WebOffice) -> None:
    zone = office.of(ZONE)
    found = zone.get("/calendar/explain", params={"start": "2022-03-02", "amount": 25}).json()
    assert (found["date"], found["other_date"], found["provisional"]) == ("2022-04-07", "2022-04-06", False)
    assert found["line"].endswith("4月3—5日清明放假扣除 → 4月7日")
    year = zone.get("/calendar", params={"year": 2022}).json()
    assert (year["source"], year["loaded"]) == ("国办发明电〔2021〕11号", False)
    assert {"first": "2022-04-02", "last": "2022-04-02", "kind": "make_up", "name": ""} in year["spans"]
    assert zone.get("/calendar").json()["year"] == 2022
    problem(zone.get("/calendar", params={"year": 1700}), 422, "calendar.year")
    assert zone.get("/calendar/explain", params={"start": "2022-03-02", "amount": 0}).status_code == 422


def test_a_notice_is_previewed_loaded_once_and_taken_back(office: WebOffice, case: str) -> None:
    zone, system = office.of(ZONE), office.of("sys")
    first = notice("示例办〔2022〕1号")
    problem(zone.post("/calendar/preview", json=first), 403, "access.denied")
    seen = system.post("/calendar/preview", json=first)
    assert seen.status_code == 200, seen.text
    assert seen.json()["contradictions"]
    problem(_load(system, first, "contradicts-1"), 409, "notice.contradicts")
    done = _load(system, {**first, "contradicts": True}, "load-1-00")
    assert done.status_code == 200, done.text
    assert (done.json()["already"], done.json()["replaces"]) == (False, "")
    assert _load(system, {**first, "contradicts": True}, "load-1-00").json()["already"]

    second = {**notice("示例办〔2022〕2号"), "contradicts": True}
    assert _load(system, second, "load-2-00").json()["replaces"] == "示例办〔2022〕1号"
    assert system.get("/calendar", params={"year": YEAR}).json()["loaded"]


def test_a_wrong_notice_is_refused_with_the_day(office: WebOffice) -> None:
    wrong = notice("示例办〔2022〕1号", {"day": "2023-03-01", "kind": "workday"})
    refused = _load(office.of("sys"), wrong, "wrong-000")
    assert "2023-03-01" in problem(refused, 422, "notice.faulty")["detail"]


def test_the_objections_of_a_step_are_listed(office: WebOffice, case: str) -> None:
    found = office.of(ZONE).get(f"{case}/steps/1.1/objections")
    assert (found.status_code, found.json()) == (200, [])
    problem(
        office.of(ZONE).post(
            f"{case}/steps/1.1/raise-objection",
            json={"occurred_on": "2022-03-02", "opinion": "示例异议", "anonymous": True},
            headers=headers(),
        ),
        409,
        "objection.no_period",
    )


def _load(client: httpx.Client, body: dict[str, Any], key: str) -> httpx.Response:
    return client.post("/calendar/notices", json=body, headers={"Idempotency-Key": key})
