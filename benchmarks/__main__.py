"""``python -m benchmarks``: ours beside the floor and the best durable peer, in one run; writes RESULTS.md.

``--quick`` is for trying out only: fewer rounds and stored cases, nothing is written. PostgreSQL is a
throw-away cluster of its own (``initdb`` on the PATH or ``PG_BINDIR``). ``--peers-python`` names the Python
that has the packages of ``peers/requirements.txt``; without it the peer is not run, and the report says so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.comparing import Plan, compare
from benchmarks.machine import machine
from benchmarks.processes import ROOT, has
from benchmarks.report import NOT_RUN, markdown, targets
from config.clock import SystemClock

RESULTS: Final = Path(__file__).parent / "RESULTS.md"
PEER_MODULES: Final = ("viewflow", "django", "psycopg", "psutil")


def main() -> int:
    """Measure, tell, write the report; 1 where a target was missed."""
    options = _options()
    plan = Plan(peers_python=_peers_python(options.peers_python))
    if options.quick:
        plan = Plan(rounds=2, seconds=1.0, stored=200, peers_python=plan.peers_python)
    if plan.peers_python is None:
        tell(NOT_RUN)
    began = time.monotonic()
    told = machine()
    compared = [compare(db, plan, tell) for db in options.db]
    main_cases = 2 if options.quick else 6
    played = {db: _main_programme(db, main_cases) for db in options.db}
    when = f"{SystemClock().now():%Y-%m-%d %H:%M} UTC, {time.monotonic() - began:.0f} s"
    report = markdown(plan, told, compared, played, when)
    sys.stdout.write(report)
    if not options.quick:
        RESULTS.write_text(report, encoding="utf-8")
    missed = [target.name for target in targets(compared) if not target.met]
    tell("全部达到" if not missed else f"未达到:{'、'.join(missed)}")
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="try out; writes nothing")
    parser.add_argument("--db", nargs="+", choices=("sqlite", "pg"), default=("sqlite", "pg"))
    parser.add_argument("--peers-python", help="the Python that has the peers' packages")
    return parser.parse_args()


def _peers_python(named: str | None) -> str | None:
    python = named or sys.executable
    if has(python, PEER_MODULES):
        return python
    if named is not None:
        raise SystemExit(
            f"{named} 缺少 {'、'.join(PEER_MODULES)} 中的包,见 benchmarks/peers/requirements.txt"
        )
    return None


def _main_programme(db: str, cases: int) -> dict[str, Any]:
    tell(f"{db}: 开发区改革全程 {cases} 个(示例)")
    command = [sys.executable, "-m", "benchmarks.main_programme", db, str(cases)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if found.returncode != 0:
        raise SystemExit(f"main_programme: {found.stderr[-1500:]}")
    answer: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return answer


def tell(text: str) -> None:
    """Say what is going on, beside the report."""
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
