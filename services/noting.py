"""记入留痕: how everything but an act on a case writes: in its stream's turn, its dates from both clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from config.clock import WallClock
from domain.refusal import Refused
from models.chain import canonical_untyped
from models.database import Database
from models.ledger import append, take_turn
from models.statements import EVENT
from services.clock import read_clock


@contextmanager
def in_turn(db: Database, stream: str) -> Iterator[Session]:
    """Give a write transaction in which nobody else writes to ``stream``.

    Two who write the same at once (one roster, one version of a programme) come one after the other, and the
    second sees what the first did.
    """
    with db.write() as session:
        take_turn(session, stream)
        yield session


def note(
    session: Session,
    stream: str,
    event: Mapping[str, object],
    *,
    actor: str,
    wall: WallClock,
    command_id: str,
    channel: str = "cli",
    position: str = "",
    programme_version: str = "",
) -> date:
    """记入: add one row with ``event``, which happened today; return the legal date that it bears.

    Raises:
        ReusedCommandError: the command id stands with another event.
    """
    today = read_clock(session.connection(), wall).today
    append(
        session,
        stream,
        [event],
        command_id=command_id,
        actor=actor,
        position=position,
        recorded_at=wall.now(),
        occurred_on=today,
        channel=channel,
        programme_version=programme_version,
    )
    return today


def noted_before(
    session: Session, stream: str, command_id: str, actor: str, asked: Mapping[str, object]
) -> dict[str, Any] | Refused | None:
    """重发: what stands under a command id, where ``actor`` asked the same by it; else ``None``.

    ``asked`` is what the sender said, without what differs at every sending (a number drawn, a fresh salt).
    """
    wanted = select(EVENT.c.stream, EVENT.c.actor, EVENT.c.body).where(EVENT.c.command_id == command_id)
    row = session.connection().execute(wanted).first()
    if row is None:
        return None
    stood: dict[str, Any] = msgspec.json.decode(row.body)[0]
    said = msgspec.json.decode(canonical_untyped(asked))
    if (row.stream, row.actor) == (stream, actor) and said.items() <= stood.items():
        return stood
    return reused(command_id)


def reused(command_id: str) -> Refused:
    """The number stands with something else."""
    return Refused(
        code="command.reused",
        message=f"指令号“{command_id}”已用于另一项办理",
        remedy="请换一个新的指令号;重发同一项办理时内容须完全相同",
        facts={"command": command_id},
    )
