"""网页措辞: dates, working days and small words as officers write them; filters of the templates."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from config.clock import BUSINESS_TIMEZONE
from domain.units import SupervisingLevel

WEEKDAYS: Final = "一二三四五六日"
_FULL: Final = str.maketrans(",;:?!()", "，；：？！（）")
_MARK: Final = re.compile(r"(?<=[一-鿿”》〕）])[,;:?!)]|[,;:?!(](?=[一-鿿“《〔（])")


def day(value: date | None, today: date | None = None) -> str:
    """4月24日 周日; with the year where it is not today's."""
    if value is None:
        return "待定"
    year = f"{value.year}年" if today is None or value.year != today.year else ""
    return f"{year}{value.month}月{value.day}日 周{WEEKDAYS[value.weekday()]}"


def full_day(value: date | None) -> str:
    """2022年4月21日."""
    return "待定" if value is None else f"{value.year}年{value.month}月{value.day}日"


def short_day(value: date | None) -> str:
    """4月21日."""
    return "待定" if value is None else f"{value.month}月{value.day}日"


def near_day(value: date, today: date) -> str:
    """4月21日; with the year where it is not today's."""
    return full_day(value) if value.year != today.year else short_day(value)


def instant(value: datetime | None) -> str:
    """2022年4月21日 09:30, in Asia/Shanghai."""
    if value is None:
        return ""
    local = value.astimezone(BUSINESS_TIMEZONE)
    return f"{full_day(local.date())} {local:%H:%M}"


def remaining(days: int | None) -> str:
    """剩 2 个工作日, 逾期 1 个工作日."""
    if days is None:
        return ""
    return f"逾期 {-days} 个工作日" if days < 0 else f"剩 {days} 个工作日"


def zh(text: str) -> str:
    """Full-width punctuation beside Chinese characters, as an office writes it."""
    return _MARK.sub(lambda found: found.group().translate(_FULL), text)


def managed(supervising: str) -> str:
    """省管 / 市管 / 县管."""
    return SupervisingLevel(supervising).label if supervising else "主管级待补"


def size(value: int) -> str:
    """1.2 MB."""
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))} KB"
    return f"{value / 1024 / 1024:.1f} MB"


FILTERS: Final = {
    "day": day,
    "full_day": full_day,
    "short_day": short_day,
    "instant": instant,
    "managed": managed,
    "remaining": remaining,
    "size": size,
    "zh": zh,
}
