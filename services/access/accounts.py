"""账号管理: open, lock, unlock, reset, close; who may is the permission table's answer.

One account a person, so that an act always tells who acted. The state is written in one place, after
``domain.access.ACCOUNT_MOVES`` was asked; whatever takes a way in from somebody ends their sessions at once.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain.access import (
    ACT_TITLES,
    BASIS,
    SEPARATION_BASIS,
    THREE,
    AccountAct,
    AccountState,
    action_of,
    fold_name,
    judge_name,
    judge_state,
)
from domain.permissions import ROLE_TITLES, SYSTEM, AccessRole, Action, judge
from domain.refusal import Refused
from models.tables import AccountRow, AttemptRow, CredentialRow, PersonRow
from services.access import attempts
from services.access.environment import Access, By
from services.access.factors import drop_factor
from services.access.holders import Holder, all_holders, find_holder
from services.access.journal import note
from services.access.offices import end_office, others_in_office
from services.access.passwords import Initial, new_initial, put_initial
from services.access.sessions import end_all
from services.access.tokens import revoke_all
from services.clock import today
from services.permits import permit, person_target, standing_of


class AccountOpened(msgspec.Struct, frozen=True, kw_only=True):
    """已开立或重置: the initial password is told once and kept nowhere."""

    account: str
    name: str
    initial_password: str
    valid_until: datetime


def open_account(access: Access, person: str, name: str, *, by: By) -> AccountOpened | Refused:
    """开立账号: give a person of the register a login name and a one-time initial password."""
    folded = fold_name(name)
    refused = judge_name(folded) or _permitted(access, by, AccountAct.OPEN, person, None)
    if refused is not None:
        return refused
    initial = new_initial(access)
    try:
        with access.db.write() as session:
            refused = _taken(session, person, folded)
            if refused is not None:
                return refused
            account = account_for(session, person)
            opened = give_credential(session, access, account, folded, initial)
            note(session, access, "account_opened", actor=by.person, channel=by.channel, account=account)
    except IntegrityError:
        # Somebody opened one of the same name, or for the same person, at the same moment.
        return _name_taken(folded)
    return opened


def lock_account(access: Access, account: str, reason: str, *, by: By) -> Refused | None:
    """锁定账号: nobody gets in, sessions end at once, tokens are refused until it is unlocked."""
    return _move(access, account, AccountAct.LOCK, AccountState.LOCKED, reason, by)


def close_account(access: Access, account: str, reason: str, *, by: By) -> Refused | None:
    """注销账号: for ever; sessions end, tokens are revoked, an administrator's office ends."""
    return _move(access, account, AccountAct.CLOSE, AccountState.CLOSED, reason, by)


def unlock_account(access: Access, account: str, reason: str, *, by: By) -> Refused | None:
    """解锁: an account that an administrator locked, or a name locked by failures, or both."""
    refused = _may(access, by, AccountAct.UNLOCK, account) or _needs_reason(reason)
    if refused is not None:
        return refused
    with access.db.write() as session:
        holder = _held(session, account)
        if holder.state is AccountState.CLOSED:
            return judge_state(holder.state, AccountState.ACTIVE)
        if holder.state is AccountState.ACTIVE and not _failed(session, holder):
            return Refused(code="account.not_locked", message="账号没有锁定", remedy="请核对账号")
        if holder.state is AccountState.LOCKED:
            _write_state(session, holder, AccountState.ACTIVE)
        attempts.clear_name(session, holder.name)
        attempts.clear(session, attempts.factor_key(account))
        facts = {"account": account, "reason": reason}
        note(session, access, "account_unlocked", actor=by.person, channel=by.channel, **facts)
    return None


def reset_account(access: Access, account: str, *, by: By) -> AccountOpened | Refused:
    """重置口令: a new one-time initial password; sessions end and tokens are revoked. The factor stays."""
    refused = _may(access, by, AccountAct.RESET, account)
    if refused is not None:
        return refused
    initial = new_initial(access)
    with access.db.write() as session:
        holder = _held(session, account)
        if holder.state is AccountState.CLOSED:
            return _closed()
        put_initial(session, access, account, initial)
        attempts.clear_name(session, holder.name)
        revoked = revoke_all(session, access, account)
        facts: dict[str, str | int | list[str]] = {"account": account, "tokens_revoked": revoked}
        note(session, access, "password_reset", actor=by.person, channel=by.channel, **facts)
    return _opened(access, holder.account, holder.name, initial)


