"""系统内消息: messages as rows of our own database, the channel that always works."""

from collections.abc import Callable, Sequence

from domain.outside import DeliveryOutcome, DeliveryResult, Message

InAppStore = Callable[[Sequence[Message]], None]
"""Stores the messages that are not stored yet, by ``dedup_key`` and recipient, in one transaction."""


class InAppChannel:
    """系统内消息 channel; a ``ChannelPort``.

    Exactly once by key: the store, given by ``services``, has a unique key in the database. A fault of the
    database raises, because then nothing was delivered and nothing may be recorded as delivered.
    """

    def __init__(self, store: InAppStore) -> None:
        self._store = store

    def deliver(self, batch: Sequence[Message]) -> list[DeliveryResult]:
        """Store the batch as a whole; one result a message, in order."""
        self._store(batch)
        return [DeliveryResult(message_id=m.id, outcome=DeliveryOutcome.SENT) for m in batch]
