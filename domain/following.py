"""议定事项: what a meeting wants done beside the matter, as work until it is confirmed as done."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.decisions import TextRef


class FollowUp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """议定事项: of one recorded decision of a meeting, for one position in a body."""

    id: str
    step: str
    round: int
    decision: str
    """The number of the meeting's decision within the case."""
    text: TextRef
    body: str
    position: str
    due_on: date | None = None
    blocks: bool = False
    """Whether what comes after its step waits for it."""
    by: str
    on: date
    live: bool = False
    """Whether the decision was checked against the minutes; before that nobody is asked."""
    reported_by: str = ""
    reported_for: str = ""
    """代理、代办: in whose place it was reported."""
    reported_on: date | None = None
    report: TextRef | None = None
    confirmed_by: str = ""
    confirmed_on: date | None = None

    @property
    def reporters(self) -> tuple[str, ...]:
        """Who stands behind the report, and so does not confirm it."""
        return tuple(who for who in (self.reported_by, self.reported_for) if who)

    @property
    def open(self) -> bool:
        """Whether it still has to be done or confirmed."""
        return self.live and not self.confirmed_by
