"""Claims without Prefect: one holder, a rising fence, dead letters that can be seen and put back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from benchmarks.workload import prepare
from config.clock import FixedClock
from config.settings import Settings, load_settings
from services import relaying
from services.bootstrap import Runtime, open_runtime
from tests.flows.stack import act_on, open_case
from web.app import create_app


@pytest.fixture
def runtime(data_dir: Path) -> Iterator[Runtime]:
    settings = load_settings()
    prepare(settings.database_url, 3).close()
    with open_runtime(settings, FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))) as opened:
        yield opened


def later(runtime: Runtime, seconds: float) -> None:
    assert isinstance(runtime.wall, FixedClock)
    runtime.wall.advance(timedelta(seconds=seconds))


def claim(runtime: Runtime, by: str) -> list[relaying.CaseClaim]:
    return relaying.claim_cases(runtime.db, runtime.wall, by, 30, bulk=False, limit=10)


def test_a_case_has_one_holder_and_an_older_fence_is_refused(runtime: Runtime) -> None:
    open_case(runtime, 0)
    (first,) = claim(runtime, "one")
    assert claim(runtime, "two") == []
    later(runtime, 31)
    (second,) = claim(runtime, "two")
    assert (second.fence, second.abandoned_by) == (first.fence + 1, "one")
    assert relaying.settle(runtime.db, [(first, first.seq)]) == [first]
    assert relaying.settle(runtime.db, [(second, second.seq)]) == []
    assert relaying.case_queue(runtime.db).people == 0


def test_what_is_committed_meanwhile_keeps_waiting_by_its_own_age(runtime: Runtime) -> None:
    case = open_case(runtime, 0)
    (held,) = claim(runtime, "one")
    later(runtime, 5)
    act_on(runtime, case)
    relaying.settle(runtime.db, [(held, held.seq)])
    assert relaying.case_queue(runtime.db).oldest == runtime.wall.now()
    (again,) = claim(runtime, "one")
    assert (again.mirrored_seq, again.seq) == (held.seq, held.seq + 1)


def test_failures_come_later_and_later_and_end_as_a_dead_letter(runtime: Runtime) -> None:
    case = open_case(runtime, 0)
    for _ in range(relaying.MAX_ATTEMPTS):
        held = claim(runtime, "one")
        assert held, "not offered again"
        relaying.fail(runtime.db, runtime.wall, held, "坏了", random.Random(1))  # noqa: S311
        assert claim(runtime, "one") == [], "offered at once"
        later(runtime, 3601)
    assert claim(runtime, "one") == []
    assert relaying.case_queue(runtime.db).dead == ((case, "坏了"),)
    assert relaying.revive(runtime.db, runtime.wall) == 1
    assert len(claim(runtime, "one")) == 1


def test_rewound_and_remirrored_cases_wait_again(runtime: Runtime) -> None:
    case = open_case(runtime, 0)
    held = claim(runtime, "one")
    relaying.settle(runtime.db, [(held[0], held[0].seq)])
    relaying.rewind(runtime.db, runtime.wall, [(case, 0)])
    (again,) = claim(runtime, "one")
    assert again.mirrored_seq == 0
    relaying.settle(runtime.db, [(again, again.seq)])
    assert relaying.remirror(runtime.db, runtime.wall) == 1
    assert relaying.case_queue(runtime.db).bulk == 1


def test_what_a_dead_process_holds_is_freed_with_a_new_fence(runtime: Runtime) -> None:
    open_case(runtime, 0)
    (held,) = claim(runtime, "dead")
    assert relaying.lease_holders(runtime.db) == {"dead"}
    assert relaying.free_leases(runtime.db, "dead") >= 1
    assert relaying.settle(runtime.db, [(held, held.seq)]) == [held]
    assert len(claim(runtime, "two")) == 1


def ask(settings: Settings, path: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(answer())


def test_the_web_service_says_whether_the_system_can_work(runtime: Runtime, tmp_path: Path) -> None:
    assert ask(runtime.settings, "/livez").json() == {"status": "ok"}
    assert ask(runtime.settings, "/readyz").json() == {"status": "ok"}
    assert ask(runtime.settings, "/version").json()["name"] == "zone-reform"
    with runtime.db.write() as session:
        session.connection().exec_driver_sql("DROP TRIGGER event_no_update")
    broken = ask(runtime.settings, "/readyz")
    assert (broken.status_code, broken.json()["code"]) == (503, "ledger.triggers")
    assert ask(Settings(data_dir=tmp_path / "none"), "/readyz").json()["code"] == "database.missing"
