"""经过: what happened in a case, act by act, with both dates and the people behind it, off the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec
from sqlalchemy import select

from config.clock import BUSINESS_TIMEZONE
from domain.case import Case
from domain.decisions import MEDIUM_TITLES, TextRef
from domain.events import (
    ChangesConfirmed,
    ChangesReported,
    Decided,
    DecisionChecked,
    Event,
    ObjectionAnswered,
    ObjectionRaised,
    OpinionAdopted,
    Proposed,
    ReadsAcknowledged,
)
from models.base import instant
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import EVENT
from services.event_words import EventWords
from services.mirroring import body_names
from services.private_texts import read_text
from services.reading import Names, plan_of

CHANNEL_TITLES = {
    "console": "网页",
    "cli": "命令行代办",
    "api": "接口",
    "flow": "系统",
    "import": "导入",
}


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """一次办理: one row of the ledger."""

    seq: int
    occurred_on: date
    recorded_at: datetime
    """In Beijing time."""
    late_days: int
    """补录: days between the act and its recording; 0 where it was recorded in time."""
    channel: str
    actor: str
    actor_name: str
    """Who recorded it; a machine's name where nobody did."""
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    """Who decided and by what medium, who checked; opinions and reasons as they were written."""

    @property
    def late(self) -> str:
        """`补录(迟3日)`."""
        return f"补录(迟{self.late_days}日)" if self.late_days else ""

    @property
    def channel_title(self) -> str:
        """The entry channel in a word."""
        return CHANNEL_TITLES.get(self.channel, self.channel)


def case_history(
    db: Database, case: Case, today: date, *, after: int = 0, limit: int | None = None, texts: bool = True
) -> tuple[Happening, ...]:
    """What happened in a case, in order: everything, or up to ``limit`` acts after seq ``after``.

    Without ``texts`` opinions and reasons are left out: for whoever reads under no person's name.
    """
    words = EventWords(plan_of(db, case), body_names(db))
    names = Names(db, today)
    columns = (
        EVENT.c.seq,
        EVENT.c.occurred_on,
        EVENT.c.recorded_at,
        EVENT.c.channel,
        EVENT.c.actor,
        EVENT.c.body,
        EVENT.c.schema_version,
    )
    here = (EVENT.c.stream == case_stream(case.id), EVENT.c.seq > after)
    statement = select(*columns).where(*here).order_by(EVENT.c.seq).limit(limit)
    with db.read() as session:
        rows = session.connection().execute(statement).all()
        acts = [(row, decode_events(row.body, row.schema_version)) for row in rows]
        written = {ref.id: read_text(session, ref.id) for _, events in acts for ref in _texts(events)}
    found = []
    for row, events in acts:
        found.append(
            Happening(
                seq=row.seq,
                occurred_on=date.fromisoformat(row.occurred_on),
                recorded_at=_recorded(row.recorded_at),
                late_days=max(_late(event) for event in events) if events else 0,
                channel=row.channel,
                actor=row.actor,
                actor_name=names.person(row.actor),
                lines=tuple(words.line(event) for event in events),
                notes=(
                    *(note for event in events if (note := _note(event, names))),
                    *(f"意见 {_said(written[ref.id], shown=texts)}" for ref in _texts(events)),
                ),
            )
        )
    return tuple(found)


def _said(text: str | None, *, shown: bool) -> str:
    if text is None:
        return "(已依法删除)"
    return text if shown else "(写明查看人后显示)"


def _recorded(value: int | datetime) -> datetime:
    at = value if isinstance(value, datetime) else instant(value)
    return at.astimezone(BUSINESS_TIMEZONE)


def _late(event: Event) -> int:
    return int(getattr(event, "late_days", 0))


def _texts(events: Iterable[Event]) -> Iterator[TextRef]:
    for event in events:
        if isinstance(event, Decided) and event.decision.opinion is not None:
            yield event.decision.opinion
        elif isinstance(event, DecisionChecked | OpinionAdopted | ChangesConfirmed) and event.reason:
            yield event.reason
        elif isinstance(event, ChangesReported | ReadsAcknowledged) and event.note is not None:
            yield event.note
        elif isinstance(event, Proposed):
            yield event.proposal.reason
        elif isinstance(event, ObjectionRaised):
            yield event.objection.opinion
        elif isinstance(event, ObjectionAnswered):
            yield event.opinion


def _note(event: Event, names: Names) -> str:
    if isinstance(event, DecisionChecked):
        return f"核对人 {names.person(event.by)}"
    if not isinstance(event, Decided):
        return ""
    decision = event.decision
    decider = names.body(names.person(decision.decided_by))
    parts = [f"决定人 {decider}", MEDIUM_TITLES[decision.medium], decision.meeting, decision.number]
    if decision.recorded_by != decision.decided_by:
        parts.append(f"登记人 {names.person(decision.recorded_by)}")
    return " · ".join(part for part in parts if part)
