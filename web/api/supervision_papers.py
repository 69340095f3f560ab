"""督查督办接口,文书部分: orders, circulars and talks as Word; 通报、约谈 drafted; an inspection cancelled."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, status

from services.office import supervision
from services.supervising.admonishing import AdmonitionMoveAsked, NewAdmonition
from web.api.desk import CommandIdOf, CounterOf
from web.api.supervision import MatterId, done_of, papers_of
from web.api.supervision_shapes import (
    AdmonitionActAsked,
    AdmonitionNew,
    CancelAsked,
    MatterDone,
    MatterPrinted,
)
from web.problems import got

router = APIRouter(tags=["督查督办"], prefix="/supervision")
_DAY: Final = "2022-03-02"


@router.get("/matters/{matter}/print", response_model=MatterPrinted, summary="打印督办单、通报、约谈")
def print_matter(counter: CounterOf, matter: MatterId) -> Any:
    """打印页和 Word 文件;没有签发的标“稿”。"""
    printed = got(supervision.print_matter(counter, matter))
    return {
        "code": printed.code,
        "title": printed.sheet.title,
        "page": printed.page(),
        "word": b64encode(printed.word()).decode(),
    }


_CANCEL: Final = {"text": "示例:与其他检查合并", "occurred_on": _DAY}


@router.post("/inspections/{matter}/cancel", response_model=MatterDone, summary="取消督导检查")
def cancel_inspection(
    counter: CounterOf,
    command_id: CommandIdOf,
    matter: MatterId,
    body: Annotated[CancelAsked, Body(examples=[_CANCEL])],
) -> Any:
    """不再计入一年的次数;由登记的机构办理。"""
    return done_of(
        got(supervision.cancel_inspection(counter, matter, body.occurred_on, body.text, command_id))
    )


_ADMONITION: Final = {
    "kind": "circular", "about": ["W2022-0001"], "addressees": ["body:411024:zone"], "text": "示例要求",
    "occurred_on": _DAY,
}  # fmt: skip


@router.post(
    "/admonitions", response_model=MatterDone, status_code=status.HTTP_201_CREATED, summary="拟通报、约谈"
)
def draft_admonition(
    counter: CounterOf,
    command_id: CommandIdOf,
    body: Annotated[AdmonitionNew, Body(examples=[_ADMONITION])],
) -> Any:
    """事实由系统按时间列出,不排名、不打分;只拟稿,由督查机构、改革办的人签发。"""
    asked = NewAdmonition(
        kind=body.kind,
        about=tuple(body.about),
        addressees=tuple(body.addressees),
        through=body.through,
        office=body.office,
        on=body.occurred_on,
    )
    return done_of(got(supervision.draft_admonition(counter, asked, body.text, command_id)))


_ACT: Final = {"act": "issue", "number": "示例通〔2022〕1号", "occurred_on": _DAY}


@router.post("/admonitions/{matter}/acts", response_model=MatterDone, summary="办理通报、约谈")
def act_on_admonition(
    counter: CounterOf,
    command_id: CommandIdOf,
    matter: MatterId,
    body: Annotated[AdmonitionActAsked, Body(examples=[_ACT])],
) -> Any:
    """登记签发(写本机关公文系统给的文号)、决定不发、登记约谈情况、撤回。"""
    asked = AdmonitionMoveAsked(
        admonition=matter,
        act=body.act,
        on=body.occurred_on,
        number=body.number,
        papers=papers_of(body.papers),
    )
    return done_of(got(supervision.act_on_admonition(counter, asked, body.text, command_id)))
