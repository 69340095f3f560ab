"""会话: who is signed in, on the server's side only; the browser holds a random secret and nothing else.

A session ends at its own end, after idling, when its owner or an administrator ends it, and when the
account's epoch rises (password changed, account locked, reset, closed). Whenever it can do more than before
it gets a new secret, so that one planted earlier is worth nothing.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import delete, select, update
from sqlmodel import Session

from domain.access import BASIS, STAGE_TITLES, AccountState, Stage
from domain.refusal import Refused
from models.tables import AccessSessionRow, AccountRow, CredentialRow
from services.access.environment import Access, Origin
from services.access.holders import Holder
from services.access.journal import note
from services.access.secret import derived, digest, new_secret

_TOUCH: Final = timedelta(seconds=60)
_LONGEST_AGENT: Final = 200
CHANNEL: Final = "console"


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """有效会话."""

    id: str
    account: str
    person: str
    stage: Stage
    method: str
    factor: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str
    address: str


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """新会话: the secret is for the cookie, told once."""

    secret: str
    live: Live

    @property
    def csrf(self) -> str:
        """The token that a changing request has to bring along."""
        return csrf_token(self.secret)


def csrf_token(secret: str) -> str:
    """防跨站令牌: only a page of ours can know it, for it follows from the secret in the cookie."""
    return derived(secret, "csrf")


def challenge_of(secret: str) -> bytes:
    """UKey 挑战值: one a session secret, so that a signature is good for this session alone."""
    return bytes.fromhex(derived(secret, "ukey"))


def open_session(
    session: Session,
    access: Access,
    holder: Holder,
    stage: Stage,
    method: str,
    origin: Origin,
    *,
    factor: bool = False,
) -> Opened:
    """Open a session; what ended long ago is cleared away."""
    now = access.wall.now()
    session.execute(
        delete(AccessSessionRow).where(AccessSessionRow.expires_at < now - timedelta(days=1))  # type: ignore[arg-type]
    )
    secret = new_secret()
    row = AccessSessionRow(
        digest=digest(secret),
        id=secrets.token_hex(8),
        account=holder.account,
        epoch=holder.epoch,
        stage=str(stage),
        method=method,
        factor=factor,
        created_at=now,
        seen_at=now,
        expires_at=now + access.rules.session,
        agent=origin.agent[:_LONGEST_AGENT],
        address=origin.address,
    )
    session.add(row)
    return Opened(secret=secret, live=_live(row, holder.person))


def hold_session(session: Session, secret: str) -> bool:
    """Keep a session from being ended by others in this transaction; false where it was ended already."""
    held = select(AccessSessionRow.id).where(AccessSessionRow.digest == digest(secret)).with_for_update()  # type: ignore[call-overload]
    return session.execute(held).first() is not None


def renew_session(
    session: Session, access: Access, secret: str, holder: Holder, stage: Stage, *, factor: bool
) -> Opened:
    """Move a held session on: it is the same under a new secret."""
    old = session.execute(
        select(AccessSessionRow).where(AccessSessionRow.digest == digest(secret))  # type: ignore[arg-type]
    ).scalar_one()
    kept = old.model_dump()
    session.delete(old)
    session.flush()
    fresh = new_secret()
    kept |= {
        "digest": digest(fresh),
        "epoch": holder.epoch,
        "stage": str(stage),
        "factor": factor,
        "seen_at": access.wall.now(),
    }
    row = AccessSessionRow(**kept)
    session.add(row)
    session.flush()
    return Opened(secret=fresh, live=_live(row, holder.person))


def load_session(access: Access, secret: str) -> Live | None:
    """Return the session of a cookie; ``None`` where there is none, or it is over."""
    now = access.wall.now()
    with access.db.read() as session:
        found = session.execute(
            select(AccessSessionRow, AccountRow.person)  # type: ignore[call-overload]
            .join(AccountRow, AccountRow.id == AccessSessionRow.account)
            .join(CredentialRow, CredentialRow.account == AccessSessionRow.account)
            .where(
                AccessSessionRow.digest == digest(secret),
                AccessSessionRow.epoch == CredentialRow.epoch,
                AccessSessionRow.expires_at > now,
                AccessSessionRow.seen_at > now - access.rules.idle,
                AccountRow.state == AccountState.ACTIVE,
            )
        ).first()
        live = None if found is None else _live(found[0], found[1])
    if live is not None and now - live.seen_at >= min(_TOUCH, access.rules.idle / 4):
        _touch(access, secret, now)
    return live


def _touch(access: Access, secret: str, now: datetime) -> None:
    """Note that the session is used; once a minute, for writing at every request would cost too much."""
    with access.db.write() as session:
        session.execute(
            update(AccessSessionRow)
            .where(AccessSessionRow.digest == digest(secret), AccessSessionRow.seen_at < now)  # type: ignore[arg-type]
            .values(seen_at=now)
        )


def list_sessions(access: Access, account: str) -> list[Live]:
    """Return the sessions of an account that still live, the latest used first."""
    now = access.wall.now()
    with access.db.read() as session:
        found = session.execute(
            select(AccessSessionRow, AccountRow.person)  # type: ignore[call-overload]
            .join(AccountRow, AccountRow.id == AccessSessionRow.account)
            .join(CredentialRow, CredentialRow.account == AccessSessionRow.account)
            .where(
                AccessSessionRow.account == account,
                AccessSessionRow.epoch == CredentialRow.epoch,
                AccessSessionRow.expires_at > now,
                AccessSessionRow.seen_at > now - access.rules.idle,
            )
            .order_by(AccessSessionRow.seen_at.desc(), AccessSessionRow.id)  # type: ignore[attr-defined]
        )
        return [_live(row, person) for row, person in found]


def end_session(access: Access, live: Live, id: str) -> Refused | None:
    """退出: end one of one's own sessions, this one or, once it is open, another."""
    if id != live.id and live.stage is not Stage.OPEN:
        return wrong_stage(live)
    with access.db.write() as session:
        ended = session.execute(
            delete(AccessSessionRow).where(
                AccessSessionRow.id == id,  # type: ignore[arg-type]
                AccessSessionRow.account == live.account,  # type: ignore[arg-type]
            )
        )
        if not ended.rowcount:  # type: ignore[attr-defined]
            return Refused(
                code="session.unknown",
                message="没有这个会话,可能已经退出",
                remedy="请刷新会话列表",
                facts={"session": id},
            )
        own = id == live.id
        note(
            session,
            access,
            "signed_out" if own else "session_ended",
            actor=live.person,
            channel=CHANNEL,
            account=live.account,
            session=id,
        )
    return None


