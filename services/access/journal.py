"""安全留痕: one row in the stream ``security`` for every sign-in, failure, lock and change.

Ids and words of the rules only: no name that was typed, no address, no secret. Where the actor holds an
administrator's office the row names it: whoever holds one acts by it alone.
"""

from __future__ import annotations

import secrets
from typing import Final

from sqlmodel import Session

from models.ledger import SECURITY, append
from services.access.environment import Access
from services.access.offices import office_of
from services.clock import read_clock

NOBODY: Final = "anonymous"
"""Actor of what somebody tried who is not known."""


def note(
    session: Session,
    access: Access,
    type_: str,
    /,
    *,
    actor: str,
    channel: str,
    **facts: str | int | list[str],
) -> None:
    """安全留痕: add ``type_`` with its facts, in the transaction of ``session``."""
    office = office_of(session, actor)
    append(
        session,
        SECURITY,
        [{"type": type_, **facts}],
        position="" if office is None else office.held,
        command_id=secrets.token_hex(16),
        actor=actor or NOBODY,
        recorded_at=access.wall.now(),
        occurred_on=read_clock(session.connection(), access.wall).today,
        channel=channel,
    )
