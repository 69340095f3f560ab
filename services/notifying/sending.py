"""发送: a letter at a time, written down as 正在发 before it goes and settled after.

So a crash leaves at most one letter a channel of which nobody knows whether it went. What then happens is the
channel's rule (``domain.notices.channels``): under a key that the receiver still knows it goes again as if
nothing had been; without one it goes once more marked 可能重复, or waits as 可能已发 for an operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import update

from domain.notices.catalogue import REPEATED
from domain.notices.channels import ChannelRule, Resend, knows_key
from domain.notices.letters import LetterState, froms
from domain.outside import DeliveryOutcome, DeliveryResult, Letter, Rng, delay_before_next_try
from models.statements import LETTER
from services.delivery import Settled
from services.notifying.addressing import address_of
from services.notifying.claiming import LetterClaim, release_letters
from services.notifying.environment import Notifying
from services.notifying.pausing import pause, resume
from services.relaying import LONGEST_ERROR, MAX_ATTEMPTS

LONGEST_BATCH: Final = timedelta(seconds=8)
"""What is left of a batch then goes in the next one: no flow lasts longer than ten seconds."""
_NO_ADDRESS: Final = "没有可用的通知地址"
_UNKNOWN_END: Final = "发送时中断,不知道对方是否收到"


class _Sending(msgspec.Struct, frozen=True, kw_only=True):
    """How one letter is about to go."""

    claim: LetterClaim
    now: datetime
    maybe_since: datetime | None
    keyed: bool
    """Whether the receiver would drop a repetition."""
    tries: int


class _End(msgspec.Struct, frozen=True, kw_only=True):
    """What is written down of a letter."""

    to: LetterState
    attempts: int
    next_at: datetime | None = None
    maybe_since: datetime | None = None
    detail: str = ""


def send_letters(post: Notifying, channel: str, claims: Sequence[LetterClaim], rng: Rng) -> list[Settled]:
    """发送: hand over what was claimed, one by one; stop where the channel is down or the time is over."""
    stop_at = post.wall.now() + LONGEST_BATCH
    settled: list[Settled] = []
    for number, claim in enumerate(claims):
        if post.wall.now() >= stop_at:
            release_letters(post, claims[number:])
            break
        end, down = _one(post, post.rule(channel), claim, rng)
        if end is not None:
            settled.append(Settled(id=claim.id, state=end.to.value, detail=end.detail))
        if down:
            release_letters(post, claims[number + 1 :])
            break
    return settled


def _one(post: Notifying, rule: ChannelRule, claim: LetterClaim, rng: Rng) -> tuple[_End | None, bool]:
    now = post.wall.now()
    left_behind = claim.state is LetterState.SENDING
    since = claim.maybe_since or (claim.handed_at if left_behind else None)
    keyed = since is None or knows_key(rule, (now - since).total_seconds())
    way = _Sending(
        claim=claim, now=now, maybe_since=since, keyed=keyed, tries=claim.attempts + 1 + left_behind
    )
    repeated = left_behind and claim.maybe_since is not None
    by_hand = rule.resend is Resend.BY_HAND and left_behind
    if way.tries > MAX_ATTEMPTS or (not keyed and (repeated or by_hand)):
        end = _End(to=LetterState.MAYBE_SENT, attempts=way.tries - 1, maybe_since=since, detail=_UNKNOWN_END)
        return _settle(post, claim, end), False
    address = _address(post, claim)
    if not address:
        end = _End(to=LetterState.DEAD, attempts=claim.attempts, maybe_since=since, detail=_NO_ADDRESS)
        return _settle(post, claim, end), False
    if not _begin(post, way):
        return None, False
    result = post.ports[claim.channel].send(_letter(way, address))
    return _settle(post, claim, _judge(rule, way, result, rng), result, rng), result.down


def _letter(way: _Sending, address: str) -> Letter:
    claim = way.claim
    mark = "" if way.keyed else REPEATED
    return Letter(
        id=claim.id,
        address=address,
        title=f"{mark}{claim.title}",
        text=claim.text,
        key=claim.dedup_key,
        link=claim.link,
    )


def _address(post: Notifying, claim: LetterClaim) -> str:
    with post.db.read() as session:
        return address_of(session, claim.person, claim.channel)


def _begin(post: Notifying, way: _Sending) -> bool:
    """正在发: on the disk before it goes; not where another relay has it meanwhile."""
    claim = way.claim
    with post.db.write() as session:
        done = session.connection().execute(
            update(LETTER)
            .where(
                LETTER.c.id == claim.id,
                LETTER.c.fence == claim.fence,
                LETTER.c.state.in_([state.value for state in froms(LetterState.SENDING)]),
            )
            .values(
                state=LetterState.SENDING.value,
                handed_at=way.now,
                maybe_since=way.maybe_since,
                attempts=way.tries - 1,
            )
        )
        return bool(done.rowcount)


def _judge(rule: ChannelRule, way: _Sending, result: DeliveryResult, rng: Rng) -> _End:
    again = LetterState.WAITING if way.maybe_since is None else LetterState.MAYBE_SENT
    if result.outcome is DeliveryOutcome.SENT:
        return _End(to=LetterState.SENT, attempts=way.tries - 1, maybe_since=way.maybe_since)
    if not result.tried:
        return _End(
            to=again,
            attempts=way.tries - 1,
            next_at=way.now,
            maybe_since=way.maybe_since,
            detail=result.detail,
        )
    if result.outcome is DeliveryOutcome.UNKNOWN:
        return _unknown(rule, way, result, rng)
    if result.retry_after is None or way.tries >= MAX_ATTEMPTS:
        return _End(
            to=LetterState.DEAD, attempts=way.tries, maybe_since=way.maybe_since, detail=result.detail
        )
    return _End(
        to=again,
        attempts=way.tries,
        next_at=_later(way, result, rng),
        maybe_since=way.maybe_since,
        detail=result.detail,
    )


def _unknown(rule: ChannelRule, way: _Sending, result: DeliveryResult, rng: Rng) -> _End:
    since = way.maybe_since or way.now
    next_at = _later(way, result, rng)
    known_then = knows_key(rule, (next_at - since).total_seconds())
    goes_on = known_then or (rule.resend is Resend.MARKED and way.keyed)
    return _End(
        to=LetterState.MAYBE_SENT,
        attempts=way.tries,
        next_at=next_at if goes_on and way.tries < MAX_ATTEMPTS else None,
        maybe_since=since,
        detail=result.detail,
    )


def _later(way: _Sending, result: DeliveryResult, rng: Rng) -> datetime:
    return way.now + timedelta(seconds=delay_before_next_try(result.retry_after, way.tries, rng))


def _settle(
    post: Notifying,
    claim: LetterClaim,
    end: _End,
    result: DeliveryResult | None = None,
    rng: Rng | None = None,
) -> _End | None:
    """Write down the end, and how its channel fares; ``None`` where another relay has it meanwhile."""
    now = post.wall.now()
    with post.db.write() as session:
        connection = session.connection()
        done = connection.execute(
            update(LETTER)
            .where(
                LETTER.c.id == claim.id,
                LETTER.c.fence == claim.fence,
                LETTER.c.state.in_([state.value for state in froms(end.to) | {end.to}]),
            )
            .values(
                state=end.to.value,
                dead=end.to is LetterState.DEAD,
                attempts=end.attempts,
                next_attempt_at=end.next_at,
                maybe_since=end.maybe_since,
                sent_at=now if end.to is LetterState.SENT else None,
                last_error=end.detail[:LONGEST_ERROR] or None,
                lease_by=None,
                lease_until=None,
            )
        )
        if result is not None and result.outcome is DeliveryOutcome.SENT:
            resume(connection, claim.channel)
        elif result is not None and result.down and rng is not None:
            pause(connection, claim.channel, now, result.retry_after, result.detail, rng)
    return end if done.rowcount else None
