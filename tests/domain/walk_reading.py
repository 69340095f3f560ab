"""What a case records, read plainly for the second opinion."""

from __future__ import annotations

from domain.case import Case
from domain.decisions import Decision


def status(case: Case, key: str) -> str:
    return str(case.steps[key].status) if key in case.steps else "not_started"


def here(case: Case, ref: str) -> str:
    """What lies under `step/slot` or `register/name`; a corrected field makes it another."""
    owner, _, name = ref.rpartition("/")
    if owner == "register":
        return case.registers[name].root if name in case.registers else ""
    evidence = case.steps[owner].evidence if owner in case.steps else {}
    if name not in evidence:
        return ""
    corrected = evidence[name].corrected
    return f"{evidence[name].digest}+{corrected}" if corrected else evidence[name].digest


def awaits(decision: Decision) -> bool:
    """待修改、待确认."""
    return decision.outcome in ("passed_with_changes", "agree_with_changes") and not decision.confirmed_by


def waits_for_check(decision: Decision) -> bool:
    """待核对."""
    return (
        decision.medium != "clock"
        and decision.recorded_by != decision.decided_by
        and not decision.verified_by
    )
