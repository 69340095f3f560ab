"""Every route, as the application lists them: refused to the anonymous and to another county's officers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.web.office import HERE, THERE, WebOffice, case_path, headers
from tests.web.routes import SIGNING_IN, UPLOADS, Asked, all_routes
from web.openapi import PREFIX, api_routes, describe


def ask(client: httpx.Client, route: Asked, **more: Any) -> httpx.Response:
    """Ask one route with everything that it wants to be there."""
    given: dict[str, Any] = {"headers": headers(), "params": route.query}
    if route.template.endswith(UPLOADS) and route.method == "POST":
        given["data"] = {"occurred_on": "2022-03-02", "slot": "plan"} if route.of_case else {}
        given["files"] = {"file": ("a.pdf", b"%PDF-1.7\n%%EOF\n")}
    elif route.body is not None:
        given["json"] = route.body
    return client.request(route.method, route.path.removeprefix(PREFIX), **{**given, **more})


def test_the_anonymous_get_nothing(office: WebOffice) -> None:
    office.launch()
    client, asked = office.of(), 0
    for route in all_routes(office.app):
        if route.template in SIGNING_IN and (route.method, route.template) != ("DELETE", f"{PREFIX}/session"):
            continue
        office.wall.advance(timedelta(seconds=1))
        answer = ask(client, route)
        assert answer.status_code == 401, (route.method, route.template, answer.status_code, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        asked += 1
    assert asked > 100


@pytest.mark.parametrize("person", [f"zone-handler-{THERE}", f"reform_office-head-{THERE}", "nobody"])
def test_another_county_gets_nothing_of_a_case(office: WebOffice, person: str) -> None:
    office.launch()
    client, asked = office.of(person), 0
    for route in all_routes(office.app):
        if not route.of_case:
            continue
        office.wall.advance(timedelta(seconds=1))
        answer = ask(client, route)
        assert answer.status_code == 404, (route.method, route.template, answer.status_code, answer.text)
        body = json.loads(answer.text)
        assert body["code"] == "access.not_found"
        assert HERE not in body["title"] + body["remedy"]
        asked += 1
    assert asked > 25


OPEN_TO_ALL = frozenset(
    {
        "/bodies", "/bodies/{body}", "/bodies/{body}/positions", "/calendar", "/calendar/explain", "/checks",
        "/checks/{check}", "/inbox", "/me", "/openapi.json", "/programmes",
        "/prints/scan", "/programmes/{programme}/{version}", "/units", "/units/{unit}", "/units/{unit}/chain",
    }
)  # fmt: skip
"""Anybody's who is signed in; what a list holds, or a scan shows, is cut to what one may see."""
OWN = frozenset(
    {
        "/cases", "/lamps", "/me/webhooks", "/meetings", "/sessions", "/supervision",
        "/supervision/suggestions", "/supervision/week", "/tokens", "/vacancies", "/webhooks/events",
    }
)  # fmt: skip
"""Lists of one's own things, or of what lies in one's sight."""


@pytest.mark.parametrize("person", [f"zone-handler-{THERE}", "nobody"])
def test_an_officer_of_another_county_changes_nothing_here(office: WebOffice, person: str) -> None:
    """Beside cases: no unit, body, person, account, print, waiver, setting."""
    office.launch()
    client, asked = office.of(person), 0
    for route in all_routes(office.app):
        short = route.template.removeprefix(PREFIX)
        own = short in OPEN_TO_ALL | OWN and (route.method == "GET" or short == "/prints/scan")
        if route.of_case or own or short.startswith(("/session", "/sessions", "/tokens")):
            continue
        office.wall.advance(timedelta(seconds=1))
        answer = ask(client, route)
        assert answer.status_code in {403, 404}, (route.method, short, answer.status_code, answer.text)
        asked += 1
    assert asked > 40


def test_what_is_not_there_looks_like_what_one_may_not_see(office: WebOffice) -> None:
    office.launch()
    client = office.of(f"zone-handler-{THERE}")
    hidden, absent = client.get(case_path(HERE)), client.get("/cases/api-sample/unit-nowhere")
    assert {**hidden.json(), "instance": ""} == {**absent.json(), "instance": ""}
    assert (hidden.status_code, absent.status_code) == (404, 404)


