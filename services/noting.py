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
