"""重算: the projections computed anew from the ledger alone, and compared with what is stored.

One interpreter only: events become a case through ``domain.evolve``, a case becomes rows through
``services.projection``, both the same as at the act itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from config.clock import WallClock
from domain.case import Case
from domain.doers import Doer
from domain.events import Event
from domain.permissions import Action
from domain.refusal import Refused
from models import statements as s
from models.database import Database
from models.event_codec import UnreadableEventError, decode_events
from models.ledger import CALENDAR, case_stream
from services.act_loading import decode_case, encode_case
from services.act_path import fold
from services.authority import allow
from services.calendars.notices import compare_days
from services.meetings.rebuilding import compare_sessions
from services.noting import in_turn
from services.projection import Computed, agenda_rows, computed_both, step_row, timer_row, work_row
from services.supervising.rebuilding import compare_matters
from services.transaction import Row, Transaction, reading, snapshot_reading, writing
from services.world import LoadedPlan, World, world_of

MOST_NAMED: Final = 50
_TO_THE_END: Final = 1 << 60
Rows = dict[tuple[str, str], Row]
Run = Callable[[s.Statement, Row], None]


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
    agenda: Rows = field(default_factory=dict)


def check_projections(db: Database) -> Rebuilding:
    """重算核对 (``ledger rebuild --check``): compare, on one state of the database; nothing is written."""
    world, result = world_of(db), Rebuilding()
    with snapshot_reading(db) as tx:
        for case_id in _case_ids(tx):
            _compare(tx, world, case_id, result, write=False)
        result.rows += compare_matters(tx, result.add, write=False)
        result.rows += compare_sessions(tx, result.add, write=False)
    with db.read() as session:
        compare_days(session, result.add, write=False)
    return result


def rebuild_projections(db: Database, *, actor: Doer, wall: WallClock) -> Rebuilding | Refused:
    """重算 (``ledger rebuild``): put right what differs; return what did.

    One transaction a case, in which no act touches it: people work on meanwhile, and only one case is held in
    memory. Cut short, the cases before stand right, and doing it again does the rest.
    """
    allowed = allow(db, actor, Action.DATABASE_REPAIR, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    world, result = world_of(db), Rebuilding()
    with reading(db) as tx:
        case_ids = _case_ids(tx)
    for case_id in case_ids:
        with writing(db) as tx:
            _compare(tx, world, case_id, result, write=True)
    with writing(db) as tx:
        result.rows += compare_matters(tx, result.add, write=True)
        result.rows += compare_sessions(tx, result.add, write=True)
    with in_turn(db, CALENDAR) as session:
        compare_days(session, result.add, write=True)
    return result


def _case_ids(tx: Transaction) -> list[str]:
    told = {stream.removeprefix("case:") for (stream,) in tx.all(s.CASE_STREAMS, ())}
    return sorted(told | {case_id for (case_id,) in tx.all(s.CASE_IDS, ())})


def _compare(tx: Transaction, world: World, case_id: str, result: Rebuilding, *, write: bool) -> None:
    """One case: the row is taken before the ledger is read, so that no act comes between the two."""
    stored = tx.all(s.LOCK_STORED_CASE if write else s.STORED_CASE, (case_id,))
    replay = _replay(tx, world, case_id, result)
    if replay is None:
        return
    wanted = _wanted(case_id, replay)
    result.cases += replay.case is not None
    run = tx.run if write else _leave
    _put_case_right(run, result, wanted.cases, dict(map(_readable, stored)))
    for name, select, want, insert, delete in (
        ("step", s.CASE_STEPS, wanted.steps, s.INSERT_STEP, s.DELETE_STEP),
        ("work_item", s.CASE_WORK, wanted.work, s.INSERT_WORK_ITEM, s.DELETE_WORK_ITEM),
        ("timer", s.CASE_TIMERS, wanted.timers, s.INSERT_TIMER, s.DELETE_TIMER),
        ("agenda_item", s.CASE_AGENDA, wanted.agenda, s.INSERT_AGENDA, s.DELETE_AGENDA),
    ):
        have = _by_key(tx.all(select, (case_id,)))
        for key, row in _differing(result, name, want, have):
            if key in have:
                run(delete, key)
            if row is not None:
                run(insert, (0, 0, False, *row) if insert is s.INSERT_TIMER else row)


def _replay(tx: Transaction, world: World, case_id: str, result: Rebuilding) -> _Replay | None:
    """The case as its ledger rows tell it; ``None`` where one cannot be read, which is noted."""
    replay = _Replay(world)
    for seq, schema_version, body in tx.all(s.READ_STREAM, (case_stream(case_id), _TO_THE_END)):
        result.rows += 1
        try:
            replay.take(seq, decode_events(body, schema_version))
        except (UnreadableEventError, _UnpublishedError) as error:
            result.add(case_id, "event", str(seq), str(error))
            return None
    return replay


def _wanted(case_id: str, replay: _Replay) -> _Wanted:
    wanted = _Wanted()
    if replay.case is None or replay.plan is None:
        return wanted
    asked = Computed(replay.plan.plan, replay.case)
    wanted.cases[case_id, ""] = _case_row(replay.case, replay.seq)
    for key, state in replay.case.steps.items():
        wanted.steps[case_id, key] = step_row(case_id, key, state)
        wanted.agenda.update(((case_id, name), row) for name, row in agenda_rows(case_id, key, state).items())
    for key, item in asked.work.items():
        wanted.work[case_id, key] = work_row(case_id, item, replay.opened[key])
    for key, timer in asked.timers.items():
        wanted.timers[case_id, key] = timer_row(case_id, timer)[3:]
    return wanted


class _UnpublishedError(Exception):
    """A case of a programme version that is not in the database."""


class _Replay:
    """One case, row by row, with the row that opened each piece of work."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.plan: LoadedPlan | None = None
        self.case: Case | None = None
        self.seq = 0
        self.opened: dict[str, int] = {}

    def take(self, seq: int, events: tuple[Event, ...]) -> None:
        """Go on by one ledger row."""
        before, self.case, self.seq = self.case, fold(self.case, events), seq
        if self.case is None:
            return
        plan = self.plan = self.plan or self._world.plan(self.case.programme, self.case.version)
        if plan is None:
            raise _UnpublishedError(f"流程模板 {self.case.programme} 第 {self.case.version} 版没有发布")
        old, new = computed_both(plan.plan, before, self.case)
        for key in old.work.keys() - new.work.keys():
            del self.opened[key]
        self.opened.update(dict.fromkeys(new.work.keys() - old.work.keys(), seq))


def _case_row(case: Case, seq: int) -> Row:
    """In the order of ``CASE_CONTENT``, with the case itself in place of its snapshot."""
    values = (case.unit, case.unit_name, case.programme, case.version, seq)
    return (*values, case, case.status.value, case.opened_on.isoformat())


def _readable(row: Row) -> tuple[tuple[str, str], Row]:
    """A stored case under its key, with the case itself in place of its snapshot."""
    try:
        case: Any = decode_case(row[6])
    except Exception as error:
        case = f"快照读不出来({type(error).__name__})"
    return (row[0], ""), (*row[1:6], case, *row[7:])


def _by_key(rows: Iterable[Row]) -> Rows:
    return {(row[0], row[1]): tuple(row) for row in rows}


def _put_case_right(run: Run, result: Rebuilding, wanted: Rows, stored: Rows) -> None:
    for (case_id, key), row in _differing(result, "reform_case", wanted, stored):
        if row is None:
            continue
        if (case_id, key) in stored:
            run(s.REWRITE_CASE, (*row[:5], encode_case(row[5]), *row[6:], case_id))
        else:
            values = (case_id, *row[:5], encode_case(row[5]), *row[6:])
            run(s.INSERT_CASE, (0, 0, False, *values, False, 0, None))


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
