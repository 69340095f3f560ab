"""重算: the projections computed anew from the ledger alone, and compared with what is stored.

One interpreter only: events become a case through ``domain.evolve``, a case becomes rows through
``services.projection``, both the same as at the act itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

import msgspec

from domain.case import Case
from domain.events import Event
from domain.open_work import Timer, WorkItem
from models import statements as s
from models.database import Database
from models.event_codec import UnreadableEventError, decode_events
from services.act_loading import decode_case, encode_case
from services.act_path import fold
from services.projection import Computed, step_row, timer_row, work_row
from services.transaction import Row, Transaction, snapshot_reading, writing
from services.world import LoadedPlan, World, world_of

MOST_NAMED: Final = 50
Rows = dict[tuple[str, str], Row]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """差异: a row that is not what the ledger says."""

    case: str
    table: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.case} {self.table} {self.key}:{self.message}"


@dataclass(slots=True)
class Rebuilding:
    """重算结果."""

    cases: int = 0
    rows: int = 0
    differences: list[Difference] = field(default_factory=list)
    more: int = 0

    @property
    def equal(self) -> bool:
        """Whether everything stored is what the ledger says."""
        return not self.differences and not self.more

    def add(self, case: str, table: str, key: str, message: str) -> None:
        """Note a difference."""
        if len(self.differences) < MOST_NAMED:
            self.differences.append(Difference(case=case, table=table, key=key, message=message))
        else:
            self.more += 1


@dataclass(slots=True)
class _Wanted:
    """What the tables should hold."""

    cases: Rows = field(default_factory=dict)
    steps: Rows = field(default_factory=dict)
    work: Rows = field(default_factory=dict)
    timers: Rows = field(default_factory=dict)


def check_projections(db: Database) -> Rebuilding:
    """重算核对 (``ledger rebuild --check``): compare, on one state of the database; nothing is written."""
    with snapshot_reading(db) as tx:
        return _rebuild(tx, world_of(db), write=False)


def rebuild_projections(db: Database) -> Rebuilding:
    """重算 (``ledger rebuild``): put right what differs, in one transaction; return what did."""
    with writing(db) as tx:
        return _rebuild(tx, world_of(db), write=True)


def _rebuild(tx: Transaction, world: World, *, write: bool) -> Rebuilding:
    result, wanted = Rebuilding(), _Wanted()
    for stream, rows in groupby(tx.all(s.CASE_STREAMS, ()), key=lambda row: row[0]):
        _from_ledger(world, stream.removeprefix("case:"), rows, wanted, result)
    _put_right(tx, result, wanted, write)
    return result


def _from_ledger(
    world: World, case_id: str, rows: Iterable[Row], wanted: _Wanted, result: Rebuilding
) -> None:
    replay = _Replay(world)
    for _stream, seq, schema_version, body in rows:
        result.rows += 1
        try:
            replay.take(seq, decode_events(body, schema_version))
        except (UnreadableEventError, _UnpublishedError) as error:
            result.add(case_id, "event", str(seq), str(error))
            return
    if replay.case is None:
        return
    result.cases += 1
    wanted.cases[case_id, ""] = _case_row(replay.case, replay.seq)
    for key, state in replay.case.steps.items():
        wanted.steps[case_id, key] = step_row(case_id, key, state)
    for key, item in replay.work.items():
        wanted.work[case_id, key] = work_row(case_id, item, replay.opened[key])
    for key, timer in replay.timers.items():
        wanted.timers[case_id, key] = timer_row(case_id, timer)[3:]


class _UnpublishedError(Exception):
    """A case of a programme version that is not in the database."""


@dataclass(slots=True)
class _Replay:
    """One case, row by row, with the row that opened each piece of work."""

    world: World
    case: Case | None = None
    seq: int = 0
    plan: LoadedPlan | None = None
    opened: dict[str, int] = field(default_factory=dict)
    work: dict[str, WorkItem] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)

    def take(self, seq: int, events: tuple[Event, ...]) -> None:
        """Go on by one ledger row."""
        case = self.case = fold(self.case, events)
        self.seq = seq
        if case is None:
            return
        self.plan = self.plan or self.world.plan(case.programme, case.version)
        if self.plan is None:
            raise _UnpublishedError(f"流程模板 {case.programme} 第 {case.version} 版没有发布")
        computed = Computed(self.plan.plan, case)
        self.work, self.timers = computed.work, computed.timers
        self.opened = {key: self.opened.get(key, seq) for key in self.work}


def _case_row(case: Case, seq: int) -> Row:
    """In the order of ``CASE_CONTENT``, with the case itself in place of its snapshot."""
    values = (case.unit, case.unit_name, case.programme, case.version, seq)
    return (*values, case, case.status.value, case.opened_on.isoformat())


def _stored_cases(tx: Transaction) -> Iterator[tuple[tuple[str, str], Row]]:
    for row in tx.all(s.ALL_CASES, ()):
        try:
            case: Any = decode_case(row[6])
        except Exception as error:
            case = f"快照读不出来({type(error).__name__})"
        yield (row[0], ""), (*row[1:6], case, *row[7:])


def _by_key(rows: Iterable[Row]) -> Rows:
    return {(row[0], row[1]): tuple(row) for row in rows}


def _put_right(tx: Transaction, result: Rebuilding, wanted: _Wanted, write: bool) -> None:
    run = tx.run if write else _leave
    cases = dict(_stored_cases(tx))
    for key, row in _differing(result, "reform_case", wanted.cases, cases):
        if row is not None and key in cases:
            run(s.REWRITE_CASE, (*row[:5], encode_case(row[5]), *row[6:], key[0]))
        elif row is not None:
            values = (key[0], *row[:5], encode_case(row[5]), *row[6:])
            run(s.INSERT_CASE, (0, 0, False, *values, False, 0, None))
    for name, stored, want, insert, delete in (
        ("step", s.ALL_STEPS, wanted.steps, s.INSERT_STEP, s.DELETE_STEP),
        ("work_item", s.ALL_WORK, wanted.work, s.INSERT_WORK_ITEM, s.DELETE_WORK_ITEM),
        ("timer", s.ALL_TIMERS, wanted.timers, s.INSERT_TIMER, s.DELETE_TIMER),
    ):
        have = _by_key(tx.all(stored, ()))
        for key, row in _differing(result, name, want, have):
            if key in have:
                run(delete, key)
            if row is not None:
                run(insert, (0, 0, False, *row) if insert is s.INSERT_TIMER else row)


def _leave(statement: s.Statement, parameters: Row) -> None:
    """Checking writes nothing."""


def _differing(
    result: Rebuilding, table: str, wanted: Rows, stored: Rows
) -> Iterator[tuple[tuple[str, str], Row | None]]:
    for key in sorted(wanted.keys() | stored.keys()):
        want, have = wanted.get(key), stored.get(key)
        if want == have:
            continue
        if want is None:
            message = "留痕中没有,表中多出"
        elif have is None:
            message = "留痕中有,表中缺少"
        else:
            message = "与留痕不符"
        result.add(key[0], table, key[1], message)
        yield key, want
