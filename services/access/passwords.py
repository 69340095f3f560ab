"""口令: changing one's own, and the one-time initial one that an administrator hands over.

Every change raises the account's epoch: whoever is signed in with the old password is out.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlmodel import Session

from domain.access import BASIS, Stage, stage_of
from domain.access_passwords import judge_password
from domain.refusal import Refused
from models.tables import CredentialRow, PasswordHistoryRow, PersonRow
from services.access import attempts
from services.access.environment import Access
from services.access.holders import Holder, find_holder, progress_of
from services.access.journal import note
from services.access.secret import check_password, hash_password, initial_password
from services.access.sessions import (
    CHANNEL,
    Live,
    Opened,
    end_all,
    end_others,
    hold_session,
    renew_session,
    session_gone,
    wrong_stage,
)
from services.access.sign_in import PASSWORD
from services.private_texts import read_text


class Initial(NamedTuple):
    """一次性初始口令: in clear, to be handed over once, and as it is stored."""

    plain: str
    hashed: str


def new_initial(access: Access) -> Initial:
    """Make an initial password. Outside a transaction, for hashing is slow."""
    plain = initial_password(access.rules.passwords.min_length)
    return Initial(plain, hash_password(plain))


def put_initial(session: Session, access: Access, account: str, initial: Initial) -> None:
    """Set the initial password of an account and end what was signed in."""
    now = access.wall.now()
    session.execute(
        update(CredentialRow)
        .where(CredentialRow.account == account)  # type: ignore[arg-type]
        .values(
            password=initial.hashed,
            changed_at=now,
            initial_until=now + access.rules.initial_password,
            epoch=CredentialRow.epoch + 1,
        )
    )
    end_all(session, account)


def change_password(access: Access, secret: str, live: Live, old: str, new: str) -> Opened | Refused:
    """修改本人口令: the old one has to be known; all other sessions end, this one goes on renewed."""
    if live.stage is Stage.SECOND_FACTOR:
        return wrong_stage(live)
    with access.db.read() as session:
        holder = find_holder(session, account=live.account)
        if holder is None:
            return session_gone()
        own_words = (holder.name, _name_of(session, holder.person))
        earlier = [holder.password, *_history(session, access, holder.account)]
    refused = _check_old(access, holder, live.address, old) or judge_password(
        new, access.rules.passwords, own_words
    )
    if refused is None and any(check_password(new, each) for each in earlier if each):
        refused = Refused(
            code="password.reused",
            message=f"新口令与现在的或最近 {access.rules.passwords.history} 次用过的口令相同",
            remedy="请换一个没有用过的口令",
            facts={"history": access.rules.passwords.history},
            basis=BASIS,
        )
    return refused or _store(access, secret, live, holder, hash_password(new))


def _check_old(access: Access, holder: Holder, address: str, old: str) -> Refused | None:
    """Whether the old password is right; guessing it counts like signing in."""
    locked = attempts.reserve_name(access, holder.name, address)
    if locked is not None:
        return locked
    good = check_password(old, holder.password)
    with access.db.write() as session:
        if good:
            attempts.clear_name(session, holder.name, address)
            return None
        facts = {"account": holder.account}
        note(session, access, "password_change_failed", actor=holder.person, channel=CHANNEL, **facts)
        if attempts.fail_name(session, access, holder.name, address):
            note(session, access, "name_locked", actor=holder.person, channel=CHANNEL, **facts)
    return Refused(code="password.old_wrong", message="现在的口令不对", remedy="请核对后再试", basis=BASIS)


def _store(access: Access, secret: str, live: Live, holder: Holder, hashed: str) -> Opened | Refused:
    with access.db.write() as session:
        now = find_holder(session, account=holder.account, lock=True)
        if now is None or now.epoch != holder.epoch or not hold_session(session, secret):
            return session_gone()
        session.execute(
            update(CredentialRow)
            .where(CredentialRow.account == holder.account)  # type: ignore[arg-type]
            .values(password=hashed, changed_at=access.wall.now(), initial_until=None, epoch=holder.epoch + 1)
        )
        _remember(session, access, holder.account, holder.epoch + 1, hashed)
        changed = find_holder(session, account=holder.account)
        if changed is None:
            return session_gone()
        by_password = live.method == PASSWORD
        progress = progress_of(access, changed, by_password=by_password, factor_shown=live.factor)
        stage = stage_of(progress)
        opened = renew_session(session, access, secret, changed, stage, factor=live.factor)
        ended = end_others(session, holder.account, opened.live.id)
        note(
            session,
            access,
            "password_changed",
            actor=holder.person,
            channel=CHANNEL,
            account=holder.account,
            sessions_ended=ended,
        )
        return opened


def _remember(session: Session, access: Access, account: str, epoch: int, hashed: str) -> None:
    """Keep as many old passwords as the rules look back at."""
    session.add(PasswordHistoryRow(account=account, epoch=epoch, password=hashed))
    session.flush()
    kept = session.execute(
        select(PasswordHistoryRow.epoch)  # type: ignore[call-overload]
        .where(PasswordHistoryRow.account == account)
        .order_by(PasswordHistoryRow.epoch.desc())  # type: ignore[attr-defined]
        .offset(access.rules.passwords.history)
    )
    gone = list(kept.scalars())
    session.execute(
        delete(PasswordHistoryRow).where(
            PasswordHistoryRow.account == account,  # type: ignore[arg-type]
            PasswordHistoryRow.epoch.in_(gone),  # type: ignore[attr-defined]
        )
    )


def _history(session: Session, access: Access, account: str) -> list[str]:
    found = session.execute(
        select(PasswordHistoryRow.password)  # type: ignore[call-overload]
        .where(PasswordHistoryRow.account == account)
        .order_by(PasswordHistoryRow.epoch.desc())  # type: ignore[attr-defined]
        .limit(access.rules.passwords.history)
    )
    return list(found.scalars())


def _name_of(session: Session, person: str) -> str:
    row = session.get(PersonRow, person)
    return (read_text(session, row.name_id) or "") if row is not None else ""
