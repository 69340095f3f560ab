"""传阅、抄送和催办的值: whom something was shown to, who has read it, and who pressed for it.

None of them decides anything: a circulation never holds a step up, pressing changes no date.
"""

from __future__ import annotations

from datetime import date

import msgspec

from domain.decisions import TextRef


class Reader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """阅办人: a position in a body, and who has read it there."""

    body: str
    position: str
    read_by: str = ""
    read_for: str = ""
    """代理、代办: in whose place it was read."""
    read_on: date | None = None

    @property
    def place(self) -> str:
        """`body/position`."""
        return f"{self.body}/{self.position}"


class Circulation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """传阅 (`marks`: each marks 已阅) or 抄送 (for information)."""

    id: str
    step: str
    round: int
    by: str
    on: date
    readers: tuple[Reader, ...]
    marks: bool = True
    until: date | None = None
    note: TextRef | None = None
    ended_on: date | None = None

    @property
    def waits_for(self) -> tuple[Reader, ...]:
        """Who has still to read it."""
        return tuple(r for r in self.readers if not r.read_by) if self.marks and self.ended_on is None else ()


class Urging(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """催办 in this round: the last time, and how often."""

    on: date
    by: str
    times: int = 1
    note: TextRef | None = None
