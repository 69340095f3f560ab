"""登录: name and password, then the second factor; each refusal the same for a name that does not exist.

The slow look at a password happens outside every transaction, so that a storm of sign-ins holds up nobody who
works; what was read before is compared again when the session is opened.
"""

from __future__ import annotations

from typing import Final

from sqlmodel import Session

from domain.access import BASIS, AccountState, Stage, fold_name, stage_of
from domain.refusal import Refused
from services.access import attempts
from services.access.environment import Access, Origin
from services.access.holders import Holder, find_holder, progress_of
from services.access.journal import note
from services.access.secret import check_password
from services.access.sessions import CHANNEL, Opened, open_session

PASSWORD: Final = "password"  # noqa: S105 a way of signing in
IDENTITY: Final = "identity"


def sign_in(access: Access, name: str, password: str, origin: Origin | None = None) -> Opened | Refused:
    """登录: open a session for who knows the password, or say why not.

    Returns:
        A session whose ``stage`` says whether a second factor or a new password is still asked for.
    """
    folded, origin = fold_name(name), origin or Origin()
    locked = attempts.reserve_name(access, folded, origin.address)
    with access.db.read() as session:
        holder = find_holder(session, name=folded) if folded else None
    if locked is not None:
        _note_failure(access, holder, "locked")
        return locked
    good = check_password(password, holder.password if holder else None)
    with access.db.write() as session:
        attempts.forget_old(session, access)
        now = find_holder(session, account=holder.account, lock=True) if holder and good else None
        if now is None or holder is None or now.epoch != holder.epoch:
            return _wrong(session, access, (folded, origin.address), holder)
        attempts.clear_name(session, folded, origin.address)
        return _judge_account(session, access, now) or _open(session, access, now, origin)


def _wrong(session: Session, access: Access, tried: tuple[str, str], holder: Holder | None) -> Refused:
    who = holder.person if holder else ""
    account = holder.account if holder else ""
    reason = "password" if holder else "unknown"
    note(session, access, "sign_in_failed", actor=who, channel=CHANNEL, account=account, reason=reason)
    if attempts.fail_name(session, access, *tried):
        note(session, access, "name_locked", actor=who, channel=CHANNEL, account=account)
    return Refused(
        code="sign_in.wrong",
        message="登录名或口令不对",
        remedy="请核对后再试;忘记口令的,请联系管理员重置",
        basis=BASIS,
    )


def _note_failure(access: Access, holder: Holder | None, reason: str) -> None:
    with access.db.write() as session:
        note(
            session,
            access,
            "sign_in_failed",
            actor=holder.person if holder else "",
            channel=CHANNEL,
            account=holder.account if holder else "",
            reason=reason,
        )


def _judge_account(session: Session, access: Access, holder: Holder) -> Refused | None:
    """What is told only to who knows the password: locked, closed, the initial password run out."""
    refused = judge_standing(holder)
    if refused is None and holder.initial_until is not None and holder.initial_until <= access.wall.now():
        refused = Refused(
            code="sign_in.initial_expired",
            message="初始口令已过期",
            remedy="请联系管理员重置口令",
            basis=BASIS,
        )
    if refused is not None:
        note(
            session,
            access,
            "sign_in_failed",
            actor=holder.person,
            channel=CHANNEL,
            account=holder.account,
            reason=refused.code,
        )
    return refused


def judge_standing(holder: Holder) -> Refused | None:
    """Whether the account may be used at all."""
    if holder.state is AccountState.ACTIVE:
        return None
    closed = holder.state is AccountState.CLOSED
    return Refused(
        code="sign_in.closed" if closed else "sign_in.account_locked",
        message="账号已注销" if closed else "账号已被管理员锁定",
        remedy="请联系本单位管理员",
    )


def _open(session: Session, access: Access, holder: Holder, origin: Origin) -> Opened:
    return open_for(session, access, holder, PASSWORD, origin)


def open_for(session: Session, access: Access, holder: Holder, method: str, origin: Origin) -> Opened:
    """Open the session of somebody who has shown who they are by ``method``."""
    progress = progress_of(access, holder, by_password=method == PASSWORD, factor_shown=False)
    stage = stage_of(progress)
    opened = open_session(session, access, holder, stage, method, origin)
    note(
        session,
        access,
        "signed_in" if stage is Stage.OPEN else "sign_in_begun",
        actor=holder.person,
        channel=CHANNEL,
        account=holder.account,
        session=opened.live.id,
        method=method,
        stage=str(stage),
    )
    return opened
