"""事件推送: posts events to the addresses that were registered for them, each under its own secret.

What one receiver does holds up no other: each address has its own circuit, and all addresses of a batch are
asked at the same time, so that a batch takes ten seconds at most, however many there are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from config.clock import WallClock
from domain.outside import DeliveryOutcome, DeliveryResult, Message
from domain.pushing import Receiver
from integrations.channels.webhook import WebhookChannel
from integrations.http_client import CallLimits, OutsideSystem

Find = Callable[[str], Receiver | str]
"""Id of an address → who is there; or in Chinese why nothing may be sent there."""


class SubscribersChannel:
    """事件推送 channel; a ``ChannelPort``. A message's recipient is the id of an address."""

    def __init__(self, find: Find, clock: WallClock, limits: CallLimits) -> None:
        self._find = find
        self._clock = clock
        self._limits = limits
        self._systems: dict[tuple[str, str], OutsideSystem] = {}
        self._lock = threading.Lock()

    def deliver(self, batch: Sequence[Message]) -> list[DeliveryResult]:
        """Post each message to its address; one result a message, in order."""
        if not batch:
            return []
        parts: dict[str, list[Message]] = {}
        for message in batch:
            parts.setdefault(message.recipient, []).append(message)
        with ThreadPoolExecutor(len(parts), thread_name_prefix="push") as pool:
            found = [result for part in pool.map(self._to_one, parts, parts.values()) for result in part]
        by_id = {result.message_id: result for result in found}
        return [by_id[message.id] for message in batch]

    def _to_one(self, id_: str, messages: Sequence[Message]) -> list[DeliveryResult]:
        found = self._find(id_)
        if isinstance(found, str):
            failed = DeliveryOutcome.FAILED
            return [DeliveryResult(message_id=m.id, outcome=failed, detail=found) for m in messages]
        return WebhookChannel(self._system(found), found.secret, self._clock).deliver(messages)

    def _system(self, receiver: Receiver) -> OutsideSystem:
        with self._lock:
            key = (receiver.name, receiver.url)
            if key not in self._systems:
                self._systems[key] = OutsideSystem(
                    f"推送地址“{receiver.name}”", receiver.url, limits=self._limits
                )
            return self._systems[key]

    def close(self) -> None:
        """Give back connections."""
        with self._lock:
            for system in self._systems.values():
                system.close()
            self._systems.clear()
