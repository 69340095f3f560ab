"""What holds for every request: sizes, media types, limits, pages, headers, no fault that says too much."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from config.clock import FixedClock
from tests.web.office import API, DAY, HERE, WebOffice, case_path, headers, problem, web_office
from web.gate import HEADERS
from web.paging import cursor_of

ZONE = f"zone-handler-{HERE}"


@pytest.mark.parametrize("path", ["/livez", f"{API}/me", f"{API}/nothing", f"{API}/cases/x/y"])
def test_every_answer_has_the_headers_that_bind_a_browser(office: WebOffice, path: str) -> None:
    answer = httpx.get(office.url + path, trust_env=False)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


def test_over_https_the_browser_is_told_to_stay_there(
    migrated_sqlite_url: str, wall_clock: FixedClock
) -> None:
    public = {"web_public_url": "https://gaige.example.gov.cn"}
    with web_office(migrated_sqlite_url, wall_clock, **public) as office:
        answer = httpx.get(f"{office.url}/livez", trust_env=False)
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("application/json;q=0.5, text/html", 200),
        ("application/*", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("image/png, text/plain", 406),
    ],
)
def test_only_json_can_be_given(office: WebOffice, accept: str, status: int) -> None:
    answer = office.of(ZONE).get("/me", headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        problem(answer, 406, "request.accept")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_only_json_is_understood(office: WebOffice, kind: str) -> None:
    answer = office.of(ZONE).post(
        f"{case_path()}/steps/1.1/submit", content=b"{}", headers=headers() | {"Content-Type": kind}
    )
    problem(answer, 415, "request.media_type")


def test_a_wrong_method_says_which_are_right(office: WebOffice) -> None:
    answer = office.of(ZONE).put("/me", json={})
    problem(answer, 405, "request.method")
    assert answer.headers["Allow"] == "GET"
    problem(office.of(ZONE).get("/no/such/thing"), 404, "request.path")


def test_too_much_is_refused_declared_or_not(office: WebOffice) -> None:
    client, path = office.of(ZONE), f"{case_path()}/steps/1.1/submit"
    large = b'{"x": "' + b"x" * 3_000_000 + b'"}'
    told = problem(
        client.post(path, content=large, headers=headers() | {"Content-Type": "application/json"}),
        413,
        "request.too_large",
    )
    assert told["facts"]["at_most_kb"] == 2048

    def pieces() -> Any:
        for _ in range(30):
            yield b" " * 100_000

    answer = client.post(path, content=pieces(), headers=headers() | {"Content-Type": "application/json"})
    problem(answer, 413, "request.too_large")


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({}, "body.occurred_on", "没有填"),
        ({"occurred_on": "2022-02-30"}, "body.occurred_on", "须为日期"),
        ({"occurred_on": 20220302}, "body.occurred_on", "须为日期"),
        ({"occurred_on": DAY, "more": 1}, "body.more", "没有这一项"),
        ([], "body", "须为 JSON 对象"),
    ],
)
def test_what_is_malformed_names_its_field_in_chinese(
    office: WebOffice, body: Any, field: str, says: str
) -> None:
    answer = office.of(ZONE).post(f"{case_path()}/steps/1.1/submit", json=body, headers=headers())
    told = problem(answer, 422, "request.malformed")
    (error,) = told["errors"]
    assert error["field"] == field
    assert error["message"].startswith(says)
    assert field in told["remedy"]


@pytest.mark.parametrize("text", [r"\u0000", r"a\ud800"])
def test_what_cannot_be_stored_is_refused_before_it_gets_there(office: WebOffice, text: str) -> None:
    office.launch()
    body = f'{{"occurred_on": "{DAY}", "node": "head", "outcome": "agree", "opinion": "{text}"}}'
    answer = office.of(ZONE).post(
        f"{case_path()}/steps/1.1/decide",
        content=body,
        headers=headers() | {"Content-Type": "application/json"},
    )
    assert problem(answer, 422, "request.malformed")["errors"][0]["field"] == "body.opinion"


def test_broken_json_is_told_as_such(office: WebOffice) -> None:
    answer = office.of(ZONE).post(
        f"{case_path()}/steps/1.1/submit",
        content=b'{"occurred_on": ',
        headers=headers() | {"Content-Type": "application/json"},
    )
    assert "JSON" in problem(answer, 422, "request.malformed")["errors"][0]["message"]


def test_a_program_that_runs_wild_is_slowed_and_nobody_else(
    migrated_sqlite_url: str, wall_clock: FixedClock
) -> None:
    slow = {"api_token_per_minute": 20, "api_account_per_minute": 40}
    with web_office(migrated_sqlite_url, wall_clock, **slow) as office:
        wild, other, second = office.of(ZONE), office.of("aud"), office.of(ZONE)
        assert [wild.get("/me").status_code for _ in range(6)] == [200] * 5 + [429]
        answer = wild.get("/me")
        problem(answer, 429, "rate.limited")
        assert 1 <= int(answer.headers["Retry-After"]) <= 3
        assert other.get("/me").status_code == 200
        # The account has ten at once over all its tokens, of which the wild one took seven.
        assert [second.get("/me").status_code for _ in range(4)] == [200] * 3 + [429]
        wall_clock.advance(timedelta(seconds=3))
        assert wild.get("/me").status_code == 200


def test_whoever_is_not_signed_in_is_slowed_too(migrated_sqlite_url: str, wall_clock: FixedClock) -> None:
    with web_office(migrated_sqlite_url, wall_clock, api_address_per_minute=20) as office:
        client = office.of()
        assert [client.get("/me").status_code for _ in range(7)] == [401] * 5 + [429] * 2
        assert office.of(ZONE).get("/me").status_code == 200


def test_pages_show_everything_once_in_a_stable_order(office: WebOffice) -> None:
    client, seen, cursor = office.of(ZONE), [], ""
    while True:
        page = client.get("/bodies", params={"limit": 3, "cursor": cursor}).json()
        assert len(page["items"]) <= 3
        seen += [body["code"] for body in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == sorted(set(seen))
    assert seen == [body["code"] for body in client.get("/bodies", params={"limit": 200}).json()["items"]]
    assert len(seen) == 8


def test_the_inbox_and_the_history_go_on_where_a_page_ended(office: WebOffice) -> None:
    path = office.launch()
    client = office.of(ZONE)
    for source in ("/inbox", f"{path}/history"):
        if source != "/inbox":
            client.post(f"{path}/steps/1.1/submit", json={"occurred_on": DAY}, headers=headers())
        whole = client.get(source).json()["items"]
        pages, cursor = [], ""
        while cursor is not None:
            page = client.get(source, params={"limit": 1, "cursor": cursor}).json()
            pages += page["items"]
            cursor = page["next"]
        assert pages == whole
        assert len(whole) >= 2


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", cursor_of((1,)), cursor_of(("a", "b")), cursor_of(("a\x00",)), "W10"]
)
def test_a_made_up_mark_is_refused(office: WebOffice, cursor: str) -> None:
    problem(office.of(ZONE).get("/bodies", params={"cursor": cursor}), 422, "request.cursor")


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1"])
def test_a_page_has_a_size(office: WebOffice, limit: str) -> None:
    answer = office.of(ZONE).get("/bodies", params={"limit": limit})
    assert problem(answer, 422, "request.malformed")["errors"][0]["field"] == "query.limit"


def test_a_fault_of_our_own_gives_a_number_and_nothing_else(
    office: WebOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("select secret from table")

    monkeypatch.setattr("web.api.directory.directory.me", broken)
    told = problem(office.of(ZONE).get("/me"), 500, "internal.error")
    assert told["facts"]["incident"] in told["remedy"]
    assert "secret" not in str(told)
    assert "Traceback" not in str(told)
