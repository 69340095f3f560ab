"""账号和管理员: at the counter.

What gives somebody a way in, or an office of the system, is done by a person at a browser: a token never
makes another way in, whatever it was made for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from domain.access import AccountState
from domain.permissions import AccessRole, Action
from domain.refusal import Refused
from services.access import accounts, administrators
from services.access.accounts import AccountOpened
from services.access.environment import Access, By
from services.access.holders import Holder
from services.access.principals import CONSOLE
from services.office.counter import Counter


class AccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """账号, without anything secret."""

    account: str
    name: str
    person: str
    state: AccountState
    office: AccessRole | None
    division: str
    factor: bool
    initial_until: datetime | None


def list_accounts(counter: Counter, *, after: str, limit: int) -> tuple[AccountLine, ...] | Refused:
    """账号清单 by login name: those that one may see."""
    found = counter.out_of_scope(str(Action.ACCOUNT_READ)) or accounts.list_accounts(
        counter.runtime.access, by=_by(counter)
    )
    if isinstance(found, Refused):
        return found
    return tuple(_line(each) for each in found if each.name > after)[:limit]


def open_account(counter: Counter, person: str, name: str) -> AccountOpened | Refused:
    """开立账号."""
    return _at_browser(counter, Action.ACCOUNT_OPEN) or accounts.open_account(
        counter.runtime.access, person, name, by=_by(counter)
    )


def reset_account(counter: Counter, account: str) -> AccountOpened | Refused:
    """重置口令."""
    return _at_browser(counter, Action.ACCOUNT_CONTROL) or accounts.reset_account(
        counter.runtime.access, account, by=_by(counter)
    )


def remove_factor(counter: Counter, account: str) -> Refused | None:
    """解除第二因子."""
    return _at_browser(counter, Action.ACCOUNT_CONTROL) or accounts.remove_factor_of(
        counter.runtime.access, account, by=_by(counter)
    )


def lock(counter: Counter, account: str, reason: str) -> Refused | None:
    """锁定账号."""
    return _change(counter, Action.ACCOUNT_CONTROL, accounts.lock_account, account, reason)


def unlock(counter: Counter, account: str, reason: str) -> Refused | None:
    """解锁账号."""
    return _change(counter, Action.ACCOUNT_CONTROL, accounts.unlock_account, account, reason)


def close(counter: Counter, account: str, reason: str) -> Refused | None:
    """注销账号."""
    return _change(counter, Action.ACCOUNT_OPEN, accounts.close_account, account, reason)


def appoint(counter: Counter, person: str, role: AccessRole, division: str) -> Refused | None:
    """任命管理员."""
    return _at_browser(counter, Action.ADMINISTRATOR_CHANGE) or administrators.appoint(
        counter.runtime.access, person, role, division, by=_by(counter)
    )


def dismiss(counter: Counter, person: str, reason: str) -> Refused | None:
    """免去管理员职务."""
    return _at_browser(counter, Action.ADMINISTRATOR_CHANGE) or administrators.dismiss(
        counter.runtime.access, person, reason, by=_by(counter)
    )


def _change(
    counter: Counter,
    action: Action,
    service: Callable[..., Refused | None],
    account: str,
    reason: str,
) -> Refused | None:
    access: Access = counter.runtime.access
    return counter.out_of_scope(str(action)) or service(access, account, reason, by=_by(counter))


def _at_browser(counter: Counter, action: Action) -> Refused | None:
    if counter.entry.channel == CONSOLE:
        return counter.out_of_scope(str(action))
    return Refused(
        code="account.by_token",
        message="不能用令牌开立、重置账号或任免管理员",
        remedy="请本人登录网页后办理",
    )


def _by(counter: Counter) -> By:
    return By(person=counter.person, channel=counter.entry.channel)


def _line(holder: Holder) -> AccountLine:
    return AccountLine(
        account=holder.account,
        name=holder.name,
        person=holder.person,
        state=holder.state,
        office=holder.office,
        division=holder.division,
        factor=holder.totp,
        initial_until=holder.initial_until,
    )