def test_lists_hold_only_what_is_in_sight(office: WebOffice) -> None:
    office.launch(HERE)
    office.launch(THERE)
    for person, seen in (
        (f"zone-handler-{HERE}", [HERE]),
        (f"county-member-{THERE}", [THERE]),
        (f"reform_office-head-{HERE}", [HERE]),
        ("aud", [HERE, THERE]),
        ("nobody", []),
        ("sys", []),
    ):
        found = office.of(person).get("/cases").json()["items"]
        assert [each["unit"] for each in found] == [f"unit-{'here' if c == HERE else 'there'}" for c in seen]
    assert (
        office.of(f"zone-handler-{THERE}").get("/cases", params={"unit": "unit-here"}).json()["items"] == []
    )


def test_a_body_that_is_asked_sees_the_case(office: WebOffice) -> None:
    """Who takes part from outside the area sees it, in lists as well."""
    from services.office.visible import CaseFilter, visible_cases
    from services.permits import standing_of

    office.launch(HERE)
    standing = standing_of(office.db, f"county-member-{HERE}", office.wall.now().date())
    for _ in range(2):
        found = visible_cases(office.db, standing, "case.read", CaseFilter(), after="", limit=9)  # type: ignore[arg-type]
        assert found == ["api-sample/unit-here"]


def test_the_system_is_shown_to_those_who_run_it(office: WebOffice) -> None:
    for path, able in (
        ("/status", {"sys", "aud", "sec", f"reform_office-head-{HERE}"}),
        ("/ledger", {"aud", "sec", f"reform_office-head-{HERE}"}),
        ("/ledger/seal", {"aud", "sec", f"reform_office-head-{HERE}"}),
    ):
        for person in ("sys", "sec", "aud", f"reform_office-head-{HERE}", f"zone-handler-{HERE}", "nobody"):
            answer = office.of(person).get(path)
            assert answer.status_code == (200 if person in able else 403), (path, person, answer.text)


def test_everything_said_is_explained(office: WebOffice) -> None:
    """Every operation has a title, an example of its body, its refusals; every field its meaning."""
    document = describe(office.app)
    assert document["openapi"].startswith("3.1")
    listed = {(path, method) for path, item in document["paths"].items() for method in item}
    routes = {
        (route.path, method.lower()) for route in api_routes(office.app) for method in route.methods or ()
    }
    assert listed == routes
    silent = []
    for path, method in sorted(listed):
        operation = document["paths"][path][method]
        where = f"{method} {path}"
        if path.removeprefix(PREFIX).split("/")[1] not in {"session", "sessions", "tokens"}:
            body = operation.get("requestBody", {}).get("content", {})
            silent += [f"{where}: example" for kind in body.values() if not _example(kind)]
            silent += [
                f"{where}: {each['name']}"
                for each in operation.get("parameters", ())
                if not each.get("description")
            ]
        assert {"401", "404", "422", "429", "500"} <= set(operation["responses"]), where
        assert not operation["summary"].isascii(), where
    for name, schema in document["components"]["schemas"].items():
        if name in _OF_SIGNING_IN:
            continue
        for field, shape in schema.get("properties", {}).items():
            if not shape.get("description"):
                silent.append(f"{name}.{field}")
    assert not silent


_OF_SIGNING_IN = frozenset(
    {
        "Challenge", "Code", "EnrolledShown", "EnrolmentShown", "NewPassword", "NewToken", "SessionNow",
        "SessionShown", "SignIn", "Signature", "TokenMadeShown", "TokenShown",
    }
)  # fmt: skip
"""Their fields have names that say it; they are explained in the page on signing in."""


def _example(kind: dict[str, Any]) -> bool:
    return bool(kind.get("examples") or kind.get("example") or kind["schema"].get("examples"))


def test_the_description_is_for_those_who_are_signed_in(office: WebOffice) -> None:
    shown = office.of("nobody").get("/openapi.json")
    assert shown.status_code == 200
    assert shown.json()["info"]["title"].startswith("改革任务")
