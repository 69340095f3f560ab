"""放假安排: the days that the `holidays` library knows, and the notices behind them.

The library holds the arrangements of the State Council (放假和调休上班) for past years and computes
the statutory days for later ones. Which year rests on a published notice is a statement of its own:
`NOTICES` names the notice where its number was read at source; for other years the library's own
record is the source, with the confidence said.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from holidays.countries.china import China

LIBRARY_SOURCE: Final = "holidays 库收录"
"""The label of a year that the library holds and whose notice number was not read at source."""

NOTICES: Final[dict[int, str]] = {
    2019: "国办发明电〔2018〕15号、国办发明电〔2019〕3号",
    2020: "国办发明电〔2019〕16号、国办发明电〔2020〕1号",
    2021: "国办发明电〔2020〕27号",
    2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}
"""放假通知: year to notice. 2019 has a later change for Labour Day, 2020 a longer Spring Festival."""

_SUBSTITUTED_MARKS: Final = ("休息日", "调休")
_SHORT_NAMES: Final[dict[str, str]] = {
    "元旦": "元旦",
    "春节": "春节",
    "农历除夕": "春节",
    "春节延长假期": "春节",
    "清明节": "清明",
    "劳动节": "劳动节",
    "端午节": "端午",
    "中秋节": "中秋",
    "国庆节": "国庆",
}


class Basis(StrEnum):
    """How the days of a year are found."""

    NOTICE = "notice"
    """通知: the arrangement as the library holds it, 调休 included."""
    STATUTORY = "statutory"
    """法定: the statutory days only, without make-up days off: an arrangement adds the rest."""
    COMPUTED = "computed"
    """暂算: statutory days, and the next working day off for each that falls on a weekend."""


class YearDays(NamedTuple):
    """The days of one year that differ from the ordinary week."""

    off: frozenset[int]
    """Ordinals of days on which no work is done, weekends included."""
    names: dict[int, str]
    """Ordinal to short holiday name (`清明`, `国庆、中秋`)."""


@cache
def library_years() -> frozenset[int]:
    """Years for which the installed library holds the published arrangement.

    Told by make-up working days in the library's own table: every arrangement since 2001 has some,
    and no computed year has any.
    """
    special = _library(Basis.NOTICE).special_public_holidays
    return frozenset(
        year
        for year, entries in special.items()
        if any(isinstance(entry, tuple) and len(entry) >= 4 for entry in entries)
    )


def known_notices() -> dict[int, str]:
    """Year to source for every year the library holds: the notice's number, or the library's label."""
    return {year: NOTICES.get(year, LIBRARY_SOURCE) for year in sorted(library_years())}


@cache
def year_days(year: int, basis: Basis) -> YearDays:
    """The days of `year` on this basis; years outside 1949 to 2099 have weekends only."""
    library = _library(basis)
    first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
    off: set[int] = set()
    names: dict[int, str] = {}
    for ordinal in range(first, last + 1):
        day = dt.date.fromordinal(ordinal)
        if library.is_working_day(day):
            continue
        off.add(ordinal)
        if short := short_name(library.get(day) or ""):
            names[ordinal] = short
    return YearDays(frozenset(off), names)


def short_name(name: str) -> str:
    """The word for a holiday in an explanation line: `清明节（补假）` becomes `清明`.

    A day off that was swapped for a weekend has no name of its own and gives an empty string: it
    takes the name of the holiday it adjoins.
    """
    found: dict[str, None] = {}
    for part in name.replace("；", ";").split(";"):
        bare = part.split("（")[0].split("(")[0].strip()
        if bare and not bare.startswith(_SUBSTITUTED_MARKS):
            found[_SHORT_NAMES.get(bare, bare)] = None
    return "、".join(found)


def _library(basis: Basis) -> China:
    # Loading brings in every country (0.1 s, 0.5 s without bytecode); who counts no days must not pay it.
    from holidays.countries.china import China

    library = China(observed=basis is not Basis.STATUTORY, language="zh_CN")  # type: ignore[no-untyped-call]
    if basis is not Basis.NOTICE:
        library.special_public_holidays = {}
        library.special_public_holidays_observed = {}
        library.weekend_workdays = set()
    return library
