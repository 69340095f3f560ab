"""事件推送: which events leave for other systems, and to which addresses they may.

An event goes out as its type and where it happened, never as its content: opinions, names and papers are read
through the API, with the reader's own right. Addresses are the deployment's to allow; none is allowed by
default, so that nothing leaves an intranet by a slip.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

import msgspec

from domain.event_titles import EVENT_TITLES
from domain.refusal import Refused

EVENTS: Final = "events"
"""Outbox channel of events that nobody was found for yet."""
SUBSCRIPTION: Final = "subscription"
"""Outbox channel of events for one address each."""
EVENT: Final = "event"
"""Kind of message."""
TEST: Final = "test"
LONGEST_URL: Final = 500
_PORTS: Final = {"http": 80, "https": 443}


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """订阅: what is wanted at which address, and in whose sight."""

    name: str
    url: str
    subscriber: str
    division: str = ""
    events: tuple[str, ...] = ()

    def wants(self, type_: str) -> bool:
        """Whether events of this type go there."""
        return not self.events or type_ in self.events


class Receiver(NamedTuple):
    """接收方: an address that may be posted to now, with the secret that signs."""

    name: str
    url: str
    secret: str


def judge_subscription(wanted: Subscription, allowed: Iterable[str]) -> Refused | None:
    """推送登记判断: whether the address is allowed and every type is one that there is."""
    unknown = sorted(set(wanted.events) - set(EVENT_TITLES))
    if unknown:
        return Refused(
            code="webhook.events",
            message=f"没有这样的事件类型:{'、'.join(unknown)}",
            remedy="事件类型见 zonectl webhook events;不填为全部",
            facts={"unknown": "、".join(unknown)},
        )
    return judge_address(wanted.url, allowed)


def judge_address(url: str, allowed: Iterable[str]) -> Refused | None:
    """推送地址判断: plain, and below one of the addresses that the deployment allows."""
    parts = _parts(url)
    if parts is None or len(url) > LONGEST_URL:
        return Refused(
            code="webhook.url",
            message="推送地址不合要求",
            remedy="请写成 http:// 或 https:// 开头的完整网址,不带用户名、参数、# 和 ..",
        )
    if any(_below(parts, other) for prefix in allowed if (other := _parts(prefix)) is not None):
        return None
    return Refused(
        code="webhook.not_allowed",
        message="不允许向这个地址推送",
        remedy="请由系统管理员把地址加入设置 ZR_WEBHOOK_ALLOWED 后再登记",
        facts={"origin": origin_of(url)},
    )


def is_address(url: str) -> bool:
    """Whether this can be an address at all."""
    return _parts(url) is not None


def origin_of(url: str) -> str:
    """Scheme, host and port: what may be told of an address, for its path may hold a secret word."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _parts(url: str) -> SplitResult | None:
    if not url.isascii() or any(char.isspace() or char in "\\%?#@" for char in url):
        return None
    try:
        parts = urlsplit(url)
        known = parts.port is None or parts.port > 0
    except ValueError:
        return None
    dotted = any(part in {".", ".."} for part in parts.path.split("/"))
    return parts if known and parts.scheme in _PORTS and parts.hostname and not dotted else None


def _below(parts: SplitResult, allowed: SplitResult) -> bool:
    if (parts.scheme, parts.hostname, _port(parts)) != (allowed.scheme, allowed.hostname, _port(allowed)):
        return False
    root = allowed.path.rstrip("/")
    return parts.path == root or parts.path.startswith(f"{root}/") or not root


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]
