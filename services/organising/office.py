"""组织办理的公用部分: permission, turn, judgement, rows and one ledger row, in one transaction.

Every change of the organisation goes through `enact`. Sent again under its command id, an act answers what it
did; the same id with other content is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from config.clock import WallClock
from domain.organisation.events import OrganisationEvent
from domain.permissions import Action, Target, granted, judge
from domain.refusal import RefusalError, Refused
from models.database import Database
from models.ledger import ORGANISATION
from models.statements import EVENT
from services.clock import read_clock
from services.clock import today as today_of
from services.noting import in_turn, note
from services.permits import standing_of

E = TypeVar("E", bound=OrganisationEvent)
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Registry:
    """组织登记处: the database, the clock, and who does it through which entry."""

    db: Database
    wall: WallClock
    person: str
    channel: str = "cli"
    position: str = ""
    """Given, what the ledger keeps; else what the permission table last allowed an act by."""
    _held: list[str] = field(default_factory=list, compare=False)

    @property
    def today(self) -> date:
        """业务日期."""
        return today_of(self.db, self.wall)

    def may(self, action: Action, target: Target) -> Refused | None:
        """Why the person may not do it; `None` where they may."""
        standing = standing_of(self.db, self.person, self.today)
        grant = granted(standing, action, target)
        if grant is None:
            return judge(standing, action, target)
        self._held.append(grant.held)
        return None

    @property
    def held(self) -> str:
        """The position or office by which an act was allowed."""
        return self.position or next(reversed(self._held), "")

    def may_all(self, action: Action, targets: Iterable[Target]) -> Refused | None:
        """Why the person may not do it on one of them; `None` where they may on all."""
        answers = (self.may(action, target) for target in targets)
        return next((answer for answer in answers if answer is not None), None)


class Enacted(msgspec.Struct, Generic[E], frozen=True, kw_only=True):
    """已办: the event that was written."""

    event: E
    repeated: bool = False
    """The command was done before; this is that answer again."""


def enact(
    registry: Registry,
    request: msgspec.Struct,
    event_type: type[E],
    judge: Callable[[Session, date], E | Refused],
    write: Callable[[Session, E], None],
    *,
    command_id: str,
) -> Enacted[E] | Refused:
    """Judge, write the rows and one ledger row; a refusal raised by `write` takes everything back.

    `request` tells this command from another one under the same id; it holds no private text.
    """
    digest = request_digest(request)
    try:
        with in_turn(registry.db, ORGANISATION) as session:
            standing = done_before(session, command_id, digest, event_type)
            if standing is not None:
                return standing
            on = read_clock(session.connection(), registry.wall).today
            event = judge(session, on)
            if isinstance(event, Refused):
                return event
            write(session, event)
            record(registry, session, event, command_id, digest)
    except RefusalError as refusal:
        return refusal.refused
    return Enacted(event=event)


def request_digest(request: msgspec.Struct) -> str:
    """What tells a request from another one."""
    return f"sha256:{hashlib.sha256(_encode(request)).hexdigest()}"


def record(
    registry: Registry, session: Session, event: OrganisationEvent, command_id: str, digest: str
) -> None:
    """Add the ledger row of an act."""
    content: dict[str, Any] = msgspec.to_builtins(event)
    note(
        session,
        ORGANISATION,
        {**content, "request": digest},
        actor=registry.person,
        wall=registry.wall,
        command_id=command_id,
        channel=registry.channel,
        position=registry.held,
    )


def done_before(
    session: Session, command_id: str, digest: str, event_type: type[E]
) -> Enacted[E] | Refused | None:
    """What a command did, or why its id is taken by another one; ``None`` where it is new."""
    row = (
        session.connection()
        .execute(select(EVENT.c.stream, EVENT.c.body).where(EVENT.c.command_id == command_id))
        .first()
    )
    if row is None:
        return None
    stored = msgspec.json.decode(row.body)
    content = stored[0] if isinstance(stored, list) and len(stored) == 1 else {}
    if row.stream != ORGANISATION or content.pop("request", "") != digest:
        return Refused(
            code="command.reused",
            message=f"指令号“{command_id}”已用于另一项办理",
            remedy="请换一个新的指令号;重发同一项办理时内容须完全相同",
            facts={"command": command_id},
        )
    return Enacted(event=msgspec.convert(content, event_type), repeated=True)
