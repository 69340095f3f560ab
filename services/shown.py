"""显示核对: whether everything that happened has its task in Prefect: every event of a case, every notice.

Compares names, so that it shows what an operator sees: the lines of the ledger on one side, the names of task
runs on the other. Reads only; a task may be there twice (made up after a crash), never too few times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import select

from domain.events import Decided, StepClosed, StepOpened
from models.database import Database
from models.statements import MESSAGE
from services.delivery import SENT, MessageClaim
from services.event_words import EventWords
from services.mirroring import body_names
from services.prefect_api import PrefectApi
from services.reading import load_case, plan_of
from services.summary import case_events

RELAY: Final = "relay"
NOTICE: Final = "通知 · "
MOST_NAMED: Final = 20


class ShownCase(msgspec.Struct, frozen=True, kw_only=True):
    """一个改革任务的显示: how many of each there are in the ledger, and what has no task."""

    case: str
    name: str
    events: int
    steps_opened: int
    steps_closed: int
    decisions: int
    tasks: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every event has its task."""
        return not self.missing


class ShownNotices(msgspec.Struct, frozen=True, kw_only=True):
    """消息的显示."""

    notices: int
    tasks: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every notice has its task."""
        return not self.missing


def shown_case(db: Database, api: PrefectApi, case_id: str) -> ShownCase | None:
    """Compare one case with its tasks; ``None`` where Prefect is away or there is no such case."""
    case = load_case(db, case_id)
    tasks = api.task_runs(run_tags=[f"zone:{case.unit}"]) if case else None
    if case is None or tasks is None:
        return None
    # In a run of many cases each task says of which reform unit it is.
    ours = [task.name.removeprefix(f"{case.unit_name} · ") for task in tasks]
    words = EventWords(plan_of(db, case), body_names(db))
    events = list(case_events(db, case_id))
    return ShownCase(
        case=case_id,
        name=case.unit_name,
        events=len(events),
        steps_opened=sum(isinstance(event, StepOpened) for event in events),
        steps_closed=sum(isinstance(event, StepClosed) for event in events),
        decisions=sum(isinstance(event, Decided) for event in events),
        tasks=len(ours),
        missing=_lacking((words.line(event) for event in events), ours),
    )


def shown_notices(db: Database, api: PrefectApi) -> ShownNotices | None:
    """Compare the notices that are out with their tasks; ``None`` where Prefect is away."""
    tasks = api.task_runs(run_tags=[RELAY])
    if tasks is None:
        return None
    names = [task.name.rpartition(" · ")[0] for task in tasks if task.name.startswith(NOTICE)]
    labels = _labels(db)
    return ShownNotices(notices=len(labels), tasks=len(names), missing=_lacking(labels, names))


def _labels(db: Database) -> list[str]:
    columns = (MESSAGE.c.id, MESSAGE.c.recipient, MESSAGE.c.payload)
    with db.read() as session:
        rows = session.connection().execute(select(*columns).where(MESSAGE.c.state == SENT)).all()
    return [
        MessageClaim(
            id=row.id,
            fence=0,
            attempts=0,
            dedup_key="",
            recipient=row.recipient,
            case_id="",
            seq=0,
            unit_id="",
            payload=msgspec.json.decode(row.payload, type=dict[str, str]),
        ).label
        for row in rows
    ]


def _lacking(wanted: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    lacking = Counter(wanted) - Counter(found)
    return tuple(sorted(lacking.elements()))[:MOST_NAMED]
