"""检查事实的读取: everything the checks of many cases look at, in a handful of queries for each hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from domain.case import Case
from domain.checks.evaluating import CheckPlan, Policy, plan_checks
from domain.checks.facts import CaseFacts
from domain.plan import Plan
from domain.register_rows import Row
from domain.states import CaseStatus
from domain.workdays import WorkCalendar
from models.database import Database
from models.tables import CaseRow, EvidenceFileRow, RegisterRow
from services.act_loading import decode_case
from services.checking.decisions import policies
from services.checking.reading_words import Reader
from services.reading import plan_of
from services.world import world_of

CHUNK: Final = 100
"""Cases read at once: enough to save queries, few enough to keep in memory."""
_decode_row = msgspec.json.Decoder(dict[str, str]).decode

Versions = Mapping[str, int]
"""Register → version."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """一案备查: a case with what its checks look at and what was decided about them."""

    seq: int
    checks: CheckPlan
    facts: CaseFacts
    policy: Policy
    snapshot: bytes = b""
    """What the case was decoded from, where it is as its last act left it."""


def case_ids(db: Database, *, unit: str = "", ended: bool = False) -> list[str]:
    """Ids of the cases to be checked, of all units or one; those that ended only where asked for."""
    statement = select(col(CaseRow.id)).order_by(col(CaseRow.id))
    if unit:
        statement = statement.where(col(CaseRow.unit_id) == unit)
    if not ended:
        statement = statement.where(col(CaseRow.state) == str(CaseStatus.OPEN))
    with db.read() as session:
        return list(session.execute(statement).scalars())


def load_many(db: Database, ids: Sequence[str], on: date, reader: Reader) -> list[Loaded]:
    """一批备查: these cases as their last acts left them."""
    statement = select(col(CaseRow.id), col(CaseRow.seq), col(CaseRow.snapshot)).where(
        col(CaseRow.id).in_(bindparam("ids", expanding=True))
    )
    with db.read() as session:
        found = session.connection().execute(statement, {"ids": list(ids)}).all()
        cases = {row.id: (row.seq, decode_case(row.snapshot), bytes(row.snapshot)) for row in found}
        wanted = {name for _, case, _ in cases.values() for name in _checks_for(db, case).registers}
        rows = _present_rows(session, cases.keys(), wanted)
        same = _same_files(session, cases.keys())
        decided = policies(session, cases.keys())
    calendar = world_of(db).calendar(world_of(db).heads())
    return [
        _loaded(
            db,
            seq,
            case,
            rows.get(case.id, {}),
            same.get(case.id, {}),
            decided[case.id],
            calendar,
            on,
            reader,
            snapshot,
        )
        for seq, case, snapshot in (cases[each] for each in ids if each in cases)
    ]


def load_as_of(
    db: Database, seq: int, case: Case, on: date, calendar: WorkCalendar, reader: Reader
) -> Loaded:
    """备查 of a case as it was: the rows of the versions it had then."""
    versions = {name: state.version for name, state in case.registers.items()}
    with db.read() as session:
        rows = _rows_of(session, case.id, versions)
        same = _same_files(session, [case.id]).get(case.id, {})
        decided = policies(session, [case.id])[case.id]
    return _loaded(db, seq, case, rows, same, decided, calendar, on, reader)


def _loaded(
    db: Database,
    seq: int,
    case: Case,
    rows: Mapping[str, tuple[Row, ...]],
    same: Mapping[str, tuple[str, ...]],
    policy: Policy,
    calendar: WorkCalendar,
    on: date,
    reader: Reader,
    snapshot: bytes = b"",
) -> Loaded:
    checks = _checks_for(db, case)
    unchanged, texts = reader.words_for(checks, case)
    facts = CaseFacts(
        plan=plan_of(db, case),
        case=case,
        calendar=calendar,
        on=on,
        rows=rows,
        texts=texts,
        unchanged=unchanged,
        same_files=same,
    )
    return Loaded(seq, checks, facts, policy, snapshot)


def _checks_for(db: Database, case: Case) -> CheckPlan:
    return checks_of(plan_of(db, case))


def parts(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """These ids, so many at a time."""
    return (ids[first : first + size] for first in range(0, len(ids), size))


_planned: dict[int, tuple[Plan, CheckPlan]] = {}


def checks_of(plan: Plan) -> CheckPlan:
    """检查安排 of a plan; plans live as long as the process, so each is worked out once."""
    kept = _planned.get(id(plan))
    if kept is None or kept[0] is not plan:
        kept = _planned[id(plan)] = (plan, plan_checks(plan))
    return kept[1]


def _present_rows(
    session: Session, ids: Iterable[str], registers: Iterable[str]
) -> dict[str, dict[str, tuple[Row, ...]]]:
    """Case → register → rows of the newest version."""
    newest = (
        select(
            col(RegisterRow.case_id),
            col(RegisterRow.register_id),
            func.max(col(RegisterRow.version)).label("version"),
        )
        .where(
            col(RegisterRow.case_id).in_(bindparam("ids", expanding=True)),
            col(RegisterRow.register_id).in_(bindparam("registers", expanding=True)),
        )
        .group_by(col(RegisterRow.case_id), col(RegisterRow.register_id))
        .subquery()
    )
    statement = (
        select(col(RegisterRow.case_id), col(RegisterRow.register_id), col(RegisterRow.data))
        .join(
            newest,
            (col(RegisterRow.case_id) == newest.c.case_id)
            & (col(RegisterRow.register_id) == newest.c.register_id)
            & (col(RegisterRow.version) == newest.c.version),
        )
        .order_by(col(RegisterRow.case_id), col(RegisterRow.register_id), col(RegisterRow.ordinal))
    )
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    given = {"ids": list(ids), "registers": sorted(registers)}
    for case_id, register, data in session.connection().execute(statement, given).all():
        found[case_id][register].append(_decode_row(data))
    return {
        case_id: {name: tuple(lines) for name, lines in registers.items()}
        for case_id, registers in found.items()
    }


def _rows_of(session: Session, case_id: str, versions: Versions) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = defaultdict(list)
    statement = (
        select(col(RegisterRow.register_id), col(RegisterRow.version), col(RegisterRow.data))
        .where(col(RegisterRow.case_id) == case_id)
        .order_by(col(RegisterRow.register_id), col(RegisterRow.ordinal))
    )
    for register, version, data in session.connection().execute(statement):
        if versions.get(register) == version:
            found[register].append(_decode_row(data))
    return {name: tuple(lines) for name, lines in found.items()}


def _same_files(session: Session, ids: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Case → digest of a present file → the other units whose present files have it too.

    First which digests another case has at all, which one index answers: in most cases there is none.
    """
    newer, mine, theirs = (EvidenceFileRow.__table__.alias(name) for name in ("newer", "mine", "theirs"))  # type: ignore[attr-defined]
    case = CaseRow.__table__  # type: ignore[attr-defined]
    elsewhere = select(theirs.c.id).where(
        theirs.c.digest == mine.c.digest, theirs.c.case_id != mine.c.case_id
    )
    asked = select(mine.c.digest).where(
        mine.c.case_id.in_(bindparam("ids", expanding=True)), elsewhere.exists()
    )
    shared = session.connection().execute(asked.distinct(), {"ids": list(ids)}).scalars().all()
    if not shared:
        return {}
    replaced = (
        select(newer.c.id)
        .where(
            newer.c.case_id == theirs.c.case_id,
            newer.c.step == theirs.c.step,
            newer.c.slot == theirs.c.slot,
            newer.c.version > theirs.c.version,
        )
        .exists()
    )
    statement = (
        select(theirs.c.digest, theirs.c.case_id, case.c.unit_id, case.c.unit_name)
        .join(case, case.c.id == theirs.c.case_id)
        .where(theirs.c.digest.in_(bindparam("shared", expanding=True)), ~replaced)
        .order_by(theirs.c.digest, case.c.unit_name)
    )
    users: dict[str, dict[str, str]] = defaultdict(dict)
    units: dict[str, str] = {}
    digests: dict[str, list[str]] = defaultdict(list)
    for digest, case_id, unit, name in session.connection().execute(statement, {"shared": shared}).all():
        users[digest][unit] = name
        units[case_id] = unit
        digests[case_id].append(digest)
    return {
        case_id: {
            digest: others
            for digest in digests[case_id]
            if (others := tuple(name for other, name in users[digest].items() if other != units[case_id]))
        }
        for case_id in ids
        if case_id in digests
    }
