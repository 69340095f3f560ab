"""删除台账中的个人信息: the personal columns of one row, in every version, taken away at once.

The row itself, its key and its public columns stay, and so do the sums: what the reform did is still told.
"""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import select

from config.clock import WallClock
from domain.doers import Doer
from domain.refusal import Refused
from models.database import Database
from models.tables import RegisterRow
from services.erasing import erase_all


class RowErased(msgspec.Struct, frozen=True, kw_only=True):
    """已删除: how many texts were taken away, and on which legal date."""

    texts: int
    on: date


def erase_row(
    db: Database,
    case_id: str,
    register_id: str,
    key: str,
    basis: str,
    *,
    actor: Doer,
    wall: WallClock,
    command_id: str,
) -> RowErased | Refused:
    """删除一行的个人信息: for the security administrator alone. ``basis`` is the ground with its number."""
    wanted = (
        select(RegisterRow.private_id)  # type: ignore[call-overload]
        .where(
            RegisterRow.case_id == case_id,
            RegisterRow.register_id == register_id,
            RegisterRow.key == key,
            RegisterRow.private_id.is_not(None),  # type: ignore[union-attr]
        )
        .distinct()
    )
    with db.read() as session:
        texts = sorted(session.execute(wanted).scalars())
    commands = {text: f"{command_id}:{number}" for number, text in enumerate(texts, start=1)}
    done = erase_all(db, commands, basis, actor=actor, wall=wall)
    return done if isinstance(done, Refused) else RowErased(texts=len(texts), on=done)
