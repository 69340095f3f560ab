"""Cases for the compliance checks, of the main programme, made of what a check looks at and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

import programmes
from domain.case import Case, Correction, EvidenceItem, RegisterState, StepState, split_key
from domain.checks.evaluating import (
    NO_POLICY,
    CheckPlan,
    Evaluation,
    Policy,
    evaluate_all,
    plan_checks,
)
from domain.checks.facts import CaseFacts
from domain.decisions import Decision, Outcome
from domain.plan import Plan, compile_plan
from domain.programme import Programme
from domain.programme_source import load
from domain.states import StepStatus
from domain.workdays import work_calendar

ON: Final = date(2022, 6, 30)
CHOICES: Final = {
    "scope": "full",
    "multi_area": "no",
    "major_decision": "yes",
    "party_document": "yes",
    "county_cadres": "no",
    "province_approval": "no",
}
Rows = Sequence[Mapping[str, str]]


@cache
def plan() -> Plan:
    """The main programme."""
    text = (Path(programmes.__file__).parent / "development-zone" / "1.yaml").read_text(encoding="utf-8")
    found = load(text)
    assert isinstance(found, Programme), found
    return compile_plan(found)


@cache
def checks() -> CheckPlan:
    """Its checks."""
    return plan_checks(plan())


def day(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)


def decided(node: str, on: str, **more: Any) -> Decision:
    """An answer that counts."""
    given = {"outcome": Outcome.AGREE, "decided_by": "p-head", "recorded_by": "p-head", **more}
    return Decision(id=f"{node}-{on}", node=node, seat="s", occurred_on=day(on), fingerprint="f", **given)


def passed(node: str, on: str) -> Decision:
    """What a meeting decided, recorded and compared with the minutes."""
    return decided(
        node,
        on,
        outcome=Outcome.PASSED,
        decided_by="b-committee",
        recorded_by="p-clerk",
        verified_by="p-other",
    )


def closed(**more: Any) -> StepState:
    """A step that is done."""
    return StepState(status=StepStatus.CLOSED, round=1, **more)


def case_of(
    papers: Mapping[str, Mapping[str, str] | None],
    steps: Mapping[str, StepState],
    rows: Mapping[str, Rows],
    also: Sequence[str],
    **more: Any,
) -> Case:
    """A case with these papers, steps and rows; ``also`` are steps done where nothing else is said."""
    states = dict(steps)
    for ref in papers:
        states.setdefault(ref.rpartition("/")[0], closed())
    for step in also:
        if not any(split_key(key)[0] == step for key in states):
            states[step] = closed()
    for ref, fields in papers.items():
        key, _, slot = ref.rpartition("/")
        if fields is not None:
            item = EvidenceItem(
                version=1, mode="upload", title=slot, digest=f"sha256:{ref}", fields=dict(fields)
            )
            states[key] = replace(states[key], evidence={**states[key].evidence, slot: item})
    registers = {name: RegisterState(version=1, rows=len(lines)) for name, lines in rows.items()}
    given = {"choices": CHOICES, **more}
    return Case(
        id="c1", unit="u1", unit_name="示例开发区", programme="development-zone", version=1,
        opened_on=day("2022-01-04"), steps=states, registers=registers, **given,
    )  # fmt: skip


def evaluated(
    check: str,
    *,
    papers: Mapping[str, Mapping[str, str] | None] | None = None,
    steps: Mapping[str, StepState] | None = None,
    rows: Mapping[str, Rows] | None = None,
    on: date = ON,
    policy: Policy = NO_POLICY,
    texts: Mapping[str, str] | None = None,
    same_files: Mapping[str, tuple[str, ...]] | None = None,
    **more: Any,
) -> Evaluation:
    """What one check of the main programme says of such a case."""
    planned = next(each for each in checks().uses if each.use.id == check)
    also = [step for step in planned.use.steps if step in plan().view({**CHOICES}).by_id]
    case = case_of(papers or {}, steps or {}, rows or {}, also, **more)
    facts = CaseFacts(
        plan=plan(),
        case=case,
        calendar=work_calendar(),
        on=on,
        rows={name: tuple(dict(line) for line in lines) for name, lines in (rows or {}).items()},
        texts=texts or {},
        same_files=same_files or {},
    )
    found = evaluate_all(checks(), facts, policy)
    return next(each for each in found if each.check == check)


def corrected(by: str, confirmed: str) -> Correction:
    """A correction of a date."""
    return Correction(
        step="1.7", path="p", old="a", new="b", proposed_by=by, confirmed_by=confirmed, on=day("2022-03-01")
    )


def people(*rows: Mapping[str, str]) -> Rows:
    """Rows of the roster: one placed institution worker, changed by each of ``rows``."""
    usual = {
        "identity": "institution", "on_establishment": "yes", "outcome": "appointed", "sealed": "yes",
        "started_on": "2022-05-06", "contract_on": "2022-05-20", "contract_years": "3",
    }  # fmt: skip
    return [{"number": f"{n}", **usual, **row} for n, row in enumerate(rows, start=1)]
