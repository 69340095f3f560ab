"""会议接口: sessions, their agendas over all cases, the minutes of a whole session."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Path, Query, status
from pydantic import Field

from domain.decisions import Outcome
from domain.meeting_sessions import SessionAct
from services.meetings.desk import NewSession, SessionChange, SessionDone
from services.meetings.listing import AgendaLine, SessionLine, SessionPage
from services.meetings.recording import Minutes, MinutesDone, MinutesRow, WantedItem
from services.office import meetings
from web.api.desk import UNIT, CommandIdOf, CounterOf
from web.api.shapes import NOT_BLANK, Asked, Day, Shown, Text, Word, shown
from web.api.words import meaning
from web.problems import got

router = APIRouter(tags=["会议"], prefix="/meetings")
MOST_ROWS: Final = 200
_DAY: Final = "2022-03-02"
MeetingId = Annotated[str, Path(pattern=r"^M[0-9]{4}-[0-9]{4,6}$", description="会议编号")]
BodyCode = Annotated[str, Path(pattern=UNIT, description="开会的机构代码")]
OfBody = Annotated[str, Query(pattern=r"^$|" + UNIT, description="只看一个机构的会议")]
State = Annotated[
    Literal["", "planned", "held", "cancelled"],
    Query(description="只看一种状态:planned 拟召开,held 已召开,cancelled 已取消"),
]
Named = Annotated[Word, Field(min_length=1, pattern=NOT_BLANK)]
Told = Annotated[Text, Field(min_length=1, pattern=NOT_BLANK)]
Code = Annotated[str, Field(pattern=UNIT)]


def _said(owner: str, name: str, **more: Any) -> Any:
    return Field(description=meaning(owner, name), **more)


class SessionAsked(Asked):
    """安排会议."""

    body: Code = _said("SessionAsked", "body")
    name: Named = _said("SessionAsked", "name")
    planned_on: Day = _said("SessionAsked", "planned_on")
    material_due: Day | None = _said("SessionAsked", "material_due", default=None)
    occurred_on: Day = _said("SessionAsked", "occurred_on")


class SessionChangeAsked(Asked):
    """调整或取消会议."""

    act: Literal["change", "cancel"] = _said("SessionChangeAsked", "act")
    name: Word = _said("SessionChangeAsked", "name", default="")
    planned_on: Day | None = _said("SessionChangeAsked", "planned_on", default=None)
    material_due: Day | None = _said("SessionChangeAsked", "material_due", default=None)
    reason: Text = _said("SessionChangeAsked", "reason", default="")
    occurred_on: Day = _said("SessionChangeAsked", "occurred_on")


class WantedAsked(Asked):
    """议定事项."""

    text: Told = _said("WantedAsked", "text")
    body: Code = _said("WantedAsked", "body")
    position: Word = _said("WantedAsked", "position", default="handler")
    due_on: Day | None = _said("WantedAsked", "due_on", default=None)
    blocks: bool = _said("WantedAsked", "blocks", default=False)


class MinutesRowAsked(Asked):
    """纪要中的一个议题."""

    case: Named = _said("MinutesRowAsked", "case")
    step: Named = _said("MinutesRowAsked", "step")
    outcome: Outcome = _said("MinutesRowAsked", "outcome")
    opinion: Text = _said("MinutesRowAsked", "opinion", default="")
    seat: Word = _said("MinutesRowAsked", "seat", default="")
    confirm_by: Word = _said("MinutesRowAsked", "confirm_by", default="")
    items: Annotated[list[WantedAsked], Field(max_length=MOST_ROWS)] = _said(
        "MinutesRowAsked", "items", default_factory=list
    )


class MinutesAsked(Asked):
    """会议纪要."""

    held_on: Day = _said("MinutesAsked", "held_on")
    number: Named = _said("MinutesAsked", "number")
    rows: Annotated[list[MinutesRowAsked], Field(min_length=1, max_length=MOST_ROWS)] = _said(
        "MinutesAsked", "rows"
    )


class AgendaPrinted(Shown):
    """打印的议题汇总表."""

    page: str = _said("AgendaPrinted", "page")
    word: str = _said("AgendaPrinted", "word")


@router.get("", response_model=list[shown(SessionLine)], summary="会议清单")  # type: ignore[misc]
def list_sessions(counter: CounterOf, body: OfBody = "", state: State = "") -> Any:
    """您看得见的会议,日期晚的在前,最多 200 次。"""
    return list(got(meetings.list_sessions(counter, body, state)))


_SESSION: Final = {
    "body": "body:411024:party_committee", "name": "第5次会议", "planned_on": _DAY, "occurred_on": _DAY,
}  # fmt: skip


@router.post("", response_model=shown(SessionDone), status_code=status.HTTP_201_CREATED, summary="安排会议")
def plan_session(
    counter: CounterOf, command_id: CommandIdOf, body: Annotated[SessionAsked, Body(examples=[_SESSION])]
) -> Any:
    """由替它登记纪要的机构、本机构或本地区改革办安排;不填材料截止日的,按设置从会议日期倒算。"""
    asked = NewSession(
        body=body.body,
        name=body.name,
        planned_on=body.planned_on,
        material_due=body.material_due,
        on=body.occurred_on,
    )
    return got(meetings.plan_session(counter, asked, command_id))


@router.get("/agenda/{body}", response_model=list[shown(AgendaLine)], summary="待议议题")  # type: ignore[misc]
def show_agenda(counter: CounterOf, body: BodyCode) -> Any:
    """等一个会议议定的全部事项:待申报、待列入、待上会、待录结果、待核对。"""
    return list(got(meetings.body_agenda(counter, body)))


@router.get("/{meeting}", response_model=shown(SessionPage), summary="一次会议")
def show_session(counter: CounterOf, meeting: MeetingId) -> Any:
    """列入的议题,上次暂缓再上会的,还待列入的。"""
    return got(meetings.show_session(counter, meeting))


@router.get("/{meeting}/print", response_model=AgendaPrinted, summary="打印议题汇总表")
def print_agenda(counter: CounterOf, meeting: MeetingId) -> Any:
    """打印页和 Word 文件。"""
    printed = got(meetings.print_agenda(counter, meeting))
    return {"page": printed.page(), "word": b64encode(printed.word()).decode()}


_CHANGE: Final = {"act": "change", "planned_on": "2022-03-09", "occurred_on": _DAY}


@router.post("/{meeting}/acts", response_model=shown(SessionDone), summary="调整或取消会议")
def change_session(
    counter: CounterOf,
    command_id: CommandIdOf,
    meeting: MeetingId,
    body: Annotated[SessionChangeAsked, Body(examples=[_CHANGE])],
) -> Any:
    """列入的议题跟着调整;取消前须先改列或移出。"""
    asked = SessionChange(
        session=meeting,
        act=SessionAct(body.act),
        name=body.name,
        planned_on=body.planned_on,
        material_due=body.material_due,
        reason=body.reason,
        on=body.occurred_on,
    )
    return got(meetings.change_session(counter, asked, command_id))


_MINUTES: Final = {
    "held_on": _DAY,
    "number": "示例纪要〔2022〕第5号",
    "rows": [{"case": "development-zone/unit-1", "step": "1.8", "outcome": "passed"}],
}


@router.post("/{meeting}/minutes", response_model=shown(MinutesDone), summary="登记会议纪要")
def record_minutes(
    counter: CounterOf,
    command_id: CommandIdOf,
    meeting: MeetingId,
    body: Annotated[MinutesAsked, Body(examples=[_MINUTES])],
) -> Any:
    """按纪要登记整次会议,一个议题一行;有一行不能登记的,全部不登记,并逐行说明。登记后由另一人逐项核对。"""
    asked = Minutes(
        session=meeting,
        held_on=body.held_on,
        number=body.number,
        rows=tuple(_row(each) for each in body.rows),
    )
    return got(meetings.record_minutes(counter, asked, command_id))


def _row(row: MinutesRowAsked) -> MinutesRow:
    return MinutesRow(
        case=row.case,
        step=row.step,
        outcome=row.outcome,
        opinion=row.opinion,
        seat=row.seat,
        confirm_by=row.confirm_by,
        items=tuple(_wanted(each) for each in row.items),
    )


def _wanted(item: WantedAsked) -> WantedItem:
    return WantedItem(
        text=item.text, body=item.body, position=item.position, due_on=item.due_on, blocks=item.blocks
    )
