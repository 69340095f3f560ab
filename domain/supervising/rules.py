"""督办参数: terms and ceilings that a deployment sets, each with where its default comes from."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from domain.duedates import PeriodUnit, deadline
from domain.supervising.values import Deadline
from domain.workdays import WorkCalendar

RULES_BASIS: Final = "本产品建议的督办参数,可由本地文件改定"
INSPECTION_BASIS: Final = (
    "河南省开发区建设工作领导小组2022年6月《关于规范涉及开发区示范创建和考核评比活动的通知》(见于报道,"
    "未核对原文);每年次数上限是本产品建议的参数,请按本地文件设置"
)
THROUGH_BASIS: Final = "《整治形式主义为基层减负若干规定》(2024年);经两办转送是通行做法,未核对条文"


class SupervisionRules(msgspec.Struct, frozen=True, kw_only=True):
    """督办参数. Terms in working days, the look-back in months (proposed)."""

    sign_days: int = 1
    answer_days: int = 3
    look_back_months: int = 3
    inspections_a_year: int = 2
    """督导检查 of one zone in a year; more need a paper that approves them."""
    requests_a_brief: int = 3
    """提请领导协调事项 named in one weekly list."""


def workdays_from(start: date, days: int, calendar: WorkCalendar) -> Deadline:
    """The deadline so many working days after a day, with its line."""
    due = deadline(start, days, PeriodUnit.WORKING_DAY, calendar)
    return Deadline(on=due.date or start, line=due.line)


def months_from(start: date, months: int, calendar: WorkCalendar) -> Deadline:
    """The deadline so many months after a day, with its line."""
    due = deadline(start, months, PeriodUnit.MONTH, calendar)
    return Deadline(on=due.date or start, line=due.line)
