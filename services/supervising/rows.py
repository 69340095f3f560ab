"""督办各表: a matter as rows, the same at an act and when everything is computed anew from the ledger."""

from __future__ import annotations

from datetime import date
from functools import singledispatch
from typing import Any, Final, NamedTuple

import msgspec

from domain.supervising.admonition_table import ADMONITION_KINDS
from domain.supervising.evolve import evolve
from domain.supervising.finding_table import FindingState
from domain.supervising.matters import (
    Admonition,
    Finding,
    Inspection,
    Matter,
    Order,
    Request,
    Source,
    SupervisionEvent,
)
from domain.supervising.order_table import OrderState
from domain.supervising.values import MatterWork
from domain.supervising.work import work_of
from models.statements import MATTER_COLUMNS, MATTER_WORK_COLUMNS
from models.work_item import NO_DUE

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Matter).decode
_decode_events = msgspec.json.Decoder(list[dict[str, Any]]).decode
KINDS: Final[dict[type[Matter], str]] = {
    Source: "source",
    Finding: "finding",
    Order: "order",
    Request: "request",
    Inspection: "inspection",
    Admonition: "admonition",
}
LETTERS: Final = {
    "source": "S",
    "finding": "W",
    "order": "D",
    "request": "T",
    "inspection": "J",
    "admonition": "B",
}
"""With what the number of each kind begins: 来源, 问题, 督办单, 提请, 检查, 通报和约谈."""


class Shown(NamedTuple):
    """What lists look for, apart from the snapshot."""

    state: str
    number: str = ""
    body: str = ""
    unit: str = ""
    case: str = ""
    source: str = ""
    subject: str = ""
    due_on: date | None = None


@singledispatch
def shown(matter: Matter) -> Shown:
    """What lists look for of a matter."""
    raise TypeError(f"no such matter: {matter!r}")


@shown.register
def _source(matter: Source) -> Shown:
    return Shown(
        state="answered" if matter.answered_on else "open",
        number=matter.number,
        due_on=matter.due.on if matter.due else None,
    )


@shown.register
def _finding(matter: Finding) -> Shown:
    lead = matter.lead
    running = matter.state in (FindingState.ASSIGNED, FindingState.RECTIFYING)
    return Shown(
        state=matter.state,
        number=matter.number,
        body=lead.body if lead else "",
        unit=matter.unit,
        case=matter.case,
        source=matter.source,
        subject=f"check:{matter.check_key}" if matter.check_key else "",
        due_on=lead.due.on if lead and running else None,
    )


@shown.register
def _order(matter: Order) -> Shown:
    due = {OrderState.ISSUED: matter.sign_by}.get(matter.state, matter.answer_by)
    waiting = matter.state in (OrderState.ISSUED, OrderState.SIGNED, OrderState.SENT_BACK)
    return Shown(
        state=matter.state,
        number=matter.number,
        body=matter.addressee,
        unit=matter.unit,
        case=matter.case,
        subject=matter.subject,
        due_on=due.on if due and waiting else None,
    )


@shown.register
def _request(matter: Request) -> Shown:
    return Shown(state=matter.state, body=matter.body, unit=matter.unit, due_on=matter.wanted_by)


@shown.register
def _inspection(matter: Inspection) -> Shown:
    return Shown(
        state="cancelled" if matter.cancelled else "counted", body=matter.inspector, unit=matter.unit
    )


@shown.register
def _admonition(matter: Admonition) -> Shown:
    return Shown(
        state=matter.state,
        number=matter.number,
        body=matter.addressees[0],
        unit=matter.unit,
        subject=matter.subject,
    )


def label_of(matter: Matter) -> str:
    """`问题 W2022-0001`: what a piece of work is about, in a word; no text that may speak of persons."""
    match matter:
        case Finding():
            return f"问题 {matter.id}"
        case Order():
            return f"督办单 {matter.number or matter.id}"
        case Source():
            return f"来源 {matter.number or matter.id}"
        case Request():
            return f"提请事项 {matter.id}"
        case Inspection():
            return f"督导检查 {matter.id}"
        case Admonition():
            return f"{ADMONITION_KINDS[matter.kind]} {matter.number or matter.id}"


def matter_row(matter: Matter, seq: int) -> tuple[Any, ...]:
    """The row of a matter, in the order of ``MATTER_COLUMNS``."""
    look = shown(matter)
    values = {
        "id": matter.id,
        "kind": KINDS[type(matter)],
        "state": str(look.state),
        "year": int(matter.id[1:5]),
        "number": look.number,
        "office": matter.office,
        "division": matter.division,
        "unit_id": look.unit,
        "case_id": look.case,
        "body": look.body,
        "source_id": look.source,
        "subject": look.subject,
        "due_on": look.due_on.isoformat() if look.due_on else None,
        "seq": seq,
        "snapshot": _encode(matter).decode(),
    }
    return tuple(values[name] for name in MATTER_COLUMNS)


def work_rows(matter: Matter) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Key → the row of a piece of work, in the order of ``MATTER_WORK_COLUMNS``."""
    return {(matter.id, work.key): _work_row(matter, work) for work in work_of(matter)}


def _work_row(matter: Matter, work: MatterWork) -> tuple[Any, ...]:
    values = {
        "matter_id": matter.id,
        "key": work.key,
        "kind": work.kind,
        "label": label_of(matter),
        "unit_id": shown(matter).unit,
        "body": work.body,
        "position": work.position,
        "not_person": " ".join(work.not_persons),
        "opened_on": work.opened_on.isoformat(),
        "due_on": work.due_on.isoformat() if work.due_on else None,
        "sort_on": work.due_on.isoformat() if work.due_on else NO_DUE,
    }
    return tuple(values[name] for name in MATTER_WORK_COLUMNS)


def decode_matter(snapshot: str) -> Matter:
    """The matter of a stored row."""
    found: Matter = _decode(snapshot)
    return found


def decode_event(body: str) -> tuple[SupervisionEvent, str]:
    """The event of a ledger row, and what tells its command from another one."""
    content = _decode_events(body.encode())[0]
    request = str(content.pop("request", ""))
    return msgspec.convert(content, SupervisionEvent), request


class Replay:
    """全部督办事项 off the ledger, row by row."""

    def __init__(self) -> None:
        self.matters: dict[str, tuple[Matter, int]] = {}

    def take(self, seq: int, body: str) -> None:
        """Go on by one ledger row."""
        event, _ = decode_event(body)
        before = self.matters.get(event.id)
        self.matters[event.id] = evolve(before[0] if before else None, event), seq
