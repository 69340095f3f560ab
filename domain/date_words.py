"""日期用语: how a line that explains a date writes days, runs of days and weekdays."""

from __future__ import annotations

import datetime as dt
from typing import Final

_WEEKDAYS: Final = "一二三四五六日"


def day_words(day: dt.date, year: int) -> str:
    """`4月7日`, with its year where that is not `year`."""
    prefix = "" if day.year == year else f"{day.year}年"
    return f"{prefix}{day.month}月{day.day}日"


def range_words(first: dt.date, last: dt.date, year: int) -> str:
    """`4月3—5日`, `9月29日—10月6日`, `12月31日—2023年1月2日`; one day alone is named alone."""
    if first == last:
        return day_words(first, year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{day_words(first, year)[:-1]}—{last.day}日"
    return f"{day_words(first, year)}—{day_words(last, first.year)}"


def weekday_words(day: dt.date) -> str:
    """`周六`."""
    return f"周{_WEEKDAYS[day.weekday()]}"
