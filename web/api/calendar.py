"""日历接口: how dates come about, and yearly notices of holidays: preview and loading."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query
from pydantic import Field
from pydantic import StrictBool as Flag

from domain.calendar_notice import Notice, NoticeDay
from domain.duedates import PeriodUnit
from domain.workdays import DayKind
from services.calendars.loading import NoticeDone, NoticePreview
from services.calendars.showing import Explained, YearShown
from services.office import calendar
from web.api.desk import CommandIdOf, CounterOf
from web.api.shapes import NOT_BLANK, Asked, Day, Stored, shown
from web.api.words import WORDS, meaning
from web.problems import got

router = APIRouter(tags=["工作日历"])
MOST_DAYS: Final = 120
_EXAMPLE: Final = {
    "year": 2022,
    "number": "国办发明电〔2021〕11号",
    "days": [
        {"day": "2022-01-01", "kind": "holiday", "name": "元旦"},
        {"day": "2022-01-29", "kind": "workday"},
    ],
}
Year = Annotated[int, Query(ge=0, le=9999, description="年份;不填为今年")]
Start = Annotated[Day, Query(description="起算日")]
Amount = Annotated[int, Query(ge=1, le=3660, description="期限的长度")]
Unit = Annotated[PeriodUnit, Query(description="期限单位:working_day 工作日,day 日,month 月")]
FirstDay = Annotated[bool, Query(description="起算日当天是否计入")]


class NewNoticeDay(Asked):
    """放假安排里的一天."""

    day: Day = Field(description=meaning("NewNoticeDay", "day"))
    kind: DayKind = Field(description=meaning("NewNoticeDay", "kind"))
    name: Annotated[Stored, Field(max_length=20)] = Field(
        default="", description=meaning("NewNoticeDay", "name")
    )


class NewNotice(Asked):
    """一年的放假安排: all days that differ from the ordinary week, as they now are."""

    year: Annotated[int, Field(ge=1950, le=2098, strict=True)] = Field(description=WORDS["year"])
    number: Annotated[Stored, Field(min_length=1, max_length=200, pattern=NOT_BLANK)] = Field(
        description=meaning("NewNotice", "number")
    )
    days: Annotated[list[NewNoticeDay], Field(min_length=1, max_length=MOST_DAYS)] = Field(
        description=meaning("NewNotice", "days")
    )

    def notice(self) -> Notice:
        """As the services speak of it."""
        days = [
            NoticeDay(each.day, each.kind, "" if each.kind is DayKind.WORKDAY else each.name)
            for each in sorted(self.days, key=lambda each: each.day)
        ]
        return Notice(year=self.year, number=self.number, days=tuple(days))


class LoadedNotice(NewNotice):
    """载入放假安排."""

    contradicts: Flag = Field(default=False, description=WORDS["contradicts"])


@router.get("/calendar", response_model=shown(YearShown), summary="一年的放假安排")
def show_year(counter: CounterOf, year: Year = 0) -> Any:
    """放假、调休上班各是哪几天,依据哪份通知;还没有通知的年份是暂定。"""
    return got(calendar.show_year(counter, year))


@router.get("/calendar/explain", response_model=shown(Explained), summary="日期说明")
def explain_date(
    counter: CounterOf,
    start: Start,
    amount: Amount,
    unit: Unit = PeriodUnit.WORKING_DAY,
    first_day: FirstDay = False,
) -> Any:
    """从某日起若干工作日(日、月)是哪一天,怎么算出来的;另附起算日计入与不计入的另一种算法。"""
    return got(calendar.explain_date(counter, start, amount, unit, first_day=first_day))


@router.post("/calendar/preview", response_model=shown(NoticePreview), summary="载入放假安排的预览")
def preview_notice(counter: CounterOf, body: Annotated[NewNotice, Body(examples=[_EXAMPLE])]) -> Any:
    """哪些日子有变动、与内置数据有无出入、在办事项的哪些期限会变;什么也不写入。"""
    return got(calendar.preview_notice(counter, body.notice()))


@router.post("/calendar/notices", response_model=shown(NoticeDone), summary="载入放假安排")
def load_notice(
    counter: CounterOf, command_id: CommandIdOf, body: Annotated[LoadedNotice, Body(examples=[_EXAMPLE])]
) -> Any:
    """一次办完:载入、重算在办事项的期限、告知受影响的岗位。写错了,再载入一份更正的即可。"""
    return got(calendar.load_notice(counter, body.notice(), command_id, contradicts=body.contradicts))
