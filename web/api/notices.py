"""通知接口: what a person gets outside the system, and what could not be sent."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Path
from pydantic import Field

from domain.notices.channels import CHANNELS, Mode
from services.notifying.queue import LetterQueue
from services.notifying.wishes import SetWish, ShownWish
from services.office import notices as office
from services.operating import Requeued
from web.api.desk import IDENTIFIER, UNIT, CommandIdOf, CounterOf
from web.api.organising import PersonId
from web.api.shapes import Asked, Stored, shown
from web.api.words import meaning
from web.problems import got

router = APIRouter(tags=["通知"])
_CHANNEL: Final[Any] = Literal[tuple(CHANNELS)]
Channel = Annotated[_CHANNEL, Path(description="渠道代号,如 email、sms")]
_CASE: Final = rf"^({IDENTIFIER[1:-1]}/{UNIT[1:-1]})?$"


class NewWish(Asked):
    """设定通知偏好."""

    mode: Mode = Field(description=meaning("NewWish", "mode"))
    address: Annotated[Stored, Field(max_length=300)] = Field(
        default="", description=meaning("NewWish", "address")
    )


class Again(Asked):
    """再发."""

    letters: Annotated[list[Annotated[Stored, Field(max_length=64)]], Field(max_length=200)] = Field(
        default_factory=list, description=meaning("Again", "letters")
    )


class Requeue(Asked):
    """重新放回."""

    case: Annotated[Stored, Field(pattern=_CASE)] = Field(default="", description=meaning("Requeue", "case"))


@router.get(
    "/people/{person}/notices",
    response_model=list[shown(ShownWish)],  # type: ignore[misc]
    summary="通知偏好",
)
def list_wishes(counter: CounterOf, person: PersonId) -> Any:
    """从各渠道收什么,有没有登记地址;地址本身不显示。本人看自己的,或由登记人员的人看。"""
    return list(got(office.list_wishes(counter, person)))


@router.post(
    "/people/{person}/notices/{channel}",
    response_model=list[shown(ShownWish)],  # type: ignore[misc]
    summary="设定通知偏好",
)
def wish(
    counter: CounterOf,
    person: PersonId,
    channel: Channel,
    command_id: CommandIdOf,
    body: Annotated[NewWish, Body(examples=[{"mode": "urgent", "address": "zhang.san@example.invalid"}])],
) -> Any:
    """系统内消息总是有的,不用设。"""
    asked = SetWish(person=person, channel=channel, mode=body.mode, address=body.address)
    return list(got(office.wish(counter, asked, command_id)))


@router.get("/notices/queue", response_model=shown(LetterQueue), summary="通知积压")
def show_queue(counter: CounterOf) -> Any:
    """各渠道还有多少、停下了哪些。"""
    return got(office.show_queue(counter))


@router.post("/notices/send-again", response_model=shown(office.SentLetters), summary="再发可能已发的通知")
def send_again(counter: CounterOf, body: Annotated[Again, Body(examples=[{"letters": []}])]) -> Any:
    """标明可能重复;不写编号的,全部再发。已经再发的不会再来一次。"""
    return got(office.send_again(counter, body.letters))


@router.post("/relay/requeue", response_model=shown(Requeued), summary="重新放回停下的事项")
def give_back(counter: CounterOf, body: Annotated[Requeue, Body(examples=[{"case": ""}])]) -> Any:
    """一个改革任务的,或全部的;没有停下的,什么也不做。"""
    return got(office.give_back(counter, body.case))