def remove_factor_of(access: Access, account: str, *, by: By) -> Refused | None:
    """解除他人的第二因子: for who lost telephone and recovery codes; the next sign-in asks to enrol again."""
    refused = _may(access, by, AccountAct.REMOVE_FACTOR, account)
    if refused is not None:
        return refused
    with access.db.write() as session:
        _held(session, account)
        if not drop_factor(session, account):
            return Refused(code="factor.none", message="该账号没有登记动态口令", remedy="请核对账号")
        attempts.clear(session, attempts.factor_key(account))
        end_all(session, account)
        note(session, access, "factor_removed", actor=by.person, channel=by.channel, account=account)
    return None


def give_credential(
    session: Session, access: Access, account: str, name: str, initial: Initial
) -> AccountOpened:
    """Write the login name and the initial password of an account that has none."""
    session.add(CredentialRow(account=account, name=name, changed_at=access.wall.now(), epoch=0))
    session.flush()
    put_initial(session, access, account, initial)
    return _opened(access, account, name, initial)


def list_accounts(access: Access, *, by: By) -> list[Holder] | Refused:
    """账号清单: the accounts that the asker may see, by login name."""
    on = today(access.db, access.wall)
    standing = standing_of(access.db, by.person, on)
    refused = judge(standing, Action.ACCOUNT_READ)
    if refused is not None and not any(grant.role is AccessRole.UNIT_ADMIN for grant in standing.grants):
        return refused
    with access.db.read() as session:
        holders = all_holders(session)
    if refused is None:
        return holders
    return [
        holder
        for holder in holders
        if judge(standing, Action.ACCOUNT_READ, person_target(access.db, holder.person, on)) is None
    ]


def named_account(access: Access, words: str) -> str:
    """Return the account that a login name or an id means; the words themselves where there is none."""
    with access.db.read() as session:
        holder = find_holder(session, name=fold_name(words))
    return holder.account if holder is not None else words


def account_in_use(session: Session, person: str) -> str | None:
    """The account with which a person can sign in now."""
    found = session.execute(
        select(AccountRow.id)  # type: ignore[call-overload]
        .join(CredentialRow, CredentialRow.account == AccountRow.id)
        .where(AccountRow.person == person, AccountRow.state == AccountState.ACTIVE)
    ).scalar()
    return None if found is None else str(found)


def account_of_person(access: Access, person: str) -> str | Refused:
    """Return the account in use of a person."""
    with access.db.read() as session:
        found = account_in_use(session, person)
    if found is not None:
        return found
    return Refused(
        code="account.unknown",
        message=f"“{person}”没有在用的账号",
        remedy="请先由管理员开立账号",
        facts={"person": person},
    )


def _move(
    access: Access, account: str, act: AccountAct, to: AccountState, reason: str, by: By
) -> Refused | None:
    """Take the way in from somebody: lock or close."""
    refused = _may(access, by, act, account) or _needs_reason(reason)
    if refused is not None:
        return refused
    with access.db.write() as session:
        holder = _held(session, account)
        refused = judge_state(holder.state, to) or _judge_last(session, holder)
        if refused is not None:
            return refused
        _write_state(session, holder, to)
        session.execute(
            update(CredentialRow)
            .where(CredentialRow.account == account)  # type: ignore[arg-type]
            .values(epoch=CredentialRow.epoch + 1)
        )
        facts: dict[str, str | int | list[str]] = {"account": account, "reason": reason}
        facts["sessions_ended"] = end_all(session, account)
        if to is AccountState.CLOSED:
            facts["tokens_revoked"] = revoke_all(session, access, account)
            end_office(session, holder.person)
        note(session, access, f"account_{to}", actor=by.person, channel=by.channel, **facts)
    return None


def _write_state(session: Session, holder: Holder, to: AccountState) -> None:
    """The one place that writes an account's state; whoever calls has asked ``judge_state``."""
    session.execute(update(AccountRow).where(AccountRow.id == holder.account).values(state=str(to)))  # type: ignore[arg-type]


