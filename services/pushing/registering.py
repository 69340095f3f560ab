"""推送登记: addresses for events, registered, listed, disabled, given a new secret, tried.

The secret is made here and shown once; what is kept is encrypted and only ever signs. Each change is a row in
the stream ``security``, with the address's origin and never its path or secret.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, select, update
from sqlmodel import Session

from domain.doers import Doer
from domain.outside import DeliveryOutcome, Message
from domain.permissions import Action
from domain.pushing import SUBSCRIPTION, TEST, Subscription, judge_subscription, origin_of
from domain.refusal import Refused
from models.ledger import SECURITY
from models.statements import MESSAGE
from models.tables import WebhookRow
from services.access.secret import new_secret
from services.authority import Allowed, allow, unknown_person
from services.bootstrap import Runtime
from services.clock import today
from services.delivery import DEAD, MAYBE_SENT, SENDING, WAITING
from services.noting import in_turn, note
from services.permits import person_target
from services.pushing.receivers import owner_of

PREFIX: Final = "zrw_"
DROPPED: Final = "dropped"
"""不再推送: what still waited for an address when it was disabled."""
_OPEN: Final = (WAITING, SENDING, MAYBE_SENT)
_TYPES: Final = msgspec.json.Decoder(tuple[str, ...])


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """推送地址: all that is known of it but the secret."""

    id: str
    name: str
    url: str
    subscriber: str
    division: str
    events: tuple[str, ...]
    created_by: str
    created_at: datetime
    disabled_at: datetime | None
    accepted_at: datetime | None
    """When the subscriber agreed; nothing goes there before."""
    queued: int
    """Events that still wait for it, or are tried again."""
    failed: int
    """Events that it did not take."""
    last_error: str


class WebhookMade(msgspec.Struct, frozen=True, kw_only=True):
    """新推送密钥: ``secret`` is shown once."""

    secret: str
    webhook: Webhook


class WebhookTried(msgspec.Struct, frozen=True, kw_only=True):
    """推送测试: whether a signed message arrived."""

    arrived: bool
    answer: str


def register_webhook(
    runtime: Runtime, doer: Doer, wanted: Subscription, *, channel: str = "cli"
) -> WebhookMade | Refused:
    """登记推送地址: for a person, whose right to see a case decides what goes there, and who has to agree."""
    allowed = allow(runtime.db, doer, Action.WEBHOOK_MANAGE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    refused = judge_subscription(wanted, runtime.settings.webhook_addresses)
    refused = refused or unknown_person(runtime.db, wanted.subscriber)
    if refused is not None:
        return refused
    secret, id_ = new_secret(PREFIX), secrets.token_hex(8)
    row = WebhookRow(
        id=id_,
        name=wanted.name.strip(),
        url=wanted.url,
        subscriber=wanted.subscriber,
        division=wanted.division,
        events=msgspec.json.encode(sorted(set(wanted.events))).decode(),
        secret=runtime.access.vault.seal(secret, owner_of(id_)),
        created_by=allowed.actor,
        created_at=runtime.wall.now(),
        accepted_at=runtime.wall.now() if wanted.subscriber == allowed.actor else None,
    )
    with in_turn(runtime.db, SECURITY) as session:
        if _named(session, row.name) is not None:
            return _taken(row.name)
        session.add(row)
        facts = {"subscriber": row.subscriber, "division": row.division, "origin": origin_of(row.url)}
        facts |= {"events": "、".join(sorted(set(wanted.events)))}
        _note(session, runtime, allowed, "webhook_registered", id_, channel, facts)
        session.flush()
        return WebhookMade(secret=secret, webhook=_shown(session, row))


def accept_webhook(runtime: Runtime, doer: Doer, id_: str, *, channel: str = "cli") -> Webhook | Refused:
    """同意推送: by the person in whose sight events go there, and by nobody else; once is enough."""
    own = person_target(runtime.db, str(doer), today(runtime.db, runtime.wall))
    allowed = allow(runtime.db, doer, Action.INBOX_READ, own, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    with in_turn(runtime.db, SECURITY) as session:
        row = _open(session, id_)
        if isinstance(row, Refused) or row.subscriber != allowed.actor:
            return _unknown(id_)
        if row.accepted_at is None:
            row.accepted_at = runtime.wall.now()
            session.add(row)
            session.flush()
            _note(session, runtime, allowed, "webhook_accepted", id_, channel, {})
        return _shown(session, row)


def awaiting(runtime: Runtime, person: str) -> list[Webhook]:
    """请求同意的推送: addresses that would get events in a person's sight, and those that do."""
    with runtime.db.read() as session:
        rows = session.execute(
            select(WebhookRow)
            .where(WebhookRow.subscriber == person, WebhookRow.disabled_at.is_(None))  # type: ignore[arg-type, union-attr]
            .order_by(WebhookRow.id)
        )
        return [_shown(session, row) for row in rows.scalars().all()]


