"""督办通知: what an act on a matter leaves in the outbox, and what an open date says to its doer.

A notice names the matter by its number and the position that has to act; no person, no opinion. Only who has
the work is told; orders to anybody above are drafted for a person to sign.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import select

from domain.lamp_policy import LampPolicy
from domain.notices.catalogue import MATTER, MATTER_DONE, MATTER_DUE
from domain.notices.occasions import reminder
from domain.supervising.finding_table import FINDING_STATES, FindingState
from domain.supervising.matters import Finding, Matter, Order
from domain.supervising.order_table import ORDER_STATES, OrderState
from domain.supervising.words import MATTER_WORKS
from domain.workdays import WorkCalendar
from models.statements import MATTER_WORK, MATTER_WORK_COLUMNS
from models.tables import MessageRow
from services.bootstrap import Runtime
from services.delivery import WAITING
from services.supervising.rows import label_of, work_rows

_sorted = msgspec.json.Encoder(order="sorted")
_POLICY: Final = LampPolicy()


def notices_of(runtime: Runtime, before: Matter | None, after: Matter, seq: int) -> Iterator[MessageRow]:
    """消息 of an act: new work to its position, the end to the unit that did it."""
    old = work_rows(before) if before is not None else {}
    for key, row in work_rows(after).items():
        work = dict(zip(MATTER_WORK_COLUMNS, row, strict=True))
        if old.get(key) != row and work["body"]:
            payload = _payload(work, MATTER)
            recipient = f"{work['body']}/{work['position']}"
            yield from _messages(runtime, after, seq, recipient, str(work["key"]), payload)
    told = _end(after)
    if told is not None and (before is None or _end(before) is None):
        body, words = told
        ended = {"kind": MATTER_DONE, "matter": after.id, "unit": label_of(after), "act": words}
        yield from _messages(runtime, after, seq, f"{body}/any", MATTER_DONE, ended)


def _end(matter: Matter) -> tuple[str, str] | None:
    if isinstance(matter, Finding) and matter.state is FindingState.CLOSED and matter.lead is not None:
        return matter.lead.body, FINDING_STATES[matter.state]
    if isinstance(matter, Order) and matter.state in (OrderState.CLOSED, OrderState.WITHDRAWN):
        return matter.addressee, ORDER_STATES[matter.state]
    return None


def _payload(work: dict[str, Any], kind: str) -> dict[str, str]:
    payload = {
        "kind": kind,
        "matter": str(work["matter_id"]),
        "unit": str(work["label"]),
        "work": str(work["key"]),
        "act": MATTER_WORKS[str(work["kind"])],
    }
    return payload | ({"due_on": str(work["due_on"])} if work["due_on"] else {})


def _messages(
    runtime: Runtime, matter: Matter, seq: int, recipient: str, about: str, payload: dict[str, str]
) -> Iterator[MessageRow]:
    for channel in runtime.told_channels:
        yield MessageRow(
            id=secrets.token_hex(12),
            dedup_key=f"{channel}:{matter.id}:{seq}:{about}",
            channel=channel,
            recipient=recipient,
            payload=_sorted.encode(payload).decode(),
            case_id=matter.id,
            seq=seq,
            created_at=runtime.wall.now(),
            state=WAITING,
        )


def matter_reminders(runtime: Runtime, today: date, calendar: WorkCalendar) -> list[dict[str, object]]:
    """督办到期提醒: outbox rows of what open work about matters says today, a row a channel."""
    with runtime.db.read() as session:
        wanted = select(MATTER_WORK).where(MATTER_WORK.c.due_on.is_not(None), MATTER_WORK.c.body != "")
        rows = session.connection().execute(wanted.order_by(MATTER_WORK.c.due_on)).all()
    found: list[dict[str, object]] = []
    for row in rows:
        said = reminder(_POLICY, row.opened_on, row.due_on, today, calendar)
        if said is None:
            continue
        work = dict(row._mapping)
        payload = _payload(work, MATTER_DUE) | {"lamp": said.lamp}
        for channel in runtime.told_channels:
            number = f"{said.occasion}:{said.number}"
            found.append(
                {
                    "id": secrets.token_hex(12),
                    "dedup_key": f"{channel}:remind:{row.matter_id}:{row.key}:{row.due_on}:{number}",
                    "channel": channel,
                    "recipient": f"{row.body}/{row.position}",
                    "payload": _sorted.encode(payload).decode(),
                    "case_id": row.matter_id,
                    "seq": 0,
                    "created_at": runtime.wall.now(),
                    "state": WAITING,
                    "fence": 0,
                    "attempts": 0,
                    "dead": False,
                }
            )
    return found
