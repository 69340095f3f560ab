"""异议: what was raised against a notice while it was posted, and what was answered.

Who raised it and what they said are kept as texts that can be erased; the state holds their digests. An
objection may be anonymous. One that came after the period is kept, marked as late, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from domain.decisions import TextRef
from domain.programme import ObjectionRule, Publicity


class ObjectionResult(StrEnum):
    """异议的答复."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


OBJECTION_TITLES: dict[ObjectionResult, str] = {
    ObjectionResult.UPHELD: "异议成立",
    ObjectionResult.PARTLY: "异议部分成立",
    ObjectionResult.REJECTED: "异议不成立",
}


class Objection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """一件异议."""

    id: str
    raised_on: date
    by: str
    """Who registered it."""
    opinion: TextRef
    objector: TextRef | None = None
    """Who raised it; None where it is anonymous."""
    late: bool = False
    """逾期提出: after the last day of the period."""
    answered_on: date | None = None
    answered_by: str = ""
    result: ObjectionResult | None = None
    answer: TextRef | None = None

    @property
    def open(self) -> bool:
        """Whether it was raised in time and waits for its answer."""
        return self.answered_on is None and not self.late


def rule_of(publicity: Publicity) -> ObjectionRule:
    """What an open objection does here."""
    return publicity.objections or ObjectionRule.BLOCK


def unanswered(objections: Iterable[Objection]) -> tuple[Objection, ...]:
    """Those raised in time that wait for their answer."""
    return tuple(each for each in objections if each.open)


def holds_back(publicity: Publicity | None, objections: Iterable[Objection]) -> bool:
    """Whether open objections keep a step from being submitted and closed."""
    if publicity is None or rule_of(publicity) is ObjectionRule.RECORD:
        return False
    return bool(unanswered(objections))


def last_answer(objections: Iterable[Objection]) -> date | None:
    """The day of the latest answer to an objection that was raised in time."""
    return max((each.answered_on for each in objections if each.answered_on and not each.late), default=None)
