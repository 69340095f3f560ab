"""事件编码: stored bodies to typed events and back.

A type's tag and fields are stored for ever. Where a later program writes a type otherwise, it raises
``models.chain.SCHEMA_VERSION`` and adds an upcaster here for the older form; ``tests/golden`` keeps a file
of every version ever released, and a test reads each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from domain.events import AnyEvent, Event
from models.chain import SCHEMA_VERSION, canonical

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: Final[dict[int, dict[str, Upcaster]]] = {}
"""Schema version → event type → what makes its form the one of the next version."""

_decoder = msgspec.json.Decoder(tuple[AnyEvent, ...])


class UnreadableEventError(ValueError):
    """事件读不懂: a stored body that is no list of known events."""


def encode_events(events: Sequence[Event]) -> bytes:
    """Return the canonical body of ``events``."""
    return canonical(events)


def decode_events(body: str | bytes, schema_version: int = SCHEMA_VERSION) -> tuple[Event, ...]:
    """Return the events of a stored body.

    Raises:
        UnreadableEventError: a newer schema, or a body that is not what this program ever wrote.
    """
    if schema_version > SCHEMA_VERSION:
        raise UnreadableEventError(f"schema version {schema_version} is newer than this program")
    try:
        if schema_version == SCHEMA_VERSION:
            return _decoder.decode(body)
        return msgspec.convert(_upcast(msgspec.json.decode(body), schema_version), tuple[AnyEvent, ...])
    except msgspec.MsgspecError as error:
        raise UnreadableEventError(str(error)) from error


def _upcast(events: list[dict[str, Any]], version: int) -> list[dict[str, Any]]:
    for step in range(version, SCHEMA_VERSION):
        table = UPCASTERS.get(step, {})
        events = [table[event["type"]](event) if event["type"] in table else event for event in events]
    return events
