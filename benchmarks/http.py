"""Decisions over HTTP: 40 a second offered by 8 clients for a minute, on SQLite with 2,543 cases stored.

``python -m benchmarks.http [--per-s 40] [--seconds 60] [--up]`` fills a fresh folder, starts the web process
as ``zonectl up`` starts it (with ``--up`` the whole of it: Prefect, worker, relay and web), and sends one
decision to each of as many cases. The load is open: a request is due at its time whether the one before was
answered or not, and its latency counts from then. Afterwards every case is looked at: each decision once, and
a part of the requests sent again under the same number changes nothing. Bodies and persons are marked 示例.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import psutil
from sqlalchemy import func, select, update

from benchmarks.machine import machine
from benchmarks.workload import CODE, VERSION, WALL, county_of, person_of, prepare
from config.running import note_path
from config.settings import Settings
from deployments.processes import Child, free_port, wait_until
from domain.access import STEP_ACT
from domain.commands import Decide, Submit
from domain.decisions import Outcome
from domain.open_work import WorkKind
from models.database import Database
from models.ledger import case_stream
from models.statements import CASE, EVENT
from models.tables import AccountRow, ApiTokenRow
from services.access.secret import digest
from services.acts import Done, Entry, act
from services.bootstrap import Runtime, open_runtime
from services.clock import today
from services.inbox import case_work
from services.launching import case_id_of, launch_many

UNITS: Final = 2543
DEEPEST: Final = 4
"""A case is played this many steps far at most before the load, so that they are not all alike."""
MEDIAN_MS: Final = 25.0
P95_MS: Final = 80.0
AGAIN: Final = 200
NOT_ANSWERED: Final = 0
"""In place of a status: nobody answered."""


class Due(NamedTuple):
    """One decision to be sent."""

    path: str
    token: str
    round: int
    key: str
    body: dict[str, str]


class Sent(NamedTuple):
    """What came of it; the latency counts from when it was due."""

    status: int
    seconds: float


def fill(settings: Settings, units: int) -> tuple[list[Due], Database]:
    """Store the cases, each waiting for its county's decision on one step; return the decisions to send."""
    db = prepare(settings.database_url, units)
    with open_runtime(settings, WALL) as runtime:
        day = today(runtime.db, WALL)
        by_city: dict[str, list[str]] = {}
        for unit in range(units):
            by_city.setdefault(f"{county_of(unit)[:4]}00", []).append(f"unit-{unit}")
        for city, ids in by_city.items():
            entry = Entry(actor=person_of(f"municipal-{city}", "head"))
            launch_many(runtime, entry, (CODE, VERSION), ids, on=day)
        due = [_play(runtime, unit, unit % DEEPEST) for unit in range(units)]
    _shown(db)
    return _with_tokens(db, due), db


def _play(runtime: Runtime, unit: int, steps: int) -> tuple[str, Due]:
    """Play a case so many steps far and hand in the next one; return its decider and the decision."""
    case, done = case_id_of(CODE, f"unit-{unit}"), 0
    while True:
        work = case_work(runtime.db, case)[0]
        head = {
            "command_id": secrets.token_hex(8),
            "case": case,
            "occurred_on": today(runtime.db, WALL),
            "step": work.step,
            "round": work.round,
        }
        if work.kind != WorkKind.SUBMIT and done >= steps and work.node == "county":
            body = {"occurred_on": head["occurred_on"].isoformat(), "node": work.node, "outcome": "agree"}
            path = f"/api/v1/cases/{CODE}/unit-{unit}/steps/{work.step}/decide"
            return person_of(work.body, work.position), Due(path, "", work.round, secrets.token_hex(16), body)
        command = (
            Submit(**head)
            if work.kind == WorkKind.SUBMIT
            else Decide(**head, node=work.node, outcome=Outcome.AGREE)
        )
        answer = act(runtime.db, command, Entry(actor=person_of(work.body, work.position)), wall=WALL)
        assert isinstance(answer, Done), answer
        done += work.kind != WorkKind.SUBMIT and work.node != "county"


