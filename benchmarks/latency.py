"""From a decision's commit to the first task of its flow, on one machine with SQLite, also during a launch.

``python -m benchmarks.latency [--units 2543] [--cases 48] [--per-s 2]`` starts a Prefect server and a relay
of its own in a fresh folder, opens some cases, measures decisions on them with nothing else going on, then
launches the programme for all units through ``launch_programme`` in another process and measures meanwhile.

Both instants are real: ``recorded_at`` of the decision's ledger row, and ``start_time`` of the first task run
of the flow run in which Prefect shows that decision. Bodies and persons are generated and marked 示例.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from benchmarks.workload import CODE, VERSION, person_of, prepare
from config.clock import SystemClock
from config.prefect_env import client_environment, server_environment, without_prefect
from config.settings import Settings
from deployments.processes import Child, free_port, wait_until
from deployments.supervisor import _answers
from domain.commands import Decide, Submit
from domain.decisions import Outcome
from domain.open_work import WorkKind
from models.base import instant
from models.ledger import case_stream
from models.statements import EVENT
from services.acts import Done, Entry, act
from services.bootstrap import Runtime, open_runtime
from services.clock import today
from services.inbox import case_work
from services.launching import case_id_of, launch_one
from services.notices import no_notices
from services.prefect_api import PrefectApi
from services.relaying import case_queue

LAUNCH = """
import json, sys, time
from config.settings import load_settings
from flows.environment import prefect_thread, using
from flows.launch import launch_programme
from services.bootstrap import open_runtime
code, version, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
by_city = {}
from benchmarks.workload import county_of, person_of
for unit in range(first, last):
    by_city.setdefault(f"{county_of(unit)[:4]}00", []).append(f"unit-{unit}")
with open_runtime(load_settings()) as runtime, prefect_thread(), using(runtime):
    began = time.monotonic()
    opened = 0
    for city, units in by_city.items():
        opened += launch_programme(code, version, units, person_of(f"municipal-{city}", "head"))["opened"]
    print(json.dumps({"opened": opened, "seconds": time.monotonic() - began}))
"""


@dataclass(frozen=True)
class Act:
    """One measured decision: where it is in the ledger."""

    unit: str
    case: str
    seq: int


@contextmanager
def stack_up(settings: Settings, folder: Path) -> Iterator[dict[str, str]]:
    """Start a Prefect server and a relay on ``settings``; yield the environment of clients."""
    plain = without_prefect(os.environ)
    api = settings.prefect_api_url
    client = (
        plain
        | client_environment(settings, api)
        | {
            "ZR_DATA_DIR": str(settings.data_dir),
            "ZR_PREFECT_PORT": str(settings.prefect_port),
        }
    )
    settings.prefect_home.mkdir(parents=True)
    start = ["server", "start", "--host", "127.0.0.1", "--port", str(settings.prefect_port)]
    server = Child(
        "prefect-server", "Prefect", [sys.executable, "-m", "prefect", *start],
        plain | server_environment(settings, api), folder / "server.log",
    )  # fmt: skip
    relay = Child(
        "relay",
        "relay",
        [sys.executable, "-m", "deployments.children", "relay"],
        client,
        folder / "relay.log",
    )
    with ExitStack() as stack:
        for child in (server, relay):
            stack.callback(child.stop)
        server.start()
        ready = wait_until(
            lambda: _answers(f"{api}/ready"), patience_s=120, give_up=lambda: not server.runs, progress=note
        )
        assert ready, server.last_words()
        relay.start()
        yield client


def note(seconds: float) -> None:
    """Say that it is still waited."""
    sys.stderr.write(f"  … {seconds:.0f} s\n")


def do_oldest(runtime: Runtime, unit: str, number: int) -> Act | None:
    """Do the oldest work of a unit's case as the one who has to; tell of it where it is a decision."""
    case = case_id_of(CODE, unit)
    entry = case_work(runtime.db, case)[0]
    person = person_of(entry.body, entry.position)
    common = {
        "command_id": f"lat-{case}-{number}", "case": case, "occurred_on": today(runtime.db, runtime.wall),
        "step": entry.step, "round": entry.round,
    }  # fmt: skip
    command = (
        Submit(**common)
        if entry.kind == WorkKind.SUBMIT
        else Decide(**common, node=entry.node, seat=entry.seat, outcome=Outcome.AGREE)
    )
    done = act(runtime.db, command, Entry(actor=person), wall=runtime.wall, notices=no_notices)
    assert isinstance(done, Done), done
    return Act(unit, case, done.seq) if isinstance(command, Decide) else None


def drive(runtime: Runtime, units: Sequence[str], per_s: float, rounds: int, first: int) -> list[Act]:
    """Do ``rounds`` acts on each unit's case, ``per_s`` a second over all."""
    decided: list[Act] = []
    began, number = time.monotonic(), 0
    for round_ in range(rounds):
        for unit in units:
            time.sleep(max(began + number / per_s - time.monotonic(), 0))
            found = do_oldest(runtime, unit, first + round_)
            number += 1
            if found is not None:
                decided.append(found)
    return decided


