"""督查督办接口: sources, findings, supervision orders, requests to leaders, inspections; lists and acts."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Path, Query, status

from domain.supervising.matters import RequestState
from domain.supervising.requests import Answered, Quota
from domain.supervising.values import Paper
from services.office import supervision
from services.supervising.desk import Enacted
from services.supervising.findings import FindingMove, NewFinding
from services.supervising.orders import NewOrder, OrderMoveAsked
from services.supervising.reading import MatterFilter, MatterLine, MatterView, WeeklyList
from services.supervising.requests import NewInspection, NewRequest
from services.supervising.sources import NewSource
from services.supervising.suggesting import Suggestion
from web.api.desk import UNIT, CommandIdOf, CounterOf
from web.api.shapes import Page, shown
from web.api.supervision_shapes import (
    AnswerAsked,
    EndAsked,
    FindingActAsked,
    FindingNew,
    InspectionNew,
    MatterDone,
    OrderActAsked,
    OrderNew,
    PaperAsked,
    RequestNew,
    SourceAsked,
)
from web.paging import Cursor, Limit, page, position
from web.problems import got

router = APIRouter(tags=["督查督办"], prefix="/supervision")
_DAY: Final = "2022-03-02"
MatterId = Annotated[str, Path(pattern=r"^[SWDTJB][0-9]{4}-[0-9]{4,6}$", description="事项编号")]
Kind = Annotated[
    Literal["", "source", "finding", "order", "request", "inspection", "admonition"],
    Query(
        description="只看一种:source 来源,finding 问题,order 督办单,request 提请事项,"
        "inspection 督导检查,admonition 通报和约谈"
    ),
]
State = Annotated[str, Query(pattern=r"^[a-z_]{0,20}$", description="只看一种状态")]
OfUnit = Annotated[str, Query(pattern=r"^$|" + UNIT, description="只看一个改革单位的")]
OfSource = Annotated[str, Query(pattern=r"^$|^S[0-9]{4}-[0-9]{4,6}$", description="只看一件来源分出的")]
Year = Annotated[int, Query(ge=0, le=9999, description="年份;不填为今年")]


def papers_of(given: list[PaperAsked]) -> tuple[Paper, ...]:
    return tuple(
        Paper(title=each.title, dated_on=each.dated_on, number=each.number, kept_at=each.kept_at)
        for each in given
    )


def done_of(done: Enacted) -> dict[str, Any]:
    matter = done.matter
    return {
        "id": matter.id,
        "state": str(getattr(matter, "state", "")),
        "number": str(getattr(matter, "number", "")),
        "repeated": done.repeated,
    }


@router.get("", response_model=Page[shown(MatterLine)], summary="督办事项")  # type: ignore[misc]
def list_matters(
    counter: CounterOf,
    kind: Kind = "",
    state: State = "",
    unit: OfUnit = "",
    source: OfSource = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """您看得见的来源、问题、督办单、提请事项和督导检查,按编号排列。"""
    after = position(cursor, str) or ("",)
    wanted = MatterFilter(kind=kind, state=state, unit=unit, source=source)
    found = got(supervision.list_matters(counter, wanted, after=after[0], limit=limit + 1))
    return page(found, limit, lambda each: (each.id,))


@router.get("/week", response_model=shown(WeeklyList), summary="每周清单")
def show_week(counter: CounterOf) -> Any:
    """提请领导协调事项:最多列设置的几项,有答复期限的、提请早的在前;另列一周内已答复的。"""
    return got(supervision.weekly_list(counter))


@router.get("/suggestions", response_model=list[shown(Suggestion)], summary="拟办建议")  # type: ignore[misc]
def list_suggestions(counter: CounterOf) -> Any:
    """红灯满规定天数的,问题、督办单逾期的;红灯最多的单位在前。只建议,不发出。"""
    return list(got(supervision.list_suggestions(counter)))


@router.get("/quota/{unit}", response_model=shown(Quota), summary="检查次数")
def show_quota(
    counter: CounterOf,
    unit: Annotated[str, Path(pattern=UNIT, description="改革单位编号")],
    year: Year = 0,
) -> Any:
    """一个开发区一年已登记几次督导检查,上限几次。"""
    return got(supervision.show_quota(counter, unit, year))


@router.get("/matters/{matter}", response_model=shown(MatterView), summary="一件督办事项")
def show_matter(counter: CounterOf, matter: MatterId) -> Any:
    """承办单位和各自期限,期限怎么算出来的,全部办理记录。"""
    return got(supervision.show_matter(counter, matter))


_SOURCE: Final = {
    "kind": "oral", "issued_on": _DAY, "issuer": "示例领导", "title": "示例事项", "occurred_on": _DAY,
}  # fmt: skip


@router.post("/sources", response_model=MatterDone, status_code=status.HTTP_201_CREATED, summary="登记来源")
def register_source(
    counter: CounterOf, command_id: CommandIdOf, body: Annotated[SourceAsked, Body(examples=[_SOURCE])]
) -> Any:
    """批示件、会议议定、来文、口头指示、督察反馈、合规检查;口头指示可以没有文号。"""
    asked = NewSource(
        kind=body.kind,
        number=body.number,
        issued_on=body.issued_on,
        due_on=body.due_on,
        on=body.occurred_on,
        office=body.office,
    )
    return done_of(got(supervision.register_source(counter, asked, body.issuer, body.title, command_id)))


_ANSWER: Final = {"text": "示例:已办结", "medium": "reply", "occurred_on": _DAY}


@router.post("/sources/{matter}/answer", response_model=MatterDone, summary="反馈来源")
def answer_source(
    counter: CounterOf,
    command_id: CommandIdOf,
    matter: MatterId,
    body: Annotated[AnswerAsked, Body(examples=[_ANSWER])],
) -> Any:
    """分出的问题都销号以后。"""
    said = Answered(on=body.occurred_on, medium=body.medium, number=body.number)
    return done_of(got(supervision.answer_source(counter, matter, said, body.text, command_id)))


_FINDING: Final = {"source": "S2022-0001", "title": "示例问题", "occurred_on": _DAY}


@router.post("/findings", response_model=MatterDone, status_code=status.HTTP_201_CREATED, summary="立项")
def register_finding(
    counter: CounterOf, command_id: CommandIdOf, body: Annotated[FindingNew, Body(examples=[_FINDING])]
) -> Any:
    """从一件来源分出一个问题;来自合规检查的写现有问题的编号,同一个问题不会立两次。"""
    asked = NewFinding(source=body.source, unit=body.unit, check_key=body.check_key, on=body.occurred_on)
    return done_of(got(supervision.register_finding(counter, asked, body.title, command_id)))


_FINDING_ACT: Final = {
    "act": "assign",
    "lead": {"body": "body:411024:zone", "due_on": "2022-03-31"},
    "occurred_on": _DAY,
}


@router.post("/findings/{matter}/acts", response_model=MatterDone, summary="办理问题")
def act_on_finding(
    counter: CounterOf,
    command_id: CommandIdOf,
    matter: MatterId,
    body: Annotated[FindingActAsked, Body(examples=[_FINDING_ACT])],
) -> Any:
    """交办、签收、报告整改、申请销号、复核、销号、回头看、重新立项等;参与整改的人和其代理人不能复核、销号。"""
    asked = FindingMove(
        finding=matter,
        act=body.act,
        on=body.occurred_on,
        papers=papers_of(body.papers),
        lead=body.lead.body if body.lead else "",
        lead_due=body.lead.due_on if body.lead else None,
        supports=tuple((each.body, each.due_on) for each in body.supports),
        due_on=body.due_on,
        body=body.body,
    )
    return done_of(got(supervision.act_on_finding(counter, asked, body.text, command_id)))


_ORDER: Final = {"addressee": "body:411024:zone", "text": "示例要求", "occurred_on": _DAY}


@router.post("/orders", response_model=MatterDone, status_code=status.HTTP_201_CREATED, summary="拟办督办单")
def draft_order(
    counter: CounterOf, command_id: CommandIdOf, body: Annotated[OrderNew, Body(examples=[_ORDER])]
) -> Any:
    """凭拟办建议(事实由系统填好),或人工拟办;编号在签发时给。"""
    asked = NewOrder(
        on=body.occurred_on,
        key=body.key,
        colour=body.colour,
        addressee=body.addressee,
        through=body.through,
        unit=body.unit,
        office=body.office,
    )
    return done_of(got(supervision.draft_order(counter, asked, body.text, command_id)))


_ORDER_ACT: Final = {"act": "issue", "occurred_on": _DAY}


@router.post("/orders/{matter}/acts", response_model=MatterDone, summary="办理督办单")
def act_on_order(
    counter: CounterOf,
    command_id: CommandIdOf,
    matter: MatterId,
    body: Annotated[OrderActAsked, Body(examples=[_ORDER_ACT])],
) -> Any:
    """签发、决定不发、签收、反馈、退回重报、认可并办结、撤回;反馈的人不能自己认可。"""
    asked = OrderMoveAsked(order=matter, act=body.act, on=body.occurred_on, papers=papers_of(body.papers))
    return done_of(got(supervision.act_on_order(counter, asked, body.text, command_id)))


_REQUEST: Final = {
    "body": "body:411024:zone", "office": "body:411000:supervisor", "leader": "示例领导",
    "title": "示例事项", "occurred_on": _DAY,
}  # fmt: skip


@router.post(
    "/requests", response_model=MatterDone, status_code=status.HTTP_201_CREATED, summary="提请领导协调"
)
def raise_request(
    counter: CounterOf, command_id: CommandIdOf, body: Annotated[RequestNew, Body(examples=[_REQUEST])]
) -> Any:
    """由本单位提请,由改革办、督查机构呈报并登记答复。"""
    asked = NewRequest(
        body=body.body, office=body.office, unit=body.unit, on=body.occurred_on, wanted_by=body.wanted_by
    )
    return done_of(got(supervision.raise_request(counter, asked, body.leader, body.title, command_id)))


@router.post("/requests/{matter}/end", response_model=MatterDone, summary="答复或撤回提请事项")
def end_request(
    counter: CounterOf,
    command_id: CommandIdOf,
    matter: MatterId,
    body: Annotated[EndAsked, Body(examples=[_ANSWER])],
) -> Any:
    """登记领导答复由承接的改革办、督查机构办理,撤回由提请单位办理。"""
    said = Answered(on=body.occurred_on, medium=body.medium, number=body.number)
    return done_of(
        got(supervision.end_request(counter, matter, RequestState(body.to), said, body.text, command_id))
    )


_INSPECTION: Final = {"unit": "unit-1", "subject": "示例检查", "occurred_on": _DAY}


@router.post(
    "/inspections",
    response_model=MatterDone,
    status_code=status.HTTP_201_CREATED,
    summary="登记督导检查",
)
def record_inspection(
    counter: CounterOf,
    command_id: CommandIdOf,
    body: Annotated[InspectionNew, Body(examples=[_INSPECTION])],
) -> Any:
    """到了一年上限的,须写明批准文件的文号。"""
    asked = NewInspection(
        unit=body.unit,
        office=body.office,
        inspector=body.inspector,
        on=body.occurred_on,
        approval=body.approval,
    )
    return done_of(got(supervision.record_inspection(counter, asked, body.subject, command_id)))
