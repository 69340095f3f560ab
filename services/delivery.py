"""消息送达: notices from the outbox to whoever holds the position now, through each channel.

A notice names a position in a body; who holds it is looked up when it is delivered, so that a change of
persons between the act and the notice reaches the right one. Nobody holding it is a state, not a fault: the
notice goes to the body itself.

Delivered at least once, shown once: every message carries the key of its occasion. That it is being sent is
on the disk before it goes out, so a crash between sending and recording shows as 可能已发 and not as never
sent; it goes out again under the same key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from config.clock import WallClock
from domain.event_titles import EVENT_TITLES
from domain.notices.catalogue import ENDS, due_of, words
from domain.notices.masking import masked
from domain.outside import (
    DeliveryOutcome,
    DeliveryResult,
    Message,
    Rng,
    delay_before_next_try,
    next_delay,
)
from domain.pushing import EVENT
from models.database import Database
from models.statements import CASE, MESSAGE
from models.tables import AdministratorRow, BodyRow
from services.clock import today as business_date
from services.notices import IN_APP
from services.organisation import Organisation
from services.ports import ChannelPort
from services.relaying import LONGEST_ERROR, MAX_ATTEMPTS
from services.world import world_of

BATCH: Final = 100
WAITING, SENDING, SENT, MAYBE_SENT, DEAD = "waiting", "sending", "sent", "maybe_sent", "dead"
SHARED: Final = "shared"
"""已分送: a notice that has become letters to persons."""
_OPEN: Final = (WAITING, SENDING, MAYBE_SENT)
_HANDLER: Final = "handler"
OFFICE: Final = "office:"
"""Before the name of an administrator's office: all who hold it are told."""


