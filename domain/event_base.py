"""事件的根: what every event has; split from `domain.events`, which is the way in: import from there."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """The base of all."""


class OfStep(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event of one step; `step` is its key, `4.5#row` where it runs per item."""

    step: str