def list_webhooks(runtime: Runtime, doer: Doer) -> list[Webhook] | Refused:
    """推送地址清单: those that were disabled too, the newest first."""
    allowed = allow(runtime.db, doer, Action.WEBHOOK_MANAGE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    with runtime.db.read() as session:
        rows = session.execute(
            select(WebhookRow).order_by(WebhookRow.created_at.desc(), WebhookRow.id)  # type: ignore[attr-defined]
        )
        return [_shown(session, row) for row in rows.scalars().all()]


def disable_webhook(runtime: Runtime, doer: Doer, id_: str, *, channel: str = "cli") -> Webhook | Refused:
    """停用推送地址: at once, also for what still waits; it does not come back."""
    allowed = allow(runtime.db, doer, Action.WEBHOOK_MANAGE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    with in_turn(runtime.db, SECURITY) as session:
        row = _open(session, id_)
        if isinstance(row, Refused):
            return row
        row.disabled_at = runtime.wall.now()
        session.add(row)
        session.flush()
        session.connection().execute(
            update(MESSAGE)
            .where(
                MESSAGE.c.channel == SUBSCRIPTION,
                MESSAGE.c.recipient == id_,
                MESSAGE.c.state.in_((*_OPEN, DEAD)),
            )
            .values(state=DROPPED, dead=False, next_attempt_at=None, fence=MESSAGE.c.fence + 1)
        )
        _note(session, runtime, allowed, "webhook_disabled", id_, channel, {})
        return _shown(session, row)


def rotate_webhook(runtime: Runtime, doer: Doer, id_: str, *, channel: str = "cli") -> WebhookMade | Refused:
    """更换推送密钥: from the next message on; what is refused meanwhile can be given back."""
    allowed = allow(runtime.db, doer, Action.WEBHOOK_MANAGE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    secret = new_secret(PREFIX)
    with in_turn(runtime.db, SECURITY) as session:
        row = _open(session, id_)
        if isinstance(row, Refused):
            return row
        row.secret = runtime.access.vault.seal(secret, owner_of(id_))
        session.add(row)
        session.flush()
        _note(session, runtime, allowed, "webhook_rotated", id_, channel, {})
        return WebhookMade(secret=secret, webhook=_shown(session, row))


def try_webhook(runtime: Runtime, doer: Doer, id_: str) -> WebhookTried | Refused:
    """推送测试: one signed message of the type ``test``, at once and once."""
    allowed = allow(runtime.db, doer, Action.WEBHOOK_MANAGE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    with runtime.db.read() as session:
        row = _open(session, id_)
    if isinstance(row, Refused):
        return row
    port = runtime.channels.get(SUBSCRIPTION)
    if port is None:
        return WebhookTried(arrived=False, answer="没有设置允许推送的地址(ZR_WEBHOOK_ALLOWED)")
    key = secrets.token_hex(12)
    message = Message(
        id=key,
        channel=SUBSCRIPTION,
        recipient=id_,
        title="推送测试",
        text="",
        dedup_key=f"test/{key}",
        data={"type": TEST, "recorded_at": runtime.wall.now().isoformat()},
    )
    (result,) = port.deliver([message])
    arrived = result.outcome is DeliveryOutcome.SENT
    return WebhookTried(arrived=arrived, answer="" if arrived else result.detail)


def _open(session: Session, id_: str) -> WebhookRow | Refused:
    row = session.get(WebhookRow, id_)
    if row is not None and row.disabled_at is None:
        return row
    return _unknown(id_)


def _unknown(id_: str) -> Refused:
    return Refused(
        code="webhook.unknown",
        message="没有这个推送地址,或已经停用",
        remedy="请核对编号,见 zonectl webhook list",
        facts={"webhook": id_},
    )


def _named(session: Session, name: str) -> str | None:
    found = session.execute(
        select(WebhookRow.id).where(  # type: ignore[call-overload]
            WebhookRow.name == name,
            WebhookRow.disabled_at.is_(None),  # type: ignore[union-attr]
        )
    )
    id_: str | None = found.scalars().first()
    return id_


def _taken(name: str) -> Refused:
    return Refused(
        code="webhook.exists",
        message=f"已有名为“{name}”的推送地址",
        remedy="请换一个名称;密钥遗失的请更换密钥,不用的请先停用",
        facts={"name": name},
    )


def _note(
    session: Session,
    runtime: Runtime,
    allowed: Allowed,
    type_: str,
    id_: str,
    channel: str,
    facts: Mapping[str, str],
) -> None:
    note(
        session,
        SECURITY,
        {"type": type_, "webhook": id_, **facts},
        actor=allowed.actor,
        position=allowed.position,
        wall=runtime.wall,
        command_id=secrets.token_hex(16),
        channel=channel,
    )


def _shown(session: Session, row: WebhookRow) -> Webhook:
    own = (MESSAGE.c.channel == SUBSCRIPTION, MESSAGE.c.recipient == row.id)
    connection = session.connection()
    counted = connection.execute(select(MESSAGE.c.state, func.count()).where(*own).group_by(MESSAGE.c.state))
    counts = {str(state): int(number) for state, number in counted}
    error = connection.execute(
        select(MESSAGE.c.last_error)
        .where(*own, MESSAGE.c.last_error.is_not(None), MESSAGE.c.state.in_((*_OPEN, DEAD)))
        .order_by(MESSAGE.c.created_at.desc())
        .limit(1)
    ).scalar()
    return Webhook(
        id=row.id,
        name=row.name,
        url=row.url,
        subscriber=row.subscriber,
        division=row.division,
        events=_TYPES.decode(row.events),
        created_by=row.created_by,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        accepted_at=row.accepted_at,
        queued=sum(counts.get(state, 0) for state in _OPEN),
        failed=counts.get(DEAD, 0),
        last_error=error or "",
    )
