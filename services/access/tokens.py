"""接口令牌: for programs: random, stored as a digest, for named actions, for a time, shown once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session

from domain.access import AccountState, judge_scopes
from domain.permissions import Action
from domain.refusal import Refused
from models.tables import AccountRow, ApiTokenRow
from services.access.environment import Access, By
from services.access.journal import note
from services.access.secret import digest, new_secret
from services.clock import today
from services.permits import permit, person_target

PREFIX: Final = "zr_"
_TOUCH: Final = timedelta(seconds=60)
_decode = msgspec.json.Decoder(list[str]).decode


class TokenLine(msgspec.Struct, frozen=True, kw_only=True):
    """令牌: all that is known of it but the secret."""

    id: str
    account: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(msgspec.Struct, frozen=True, kw_only=True):
    """新令牌: ``secret`` is shown once and kept nowhere."""

    secret: str
    line: TokenLine


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a token that was shown."""

    person: str
    account: str
    scopes: frozenset[str]


def create_token(
    access: Access, account: str, name: str, scopes: list[str], days: int, *, by: By
) -> TokenMade | Refused:
    """申请令牌: for one's own account; nobody makes one that acts for another."""
    refused = judge_scopes(scopes) or _judge_days(access, days) or _judge_owner(access, account, by)
    if refused is not None:
        return refused
    now = access.wall.now()
    secret = new_secret(PREFIX)
    row = ApiTokenRow(
        id=secrets.token_hex(6),
        digest=digest(secret),
        account=account,
        name=name.strip()[:100],
        scopes=msgspec.json.encode(sorted(set(scopes))).decode(),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    with access.db.write() as session:
        session.add(row)
        facts: dict[str, str | int | list[str]] = {"account": account, "token": row.id, "days": days}
        facts["scopes"] = sorted(set(scopes))
        note(session, access, "token_created", actor=by.person, channel=by.channel, **facts)
    return TokenMade(secret=secret, line=_line(row))


def use_token(access: Access, secret: str) -> Used | None:
    """Return whom a token stands for; ``None`` where it is unknown, over or revoked, or the account is."""
    if not secret.startswith(PREFIX):
        return None
    now = access.wall.now()
    with access.db.read() as session:
        found = session.execute(
            select(ApiTokenRow, AccountRow.person)  # type: ignore[call-overload]
            .join(AccountRow, AccountRow.id == ApiTokenRow.account)
            .where(
                ApiTokenRow.digest == digest(secret),
                ApiTokenRow.expires_at > now,
                ApiTokenRow.revoked_at.is_(None),  # type: ignore[union-attr]
                AccountRow.state == AccountState.ACTIVE,
            )
        ).first()
        if found is None:
            return None
        row, person = found
        used = Used(person=person, account=row.account, scopes=frozenset(_decode(row.scopes)))
        id_, last = row.id, row.used_at
    if last is None or now - last >= _TOUCH:
        with access.db.write() as session:
            session.execute(update(ApiTokenRow).where(ApiTokenRow.id == id_).values(used_at=now))
    return used


def list_tokens(access: Access, account: str) -> list[TokenLine]:
    """Return the tokens of an account, the newest first, those that are over too."""
    with access.db.read() as session:
        found = session.execute(
            select(ApiTokenRow)
            .where(ApiTokenRow.account == account)  # type: ignore[arg-type]
            .order_by(ApiTokenRow.created_at.desc(), ApiTokenRow.id)  # type: ignore[attr-defined]
        )
        return [_line(row) for row in found.scalars()]


def revoke_token(access: Access, id: str, *, by: By) -> Refused | None:
    """吊销令牌: one's own, or another's where the permission table says so."""
    with access.db.read() as session:
        owner = session.execute(
            select(AccountRow.person)  # type: ignore[call-overload]
            .join(ApiTokenRow, ApiTokenRow.account == AccountRow.id)
            .where(ApiTokenRow.id == id)
        ).scalar()
    on = today(access.db, access.wall)
    if owner is not None:
        target = person_target(access.db, str(owner), on)
        refused = permit(access.db, by.person, Action.TOKEN_REVOKE, target, on=on)
        if refused is not None and by.person != owner:
            return refused
    with access.db.write() as session:
        if not _revoke(session, access, ApiTokenRow.id == id):
            return Refused(
                code="token.unknown",
                message="没有这个令牌,或已经吊销",
                remedy="请核对令牌编号",
                facts={"token": id},
            )
        note(session, access, "token_revoked", actor=by.person, channel=by.channel, token=id)
    return None


def revoke_all(session: Session, access: Access, account: str) -> int:
    """Revoke every token of an account, in the caller's transaction; return how many."""
    return _revoke(session, access, ApiTokenRow.account == account)


def _revoke(session: Session, access: Access, which: bool) -> int:
    done = session.execute(
        update(ApiTokenRow)
        .where(which, ApiTokenRow.revoked_at.is_(None))  # type: ignore[arg-type, union-attr]
        .values(revoked_at=access.wall.now())
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _judge_days(access: Access, days: int) -> Refused | None:
    most = access.rules.token.days
    if 1 <= days <= most:
        return None
    return Refused(
        code="token.days",
        message=f"令牌有效期须为 1 到 {most} 天",
        remedy="请改有效期",
        facts={"days": days, "at_most": most},
    )


def _judge_owner(access: Access, account: str, by: By) -> Refused | None:
    with access.db.read() as session:
        row = session.get(AccountRow, account)
        own = row is not None and row.person == by.person and row.state == AccountState.ACTIVE
    if not own:
        return Refused(code="token.not_own", message="只能为自己的账号申请令牌", remedy="请用本人的账号申请")
    on = today(access.db, access.wall)
    return permit(access.db, by.person, Action.TOKEN_CREATE, person_target(access.db, by.person, on), on=on)


def _line(row: ApiTokenRow) -> TokenLine:
    return TokenLine(
        id=row.id,
        account=row.account,
        name=row.name,
        scopes=tuple(_decode(row.scopes)),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
