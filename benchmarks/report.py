"""What a run found, as Markdown and as a list of targets met or missed."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.comparing import Compared, Measured, Plan

_LEAST_OF_FLOOR: Final = {"sqlite": 0.25, "pg": 0.5}
_TIMES_PEER: Final = {"sqlite": 4.0, "pg": 3.0}
_SLOWDOWN: Final = 1.15
_INBOX_MS: Final = 2.0
_VERIFY_ROWS: Final = 100_000
NOT_RUN: Final = (
    "**The peer was NOT run**: this run had no Python with the packages of "
    "`benchmarks/peers/requirements.txt` (`django-viewflow`, `Django`, `psycopg`, `psutil`). Make a virtual "
    "environment with them and give it as `make bench ARGS='--peers-python VENV/bin/python'`. The targets "
    "against the peer are neither met nor missed."
)
_WHAT: Final = (
    "One client. One act = one decision or submission of `peers/workload.json` (25 steps, 3 acts each) "
    "through `services.acts`, with permissions, working-day calendar, ledger and projections on; it counts "
    "once it is on the disk (SQLite WAL with `synchronous=FULL`, PostgreSQL with its stock `fsync=on`). "
    "Every finished case is checked whole. *floor* is the hand-written minimum of `peers/README.md`: three "
    "tables, no engine. Engines take turns, {seconds:g} s each, {rounds} rounds; figures are medians over "
    "the rounds, ratios are taken inside a round."
)
_CONTENTION: Final = (
    "the column *others' cores* says what they used meanwhile. Above about 0.5 the figures were taken under "
    "contention: ratios of one round still compare, speeds do not."
)
_MAIN: Final = (
    "`programmes/development-zone`, the whole reform of one zone (示例), every paper, register and decision "
    "by the person it waits for; companies and receivers as items."
)
_HEAD: Final = (
    "| engine | acts/s | each round | p50 ms | p95 ms | CPU s / 1000 acts | share of floor "
    "| others' cores | cases checked |"
)


@dataclass(frozen=True)
class Target:
    """One figure that has to be reached."""

    name: str
    found: float
    wanted: float
    at_least: bool = True
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.found >= self.wanted if self.at_least else self.found <= self.wanted

    def row(self) -> str:
        """One row of the table."""
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if self.met else "**missed**"
        unit = f" {self.unit}" if self.unit else ""
        return f"| {self.name} | {sign} {self.wanted:,g}{unit} | {_figure(self.found)}{unit} | {verdict} |"


def _figure(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}"


def targets(compared: list[Compared]) -> list[Target]:
    """Everything this run can say about the targets."""
    return [target for each in compared for target in _targets(each)]


def _targets(run: Compared) -> Iterator[Target]:
    db = run.db
    yield Target(f"acts/s, share of floor_{db}", run.times("ours", "floor"), _LEAST_OF_FLOOR[db])
    if "viewflow" in run.rounds:
        yield Target(f"acts/s, times viewflow_{db}", run.times("ours", "viewflow"), _TIMES_PEER[db])
    slower = statistics.median(run.slowdown())
    yield Target(f"{db}: latency with stored cases ÷ the floor's own", slower, _SLOWDOWN, at_least=False)
    inbox = run.inbox["ours+stored"]["ms"]["p50"]
    yield Target(f"{db}: a role's inbox, 20 rows, p50", inbox, _INBOX_MS, at_least=False, unit="ms")
    if run.ledger is not None:
        found = run.ledger["rows_per_s"]
        yield Target("`ledger verify` on SQLite", found, _VERIFY_ROWS, unit="rows/s")


def markdown(
    plan: Plan, told: dict[str, Any], compared: list[Compared], main: dict[str, Measured], when: str
) -> str:
    """The whole report."""
    lines = [
        "# Benchmark: this engine beside a hand-written floor",
        "",
        f"Written by `python -m benchmarks` on {when}. Not to be edited by hand.",
        "",
        *_machine(told),
        "",
        _WHAT.format(seconds=plan.seconds, rounds=plan.rounds),
        "",
        "## Targets",
        "",
        "| figure | wanted | found | |",
        "|---|--:|--:|---|",
        *(target.row() for target in targets(compared)),
        "",
    ]
    if plan.peers_python is None:
        lines += [NOT_RUN, ""]
    for run in compared:
        lines += [*_table(run), ""]
    lines += _main(main)
    return "\n".join(lines).rstrip() + "\n"


def _machine(told: dict[str, Any]) -> list[str]:
    fsync, load = told["fsync_ms"], " / ".join(str(each) for each in told["load"])
    return [
        f"**Machine.** {told['cores']} cores ({told['cpu']}), {told['memory_gib']} GiB, "
        f"Linux {told['kernel']}, Python {told['python']}, SQLite {told['sqlite']}; fsync of a 4 KiB append "
        f"p50 {fsync['p50']} ms, p99 {fsync['p99']} ms. Before the run others used {told['others_cores']} "
        f"cores (load {load}); {_CONTENTION}"
    ]


def _table(run: Compared) -> list[str]:
    title = {"sqlite": "SQLite", "pg": "PostgreSQL"}[run.db]
    lines = [
        f"## {title}",
        "",
        _HEAD,
        "|---|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name in run.rounds:
        each = " ".join(f"{found['actions_per_s']:,.0f}" for found in run.rounds[name])
        floor = "floor+stored" if name.endswith("+stored") else "floor"
        lines.append(
            f"| {name} | {run.speed(name):,.0f} | {each} | {run.latency(name):.2f} | "
            f"{run.latency(name, 'p95'):.2f} | {run.cpu(name):.2f} | {run.times(name, floor):.2f} | "
            f"{run.others(name):.2f} | {run.checked(name)} |"
        )
    slow = " ".join(f"{each:.2f}" for each in run.slowdown())
    inbox = {name: found["ms"] for name, found in run.inbox.items()}
    lines += [
        "",
        f"*+stored*: ours, {run.how['ours+stored']}; floor, {run.how['floor+stored']}. "
        f"Latency with them ÷ without, ÷ the floor's own, round by round: {slow}. "
        f"A role's inbox (20 rows) over all cases: p50 {inbox['ours+stored']['p50']} ms, "
        f"p95 {inbox['ours+stored']['p95']} ms (floor {inbox['floor+stored']['p50']} ms).",
    ]
    if run.ledger is not None:
        each = ", ".join(f"{found:,}" for found in run.ledger["each"])
        lines += [
            "",
            f"`ledger verify` over {run.ledger['rows']:,} rows, rows/s: {each}; "
            f"median {run.ledger['rows_per_s']:,.0f}.",
        ]
    lines += ["", "Versions: " + "; ".join(_versions(run)) + "."]
    return lines


def _versions(run: Compared) -> Iterator[str]:
    for name, versions in run.versions.items():
        if not name.endswith("+stored"):
            yield f"{name} " + ", ".join(f"{what} {which}" for what, which in versions.items())


def _main(main: dict[str, Measured]) -> list[str]:
    lines = [
        "## The main programme, registers filled",
        "",
        _MAIN,
        "",
        "| database | cases | step states | registers filled × rows | acts a case | acts/s | p50 ms | p95 ms "
        "| whole case s | others' cores |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for db, found in main.items():
        ms = found["action_ms"]
        lines.append(
            f"| {db} | {found['cases']} | {found['steps']} | {found['registers_filled']} × "
            f"{found['rows_per_register']} | {found['acts_per_case']} "
            f"| {found['acts_per_s']:,.0f} | {ms['p50']:.2f} | {ms['p95']:.2f} "
            f"| {found['case_s']:.2f} | {found['others']:.2f} |"
        )
    return lines
