"""亮灯: colour, word and shape of an open step, by its deadline alone, with the rule and numbers behind it.

Pure and never stored: a lamp is worked out when it is shown. Yellow from the smaller of so many working days
and a share of the term (`LampPolicy`), so that lamps do not cry wolf.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from domain.programme import LampPolicy
from domain.workdays import WorkCalendar


class Colour(StrEnum):
    """灯色."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"
    """No deadline is known yet (待定)."""


WORDS: dict[Colour, tuple[str, str]] = {
    Colour.GREEN: ("正常", "●"),
    Colour.YELLOW: ("临期", "▲"),
    Colour.RED: ("逾期", "■"),
    Colour.NONE: ("待定", "○"),
}
"""Word and shape: colour alone is never the message."""


class Lamp(msgspec.Struct, frozen=True, kw_only=True):
    """一盏灯."""

    colour: Colour
    line: str
    """The rule with its numbers, as a sentence."""

    @property
    def word(self) -> str:
        """正常, 临期, 逾期 or 待定."""
        return WORDS[self.colour][0]

    @property
    def shape(self) -> str:
        """Told apart without colour."""
        return WORDS[self.colour][1]


def lamp(
    policy: LampPolicy, opened_on: date | None, due_on: date | None, today: date, calendar: WorkCalendar
) -> Lamp:
    """The lamp of an open step on ``today``."""
    if due_on is None:
        return Lamp(colour=Colour.NONE, line="时限待定")
    left = calendar.remaining_workdays(today, due_on)
    if left < 0:
        return Lamp(colour=Colour.RED, line=f"{due_on}到期,已逾期{-left}个工作日")
    term = calendar.workdays_between(opened_on, due_on) if opened_on else 0
    soon = min(policy.soon_days, term * policy.soon_share // 100)
    if left <= soon:
        return Lamp(colour=Colour.YELLOW, line=f"{due_on}到期,还剩{left}个工作日(不多于{soon}个)")
    return Lamp(colour=Colour.GREEN, line=f"{due_on}到期,还剩{left}个工作日")
