"""工作日历: at the counter: what a token was made for is asked here, the rest by the service."""

from __future__ import annotations

import datetime as dt

from domain.calendar_notice import Notice
from domain.duedates import PeriodUnit
from domain.permissions import Action
from domain.refusal import Refused
from services.calendars import loading, showing
from services.calendars.loading import NoticeDone, NoticePreview
from services.calendars.showing import Explained, YearShown
from services.office.counter import Counter


def show_year(counter: Counter, year: int) -> YearShown | Refused:
    """一年的放假安排; of this year where none is named (0)."""
    return showing.show_year(counter.runtime, year or counter.today().year)


def explain_date(
    counter: Counter, start: dt.date, amount: int, unit: PeriodUnit, *, first_day: bool
) -> Explained | Refused:
    """日期说明."""
    return showing.explain_date(counter.runtime, start, amount, unit, first_day=first_day)


def preview_notice(counter: Counter, notice: Notice) -> NoticePreview | Refused:
    """载入预览."""
    refused = counter.out_of_scope(str(Action.CALENDAR_CHANGE))
    return refused or loading.preview_notice(counter.runtime, counter.person, loading.judged(notice))


def load_notice(
    counter: Counter, notice: Notice, command_id: str, *, contradicts: bool
) -> NoticeDone | Refused:
    """载入放假通知."""
    return counter.out_of_scope(str(Action.CALENDAR_CHANGE)) or loading.load_notice(
        counter.runtime,
        counter.person,
        loading.judged(notice),
        command_id=command_id,
        contradicts=contradicts,
        channel=counter.entry.channel,
    )
