"""What somebody sends who means harm: text that nothing stores, floods of sign-ins, depth without end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from loguru import logger
from sqlalchemy import text

from config.clock import FixedClock
from models.database import Database
from tests.web.office import HERE, WebOffice, case_path, headers, problem, web_office

OPINION = "示例意见全文"
UNSTORABLE = ("a\x00b", "a\ud800b")


@pytest.fixture
def both(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[WebOffice]:
    with web_office(migrated_db_url, wall_clock) as opened:
        yield opened


@contextmanager
def logged() -> Iterator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}\n{exception}", backtrace=False, diagnose=False)
    try:
        yield lines
    finally:
        logger.remove(sink)


def send(client: httpx.Client, path: str, body: Any, **more: Any) -> httpx.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content=raw, headers={"Content-Type": "application/json", **more})


def test_text_that_nothing_stores_is_a_wrong_request_everywhere(both: WebOffice) -> None:
    both.launch()
    anybody, officer = both.of(), both.of(f"reform_office-head-{HERE}")
    decide = f"{case_path()}/steps/1.1/decide"
    for bad in UNSTORABLE:
        signing_in: tuple[dict[str, Any], ...] = (
            {"name": bad, "password": "x"},
            {"name": "x", "password": bad},
            {"name": "x", "password": "x", bad: 1},
        )
        answers = [send(anybody, "/session", body) for body in signing_in[:2]]
        assert send(anybody, "/session", signing_in[2]).status_code < 500
        answers += [
            send(officer, decide, {"occurred_on": "2022-03-02", **body}, **headers())
            for body in ({bad: 1}, {"node": bad, "outcome": "agree"}, {"node": "head", "outcome": bad})
        ]
        for answer in answers:
            problem(answer, 422, "request.malformed")
    for path in ("/tokens/a%00", "/tokens/%ED%A0%80", "/tokens/x%0Ainjected"):
        problem(officer.delete(path), 422, "request.malformed")


@pytest.mark.parametrize("depth", [500, 100_000])
def test_depth_without_end_is_a_wrong_request(office: WebOffice, depth: int) -> None:
    officer = office.of(f"reform_office-head-{HERE}")
    assert send(officer, "/programmes/check", b"[" * depth).status_code in {400, 422}
    for sign in ("[", "{a: "):
        answer = send(officer, "/programmes/check", {"text": "programme: x\na: " + sign * depth})
        assert answer.status_code < 500


def test_a_flood_of_sign_ins_is_slowed_down_for_its_address(
    migrated_sqlite_url: str, wall_clock: FixedClock
) -> None:
    """Each would cost a slow hash and a row of the ledger."""
    with web_office(migrated_sqlite_url, wall_clock, api_address_per_minute=20) as office:
        flood = office.of()
        answers = [
            flood.post("/session", json={"name": f"made-up-{number}", "password": "x"}).status_code
            for number in range(8)
        ]
        assert answers == [401] * 5 + [429] * 3
        assert flood.get("/session/identity").status_code == 429


def test_a_fault_of_the_database_logs_no_text_of_anybody(migrated_db_url: str) -> None:
    db = Database(migrated_db_url)
    with logged() as lines:
        try:
            with db.read() as session:
                session.execute(text("SELECT 1 FROM nowhere WHERE a = :a"), {"a": OPINION})
        except Exception:
            logger.exception("fault")
    db.close()
    assert "nowhere" in "".join(lines)
    assert OPINION not in "".join(lines)
