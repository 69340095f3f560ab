"""This engine behind the bench's ``Peer`` interface: the same services that console and command line use."""

from __future__ import annotations

import itertools
import sys
from typing import Any, NamedTuple

import msgspec

from benchmarks import workload as w
from domain.commands import Decide, OpenCase, Submit
from domain.decisions import Outcome
from domain.events import Decided, Submitted
from domain.open_work import WorkKind
from models import statements as s
from models.chain import LedgerRow, row_hash
from models.event_codec import decode_events
from models.ledger import case_stream
from services.act_loading import decode_case, encode_case
from services.acts import Done, Entry, act
from services.clock import legal_date
from services.inbox import WorkEntry, case_work, position_inbox
from services.transaction import Transaction, reading, writing

sys.path.insert(0, str(w.PEERS))
import common

UNITS = 2543
LEVELS = {"": 1, "county": 2, "municipal": 3}
BODIES = {
    "zone": ("zone-7", "handler"),
    "county": ("county-411010", "head"),
    "municipal": ("municipal-411000", "head"),
}


class Task(NamedTuple):
    """One open task of a case, in the bench's order: oldest first."""

    entry: WorkEntry


class Session:
    """One client: opens a case, reads its work, does the oldest."""

    def __init__(self, peer: Ours) -> None:
        self._peer = peer
        self._today = legal_date(w.WALL)

    def start(self) -> str:
        number = next(self._peer.numbers)
        unit = number % UNITS
        command = OpenCase(
            command_id=f"open-{number}",
            case=f"case-{number}",
            occurred_on=self._today,
            unit=f"unit-{unit}",
            unit_name=f"示例开发区{unit}",
            supervising_level="county",
        )
        municipal = f"municipal-{w.county_of(unit)[:4]}00"
        entry = Entry(actor=w.person_of(municipal, "head"), channel="api")
        answer = act(self._peer.engine, command, entry, wall=w.WALL, programme=(w.CODE, w.VERSION))
        assert isinstance(answer, Done), str(answer)
        return command.case

    def inbox(self, case: str) -> list[WorkEntry]:
        return case_work(self._peer.engine, case)

    def act(self, case: str, task: WorkEntry) -> None:
        common_part: dict[str, Any] = {
            "command_id": f"{case}:{task.key}",
            "case": case,
            "occurred_on": self._today,
            "step": task.step,
            "round": task.round,
        }
        command = (
            Submit(**common_part)
            if task.kind == WorkKind.SUBMIT
            else Decide(**common_part, node=task.node, seat=task.seat, outcome=Outcome.AGREE)
        )
        entry = Entry(actor=w.person_of(task.body, task.position), channel="api")
        answer = act(self._peer.engine, command, entry, wall=w.WALL)
        assert isinstance(answer, Done), str(answer)


