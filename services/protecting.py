"""留痕保护: put the ledger's triggers back after someone took them away.

Never before the ledger is verified: while it is damaged the place is kept as it is found. That they were
gone is itself kept, in the stream ``security``: whoever restores them says so under their own name.
"""

from __future__ import annotations

from typing import Final

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action
from domain.refusal import Refused
from models.database import Database
from models.ledger import SECURITY
from models.triggers import missing_triggers
from models.upgrading import restore_triggers
from services.authority import allow
from services.ledger import verify
from services.noting import in_turn, note

RESTORED: Final = "triggers_restored"


def protect(
    db: Database, owner_url: str, *, actor: Doer, wall: WallClock, command_id: str
) -> tuple[str, ...] | Refused:
    """补上保护触发器; return which were missing or changed, nothing where all stand.

    Args:
        owner_url: address of the tables' owner (``ZR_MIGRATION_DATABASE_URL``); the daily user may not.
    """
    allowed = allow(db, actor, Action.DATABASE_REPAIR, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    with db.read() as session:
        missing = missing_triggers(session.connection())
    if not missing:
        return ()
    found = verify(db)
    wrong = [each for each in found.findings if each.field != "trigger"]
    if wrong or found.more:
        return Refused(
            code="ledger.broken",
            message=f"留痕核验有 {len(wrong) + found.more} 处问题,没有补上触发器,以保护现场",
            remedy="请先用 zonectl ledger verify 逐处查明;步骤见 docs/how-to/verify-the-ledger.md",
            facts={"findings": len(wrong) + found.more},
        )
    restore_triggers(owner_url)
    with in_turn(db, SECURITY) as session:
        event = {"type": RESTORED, "triggers": list(missing)}
        note(
            session,
            SECURITY,
            event,
            actor=allowed.actor,
            position=allowed.position,
            wall=wall,
            command_id=command_id,
        )
    return missing
