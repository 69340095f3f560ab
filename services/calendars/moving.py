"""期限的变动: every date of open work that a calendar would move, and moving them, case by case.

A recount is an act like any other: judged by the same rule, one ledger row a case, done once under its
command id. What is cut off in the middle goes on when the notice is loaded again.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.case import NOTHING, Case, split_key
from domain.commands import RecountDates
from domain.decide import Accepted, decide
from domain.events import DatesRecounted, DueSet, Event, NodeDueSet, PeriodSet
from domain.judging import Actor, Facts
from domain.notices.catalogue import DATES_MOVED
from domain.open_work import open_work
from domain.plan import Plan
from domain.states import CaseStatus
from domain.workdays import WorkCalendar
from models.database import Database
from models.tables import CaseRow
from services.act_loading import decode_case
from services.acts import Done, Entry, act_many
from services.bootstrap import Runtime
from services.delivery import WAITING
from services.notifying.reminding import leave
from services.reading import plan_of

CLERK: Final = "calendar"
"""Who recounts, in the ledger; the notice's row says who loaded it."""
_CHUNK: Final = 200
_sorted = msgspec.json.Encoder(order="sorted")


class DateMove(msgspec.Struct, frozen=True, kw_only=True):
    """变动的期限: one date of open work, before and after, with the line that explains the new one."""

    case: str
    unit_name: str
    step: str
    title: str
    what: str
    before: date | None
    after: date | None
    line: str
    was_provisional: bool
    is_provisional: bool

    @property
    def moves(self) -> bool:
        """Whether the day itself is another one; else only its mark or its explanation is."""
        return self.before != self.after


def moves_under(db: Database, calendar: WorkCalendar, on: date, source: str) -> tuple[DateMove, ...]:
    """预览: what a recount on ``calendar`` would move, in all open cases; nothing is written."""
    found: list[DateMove] = []
    facts = Facts(today=on, actor=Actor(person=CLERK, machine=True), calendar=calendar)
    for case in _open_cases(db):
        plan = plan_of(db, case)
        command = RecountDates(command_id="preview", case=case.id, occurred_on=on, source=source)
        verdict = decide(plan, case, command, facts)
        if isinstance(verdict, Accepted):
            found += _moves(plan, case, verdict.events)
    return tuple(found)


def _open_cases(db: Database) -> Iterator[Case]:
    ids = _open_ids(db)
    wanted = select(col(CaseRow.id), col(CaseRow.snapshot)).where(
        col(CaseRow.id).in_(bindparam("ids", expanding=True))
    )
    for start in range(0, len(ids), _CHUNK):
        with db.read() as session:
            rows = session.connection().execute(wanted, {"ids": ids[start : start + _CHUNK]}).all()
        yield from (decode_case(row.snapshot) for row in sorted(rows, key=lambda row: str(row.id)))


def _open_ids(db: Database) -> list[str]:
    statement = (
        select(col(CaseRow.id)).where(col(CaseRow.state) == str(CaseStatus.OPEN)).order_by(col(CaseRow.id))
    )
    with db.read() as session:
        return list(session.execute(statement).scalars())


def _moves(plan: Plan, case: Case, events: Iterable[Event]) -> Iterator[DateMove]:
    for event in events:
        if isinstance(event, DueSet | NodeDueSet | PeriodSet):
            yield _move(plan, case, event)


def _move(plan: Plan, case: Case, event: DueSet | NodeDueSet | PeriodSet) -> DateMove:
    state = case.steps.get(event.step, NOTHING)
    step = plan.step(split_key(event.step)[0])
    said: dict[str, Any]
    if isinstance(event, PeriodSet):
        old, new = state.period, event.period
        said = {
            "what": "公示期",
            "before": old.ends_on if old else None,
            "after": new.ends_on,
            "line": new.line,
            "was_provisional": old is not None and old.provisional,
            "is_provisional": new.provisional,
        }
    else:
        due = event.due
        was = state.node_due if isinstance(event, NodeDueSet) else state.due
        said = {
            "what": _node(plan, event) if isinstance(event, NodeDueSet) else "办结时限",
            "before": was.date if was else None,
            "after": due.date if due else None,
            "line": due.line if due else "",
            "was_provisional": was is not None and was.provisional,
            "is_provisional": due is not None and due.provisional,
        }
    return DateMove(
        case=case.id,
        unit_name=case.unit_name,
        step=event.step,
        title=step.title if step else event.step,
        **said,
    )


def _node(plan: Plan, event: NodeDueSet) -> str:
    step = plan.step(split_key(event.step)[0])
    node = next((each for each in step.nodes if each.id == event.node), None) if step else None
    return f"审批时限({node.title if node else event.node})"


def recount_all(runtime: Runtime, source: str, on: date, seq: int, channel: str) -> list[Done]:
    """重算: move the dates of all open cases; return what was done, cases without a change left out.

    ``seq`` is that of the notice's row: the same notice is recounted once in each case.
    """
    commands = [
        RecountDates(command_id=f"recount:{seq}:{case}", case=case, occurred_on=on, source=source)
        for case in _open_ids(runtime.db)
    ]
    entry = Entry(actor=CLERK, channel=channel, machine=True)
    answers = act_many(runtime.db, commands, entry, wall=runtime.wall)
    return [answer for answer in answers if isinstance(answer, Done)]


def tell(runtime: Runtime, done: Sequence[Done], source: str, seq: int) -> int:
    """告知: one notice for each position whose open work has another date; return how many are new."""
    counts: dict[str, int] = defaultdict(int)
    for each in done:
        moved = {key for event in each.events if isinstance(event, DatesRecounted) for key in event.moved}
        for item in open_work(plan_of(runtime.db, each.case), each.case).values() if moved else ():
            if item.step in moved and item.body:
                counts[f"{item.body}/{item.position}"] += 1
    told = 0
    for channel in runtime.told_channels:
        rows = [
            _message(runtime, channel, recipient, count, source, seq)
            for recipient, count in sorted(counts.items())
        ]
        told = max(told, leave(runtime, rows))
    return told


def _message(
    runtime: Runtime, channel: str, recipient: str, count: int, source: str, seq: int
) -> dict[str, object]:
    payload = {"kind": DATES_MOVED, "act": "期限重算", "count": str(count), "source": source}
    return {
        "id": secrets.token_hex(12),
        "dedup_key": f"{channel}:calendar:{seq}:{recipient}",
        "channel": channel,
        "recipient": recipient,
        "payload": _sorted.encode(payload).decode(),
        "case_id": "",
        "seq": seq,
        "created_at": runtime.wall.now(),
        "state": WAITING,
        "fence": 0,
        "attempts": 0,
        "dead": False,
    }