class MessageClaim(msgspec.Struct, frozen=True, kw_only=True):
    """认领的消息: settled only under ``fence``."""

    id: str
    fence: int
    attempts: int
    dedup_key: str
    recipient: str
    case_id: str
    seq: int
    unit_id: str
    payload: dict[str, str]

    @property
    def label(self) -> str:
        """For a task's name: what about, and to which position; never a person."""
        words = [self.payload.get("step", ""), self.payload.get("act") or ENDS.get(self._kind, "通知")]
        return " · ".join(["通知", *(word for word in words if word), self.recipient])

    @property
    def _kind(self) -> str:
        return self.payload.get("kind", "")


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one message: its new state, and when it is tried again."""

    id: str
    state: str
    detail: str = ""


def _due(channel: str, wall: WallClock) -> ColumnElement[bool]:
    now = wall.now()
    return and_(
        MESSAGE.c.state.in_(_OPEN),
        MESSAGE.c.channel == channel,
        _goes_on(),
        or_(MESSAGE.c.next_attempt_at.is_(None), MESSAGE.c.next_attempt_at <= now),
        or_(MESSAGE.c.lease_until.is_(None), MESSAGE.c.lease_until < now),
    )


def _goes_on() -> ColumnElement[bool]:
    """Not given up: what may have arrived and was tried often enough has no next try."""
    return or_(MESSAGE.c.state != MAYBE_SENT, MESSAGE.c.next_attempt_at.is_not(None))


def waiting_channel(db: Database, wall: WallClock, channels: Sequence[str]) -> str:
    """Return the channel whose messages wait longest, empty where none waits. Reads only."""
    oldest: tuple[Any, str] | None = None
    with db.read() as session:
        for channel in channels:
            statement = select(func.min(MESSAGE.c.created_at)).where(_due(channel, wall))
            found = session.connection().execute(statement).scalar()
            if found is not None and (oldest is None or found < oldest[0]):
                oldest = (found, channel)
    return oldest[1] if oldest else ""


def claim_messages(
    db: Database, wall: WallClock, by: str, lease_s: float, channel: str, limit: int = BATCH
) -> list[MessageClaim]:
    """认领: take a batch of ``channel``, the oldest first, and put down that it is being sent."""
    wanted = (
        select(MESSAGE, CASE.c.unit_id.label("unit_id"))
        .select_from(MESSAGE.outerjoin(CASE, CASE.c.id == MESSAGE.c.case_id))
        .where(_due(channel, wall))
        .order_by(MESSAGE.c.created_at, MESSAGE.c.id)
        .limit(limit)
        .with_for_update(of=MESSAGE, skip_locked=True)
    )
    with db.write() as session:
        connection = session.connection()
        rows = connection.execute(wanted).all()
        if rows:
            connection.execute(
                update(MESSAGE)
                .where(MESSAGE.c.id.in_([row.id for row in rows]))
                .values(
                    state=SENDING,
                    lease_by=by,
                    lease_until=wall.now() + timedelta(seconds=lease_s),
                    fence=MESSAGE.c.fence + 1,
                )
            )
    return [
        MessageClaim(
            id=row.id,
            fence=row.fence + 1,
            attempts=row.attempts,
            dedup_key=row.dedup_key,
            recipient=row.recipient,
            case_id=row.case_id,
            seq=row.seq,
            unit_id=row.unit_id or "",
            payload=msgspec.json.decode(row.payload, type=dict[str, str]),
        )
        for row in rows
    ]


def deliver_batch(
    db: Database,
    wall: WallClock,
    channels: Mapping[str, ChannelPort],
    channel: str,
    claims: Sequence[MessageClaim],
    rng: Rng,
) -> list[Settled]:
    """送达: hand a claimed batch to its channel and settle each row by its own result."""
    port = channels.get(channel)
    if port is None:
        lost = [Settled(id=claim.id, state=DEAD, detail=f"没有设置消息渠道“{channel}”") for claim in claims]
        _write(db, wall, claims, lost, {})
        return lost
    addressed = Addresses(db, business_date(db, wall))
    messages = [message for claim in claims for message in addressed.messages(claim, channel)]
    results: dict[str, list[DeliveryResult]] = {claim.id: [] for claim in claims}
    for message, result in zip(messages, port.deliver(messages), strict=True):
        results[message.id.partition("/")[0]].append(result)
    delays: dict[str, float] = {}
    settled = [_judge(claim, results[claim.id], delays, rng) for claim in claims]
    _write(db, wall, claims, settled, delays)
    return settled


def _judge(
    claim: MessageClaim, results: Sequence[DeliveryResult], delays: dict[str, float], rng: Rng
) -> Settled:
    """One row stands for all who hold the position: it is sent once each of them has it."""
    open_ = [result for result in results if result.outcome is not DeliveryOutcome.SENT]
    if not open_:
        return Settled(id=claim.id, state=SENT)
    detail = open_[0].detail
    for_good = [r for r in open_ if r.outcome is DeliveryOutcome.FAILED and r.retry_after is None]
    tries = claim.attempts + 1
    if for_good:
        return Settled(id=claim.id, state=DEAD, detail=for_good[0].detail)
    lost = any(result.outcome is DeliveryOutcome.UNKNOWN for result in open_)
    if tries >= MAX_ATTEMPTS:
        return Settled(id=claim.id, state=MAYBE_SENT if lost else DEAD, detail=detail)
    asked = max((result.retry_after or 0.0) for result in open_)
    delays[claim.id] = delay_before_next_try(asked, tries, rng)
    return Settled(id=claim.id, state=MAYBE_SENT if lost else WAITING, detail=detail)


def _write(
    db: Database,
    wall: WallClock,
    claims: Sequence[MessageClaim],
    settled: Sequence[Settled],
    delays: Mapping[str, float],
) -> None:
    now = wall.now()
    with db.write() as session:
        for claim, result in zip(claims, settled, strict=True):
            delay = delays.get(claim.id)
            session.connection().execute(
                update(MESSAGE)
                .where(MESSAGE.c.id == claim.id, MESSAGE.c.fence == claim.fence)
                .values(
                    state=result.state,
                    dead=result.state == DEAD,
                    sent_at=now if result.state == SENT else None,
                    attempts=claim.attempts + (result.state != SENT),
                    next_attempt_at=None if delay is None else now + timedelta(seconds=delay),
                    last_error=result.detail[:LONGEST_ERROR] or None,
                    lease_by=None,
                    lease_until=None,
                )
            )


def give_back(
    db: Database, wall: WallClock, claims: Sequence[MessageClaim], error: str, rng: Rng | None
) -> None:
    """放回: after a fault of our own, what is still in hand; what was settled before it stays settled.

    Counts as a try only with ``rng`` (which spreads the next one). Whether the channel was called is not
    known here.
    """
    now = wall.now()
    with db.write() as session:
        for claim in claims:
            tries = claim.attempts + (rng is not None)
            later = None if rng is None else now + timedelta(seconds=next_delay(tries, rng))
            dead = tries >= MAX_ATTEMPTS
            session.connection().execute(
                update(MESSAGE)
                .where(MESSAGE.c.id == claim.id, MESSAGE.c.fence == claim.fence, MESSAGE.c.state == SENDING)
                .values(
                    lease_by=None,
                    lease_until=None,
                    attempts=tries,
                    next_attempt_at=later,
                    last_error=error[:LONGEST_ERROR] or None,
                    state=DEAD if dead else SENDING if error else WAITING,
                    dead=dead,
                )
            )


def revive_messages(db: Database) -> int:
    """重新放回: give undeliverable messages new tries; return how many. Those that may have arrived stay."""
    with db.write() as session:
        done = session.connection().execute(
            update(MESSAGE)
            .where(MESSAGE.c.state == DEAD)
            .values(state=WAITING, dead=False, attempts=0, next_attempt_at=None)
        )
        return int(done.rowcount)


class Addresses:
    """收件人: who holds a position today, and what they read."""

    def __init__(self, db: Database, today: date) -> None:
        self._today = today
        world = world_of(db)
        heads = world.heads()
        self._organisation: Organisation = world.organisation(heads)
        self._calendar = world.calendar(heads)
        with db.read() as session:
            rows = session.connection().execute(
                select(BodyRow.code, BodyRow.unit_id).where(BodyRow.unit_id != "")  # type: ignore[call-overload]
            )
            self._of_unit: dict[str, list[str]] = {}
            for code, unit in rows:
                self._of_unit.setdefault(unit, []).append(code)
            self._offices: dict[str, list[str]] = {}
            for row in session.execute(select(AdministratorRow).order_by(AdministratorRow.person)).scalars():
                self._offices.setdefault(row.role, []).append(row.person)

    def holders(self, to: str) -> list[str]:
        """Return the persons that ``body/position``, ``unit:id`` or ``office:role`` means today."""
        if to.startswith(OFFICE):
            return self._offices.get(to.removeprefix(OFFICE), [])
        held = [
            self._organisation.holders(body, position, self._today) for body, position in self._places(to)
        ]
        return list(dict.fromkeys(person for persons in held for person in persons))

    def recipients(self, to: str) -> list[str]:
        """Return the same persons, or the body itself where nobody holds the position."""
        return self.holders(to) or [body for body, _ in self._places(to)] or [to]

    def _places(self, to: str) -> list[tuple[str, str]]:
        if to.startswith("unit:"):
            return [(body, _HANDLER) for body in self._of_unit.get(to.removeprefix("unit:"), ())]
        body, _, position = to.partition("/")
        return [(body, position)]

    def messages(self, claim: MessageClaim, channel: str) -> list[Message]:
        """Return one message for each recipient of a notice, masked where it leaves the system."""
        if claim.payload.get("kind") == EVENT:
            return [_event(claim, channel)]
        due = due_of(claim.payload)
        inside = channel == IN_APP
        told = words(claim.payload, provisional=due is not None and self._calendar.is_provisional(due.year))
        return [
            Message(
                id=f"{claim.id}/{recipient}",
                channel=channel,
                recipient=recipient,
                title=told.title if inside else masked(told.title),
                text=told.text if inside else masked(told.text),
                dedup_key=claim.dedup_key,
                link=f"/cases/{claim.case_id}" if claim.case_id and not claim.payload.get("matter") else "",
            )
            for recipient in self.recipients(claim.recipient)
        ]


def _event(claim: MessageClaim, channel: str) -> Message:
    """An event for one address: its type and where it happened; the address has been found already."""
    told = {name: value for name, value in claim.payload.items() if name not in {"kind", "key", "unit_name"}}
    title = (
        f"{claim.payload.get('unit_name', '')} {told.get('step', '')} {EVENT_TITLES.get(told['type'], '')}"
    )
    return Message(
        id=claim.id,
        channel=channel,
        recipient=claim.recipient,
        title=" ".join(title.split()) or "推送测试",
        text="",
        dedup_key=claim.payload["key"],
        link=f"/cases/{claim.case_id}" if claim.case_id else "",
        data=told | ({"seq": str(claim.seq)} if claim.seq else {}),
    )


class MessageQueue(msgspec.Struct, frozen=True, kw_only=True):
    """消息积压: waiting by channel, and those that did not arrive."""

    waiting: dict[str, int]
    """Not over yet: waiting for the first or a later try, or in hand."""
    dead: tuple[tuple[str, str], ...]
    """Message id and last error."""
    maybe_sent: int
    """可能已发: sent, and nobody knows whether it arrived; also while it is still tried again."""


def message_queue(db: Database, wall: WallClock) -> MessageQueue:
    """Return the backlog of messages."""
    left = or_(MESSAGE.c.lease_until.is_(None), MESSAGE.c.lease_until < wall.now())
    unknown = or_(MESSAGE.c.state == MAYBE_SENT, and_(MESSAGE.c.state == SENDING, left))
    open_ = and_(MESSAGE.c.state.in_(_OPEN), _goes_on())
    with db.read() as session:
        connection = session.connection()
        counted = connection.execute(
            select(MESSAGE.c.channel, func.count()).where(open_).group_by(MESSAGE.c.channel)
        )
        waiting = {str(channel): int(number) for channel, number in counted}
        dead = connection.execute(
            select(MESSAGE.c.id, MESSAGE.c.last_error).where(MESSAGE.c.state == DEAD).order_by(MESSAGE.c.id)
        ).all()
        maybe = connection.execute(select(func.count()).select_from(MESSAGE).where(unknown)).scalar_one()
    return MessageQueue(
        waiting=waiting, dead=tuple((row.id, row.last_error or "") for row in dead), maybe_sent=int(maybe)
    )
