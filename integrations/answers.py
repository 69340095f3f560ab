"""应答核对: what an outside system's answer means, before any adapter believes it.

Statuses are a table, bodies are decoded strictly against a schema, and idempotency keys are made fit for a
header.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec

from domain.outside_errors import OutsideProtocolError, OutsideRefused, OutsideTimeout, OutsideUnavailable

T = TypeVar("T")

NOT_DONE = frozenset({408, 425, 429, 503})
"""Statuses that say: not now, and nothing was done."""
LONGEST_RETRY_AFTER_S = 24 * 3600
"""A ``Retry-After`` beyond a day is taken as a day."""
LONGEST_REASON = 200
LONGEST_KEY = 200
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What a hostile body raises; the last one by nesting a hundred thousand brackets."""
KEY_SAFE = "!#$&'()*+,/:;=?@[]|"


@dataclass(frozen=True)
class Answer:
    """应答: status, headers and the whole body as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the body, by which the ledger names the answer."""
        return hashlib.sha256(self.body).hexdigest()


def header_key(key: str) -> str:
    """幂等键: ``key`` as it goes into a header: ASCII, at most 200 characters, same in, same out."""
    quoted = quote(key, safe=KEY_SAFE)
    if not quoted:
        raise ValueError("an idempotency key must not be empty")
    return quoted if len(quoted) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def decode(system: str, answer: Answer, schema: type[T]) -> T:
    """Decode the body strictly; raise ``OutsideProtocolError`` naming the field that is wrong."""
    try:
        return msgspec.json.decode(answer.body, type=schema)
    except UNREADABLE as error:
        raise OutsideProtocolError(
            system,
            f"{system}的应答格式不对,无法采信,请人工核实。",
            facts={"fault": plain(str(error)), "digest": answer.digest},
        ) from error


def unavailable(system: str, *, reason: str, retry_after: float | None = None) -> OutsideUnavailable:
    """Build the error for a system that cannot be used now."""
    return OutsideUnavailable(
        system, f"{system}暂时无法使用,系统稍后自动再试。", retry_after=retry_after, facts={"reason": reason}
    )


def check_status(system: str, answer: Answer) -> None:
    """Return for 2xx, raise the typed error for any other status."""
    status = answer.status
    facts: dict[str, str | int] = {"status": status, "digest": answer.digest}
    if 200 <= status < 300:
        return
    if status in NOT_DONE:
        raise unavailable(system, reason=f"status {status}", retry_after=_retry_after(answer.headers))
    if status >= 500:
        raise OutsideTimeout(
            system, f"{system}内部出错({status}),办理结果不明,系统稍后自动查询,请勿重复办理。", facts=facts
        )
    if status >= 400:
        reason = _reason(answer)
        raise OutsideRefused(system, f"{system}不予受理({status}):{reason}", reason=reason, facts=facts)
    raise OutsideProtocolError(
        system, f"{system}要求转到别的地址({status}),已拒绝,请核对接口地址。", facts=facts
    )


def plain(text: str) -> str:
    """The other side's wording, shortened, on one line, without control characters."""
    line = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 1] + "…"


class _Refusal(msgspec.Struct):
    message: str = ""
    detail: str = ""


def _reason(answer: Answer) -> str:
    """Take the reason out of a JSON refusal; anything else is not shown to people."""
    try:
        refusal = msgspec.json.decode(answer.body, type=_Refusal)
    except UNREADABLE:
        return "对方没有说明原因"
    return plain(refusal.message or refusal.detail) or "对方没有说明原因"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After`` in seconds; its date form and anything else count as not given."""
    text = headers.get("Retry-After", "")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        return None
    return float(min(int(text), LONGEST_RETRY_AFTER_S))
