"""现有问题: what the checks last found, over all cases, as the cases themselves say it.

This is where whatever follows a finding begins (立项, 交办, 整改, 销号): `key` stays from run to run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from domain.case import Case, CheckFinding
from domain.checks.catalogue import CATALOGUE
from domain.checks.evaluating import Policy, said_severity, severity_of
from domain.programme import CheckUse, Severity
from models.database import Database
from models.tables import CaseRow
from services.act_loading import decode_case
from services.checking.decisions import policies
from services.checking.loading import CHUNK, case_ids, parts
from services.reading import plan_of


class StandingFinding(msgspec.Struct, frozen=True, kw_only=True):
    """一处现有问题."""

    key: str
    case: str
    unit: str
    unit_name: str
    check: str
    title: str
    severity: Severity
    place: str
    text: str
    since: date
    waiver: str = ""
    holds: bool = False
    """Whether it holds up a step."""


def standing_findings(
    db: Database, on: date, *, cases: Sequence[str] | None = None, check: str = ""
) -> Iterator[StandingFinding]:
    """现有问题 of these cases or of all that are open, of one check or of all; waived ones too."""
    ids = case_ids(db) if cases is None else cases
    for some in parts(ids, CHUNK):
        with db.read() as session:
            read = [
                decode_case(row.snapshot) for each in some if (row := session.get(CaseRow, each)) is not None
            ]
            decided = policies(session, some)
        for found in read:
            yield from _of_case(db, found, decided[found.id], on, check)


def _of_case(db: Database, case: Case, policy: Policy, on: date, check: str) -> Iterator[StandingFinding]:
    uses = {use.id: use for use in plan_of(db, case).programme.checks}
    for name, result in case.checks.items():
        use = uses.get(name)
        if use is None or check not in ("", name):
            continue
        for finding in result.findings:
            holds = bool(result.holds) and not finding.doubtful
            yield _line(case, use, finding, policy, on, holds=holds)


def _line(
    case: Case, use: CheckUse, finding: CheckFinding, policy: Policy, on: date, *, holds: bool
) -> StandingFinding:
    rule = CATALOGUE.get(use.id)
    return StandingFinding(
        key=finding.key,
        case=case.id,
        unit=case.unit,
        unit_name=case.unit_name,
        check=use.id,
        title=rule.title if rule else use.id,
        severity=said_severity(severity_of(use, rule, policy, on), [finding.doubtful]),
        place=finding.place,
        text=finding.text,
        since=finding.since,
        waiver=finding.waiver,
        holds=holds,
    )
