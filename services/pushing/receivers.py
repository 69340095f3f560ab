"""接收方: where a registered address is now, and by which secret; or why nothing goes there any more.

Asked at every delivery: an address that was disabled, or that the settings no longer allow, gets nothing of
what still waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlmodel import Session

from domain.access import AccountState
from domain.pushing import Receiver, judge_address
from models.database import Database
from models.tables import AccountRow, WebhookRow
from services.access.vault import Vault, VaultFault

Find = Callable[[str], Receiver | str]


def receivers(db: Database, vault: Vault, allowed: Sequence[str]) -> Find:
    """Return who looks up an address by its id."""

    def find(id_: str) -> Receiver | str:
        with db.read() as session:
            row = session.get(WebhookRow, id_)
            gone = row is not None and barred(session, row.subscriber)
        if row is None or row.disabled_at is not None:
            return "推送地址已停用"
        if gone:
            return "为其推送的人员,账号已锁定或注销"
        refused = judge_address(row.url, allowed)
        if refused is not None:
            return refused.message
        try:
            return Receiver(row.name, row.url, vault.open(row.secret, owner_of(id_)))
        except VaultFault as fault:
            return str(fault)

    return find


def barred(session: Session, person: str) -> bool:
    """Whether somebody has been shut out: there are accounts of theirs, and none is in use."""
    states = set(session.execute(select(AccountRow.state).where(AccountRow.person == person)).scalars())  # type: ignore[call-overload]
    return bool(states) and AccountState.ACTIVE not in states


def owner_of(id_: str) -> str:
    """For whom the vault keeps the secret of an address."""
    return f"webhook:{id_}"
