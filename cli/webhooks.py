"""zonectl webhook: addresses that events of cases are sent to, signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.finding import got
from cli.session import session_of
from cli.shell import App

if TYPE_CHECKING:
    from services.pushing.registering import Webhook, WebhookMade

webhook = App("事件推送:把改革任务的事件签名后推送给其他系统,登记、查看、停用、换密钥、测试。")
Id = Annotated[str, typer.Argument(metavar="编号", help="推送地址的编号,见 webhook list")]


@webhook.command("add")
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="网址", help="接收网址,须在设置 ZR_WEBHOOK_ALLOWED 之内")],
    name: Annotated[str, typer.Option("--name", metavar="名称", help="接收方的名称,自己起")],
    subscriber: Annotated[
        str, typer.Option("--for", metavar="人员", help="为谁推送:只推送此人有权查看的改革任务的事件")
    ],
    division: Annotated[
        str, typer.Option("--division", metavar="区划代码", help="只推送这个行政区划及以下的")
    ] = "",
    events: Annotated[
        list[str] | None,
        typer.Option("--event", metavar="类型", help="只推送这些类型,可写几次;见 webhook events"),
    ] = None,
) -> None:
    """登记一个推送地址;签名密钥只显示这一次。为其推送的人用 webhook accept 同意后才开始推送。

    例:
      zonectl --as sysadmin webhook add http://10.1.2.3:8080/hook --name 示例协同办公 --for zhang-san
    """
    from domain.pushing import Subscription
    from services.pushing.registering import register_webhook

    session = session_of(ctx)
    wanted = Subscription(
        name=name, url=url, subscriber=subscriber, division=division, events=tuple(events or ())
    )
    with session.runtime() as runtime:
        made = got(register_webhook(runtime, session.actor, wanted), "登记推送地址")
    _hand_over(made)


@webhook.command("list")
def list_(ctx: typer.Context) -> None:
    """推送地址,含已停用的,和各自积压、没有送达的事件数。

    例:
      zonectl --as sysadmin webhook list
    """
    import msgspec

    from services.pushing.registering import list_webhooks

    session = session_of(ctx)
    with session.runtime() as runtime:
        found = got(list_webhooks(runtime, session.actor), "查看推送地址")
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    output.table(
        ("编号", "名称", "网址", "为谁", "范围", "事件", "在等", "未送达", "状态"),
        [_row(each) for each in found],
    )


@webhook.command("events")
def events_(ctx: typer.Context) -> None:
    """可以推送的事件类型。

    例:
      zonectl webhook events
    """
    from domain.event_titles import EVENT_TITLES

    if output.wants_json():
        output.data(dict(EVENT_TITLES))
    else:
        output.table(("类型", "事件"), list(EVENT_TITLES.items()))


@webhook.command("accept")
def accept(ctx: typer.Context, id_: Id) -> None:
    """同意推送:由登记时写明为其推送的人本人办理;同意之前什么也不推送。

    例:
      zonectl --as zhang-san webhook accept 3f9a0c1b2d4e5f60
    """
    import msgspec

    from services.pushing.registering import accept_webhook

    session = session_of(ctx)
    with session.runtime() as runtime:
        done = got(accept_webhook(runtime, session.actor, id_), "同意推送")
    if output.wants_json():
        output.data(msgspec.to_builtins(done))
    else:
        output.show(f"已同意向“{done.name}”({done.url})推送您有权查看的改革任务的事件")


@webhook.command("disable")
def disable(ctx: typer.Context, id_: Id) -> None:
    """停用推送地址:立即停用,还没有推送的也不再推送;不能恢复。

    例:
      zonectl --as sysadmin webhook disable 3f9a0c1b2d4e5f60
    """
    import msgspec

    from services.pushing.registering import disable_webhook

    session = session_of(ctx)
    with session.runtime() as runtime:
        done = got(disable_webhook(runtime, session.actor, id_), "停用推送地址")
    if output.wants_json():
        output.data(msgspec.to_builtins(done))
    else:
        output.show(f"已停用推送地址“{done.name}”({id_})")


@webhook.command("rotate")
def rotate(ctx: typer.Context, id_: Id) -> None:
    """更换推送密钥:从下一条起用新密钥签名;新密钥只显示这一次。

    例:
      zonectl --as sysadmin webhook rotate 3f9a0c1b2d4e5f60
    """
    from services.pushing.registering import rotate_webhook

    session = session_of(ctx)
    with session.runtime() as runtime:
        made = got(rotate_webhook(runtime, session.actor, id_), "更换推送密钥")
    _hand_over(made)


@webhook.command("test")
def test(ctx: typer.Context, id_: Id) -> None:
    """立即推送一条类型为 test 的消息,看对方收下没有;没有收下的退出码为 5。

    例:
      zonectl --as sysadmin webhook test 3f9a0c1b2d4e5f60
    """
    import msgspec

    from services.pushing.registering import try_webhook

    session = session_of(ctx)
    with session.runtime() as runtime:
        tried = got(try_webhook(runtime, session.actor, id_), "推送测试")
    if output.wants_json():
        output.data(msgspec.to_builtins(tried))
    else:
        output.show("对方已收下" if tried.arrived else f"没有送达:{tried.answer}")
    if not tried.arrived:
        raise typer.Exit(5)


def _hand_over(made: WebhookMade) -> None:
    import msgspec

    if output.wants_json():
        output.data(msgspec.to_builtins(made))
        return
    output.show(f"推送密钥 {made.secret}", "bold")
    output.say(
        f"推送地址“{made.webhook.name}”的编号是 {made.webhook.id}。密钥只显示这一次,请立即交给接收方存好"
    )


def _row(each: Webhook) -> tuple[str, ...]:
    return (
        each.id,
        each.name,
        each.url,
        each.subscriber,
        each.division or "不限",
        "、".join(each.events) or "全部",
        str(each.queued),
        str(each.failed),
        _state(each),
    )


def _state(each: Webhook) -> str:
    if each.disabled_at:
        return "已停用"
    return each.last_error or ("正常" if each.accepted_at else "等本人同意")
