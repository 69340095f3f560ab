"""zonectl notice: what reaches a person outside the system, and the reminders of due dates."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import output
from cli.bodies import tell
from cli.finding import got, new_id
from cli.session import session_of
from cli.shell import App
from cli.stops import USAGE, StopError

notice = App("系统外通知:本人要不要、从哪个渠道收;到期提醒。系统内消息总是有的。")

PersonWords = Annotated[str, typer.Option("--person", metavar="人员", help="人员编号;不写为本人")]


@notice.command("show")
def show(ctx: typer.Context, person: PersonWords = "") -> None:
    """一个人从各渠道收什么,是否已登记地址。地址本身不显示。

    例:
      zonectl --as zhang-san notice show
    """
    import msgspec

    from domain.notices.channels import MODE_TITLES, UNSAID
    from services.notifying.wishes import may_set, wishes

    session = session_of(ctx)
    with session.runtime() as runtime:
        doer = session.doer
        whose = person or str(doer)
        got(may_set(runtime.notifying, doer, whose), "查看通知偏好")
        found = wishes(runtime.notifying, whose)
    if output.wants_json():
        output.data({"wishes": msgspec.to_builtins(found)})
        return
    rows = [
        (
            each.title,
            each.channel,
            MODE_TITLES[each.mode] if each.mode else f"未设(默认:{MODE_TITLES[UNSAID[each.channel]]})",
            "有" if each.reachable else "没有",
            "已开通" if each.open else "未开通",
        )
        for each in found
    ]
    output.table(("渠道", "代号", "收什么", "地址", "本系统"), rows)


@notice.command("set")
def set_(
    ctx: typer.Context,
    channel: Annotated[str, typer.Argument(metavar="渠道", help="dingtalk、wecom、feishu、email、sms")],
    mode: Annotated[str, typer.Argument(metavar="收什么", help="all 都收、urgent 只收急的、off 不收")],
    address: Annotated[
        str, typer.Option("--address", metavar="地址", help="邮箱、手机号或平台用户号;不写为不变")
    ] = "",
    person: PersonWords = "",
) -> None:
    """设定从一个渠道收什么;急的指今日到期和逾期首日,其余合并到工作日早间一条。

    例:
      zonectl --as zhang-san notice set email all --address zhang.san@example.invalid
      zonectl --as unit-admin notice set sms urgent --address 13800000001 --person zhang-san
    """
    from domain.notices.channels import Mode
    from services.notifying.wishes import SetWish, set_wish

    if mode not in set(Mode):
        raise StopError(USAGE, f"没有这种接收方式“{mode}”", "可选:all、urgent、off", code="usage.notice_mode")
    session = session_of(ctx)
    with session.runtime() as runtime:
        doer = session.doer
        asked = SetWish(person=person or str(doer), channel=channel, mode=Mode(mode), address=address)
        got(set_wish(runtime.notifying, doer, asked, command_id=new_id()), "设定通知偏好")
    tell({"person": asked.person, "channel": channel, "mode": mode}, "已设定")


@notice.command("remind")
def remind_(ctx: typer.Context) -> None:
    """按今日的时限留下到期提醒;平时由定时流程做,重复运行不会多发。

    例:
      zonectl --as sysadmin notice remind
    """
    from services.operating import remind_by_hand

    session = session_of(ctx)
    with session.runtime() as runtime:
        done = got(remind_by_hand(runtime, session.doer), "到期提醒")
    tell(
        {"due": done.due, "messages": done.messages},
        f"今日应提醒 {done.due} 项,新留下消息 {done.messages} 条",
    )
