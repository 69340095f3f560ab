"""Ours beside the floor and the best durable peer, in alternating turns of one run.

Each round measures every engine once, so that whatever else the machine does falls on all of them; ratios are
taken inside a round and the median over the rounds is what counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.processes import Engine

STORED: Final = 2543
"""Cases in progress stored beside the measured ones: one for each zone of the catalogue."""
Measured = dict[str, Any]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What one run does."""

    rounds: int = 5
    seconds: float = 3.0
    stored: int = STORED
    peers_python: str | None = None
    """The Python that has Viewflow; none where no peer is run."""


@dataclass
class Compared:
    """All rounds on one kind of database: engine → its rounds."""

    db: str
    rounds: dict[str, list[Measured]] = field(default_factory=dict)
    inbox: dict[str, Measured] = field(default_factory=dict)
    ledger: Measured | None = None
    how: dict[str, str] = field(default_factory=dict)
    """How cases were stored: engine → in words."""
    versions: dict[str, dict[str, str]] = field(default_factory=dict)

    def speed(self, name: str) -> float:
        """Acts a second, median over the rounds; inbox reads and case starts are in the time."""
        return _median(each["actions_per_s"] for each in self.rounds[name])

    def latency(self, name: str, part: str = "p50") -> float:
        """Milliseconds of an act, median over the rounds."""
        return _median(each["action_ms"][part] for each in self.rounds[name])

    def cpu(self, name: str) -> float:
        """CPU seconds for 1,000 acts, the database's server included; hardly moved by other load."""
        return _median(each["cpu_s_per_1000_actions"]["total"] for each in self.rounds[name])

    def others(self, name: str) -> float:
        """Cores that others used meanwhile, median over the rounds."""
        return _median(each["cores_used_by_others"] for each in self.rounds[name])

    def checked(self, name: str) -> int:
        """Finished cases that were checked whole."""
        return sum(each["checked"] for each in self.rounds[name])

    def times(self, name: str, other: str) -> float:
        """How many times as many acts ``name`` did as ``other``, by pairs of one round."""
        pairs = zip(self.rounds[name], self.rounds[other], strict=True)
        return _median(a["actions_per_s"] / b["actions_per_s"] for a, b in pairs)

    def slowdown(self) -> list[float]:
        """For each round: ours with stored cases over ours without, divided by the same of the floor."""
        mine = _pairs(self.rounds["ours+stored"], self.rounds["ours"])
        floor = _pairs(self.rounds["floor+stored"], self.rounds["floor"])
        return [a / b for a, b in zip(mine, floor, strict=True)]


def _median(values: Iterable[float]) -> float:
    return float(statistics.median(values))


def _pairs(full: Sequence[Measured], empty: Sequence[Measured]) -> list[float]:
    return [a["action_ms"]["p50"] / b["action_ms"]["p50"] for a, b in zip(full, empty, strict=True)]


def compare(db: str, plan: Plan, tell: Tell) -> Compared:
    """Run all engines on ``db`` (sqlite or pg) in turns."""
    result = Compared(db)
    with ExitStack() as stack:
        engines = {
            name: stack.enter_context(Engine(kind, db, **python)) for name, kind, python in _engines(plan)
        }
        for name, engine in engines.items():
            result.versions[name] = engine.ask("warm")["versions"]
        for name in ("ours+stored", "floor+stored"):
            tell(f"{db}: {name}: 存入 {plan.stored} 个在办改革任务(示例)")
            result.how[name] = engines[name].ask("store", cases=plan.stored)["how"]
        for number in range(plan.rounds):
            for name, engine in engines.items():
                measured = engine.ask("measure", seconds=plan.seconds)
                result.rounds.setdefault(name, []).append(measured)
                tell(f"{db}: 第 {number + 1} 轮 {name}: {measured['actions_per_s']} 次/秒")
        for name in ("ours+stored", "floor+stored"):
            result.inbox[name] = engines[name].ask("inbox", rounds=20)
        if db == "sqlite":
            result.ledger = engines["ours+stored"].ask("ledger", times=5)
    return result


def _engines(plan: Plan) -> list[tuple[str, str, dict[str, str]]]:
    found: list[tuple[str, str, dict[str, str]]] = [
        ("ours", "ours", {}),
        ("floor", "floor", {}),
        ("ours+stored", "ours", {}),
        ("floor+stored", "floor", {}),
    ]
    if plan.peers_python is not None:
        found.insert(2, ("viewflow", "viewflow", {"python": plan.peers_python}))
    return found
