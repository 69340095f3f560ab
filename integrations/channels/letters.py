"""个人通知的发送: what every HTTP channel to persons shares: one try, and what its end says.

Why not a notification library (apprise was looked at, it is installed with Prefect): it posts to the makers'
public addresses, takes an answer 200 with an error code inside for success, and does not tell a lost answer
from a refusal; see ``docs/adr``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from domain.outside import DeliveryOutcome, DeliveryResult, Letter
from domain.outside_errors import (
    OutsideError,
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
    OutsideUnavailable,
)
from integrations.http_client import Call, CallLimits, OutsideSystem

BUSY_RETRY_S: Final = 60.0
"""When the other side says “too fast” without saying how long."""

_OUR_SETTINGS: Final = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405})
"""Statuses that speak of our address or key, not of this message."""


def once(timeout_s: float) -> CallLimits:
    """One try: whether a second does harm is for the caller to know."""
    return CallLimits(read_s=timeout_s, tries=1)


def sent(letter: Letter) -> DeliveryResult:
    """The other side has it."""
    return DeliveryResult(message_id=letter.id, outcome=DeliveryOutcome.SENT)


def too_fast(letter: Letter, detail: str) -> DeliveryResult:
    """Not taken, because there were too many: the whole channel waits."""
    return DeliveryResult(
        message_id=letter.id,
        outcome=DeliveryOutcome.FAILED,
        retry_after=BUSY_RETRY_S,
        detail=detail,
        tried=False,
        down=True,
    )


def refused(letter: Letter, detail: str, *, for_good: bool, down: bool = False) -> DeliveryResult:
    """Not taken, for a reason of the message's own unless ``down``."""
    return DeliveryResult(
        message_id=letter.id,
        outcome=DeliveryOutcome.FAILED,
        retry_after=None if for_good else BUSY_RETRY_S,
        detail=detail,
        down=down,
    )


def attempt(system: OutsideSystem, letter: Letter, do: Callable[[Call], DeliveryResult]) -> DeliveryResult:
    """Make one try and say what is known after it, whatever happened."""
    try:
        return system.run(do)
    except OutsideError as error:
        return _after(letter, error)


def _after(letter: Letter, error: OutsideError) -> DeliveryResult:
    """An answer that cannot be read says nothing of the message; a wrong address or key is not its fault."""
    status = error.facts.get("status")
    unreadable = isinstance(error, OutsideProtocolError) and status is None
    ours = isinstance(error, OutsideRefused | OutsideProtocolError) and status in _OUR_SETTINGS
    unknown = unreadable or isinstance(error, OutsideTimeout)
    return DeliveryResult(
        message_id=letter.id,
        outcome=DeliveryOutcome.UNKNOWN if unknown else DeliveryOutcome.FAILED,
        retry_after=BUSY_RETRY_S if ours or unreadable else error.retry_after,
        detail=error.message,
        tried=error.attempted,
        down=ours or unknown or isinstance(error, OutsideUnavailable),
    )


def body_of(letter: Letter) -> str:
    """The message as one text, where a channel has no place for a title."""
    return "\n".join(part for part in (letter.title, letter.text, letter.link) if part)