def _may(access: Access, by: By, act: AccountAct, account: str) -> Refused | None:
    """Whether ``by`` may do ``act`` on an account, and whether there is one."""
    with access.db.read() as session:
        holder = find_holder(session, account=account)
    refused = _permitted(access, by, act, holder.person if holder else "", holder.office if holder else None)
    if refused is None and holder is None:
        return Refused(
            code="account.unknown",
            message=f"没有账号“{account}”",
            remedy="请用 zonectl account list 核对",
            facts={"account": account},
        )
    return refused


def _permitted(
    access: Access, by: By, act: AccountAct, person: str, office: AccessRole | None
) -> Refused | None:
    if person and person == by.person:
        return Refused(
            code="account.own",
            message=f"不能对自己的账号办理“{ACT_TITLES[act]}”",
            remedy="改口令请登录后自己改;其他事项请另一位管理员办理",
            basis=SEPARATION_BASIS,
        )
    on = today(access.db, access.wall)
    target = person_target(access.db, person, on) if person else SYSTEM
    return permit(access.db, by.person, action_of(act, office), target, on=on)


def _held(session: Session, account: str) -> Holder:
    """The holder, locked, of an account that was found before; accounts are never deleted."""
    holder = find_holder(session, account=account, lock=True)
    if holder is None:
        raise LookupError(account)
    return holder


def _judge_last(session: Session, holder: Holder) -> Refused | None:
    if holder.office not in THREE or others_in_office(session, holder.office, holder.person):
        return None
    title = ROLE_TITLES[holder.office]
    return Refused(
        code="administrator.last",
        message=f"这是唯一在用的{title}账号,不能锁定或注销",
        remedy=f"请先任命另一位{title}",
        facts={"office": str(holder.office)},
        basis=SEPARATION_BASIS,
    )


def _needs_reason(reason: str) -> Refused | None:
    if reason.strip():
        return None
    return Refused(code="account.reason", message="须写明事由", remedy="请补充事由,如“调离”“长期休假”")


def _closed() -> Refused:
    return Refused(code="account.closed", message="账号已注销", remedy="请另开账号")


def _failed(session: Session, holder: Holder) -> bool:
    factor = session.get(AttemptRow, attempts.factor_key(holder.account))
    return factor is not None or attempts.failed_name(session, holder.name)


def _taken(session: Session, person: str, name: str) -> Refused | None:
    """Whether the person is known and has no account yet, and the name is free.

    The person is locked: of two who open an account for one person at once the second sees the first's.
    """
    if session.get(PersonRow, person, with_for_update=True) is None:
        return Refused(
            code="person.unknown",
            message=f"没有登记过人员“{person}”",
            remedy="请先登记人员,再开账号",
            facts={"person": person},
        )
    if find_holder(session, name=name) is not None:
        return _name_taken(name)
    standing = session.execute(
        select(CredentialRow.account)  # type: ignore[call-overload]
        .join(AccountRow, AccountRow.id == CredentialRow.account)
        .where(AccountRow.person == person, AccountRow.state != AccountState.CLOSED)
    ).first()
    if standing is None:
        return None
    return Refused(
        code="account.exists",
        message="此人已有账号,一人只用一个账号",
        remedy="忘记口令的请重置;要换登录名的请先注销",
        facts={"account": str(standing[0])},
        basis=BASIS,
    )


def _name_taken(name: str) -> Refused:
    return Refused(
        code="account.name_taken",
        message=f"登录名“{name}”已有人用",
        remedy="请换一个登录名",
        facts={"name": name},
    )


def account_for(session: Session, person: str) -> str:
    """The person's account that still lacks a way in (the roster made it), or a new one."""
    rows = session.execute(
        select(AccountRow.id)  # type: ignore[call-overload]
        .outerjoin(CredentialRow, CredentialRow.account == AccountRow.id)
        .where(
            AccountRow.person == person,
            AccountRow.state == AccountState.ACTIVE,
            CredentialRow.account.is_(None),  # type: ignore[attr-defined]
        )
        .order_by(AccountRow.id)
    )
    found = rows.scalars().first()
    if found is not None:
        return str(found)
    account = person if session.get(AccountRow, person) is None else f"{person}-{secrets.token_hex(4)}"
    session.add(AccountRow(id=account, person=person))
    session.flush()
    return account


def _opened(access: Access, account: str, name: str, initial: Initial) -> AccountOpened:
    until = access.wall.now() + access.rules.initial_password
    return AccountOpened(account=account, name=name, initial_password=initial.plain, valid_until=until)
