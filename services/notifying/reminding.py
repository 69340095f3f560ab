"""到期提醒: on a working day's sweep, what an open piece of work's due date says to its doer.

Each reminder lies in the outbox under a key made of the work, its due date and the occasion, so that a sweep
that runs twice, or in two places, leaves one. Only the doer is told; anything above is drafted for a person.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.notices.occasions import Reminder, reminder
from domain.open_work import WORK_TITLES, WorkKind
from domain.programme import LampPolicy
from domain.workdays import WorkCalendar
from models.statements import CASE, MESSAGE, WORK_ITEM
from services.bootstrap import Runtime
from services.delivery import WAITING
from services.supervising.telling import matter_reminders
from services.world import world_of

_CHUNK: Final = 400
_sorted = msgspec.json.Encoder(order="sorted")


class Reminded(msgspec.Struct, frozen=True, kw_only=True):
    """提醒结果: how many pieces of work have a reminder today, and how many messages are new."""

    due: int
    messages: int


def remind(runtime: Runtime) -> Reminded:
    """到期提醒: leave what is due to be said today and was not said yet.

    On a day off nothing is left: the next working day's sweep says what holds then.
    """
    moment = runtime.notifying.moment()
    if not moment.calendar.is_workday(moment.today):
        return Reminded(due=0, messages=0)
    channels = runtime.told_channels
    policies = _policies(runtime)
    found = list(_found(runtime, moment.today, moment.calendar, policies))
    rows = [_row(runtime, channel, row, said) for row, said in found for channel in channels]
    matters = matter_reminders(runtime, moment.today, moment.calendar)
    due = len(found) + len({row["dedup_key"] for row in matters}) // max(len(channels), 1)
    return Reminded(due=due, messages=leave(runtime, [*rows, *matters]))


def _policies(runtime: Runtime) -> dict[tuple[str, int], LampPolicy]:
    world = world_of(runtime.db)
    with runtime.db.read() as session:
        used = session.connection().execute(select(CASE.c.programme, CASE.c.version).distinct()).all()
    plans = {(code, version): world.plan(code, version) for code, version in used}
    return {key: loaded.plan.programme.lamps for key, loaded in plans.items() if loaded is not None}


def _found(
    runtime: Runtime,
    today: date,
    calendar: WorkCalendar,
    policies: dict[tuple[str, int], LampPolicy],
) -> Iterator[tuple[Row[Any], Reminder]]:
    soonest = max((policy.soon_days for policy in policies.values()), default=0)
    horizon = calendar.add_workdays(today + timedelta(days=1), soonest + 1)
    wanted = (
        select(WORK_ITEM, CASE.c.unit_name, CASE.c.programme, CASE.c.version, CASE.c.seq)
        .select_from(WORK_ITEM.join(CASE, CASE.c.id == WORK_ITEM.c.case_id))
        .where(WORK_ITEM.c.due_on <= horizon, WORK_ITEM.c.body != "")
        .order_by(WORK_ITEM.c.due_on, WORK_ITEM.c.case_id, WORK_ITEM.c.key)
    )
    with runtime.db.read() as session:
        rows = session.connection().execute(wanted).all()
    for row in rows:
        policy = policies.get((row.programme, row.version))
        said = policy and reminder(policy, row.opened_on, row.due_on, today, calendar)
        if said:
            yield row, said


def _row(runtime: Runtime, channel: str, row: Row[Any], said: Reminder) -> dict[str, object]:
    payload = {
        "kind": "remind",
        "occasion": said.occasion.value,
        "case": row.case_id,
        "unit": row.unit_name,
        "work": row.key,
        "act": WORK_TITLES[WorkKind(row.kind)],
        "step": row.step,
        "role": row.role,
        "due_on": row.due_on.isoformat(),
        "left": str(abs(said.left)),
        "lamp": said.lamp,
    }
    occasion = f"{said.occasion}:{said.number}"
    return {
        "id": secrets.token_hex(12),
        "dedup_key": f"{channel}:remind:{row.case_id}:{row.key}:{row.due_on}:{occasion}",
        "channel": channel,
        "recipient": f"{row.body}/{row.position}",
        "payload": _sorted.encode(payload).decode(),
        "case_id": row.case_id,
        "seq": row.seq,
        "created_at": runtime.wall.now(),
        "state": WAITING,
        "fence": 0,
        "attempts": 0,
        "dead": False,
    }


def leave(runtime: Runtime, rows: Sequence[dict[str, object]]) -> int:
    """留下消息: write what is not in the outbox yet; return how many. A key that stands is told already."""
    new = 0
    for chunk in _chunks(rows):
        keys = [row["dedup_key"] for row in chunk]
        with runtime.db.write() as session:
            connection = session.connection()
            known = set(
                connection.execute(select(MESSAGE.c.dedup_key).where(MESSAGE.c.dedup_key.in_(keys))).scalars()
            )
            fresh = [row for row in chunk if row["dedup_key"] not in known]
            if fresh:
                insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
                connection.execute(
                    insert(MESSAGE).on_conflict_do_nothing(index_elements=["dedup_key"]), fresh
                )
                new += len(fresh)
    return new


def _chunks(rows: Sequence[dict[str, object]]) -> Iterable[Sequence[dict[str, object]]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
