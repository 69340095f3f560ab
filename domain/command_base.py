"""指令的根: what every command has; split from `domain.commands`, which is the way in: import from there."""

from __future__ import annotations

from datetime import date

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """The base of all. `occurred_on` is when it happened, as a legal date; recording may come later."""

    command_id: str
    """Unique: the same id twice is answered with what the first one did."""
    case: str
    occurred_on: date


class StepCommand(Command, frozen=True, kw_only=True, omit_defaults=True):
    """An act on a step in a round that the actor saw."""

    step: str
    round: int
