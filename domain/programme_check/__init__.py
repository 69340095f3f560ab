"""流程模板检查: every fault that a schema cannot see, and the proof that every case can complete."""

from __future__ import annotations

from domain.programme import Programme
from domain.programme_check.deadlines import check_deadlines
from domain.programme_check.graph import check_order, rings
from domain.programme_check.index import Findings, Index
from domain.programme_check.ledgers import check_registers
from domain.programme_check.names import check_names
from domain.programme_check.papers import check_papers
from domain.programme_check.people import check_people
from domain.programme_check.soundness import Exploration, Stall, check_soundness
from domain.programme_check.soundness import explore as _explore
from domain.programme_fault import Fault, Lines

__all__ = ["Exploration", "Stall", "check", "explore"]


def check(programme: Programme, lines: Lines | None = None) -> tuple[Fault, ...]:
    """流程模板检查: all faults and warnings, by line.

    `lines` come from `programme_source.read`; without them every fault is on line 1. A programme is sound
    if no entry has severity `fault`. Where gates form a ring the cases are not played through: what stalls
    is named by the ring already.
    """
    findings = Findings(lines or Lines())
    index = Index(programme)
    check_names(index, findings)
    check_people(index, findings)
    check_deadlines(index, findings)
    check_papers(index, findings)
    check_registers(index, findings)
    if check_order(index, findings):
        check_soundness(index, findings)
    return tuple(sorted(findings.found, key=lambda fault: (fault.line, fault.path, fault.code)))


def explore(programme: Programme) -> Exploration | None:
    """探查: how many combinations of choices were played and what stalled; None where gates form a ring."""
    index = Index(programme)
    return None if rings(index) else _explore(index)
