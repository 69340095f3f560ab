"""安全留痕: one row in the stream ``security`` for every sign-in, failure, lock and change.

Ids and words of the rules only: no name that was typed, no address, no secret.
"""

from __future__ import annotations

import secrets
from typing import Final

from sqlmodel import Session

from models.ledger import SECURITY, append
from services.access.environment import Access
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
    append(
        session,
        SECURITY,
        [{"type": type_, **facts}],
        command_id=secrets.token_hex(16),
        actor=actor or NOBODY,
        recorded_at=access.wall.now(),
        occurred_on=read_clock(session.connection(), access.wall).today,
        channel=channel,
    )
