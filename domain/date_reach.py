"""日期的范围: which dates are taken at all, wherever one is typed, sent or read from a cell.

A year with a digit too many or too few is a slip of the hand; counted through, it would cost seconds and
leave a deadline that no calendar reaches. Asked by commands, forms, the interface, the command line and
cells alike.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from domain.refusal import RefusalError, Refused

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
"""Proposed: before it nobody in a register was born, after it no holiday calendar reaches."""


def out_of_reach(day: date) -> Refused | None:
    """Why a date is not taken; None where it is."""
    if FIRST_DAY <= day <= LAST_DAY:
        return None
    return Refused(
        code="date.out_of_reach",
        message=f"日期 {day} 不在 {FIRST_DAY.year} 年至 {LAST_DAY.year} 年之间",
        remedy="请核对年份",
        facts={"on": day.isoformat()},
    )


def require_in_reach(day: date) -> date:
    """Return the day; refuse one that no calendar sensibly reaches."""
    refused = out_of_reach(day)
    if refused is not None:
        raise RefusalError(refused)
    return day


def require_dates_in_reach(said: msgspec.Struct) -> None:
    """Every date that a command, or a request of another stream, names, in its lists too."""
    for name in said.__struct_fields__:
        value = getattr(said, name)
        if isinstance(value, date):
            require_in_reach(value)
        elif isinstance(value, tuple):
            for each in value:
                if isinstance(each, msgspec.Struct):
                    require_dates_in_reach(each)
