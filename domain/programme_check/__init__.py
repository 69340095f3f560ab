"""流程模板检查: every fault that a schema cannot see, and the proof that every case can complete."""

from __future__ import annotations

from domain.programme import Programme
from domain.programme_check.columns import check_columns
from domain.programme_check.deadlines import check_deadlines
from domain.programme_check.graph import check_order
from domain.programme_check.index import Findings, Index
from domain.programme_check.ledgers import check_registers
from domain.programme_check.names import check_names
from domain.programme_check.papers import check_papers
from domain.programme_check.people import check_people
from domain.programme_check.soundness import Exploration, Stall, check_soundness
from domain.programme_check.soundness import explore as _explore
from domain.programme_fault import Fault, Lines

__all__ = ["Exploration", "Stall", "check", "examine", "explore"]


def check(programme: Programme, lines: Lines | None = None) -> tuple[Fault, ...]:
    """流程模板检查: all faults and warnings, by line.

    `lines` come from `programme_source.read`; without them every fault is on line 1. A programme is sound
    if no entry has severity `fault`.
    """
    return examine(programme, lines)[0]


def examine(programme: Programme, lines: Lines | None = None) -> tuple[tuple[Fault, ...], Exploration | None]:
    """流程模板检查 with the exploration behind it: how many combinations were played and what stalled.

    Where gates form a ring the cases are not played through (None): what stalls is named by the ring.
    """
    findings = Findings(lines or Lines())
    index = Index(programme)
    check_names(index, findings)
    check_people(index, findings)
    check_deadlines(index, findings)
    check_papers(index, findings)
    check_registers(index, findings)
    check_columns(index, findings)
    exploration = None
    if check_order(index, findings):
        exploration = _explore(index)
        check_soundness(index, findings, exploration)
    found = sorted(findings.found, key=lambda fault: (fault.line, fault.path, fault.code))
    return tuple(found), exploration


def explore(programme: Programme) -> Exploration | None:
    """探查 alone, as in `examine`."""
    return examine(programme)[1]
