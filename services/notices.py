"""消息登记: which notices an act leaves in the outbox, in its own transaction.

A notice names the work and the position that has to do it, never a person and never an opinion. Delivering is
the flows' work; here it is only made sure that none is forgotten and none written twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from domain.case import Case
from domain.events import CaseCompleted, CaseTerminated, Circulated, Event, Urged
from domain.open_work import WORK_TITLES, WorkItem, WorkKind
from models import statements as s

IN_APP: Final = "in_app"
_BY_HAND: Final = frozenset({WorkKind.VERIFY, WorkKind.FILE})
_sorted = msgspec.json.Encoder(order="sorted")


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """消息: for whom, through which channel, about what. ``about`` makes it unique within its act."""

    channel: str
    recipient: str
    about: str
    payload: dict[str, str]


Notices = Callable[[Case, tuple[Event, ...], tuple[WorkItem, ...]], Iterable[Notice]]
"""Says which notices an act leaves, from the case after it, its events and the new work."""


def no_notices(case: Case, events: tuple[Event, ...], new_work: tuple[WorkItem, ...]) -> Iterable[Notice]:
    """不发消息: leaves none."""
    return ()


def notices_by(*channels: str) -> Notices:
    """Return the usual rule for ``channels``: new work to its position, the end of a case to its doers,
    what somebody pressed for or sent a copy of."""

    def rule(case: Case, events: tuple[Event, ...], new_work: tuple[WorkItem, ...]) -> Iterable[Notice]:
        for channel in channels:
            for item in new_work:
                if item.body:
                    yield _of_work(channel, case, item)
            for event in events:
                yield from _of_event(channel, case, event)

    return rule


def _of_work(channel: str, case: Case, item: WorkItem) -> Notice:
    payload = {
        "kind": "work",
        "case": case.id,
        "unit": case.unit_name,
        "work": item.key,
        "act": WORK_TITLES[item.kind],
        "step": item.step,
        "role": item.role,
    }
    machine = case.steps[item.step].machine if item.kind in _BY_HAND else None
    if machine is not None and machine.why:
        payload["why"] = machine.why
    if item.due_on is not None:
        payload["due_on"] = item.due_on.isoformat()
    return Notice(channel=channel, recipient=f"{item.body}/{item.position}", about=item.key, payload=payload)


def _of_event(channel: str, case: Case, event: Event) -> Iterable[Notice]:
    """What is told beside new work: the end of a case, 催办, 抄送."""
    if isinstance(event, CaseCompleted | CaseTerminated):
        yield _of_end(channel, case, event)
    elif isinstance(event, Urged):
        yield from (_telling(channel, case, "urge", event.step, to) for to in event.places)
    elif isinstance(event, Circulated) and not event.circulation.marks:
        readers = event.circulation.readers
        yield from (_telling(channel, case, "copy", event.step, reader.place) for reader in readers)


def _telling(channel: str, case: Case, kind: str, step: str, place: str) -> Notice:
    """催办, 抄送: to a position, about a step."""
    payload = {"kind": kind, "case": case.id, "unit": case.unit_name, "step": step}
    due = case.steps[step].due
    if kind == "urge" and due is not None and due.date is not None:
        payload["due_on"] = due.date.isoformat()
    return Notice(channel=channel, recipient=place, about=f"{kind}:{place}", payload=payload)


def _of_end(channel: str, case: Case, event: CaseCompleted | CaseTerminated) -> Notice:
    kind = "completed" if isinstance(event, CaseCompleted) else "terminated"
    return Notice(
        channel=channel,
        recipient=f"unit:{case.unit}",
        about=kind,
        payload={"kind": kind, "case": case.id, "unit": case.unit_name, "on": event.on.isoformat()},
    )


def message_writes(
    notices: Iterable[Notice], case_id: str, seq: int, now: int
) -> Iterable[tuple[s.Statement, tuple[Any, ...]]]:
    """Yield the outbox rows of an act. ``now`` is the wall clock in microseconds."""
    for notice in notices:
        yield (
            s.INSERT_MESSAGE,
            (
                0,
                0,
                False,
                secrets.token_hex(12),
                f"{notice.channel}:{case_id}:{seq}:{notice.about}",
                notice.channel,
                notice.recipient,
                _sorted.encode(notice.payload).decode(),
                case_id,
                seq,
                now,
                "waiting",
            ),
        )
