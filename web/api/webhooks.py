"""推送接口: addresses that events are sent to, signed."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Path, status
from pydantic import Field

from domain.event_titles import EVENT_TITLES
from domain.pushing import LONGEST_URL, Subscription
from services.office import webhooks
from services.pushing.registering import Webhook, WebhookMade, WebhookTried
from web.api.desk import UNIT, CounterOf
from web.api.shapes import NOT_BLANK, Asked, Page, Shown, Stored, shown
from web.api.words import WORDS, meaning
from web.paging import Cursor, Limit, page, position
from web.problems import got

router = APIRouter(tags=["事件推送"])
WebhookId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="推送地址的编号")]
_EXAMPLE: Final = {
    "name": "示例协同办公",
    "url": "http://10.1.2.3:8080/hooks/gaige",
    "subscriber": "p-county-head",
    "division": "411024",
    "events": ["submitted", "decided", "step_closed"],
}


class NewWebhook(Asked):
    """登记推送地址."""

    name: Annotated[Stored, Field(min_length=1, max_length=100, pattern=NOT_BLANK)] = Field(
        description=meaning("NewWebhook", "name")
    )
    url: Annotated[Stored, Field(min_length=1, max_length=LONGEST_URL)] = Field(description=WORDS["url"])
    subscriber: Annotated[str, Field(pattern=UNIT)] = Field(description=WORDS["subscriber"])
    division: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = Field(
        default="", description=meaning("NewWebhook", "division")
    )
    events: Annotated[list[Literal[tuple(EVENT_TITLES)]], Field(max_length=len(EVENT_TITLES))] = Field(  # type: ignore[valid-type]
        default_factory=list, description=meaning("NewWebhook", "events")
    )


class EventType(Shown):
    """事件类型."""

    type: str = Field(description=WORDS["type"])
    title: str = Field(description=WORDS["title"])


@router.get("/webhooks", response_model=Page[shown(Webhook)], summary="推送地址")  # type: ignore[misc]
def list_webhooks(counter: CounterOf, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """含已停用的;密钥不显示。"""
    after = position(cursor, str) or ("",)
    found = got(webhooks.list_webhooks(counter, after=after[0], limit=limit + 1))
    return page(found, limit, lambda each: (each.id,))


@router.get("/webhooks/events", response_model=list[EventType], summary="可以推送的事件")
def list_events(_: CounterOf) -> Any:
    """事件类型及其名称。"""
    return [{"type": type_, "title": title} for type_, title in EVENT_TITLES.items()]


@router.post(
    "/webhooks",
    response_model=shown(WebhookMade),
    status_code=status.HTTP_201_CREATED,
    summary="登记推送地址",
)
def register_webhook(counter: CounterOf, body: Annotated[NewWebhook, Body(examples=[_EXAMPLE])]) -> Any:
    """只能登记设置里允许的地址;为其推送的人本人同意后才开始推送。应答里的密钥只显示这一次,推送时用它签名。"""
    wanted = Subscription(
        name=body.name,
        url=body.url,
        subscriber=body.subscriber,
        division=body.division,
        events=tuple(body.events),
    )
    return got(webhooks.register_webhook(counter, wanted))


@router.get(
    "/me/webhooks",
    response_model=list[shown(Webhook)],  # type: ignore[misc]
    summary="为本人推送的地址",
)
def own_webhooks(counter: CounterOf) -> Any:
    """等本人同意的,和已经同意的。"""
    return got(webhooks.own_webhooks(counter))


@router.post("/webhooks/{webhook}/accept", response_model=shown(Webhook), summary="同意推送")
def accept_webhook(counter: CounterOf, webhook: WebhookId) -> Any:
    """由登记时写明为其推送的人本人同意;同意之前什么也不推送。"""
    return got(webhooks.accept_webhook(counter, webhook))


@router.post("/webhooks/{webhook}/disable", response_model=shown(Webhook), summary="停用推送地址")
def disable_webhook(counter: CounterOf, webhook: WebhookId) -> Any:
    """立即停用,还没有推送的也不再推送;不能恢复,要用请重新登记。"""
    return got(webhooks.disable_webhook(counter, webhook))


@router.post("/webhooks/{webhook}/rotate", response_model=shown(WebhookMade), summary="更换推送密钥")
def rotate_webhook(counter: CounterOf, webhook: WebhookId) -> Any:
    """从下一条起用新密钥签名;新密钥只显示这一次。"""
    return got(webhooks.rotate_webhook(counter, webhook))


@router.post("/webhooks/{webhook}/test", response_model=shown(WebhookTried), summary="推送测试")
def try_webhook(counter: CounterOf, webhook: WebhookId) -> Any:
    """立即推送一条类型为 test 的消息,并说明对方收下没有。"""
    return got(webhooks.try_webhook(counter, webhook))