def _shown(db: Database) -> None:
    """What was played counts as shown: the load is not to be measured behind a relay that makes it up."""
    with db.write() as session:
        session.connection().execute(update(CASE).values(signalled_at=None, mirrored_seq=CASE.c.seq))


def _with_tokens(db: Database, due: Sequence[tuple[str, Due]]) -> list[Due]:
    secrets_of = {person: f"zr_{secrets.token_urlsafe(24)}" for person, _ in due}
    now = WALL.now()
    with db.write() as session:
        session.add_all(AccountRow(id=f"a-{person}", person=person) for person in secrets_of)
        session.flush()
        session.add_all(
            ApiTokenRow(
                id=secrets.token_hex(6),
                digest=digest(secret),
                account=f"a-{person}",
                name="示例",
                scopes=json.dumps([STEP_ACT]),
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
            for person, secret in secrets_of.items()
        )
    return [each._replace(token=secrets_of[person]) for person, each in due]


@contextmanager
def served(settings: Settings, folder: Path, *, whole: bool) -> Iterator[tuple[str, int]]:
    """Start the web process, or with ``whole`` all of ``zonectl up``; give its address and process id."""
    port = free_port("127.0.0.1", 8720)
    environment = os.environ | {
        "ZR_DATA_DIR": str(settings.data_dir),
        "ZR_WEB_PORT": str(port),
        "ZR_PREFECT_PORT": str(free_port("127.0.0.1", 4600)),
    }
    up = ["-c", "from cli.main import run; run()", "up"]
    start = up if whole else ["-m", "deployments.children", "web", str(port)]
    child = Child("web", "web", [sys.executable, *start], environment, folder / "web.log")
    url = f"http://127.0.0.1:{port}"
    try:
        child.start()
        ready = wait_until(
            lambda: _answers(f"{url}/readyz") and (not whole or note_path(settings).exists()),
            patience_s=180,
            give_up=lambda: not child.runs,
            progress=lambda _: None,
        )
        assert ready, child.last_words(40)
        assert child.process is not None
        yield url, child.process.pid
        assert child.runs, child.last_words(40)
    finally:
        child.stop()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def offer(url: str, due: Sequence[Due], per_s: float, clients: int) -> list[Sent]:
    """Send each decision at its time; client n sends every ``clients``-th, one after the other."""
    sent: list[Sent | None] = [None] * len(due)
    began = time.perf_counter() + 1.0

    def client(first: int) -> None:
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            for number in range(first, len(due), clients):
                at = began + number / per_s
                time.sleep(max(0.0, at - time.perf_counter()))
                try:
                    status = _send(http, due[number]).status_code
                except httpx.HTTPError:
                    status = NOT_ANSWERED
                sent[number] = Sent(status, time.perf_counter() - at)

    threads = [threading.Thread(target=client, args=(first,)) for first in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [each for each in sent if each is not None]


def _send(http: httpx.Client, due: Due) -> httpx.Response:
    return http.post(
        due.path,
        json=due.body,
        headers={
            "Authorization": f"Bearer {due.token}",
            "If-Match": f'"{due.round}"',
            "Idempotency-Key": due.key,
        },
    )


def lost_or_doubled(db: Database, due: Sequence[Due], before: dict[str, int]) -> int:
    """How many of the cases do not have exactly one act more than before, made by this decision."""
    wrong = 0
    with db.read() as session:
        connection = session.connection()
        for each in due:
            case = "/".join(each.path.split("/")[4:6])
            rows = connection.execute(
                select(EVENT.c.seq, EVENT.c.command_id)
                .where(EVENT.c.stream == case_stream(case), EVENT.c.seq > before[case])
                .order_by(EVENT.c.seq)
            ).all()
            wrong += len(rows) != 1 or not rows[0].command_id.endswith(f":{each.key}")
    return wrong


def _heights(db: Database) -> dict[str, int]:
    with db.read() as session:
        return {row.id: row.seq for row in session.connection().execute(select(CASE.c.id, CASE.c.seq))}


def _rows(db: Database) -> int:
    with db.read() as session:
        return int(session.connection().execute(select(func.count()).select_from(EVENT)).scalar_one())


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Fill, load, check."""
    settings = Settings(data_dir=folder / "data")
    settings.data_dir.mkdir()
    sys.stderr.write(f"存入 {options.units} 个改革任务(示例)……\n")
    ready, db = fill(settings, options.units)
    wanted = round(options.per_s * options.seconds)
    due, before = ready[:wanted], _heights(db)
    assert len(due) == wanted, f"{wanted} decisions need as many cases"
    told = machine()
    with served(settings, folder, whole=options.up) as (url, pid):
        offer(url, ready[wanted : wanted + 80], options.per_s, options.clients)  # warm
        before |= {case: seq for case, seq in _heights(db).items() if case not in _cases(due)}
        load = Load(pid)
        sent = offer(url, due, options.per_s, options.clients)
        ours, others = load.cores()
        wrong = lost_or_doubled(db, due, before)
        rows = _rows(db)
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            again = [_send(http, each) for each in due[:: max(1, len(due) // AGAIN)]]
        replayed = sum(answer.headers.get("Idempotent-Replayed") == "true" for answer in again)
        doubled = _rows(db) - rows
    db.close()
    seconds = [each.seconds for each in sent]
    statuses = Counter(each.status for each in sent)
    result: dict[str, Any] = {
        "machine": told,
        "our_cores_meanwhile": ours,
        "others_cores_meanwhile": others,
        "stored_cases": options.units,
        "stored_ledger_rows": rows - len(due),
        "whole_zonectl_up": options.up,
        "offered_per_s": options.per_s,
        "clients": options.clients,
        "decisions": len(sent),
        "statuses": {str(status): number for status, number in sorted(statuses.items())},
        "median_ms": round(statistics.median(seconds) * 1000, 2),
        "p95_ms": round(statistics.quantiles(seconds, n=20)[18] * 1000, 2),
        "worst_ms": round(max(seconds) * 1000, 1),
        "lost_or_doubled": wrong,
        "sent_again": len(again),
        "answered_as_before": replayed,
        "written_by_sending_again": doubled,
    }
    result["met"] = (
        result["median_ms"] < MEDIAN_MS
        and result["p95_ms"] < P95_MS
        and set(statuses) == {200}
        and len(sent) == wanted
        and (wrong, doubled, replayed) == (0, 0, len(again))
    )
    return result


class Load:
    """Cores used from here on, by us (the server with its children, and the clients) and by others."""

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)
        self._began = time.perf_counter()
        self._ours, self._all = self._seconds()

    def cores(self) -> tuple[float, float]:
        """Return what we used and what others used."""
        ours, all_ = self._seconds()
        passed = time.perf_counter() - self._began
        return round((ours - self._ours) / passed, 2), round(
            (all_ - self._all - ours + self._ours) / passed, 2
        )

    def _seconds(self) -> tuple[float, float]:
        total = psutil.cpu_times()
        processes = [self._server, *self._server.children(recursive=True), psutil.Process()]
        used = [process.cpu_times() for process in processes]
        return sum(each.user + each.system for each in used), sum(total) - total.idle - total.iowait


def _cases(due: Sequence[Due]) -> set[str]:
    return {"/".join(each.path.split("/")[4:6]) for each in due}


def main() -> int:
    """Measure and print the figures as JSON; 1 where a target was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--per-s", type=float, default=40.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument(
        "--up", action="store_true", help="the whole of zonectl up, not the web process alone"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zone-reform-http-") as name:
        result = measure(options, Path(name))
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    return 0 if result["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
