"""账号读取: an account with its person, credential, factor and office, read in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.access import AccountState, Progress
from domain.permissions import AccessRole
from models.tables import AccountRow, AdministratorRow, CredentialRow, TotpRow
from services.access.environment import Access


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """账号持有人."""

    account: str
    person: str
    state: AccountState
    name: str
    password: str | None
    changed_at: datetime
    initial_until: datetime | None
    epoch: int
    totp: bool
    office: AccessRole | None
    division: str
    """Of a 单位管理员: the area the office reaches."""


_HOLDERS: Final[Any] = (
    select(CredentialRow, AccountRow, TotpRow, AdministratorRow)
    .join(AccountRow, AccountRow.id == CredentialRow.account)  # type: ignore[arg-type]
    .outerjoin(TotpRow, TotpRow.account == CredentialRow.account)  # type: ignore[arg-type]
    .outerjoin(AdministratorRow, AdministratorRow.person == AccountRow.person)  # type: ignore[arg-type]
)


def find_holder(session: Session, *, name: str = "", account: str = "", lock: bool = False) -> Holder | None:
    """Return the account of a login name or an id; ``lock`` keeps others from changing it meanwhile."""
    where = CredentialRow.name == name if name else CredentialRow.account == account
    statement = _HOLDERS.where(where)
    if lock:
        statement = statement.with_for_update(of=(CredentialRow, AccountRow))
    found = session.execute(statement.execution_options(populate_existing=True)).first()
    return None if found is None else _holder(*found)


def all_holders(session: Session) -> list[Holder]:
    """Return every account that has a way in, by login name."""
    found = session.execute(_HOLDERS.order_by(CredentialRow.name))
    return [_holder(*each) for each in found]


def _holder(
    credential: CredentialRow, row: AccountRow, totp: TotpRow | None, administrator: AdministratorRow | None
) -> Holder:
    return Holder(
        account=row.id,
        person=row.person,
        state=AccountState(row.state),
        name=credential.name,
        password=credential.password,
        changed_at=credential.changed_at,
        initial_until=credential.initial_until,
        epoch=credential.epoch,
        totp=totp is not None and totp.confirmed_at is not None,
        office=AccessRole(administrator.role) if administrator is not None else None,
        division=administrator.division if administrator is not None else "",
    )


def progress_of(access: Access, holder: Holder, *, by_password: bool, factor_shown: bool) -> Progress:
    """登录进度: what this holder has shown and what is asked of them."""
    ukey = access.ukey is not None and access.ukey.has_key(holder.account)
    who = access.rules.second_factor
    age = access.rules.passwords.max_age_days
    old = age > 0 and (access.wall.now() - holder.changed_at).days >= age
    return Progress(
        has_factor=holder.totp or ukey,
        factor_shown=factor_shown,
        factor_required=who == "everyone" or (who == "administrators" and holder.office is not None),
        must_change_password=by_password and (holder.initial_until is not None or old),
    )