def wait_shown(runtime: Runtime, patience_s: float, *, bulk: bool) -> float:
    """Wait until nothing waits to be shown; return how long it took."""
    began = time.monotonic()

    def nothing_waits() -> bool:
        queue = case_queue(runtime.db)
        return not queue.people and not (bulk and queue.bulk)

    assert wait_until(nothing_waits, patience_s=patience_s, give_up=lambda: False, progress=note)
    time.sleep(6)  # task runs travel in the background
    return time.monotonic() - began - 6


def committed_at(runtime: Runtime, what: Act) -> datetime:
    """When the decision was recorded."""
    with runtime.db.read() as session:
        statement = select(EVENT.c.recorded_at).where(
            EVENT.c.stream == case_stream(what.case), EVENT.c.seq == what.seq
        )
        return instant(session.connection().execute(statement).scalar_one())


def latencies(runtime: Runtime, settings: Settings, acts: Sequence[Act]) -> list[float]:
    """Seconds from each decision's commit to the first task of the flow run that shows it."""
    found: list[float] = []
    with PrefectApi(settings) as prefect:
        by_case: dict[str, list[tuple[datetime, datetime]]] = {}
        for unit, case in {(each.unit, each.case) for each in acts}:
            tasks = prefect.task_runs(run_tags=[f"zone:{unit}"]) or []
            firsts: dict[str, datetime] = {}
            for task in tasks:
                if task.started_at is not None:
                    firsts[task.flow_run_id] = min(
                        firsts.get(task.flow_run_id, task.started_at), task.started_at
                    )
            by_case[case] = [
                (task.started_at, firsts[task.flow_run_id])
                for task in tasks
                if task.started_at is not None and " · 同意" in task.name and _is_of(unit, task.name)
            ]
        for case, shown in by_case.items():
            mine = sorted(committed_at(runtime, each) for each in acts if each.case == case)
            shown = [each for each in shown if each[0] >= mine[0]]
            # The n-th decision of a case is its n-th such task, for a stream is shown in order.
            shown = sorted(shown)[: len(mine)]
            assert len(shown) == len(mine), f"{case}: {len(mine)} decisions, {len(shown)} shown"
            found += [(first - at).total_seconds() for at, (_, first) in zip(mine, shown, strict=True)]
    return found


def _is_of(unit: str, name: str) -> bool:
    """In a run of many cases each task begins with the name of its reform unit."""
    number = unit.removeprefix("unit-")
    return not name.startswith("示例开发区") or name.startswith(f"示例开发区{number} ")


def figures(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 95 % and worst."""
    return {
        "decisions": len(seconds),
        "median_s": round(statistics.median(seconds), 3),
        "p95_s": round(statistics.quantiles(seconds, n=20)[18], 3),
        "worst_s": round(max(seconds), 3),
    }


def main() -> int:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=2543)
    parser.add_argument("--cases", type=int, default=48)
    parser.add_argument("--per-s", type=float, default=2.0)
    parser.add_argument("--keep", type=Path, help="copy the logs to this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zone-reform-latency-") as name:
        folder = Path(name)
        settings = Settings(data_dir=folder / "data", prefect_port=free_port("127.0.0.1", 4500))
        prepare(settings.database_url, options.units + options.cases).close()
        with open_runtime(settings, SystemClock()) as runtime, stack_up(settings, folder) as environment:
            try:
                result = measure(runtime, settings, environment, options)
            finally:
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    for log in folder.glob("*.log"):
                        shutil.copy(log, options.keep)
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


def measure(
    runtime: Runtime, settings: Settings, environment: dict[str, str], options: argparse.Namespace
) -> dict[str, object]:
    """Open the cases, measure in peace, launch, measure meanwhile."""
    from benchmarks.workload import county_of

    units = [f"unit-{options.units + number}" for number in range(options.cases)]
    for number, unit in enumerate(units):
        city = f"{county_of(options.units + number)[:4]}00"
        done = launch_one(
            runtime, Entry(actor=person_of(f"municipal-{city}", "head")), (CODE, VERSION), unit,
            on=today(runtime.db, runtime.wall),
        )  # fmt: skip
        assert isinstance(done, Done), done
    wait_shown(runtime, 180, bulk=True)
    note(0)
    in_peace = drive(runtime, units, options.per_s, 3, 0)
    wait_shown(runtime, 120, bulk=False)
    launch = subprocess.Popen(  # noqa: S603  the command is ours
        [sys.executable, "-c", LAUNCH, CODE, str(VERSION), "0", str(options.units)],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    began = time.monotonic()
    meanwhile = drive(runtime, units, options.per_s, 3, 3)
    launched = json.loads(launch.communicate(timeout=300)[0].splitlines()[-1])
    still_waiting = case_queue(runtime.db).bulk
    wait_shown(runtime, 900, bulk=True)
    return {
        "in_peace": figures(latencies(runtime, settings, in_peace)),
        "during_launch": figures(latencies(runtime, settings, meanwhile)),
        "launch": launched,
        "bulk_waiting_when_measured": still_waiting,
        "all_shown_after_s": round(time.monotonic() - began - 6, 1),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    sys.exit(main())
