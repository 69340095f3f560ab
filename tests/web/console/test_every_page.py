"""Every route of the console, as the application lists them: signed out, without token, from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.web.console.conftest import Browsers
from tests.web.office import CODE, HERE, THERE, UNITS, WebOffice
from web.openapi import PREFIX

VALUES = {
    "programme": CODE,
    "unit": UNITS[HERE],
    "step": "1.1",
    "slot": "plan",
    "decision": "1",
    "number": "1",
    "file": "0" * 24,
    "notice": "0" * 32,
    "seq": "1",
    "meeting": "M2022-0001",
    "matter": "W2022-0001",
    "kind": "order",
}
"""What an address of a page needs; one that a new page uses is added here."""
MACHINES = frozenset({"/livez", "/readyz", "/version", "/static"})
DOOR = frozenset({"/sign-in", "/demo"})


def pages(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and address of every route that is no program's."""
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if path.startswith(PREFIX) or path in MACHINES:
            continue
        for method in sorted(set(route.methods or ()) - {"HEAD"}):
            yield method, path.format_map(VALUES)


def test_signed_out_every_page_is_the_sign_in_page(office: WebOffice, browser: Browsers) -> None:
    nobody, asked = browser(""), 0
    for method, path in pages(office.app):
        if path in DOOR:
            continue
        answer = nobody.request(method, path, follow_redirects=True)
        assert answer.url.path == "/sign-in", (method, path, answer.status_code)
        assert "登录名" in answer.text
        asked += 1
    assert asked > 10


def test_a_form_without_the_token_changes_nothing(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    busy, asked = browser("busy"), 0
    for method, path in pages(office.app):
        if method != "POST" or path in {"/sign-in/code", "/sign-in/factor", "/sign-in/factor/confirm"}:
            continue
        answer = busy.post(path, data={"csrf": "0" * 64})
        assert answer.status_code == 403, (path, answer.status_code)
        assert "请求不是从本系统的页面发出的" in answer.text
        asked += 1
    assert asked > 4


def test_another_county_sees_no_page_of_a_case(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    there = browser(f"zone-handler-{THERE}")
    for method, path in pages(office.app):
        if "/cases/" not in path:
            continue
        answer = there.send_form(path) if method == "POST" else there.get(path)
        assert answer.status_code == 404, (method, path, answer.status_code)
        assert "没有找到" in answer.text


def test_every_page_is_whole_without_scripts_and_holds_none(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    busy, asked = browser("busy"), 0
    for method, path in pages(office.app):
        if method != "GET":
            continue
        answer = busy.get(path, follow_redirects=True)
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        assert answer.status_code in {200, 403, 404}, (path, answer.status_code)
        text = answer.text
        assert text.count("<h1") == 1, path
        assert 'href="#main"' in text
        assert '<main id="main"' in text
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
        assert "http://" not in text.replace("http://www.w3.org", ""), path
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"] == "HX-Request"
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        asked += 1
    assert asked > 4


def test_what_is_not_there_looks_like_the_rest(office: WebOffice, browser: Browsers) -> None:
    answer = browser("busy").get("/no/such/page")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "我的待办" in browser("busy").get("/inbox").text
    assert office.of().get("/no/such/thing").headers["Content-Type"] == "application/problem+json"