class Ours(common.Peer):  # type: ignore[misc]
    """zone-reform: permissions, working-day calendar, ledger, timers and projections on."""

    name = "zone-reform"
    preload_how = "bulk"

    def __init__(self, db: str) -> None:
        self.db = db
        self.variant = "services.acts, permissions and ledger on"
        self.store = common.Store(db)
        url = f"sqlite:///{self.store.path}" if db == "sqlite" else self.store.pg.url()
        self.engine = w.prepare(url, UNITS)
        self.numbers = itertools.count(1)

    def versions(self) -> dict[str, str]:
        return {"python": sys.version.split()[0]}

    def session(self) -> Session:
        return Session(self)

    def _rows(self, case: str) -> list[Any]:
        with reading(self.engine) as tx:
            return tx.all(s.READ_STREAM, (case_stream(case), 1 << 60))

    def history(self, case: str) -> list[tuple[str, int]]:
        names = {w.step_id(step["id"]): step["id"] for step in w.workload()["steps"]}
        found: list[tuple[str, int]] = []
        for _seq, version, body in self._rows(case):
            for event in decode_events(body, version):
                if isinstance(event, Submitted):
                    found.append((names[event.step], 1))
                elif isinstance(event, Decided):
                    found.append((names[event.step], LEVELS[event.decision.node]))
        return found

    def _case(self, case: str) -> Any:
        with reading(self.engine) as tx:
            row = tx.one(s.READ_SNAPSHOT, (case,))
        assert row is not None
        return decode_case(row[1])

    def complete(self, case: str) -> bool:
        return str(self._case(case).status) == "completed"

    def open_tasks(self, case: str) -> int:
        return len(case_work(self.engine, case))

    def role_inbox(self, role: str, limit: int) -> list[WorkEntry]:
        body, position = BODIES[role]
        return position_inbox(self.engine, body, position, limit=limit)

    def preload(self, n: int, templates: int) -> str:
        client, records = self.session(), common.Rec()
        made = [common.run_case(client, records, depth) for depth in common.template_depths(templates)]
        copied = 0
        todo = [(made[i % len(made)], next(self.numbers)) for i in range(n - len(made))]
        for first in range(0, len(todo), 200):
            with writing(self.engine) as tx:
                for template, number in todo[first : first + 200]:
                    copied += _copy(tx, template, number)
        return (
            f"bulk: {len(made)} cases run through the services to depths 0..74, copied to {n} cases with "
            f"streams chained anew ({copied} ledger rows)"
        )

    def settle(self) -> None:
        self.store.analyze()

    def db_size(self) -> int:
        return int(self.store.size())

    def wal(self) -> int | None:
        found = self.store.wal()
        return None if found is None else int(found)

    def server_cpu(self) -> float:
        return float(self.store.server_cpu())

    def close(self) -> None:
        self.engine.close()
        self.store.close()


_ALL_ROWS = s._statement(
    s.select(*s.EVENT.columns).where(s.EVENT.c.stream == s.bindparam("stream")).order_by(s.EVENT.c.seq),
    "stream",
)
_CASE_ROW = s._statement(
    s.select(
        s.CASE.c.snapshot, s.CASE.c.seq, s.CASE.c.state, s.CASE.c.opened_on, s.CASE.c.signalled_at
    ).where(s.CASE.c.id == s.bindparam("id")),
    "id",
)
_STEPS = s._statement(s.select(*s.STEP.columns).where(s.STEP.c.case_id == s.bindparam("id")), "id")


def _copy(tx: Transaction, template: str, number: int) -> int:
    """Store a template's case again for another unit: its ledger chained anew, its projections copied."""
    unit = number % UNITS
    case_id, zone = f"case-{number}", f"zone-{unit}"
    county = w.county_of(unit)
    source = tx.one(_CASE_ROW, (template,))
    assert source is not None
    case = decode_case(source[0])
    swap = {
        case.bodies["zone"][0]: zone,
        case.bodies["county"][0]: f"county-{county}",
        case.bodies["municipal"][0]: f"municipal-{county[:4]}00",
        f'"{template}"': f'"{case_id}"',
        f'"{case.unit}"': f'"unit-{unit}"',
        case.unit_name: f"示例开发区{unit}",
    }

    def moved(text: str) -> str:
        for old, new in swap.items():
            text = text.replace(old, new)
        return text

    copy = msgspec.json.decode(moved(msgspec.json.encode(case).decode()), type=type(case))
    values = (case_id, copy.unit, copy.unit_name, copy.programme, copy.version, source[1], encode_case(copy))
    tx.run(s.INSERT_CASE, (0, 0, False, *values, source[2], source[3], False, source[1], None))
    prev, rows = bytes(32), tx.all(_ALL_ROWS, (case_stream(template),))
    for found in rows:
        row = LedgerRow(*found)._replace(
            stream=case_stream(case_id),
            command_id=f"{case_id}:{found[1]}",
            body=moved(found[13]),
            prev_hash=prev,
        )
        prev = row_hash(row)
        tx.run(s.INSERT_EVENT, tuple(row._replace(hash=prev)))
    for step in tx.all(_STEPS, (template,)):
        tx.run(s.INSERT_STEP, (case_id, *step[1:]))
    for item in tx.all(s.CASE_WORK, (template,)):
        tx.run(s.INSERT_WORK_ITEM, (case_id, *(moved(v) if isinstance(v, str) else v for v in item[1:])))
    return len(rows)
