"""公示期的检查: a period that ran, counted both ways (`practice.md` 6)."""

from __future__ import annotations

from domain.checks.looking import Look
from domain.duedates import PeriodUnit, counted_days

_WORDS = {PeriodUnit.DAY: "日", PeriodUnit.WORKING_DAY: "个工作日"}


def count_period(look: Look, ref: str, unit: PeriodUnit) -> None:
    """Whether each notice stood long enough. Too short both ways is a fault; one way only is doubtful.

    Whether the first day counts is a parameter of a period, and offices differ: where only the counting
    decides, nobody may be stopped by it.
    """
    least = look.amount("days")
    for notice in look.papers(ref):
        if look.missing(notice, "starts_on", "ends_on"):
            continue
        first, last = notice.day("starts_on"), notice.day("ends_on")
        if first is None or last is None or last < first:
            look.fault(notice.ref, f"“{notice.title}”的截止日期 {last} 早于起始日期 {first}")
            continue
        days = counted_days(first, last, unit, look.facts.calendar)
        more, fewer = max(days.with_first_day, days.without_first_day), days.without_first_day
        if fewer >= least:
            continue
        said = (
            f"“{notice.title}”{first} 至 {last}:首日计入为 {days.with_first_day} {_WORDS[unit]},"
            f"不计入为 {days.without_first_day} {_WORDS[unit]}"
        )
        if more >= least:
            stops = look.word("block_when") == "either_count"
            look.fault(notice.ref, f"{said},只差在首日是否计入", doubtful=not stops)
        else:
            look.fault(notice.ref, f"{said},都少于 {least}")