def end_all(session: Session, account: str) -> int:
    """End every session of an account, in the transaction of whoever raises its epoch; return how many."""
    ended = session.execute(delete(AccessSessionRow).where(AccessSessionRow.account == account))  # type: ignore[arg-type]
    return int(ended.rowcount)  # type: ignore[attr-defined]


def end_others(session: Session, account: str, id: str) -> int:
    """End every session of an account but one; return how many."""
    ended = session.execute(
        delete(AccessSessionRow).where(
            AccessSessionRow.account == account,  # type: ignore[arg-type]
            AccessSessionRow.id != id,  # type: ignore[arg-type]
        )
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def wrong_stage(live: Live) -> Refused:
    """The session has another thing to do first."""
    return Refused(
        code="session.stage",
        message=f"登录还没有完成:{STAGE_TITLES[live.stage]}",
        remedy="请先完成这一步",
        facts={"stage": str(live.stage)},
        basis=BASIS,
    )


def session_gone() -> Refused:
    """The session was ended while something was done in it."""
    return Refused(code="session.over", message="登录已失效", remedy="请重新登录")


def _live(row: AccessSessionRow, person: str) -> Live:
    return Live(
        id=row.id,
        account=row.account,
        person=person,
        stage=Stage(row.stage),
        method=row.method,
        factor=row.factor,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        agent=row.agent,
        address=row.address,
    )
