"""Signing in over HTTP: cookies, the token against foreign sites, bearer tokens, problems in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Depends

from config.clock import FixedClock
from config.settings import Settings
from services.access.principals import Principal
from tests.services.signing_in import CLERK, HEAD, PASSWORD, AccessOffice, access_office
from tests.web.serving import serving
from web.app import create_app
from web.security import CSRF_HEADER, cookie_name, is_secure, principal

API = "/api/v1"


class Desk:
    """The office with its web application."""

    def __init__(self, office: AccessOffice, url: str, stack: ExitStack) -> None:
        self.office = office
        self._url = url
        self._stack = stack

    def client(self) -> httpx.Client:
        """A browser or a program that nobody has signed in with."""
        return self._stack.enter_context(httpx.Client(base_url=self._url, trust_env=False))

    def signed_in(self, person: str = CLERK) -> httpx.Client:
        """A browser that is signed in and sends the token along."""
        client = self.client()
        answer = client.post(f"{API}/session", json={"name": person, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers[CSRF_HEADER] = answer.json()["csrf"]
        return client


def whoami(caller: Principal = Depends(principal)) -> dict[str, Any]:
    """A route as any other is made."""
    return {"person": caller.person, "channel": caller.channel, "entry": caller.entry.channel}


@pytest.fixture
def desk(migrated_sqlite_url: str, wall_clock: FixedClock, data_dir: Path) -> Iterator[Desk]:
    with access_office(migrated_sqlite_url, wall_clock, data_dir) as office:
        office.ready(CLERK)
        office.ready(HEAD)
        app = create_app(Settings(database_url=migrated_sqlite_url), wall_clock)
        app.add_api_route(f"{API}/whoami", whoami, methods=["GET", "POST"])
        with serving(app) as url, ExitStack() as stack:
            yield Desk(office, url, stack)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert (body["code"], body["status"]) == (code, status)
    assert any("一" <= char <= "鿿" for char in body["title"])
    return body


def test_the_anonymous_is_told_to_sign_in(desk: Desk) -> None:
    answer = desk.client().get(f"{API}/whoami")
    problem(answer, 401, "access.unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_sign_in_and_out(desk: Desk) -> None:
    client = desk.signed_in()
    assert client.get(f"{API}/whoami").json() == {"person": CLERK, "channel": "console", "entry": "console"}
    shown = client.get(f"{API}/session")
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.json()["session"]["stage"] == "open"
    assert client.delete(f"{API}/session").status_code == 204
    problem(client.get(f"{API}/whoami"), 401, "access.unauthenticated")


def test_the_cookie_is_for_no_script_and_no_other_site(desk: Desk) -> None:
    answer = desk.client().post(f"{API}/session", json={"name": CLERK, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("zr_session=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert "secure" not in parts
    assert not any(part.startswith(("domain", "expires", "max-age")) for part in parts)


@pytest.mark.parametrize(
    ("settings", "secure"),
    [
        ({}, False),
        ({"web_host": "10.1.2.3"}, True),
        ({"web_host": "0.0.0.0"}, True),  # noqa: S104
        ({"web_public_url": "https://gaige.example.gov.cn"}, True),
        ({"web_host": "10.1.2.3", "web_public_url": "http://127.0.0.1:8720"}, True),
    ],
)
def test_only_a_trial_on_this_machine_does_without_https(settings: dict[str, Any], secure: bool) -> None:
    made = Settings(**settings)
    assert is_secure(made) is secure
    assert cookie_name(made) == ("__Host-zr_session" if secure else "zr_session")


def test_a_secure_cookie_says_so(migrated_sqlite_url: str, wall_clock: FixedClock, data_dir: Path) -> None:
    with access_office(migrated_sqlite_url, wall_clock, data_dir) as office:
        office.ready(CLERK)
        settings = Settings(
            database_url=migrated_sqlite_url,
            web_public_url="https://gaige.example.gov.cn",  # type: ignore[arg-type]
        )
        with serving(create_app(settings, wall_clock)) as url:
            body = {"name": CLERK, "password": PASSWORD}
            answer = httpx.post(f"{url}{API}/session", json=body, trust_env=False)
            cookie = answer.headers["Set-Cookie"]
            assert cookie.startswith("__Host-zr_session=")
            assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
            given = {"Cookie": cookie.partition(";")[0]}
            assert httpx.get(f"{url}{API}/session", headers=given, trust_env=False).status_code == 200
            bare = {"Cookie": given["Cookie"].removeprefix("__Host-")}
            problem(
                httpx.get(f"{url}{API}/session", headers=bare, trust_env=False),
                401,
                "access.unauthenticated",
            )


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_foreign_site_cannot_act_with_the_cookie(desk: Desk, token: str | None) -> None:
    client = desk.signed_in()
    del client.headers[CSRF_HEADER]
    headers = {} if token is None else {CSRF_HEADER: token}
    problem(client.post(f"{API}/whoami", headers=headers), 403, "session.csrf")
    problem(client.delete(f"{API}/session", headers=headers), 403, "session.csrf")
    assert client.get(f"{API}/whoami").status_code == 200


def test_the_token_of_another_session_is_not_taken(desk: Desk) -> None:
    client, other = desk.signed_in(), desk.signed_in(HEAD)
    headers = {CSRF_HEADER: other.headers[CSRF_HEADER]}
    problem(client.post(f"{API}/whoami", headers=headers), 403, "session.csrf")


def test_a_form_of_a_foreign_site_cannot_sign_somebody_in(desk: Desk) -> None:
    body = f'{{"name": "{CLERK}", "password": "{PASSWORD}"}}'
    answer = desk.client().post(f"{API}/session", content=body, headers={"Content-Type": "text/plain"})
    problem(answer, 415, "request.media_type")


def test_what_was_typed_never_comes_back(desk: Desk) -> None:
    answer = desk.client().post(f"{API}/session", json={"name": CLERK, "password": "x" * 5000})
    assert "xxx" not in answer.text
    assert problem(answer, 422, "request.malformed")["facts"] == {"fields": "body.password"}


def test_too_many_failures_say_when_to_come_back(desk: Desk) -> None:
    client = desk.client()
    for _ in range(5):
        problem(client.post(f"{API}/session", json={"name": CLERK, "password": "no"}), 401, "sign_in.wrong")
    answer = client.post(f"{API}/session", json={"name": CLERK, "password": PASSWORD})
    problem(answer, 429, "sign_in.locked")
    assert answer.headers["Retry-After"] == "1200"


def test_a_half_open_session_opens_nothing(desk: Desk) -> None:
    opened = desk.office.settle("secadmin")
    client = desk.client()
    client.cookies.set("zr_session", opened.secret)
    client.headers[CSRF_HEADER] = opened.csrf
    problem(client.get(f"{API}/whoami"), 403, "session.stage")
    problem(client.post(f"{API}/tokens", json={"name": "x", "scopes": ["case.read"]}), 403, "session.stage")
    seed = client.post(f"{API}/session/factor").json()
    assert seed["uri"].startswith("otpauth://totp/")
    desk.office.seeds["secadmin"] = seed["seed"]
    code = {"code": desk.office.code("secadmin")}
    enrolled = client.post(f"{API}/session/factor/confirm", json=code)
    assert len(enrolled.json()["recovery_codes"]) == 10
    assert client.get(f"{API}/whoami").json()["person"] == "secadmin"


def test_a_program_acts_by_its_token_without_a_cookie(desk: Desk) -> None:
    browser = desk.signed_in()
    made = browser.post(f"{API}/tokens", json={"name": "周报", "scopes": ["case.read"], "days": 2})
    assert made.status_code == 201
    secret, id_ = made.json()["secret"], made.json()["token"]["id"]
    assert secret.startswith("zr_")
    program = desk.client()
    program.headers["Authorization"] = f"Bearer {secret}"
    assert program.post(f"{API}/whoami").json() == {"person": CLERK, "channel": "api", "entry": "api"}
    problem(program.get(f"{API}/tokens"), 403, "token.scope")
    problem(program.delete(f"{API}/tokens/{id_}"), 403, "token.scope")
    problem(program.post(f"{API}/tokens", json={"name": "x", "scopes": ["case.read"]}), 403, "token.by_token")
    listed = browser.get(f"{API}/tokens").json()
    assert [(each["id"], each["used_at"] is not None) for each in listed] == [(id_, True)]
    assert secret not in str(listed)
    assert browser.delete(f"{API}/tokens/{id_}").status_code == 204
    problem(program.get(f"{API}/whoami"), 401, "token.invalid")


def test_a_token_runs_out(desk: Desk) -> None:
    made = desk.signed_in().post(f"{API}/tokens", json={"name": "x", "scopes": ["case.read"], "days": 1})
    program = desk.client()
    program.headers["Authorization"] = f"Bearer {made.json()['secret']}"
    desk.office.wall.advance(timedelta(hours=23, minutes=59))
    assert program.get(f"{API}/whoami").status_code == 200
    desk.office.wall.advance(timedelta(minutes=1))
    problem(program.get(f"{API}/whoami"), 401, "token.invalid")


@pytest.mark.parametrize("word", ["zr_", "zr_made-up", "made-up", "'; DROP TABLE api_token; --"])
def test_a_made_up_token_is_refused(desk: Desk, word: str) -> None:
    client = desk.client()
    client.headers["Authorization"] = f"Bearer {word}"
    problem(client.get(f"{API}/whoami"), 401, "token.invalid")


def test_one_sees_and_ends_only_ones_own_sessions(desk: Desk) -> None:
    client, other = desk.signed_in(), desk.signed_in(HEAD)
    foreign = other.get(f"{API}/session").json()["session"]["id"]
    assert foreign not in client.get(f"{API}/sessions").text
    problem(client.delete(f"{API}/sessions/{foreign}"), 404, "session.unknown")
    assert other.get(f"{API}/whoami").status_code == 200


def test_single_sign_on_that_is_not_there_says_so(desk: Desk) -> None:
    problem(desk.client().get(f"{API}/session/identity"), 404, "identity.not_connected")
