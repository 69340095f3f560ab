"""zonectl order, request, inspection: supervision orders, what is put to leaders, inspections of zones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.finding import got, new_id
from cli.session import session_of
from cli.shell import App
from cli.supervision import (
    IdWords,
    OfficeOption,
    OnOption,
    PapersOption,
    StateOption,
    TextOption,
    ZoneOption,
    body_of,
    day_of,
    desk_of,
    list_in_sight,
    papers_of,
    print_in_sight,
    show_in_sight,
    show_list,
    tell,
    unit_of,
)

order = App("督办单:系统拟稿,由督查机构、改革办签发;签收、反馈、退回、办结。")
request = App("提请领导协调事项:提请、答复、每周清单。")
inspection = App("督导检查:登记,每个开发区一年的次数上限。")


@order.command("suggest")
def suggest(ctx: typer.Context) -> None:
    """拟办建议:红灯满规定天数的、问题和督办单逾期的,红灯最多的单位在前。只建议,不发出。

    例:
      zonectl --as demo-xuchang-supervision-office-handler order suggest
    """
    import msgspec

    from domain.supervising.order_table import ORDER_COLOURS
    from services.supervising.suggesting import suggestions

    with session_of(ctx).runtime() as runtime:
        found = suggestions(desk_of(ctx, runtime))
    if output.wants_json():
        output.data({"suggestions": msgspec.to_builtins(found)})
        return
    if not found:
        output.say("没有拟办建议")
        return
    rows = [(each.key, each.unit_name, ORDER_COLOURS[each.colour], each.facts) for each in found]
    output.table(("建议", "改革单位", "颜色", "事实"), rows)
    output.say("拟办:zonectl order draft --from 建议")


@order.command("draft")
def draft(
    ctx: typer.Context,
    key: Annotated[
        str, typer.Option("--from", metavar="建议", help="order suggest 给出的建议;不填为人工拟办")
    ] = "",
    to: Annotated[str, typer.Option("--to", metavar="机构", help="主送单位;不填用建议里的")] = "",
    through: Annotated[
        str, typer.Option("--through", metavar="机构", help="发给党委、政府的,写明经哪个办公室(两办)转送")
    ] = "",
    colour: Annotated[str, typer.Option("--colour", metavar="颜色", help="蓝、橙、红;不填按规则")] = "",
    important: Annotated[bool, typer.Option("--important", help="重要事项,从橙色起")] = False,
    zone: ZoneOption = "",
    text: TextOption = "",
    office: OfficeOption = "",
    on: OnOption = "",
) -> None:
    """拟办督办单:事实由系统填好,--text 写督办的要求。编号在签发时给。

    例:
      zonectl --as demo-xuchang-supervision-office-handler order draft --to 示例局 --zone 鄢陵 --text 示例
    """
    from cli.words import pick
    from domain.supervising.order_table import ORDER_COLOURS
    from services.supervising.orders import NewOrder, draft_order

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        short = {code: title[0] for code, title in ORDER_COLOURS.items()}
        asked = NewOrder(
            on=day_of(desk, on),
            key=key,
            colour=pick(colour, short, "--colour") if colour else None,
            important=important,
            addressee=body_of(runtime, to),
            through=body_of(runtime, through),
            unit=unit_of(runtime, zone),
            office=body_of(runtime, office),
        )
        done = got(draft_order(desk, asked, text=text, command_id=new_id()), "拟办督办单")
    tell(done, "已拟办,待签发")


@order.command("act")
def act(
    ctx: typer.Context,
    id_: IdWords,
    what: Annotated[
        str,
        typer.Argument(metavar="办理", help="签发、决定不发、签收、反馈、退回重报、认可反馈并办结、撤回"),
    ],
    text: TextOption = "",
    paper: PapersOption = None,
    on: OnOption = "",
) -> None:
    """办理督办单。签发由督查机构人员或改革办负责人办理;反馈的人不能自己认可。

    例:
      zonectl --as demo-yanling-handler order act 督办〔2022〕1号 签收
    """
    from cli.words import pick
    from domain.supervising.order_table import ORDER_ACTS
    from services.supervising.orders import OrderMoveAsked, act_on_order

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = OrderMoveAsked(
            order=id_,
            act=pick(what, ORDER_ACTS, "办理"),
            on=day_of(desk, on),
            papers=papers_of(paper, desk.today),
        )
        done = got(act_on_order(desk, asked, text=text, command_id=new_id()), ORDER_ACTS[asked.act])
    number = str(getattr(done.matter, "number", ""))
    tell(done, f"已办理“{ORDER_ACTS[asked.act]}”{number}", number=number)


@order.command("list")
def list_(ctx: typer.Context, state: StateOption = "", zone: ZoneOption = "") -> None:
    """看得见的督办单。

    例:
      zonectl --as demo-xuchang-supervision-office-handler order list --state 已签发
    """
    list_in_sight(ctx, "order", state, zone)


@order.command("show")
def show(ctx: typer.Context, id_: IdWords) -> None:
    """一件督办单:由来、事实、期限和它的算法、全部办理记录。

    例:
      zonectl --as demo-yanling-handler order show 督办〔2022〕1号
    """
    show_in_sight(ctx, id_, "order")


@order.command("print")
def print_(
    ctx: typer.Context,
    id_: IdWords,
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="存到哪里:.docx 为 Word,.html 为打印页")],
    force: Annotated[bool, typer.Option("--force", help="同名文件已在时覆盖")] = False,
) -> None:
    """打印督办单;没有签发的标“稿”。

    例:
      zonectl --as demo-xuchang-supervision-office-handler order print 督办〔2022〕1号 --to 督办单.docx
    """
    print_in_sight(ctx, id_, "order", to, force=force)


@request.command("raise")
def raise_(
    ctx: typer.Context,
    body: Annotated[str, typer.Option("--body", metavar="机构", help="由哪个单位提请")],
    office: Annotated[str, typer.Option("--office", metavar="机构", help="由哪个改革办、督查机构呈报")],
    leader: Annotated[str, typer.Option("--leader", metavar="领导", help="提请哪位领导或哪次会议协调")],
    title: Annotated[str, typer.Option("--title", metavar="事项", help="需要协调什么")],
    zone: ZoneOption = "",
    by: Annotated[str, typer.Option("--by", metavar="日期", help="希望何时答复")] = "",
    on: OnOption = "",
) -> None:
    """提请领导协调事项。

    例:
      zonectl --as demo-yanling-handler request raise --body 管委会全称 --office 改革办全称 \\
        --leader 示例领导 --title 示例事项
    """
    from services.supervising.requests import NewRequest, raise_request

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = NewRequest(
            body=body_of(runtime, body),
            office=body_of(runtime, office),
            unit=unit_of(runtime, zone),
            on=day_of(desk, on),
            wanted_by=day_of(desk, by) if by else None,
        )
        done = got(raise_request(desk, asked, leader=leader, title=title, command_id=new_id()), "提请事项")
    tell(done, "已提请")


@request.command("end")
def end(
    ctx: typer.Context,
    id_: IdWords,
    text: TextOption,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="撤回(由提请单位办理);不加为登记领导答复")
    ] = False,
    medium: Annotated[
        str, typer.Option("--medium", metavar="形式", help="手签呈批件、会议纪要、电话记录、批复来文")
    ] = "电话记录",
    number: Annotated[str, typer.Option("--number", metavar="文号", help="答复件的文号")] = "",
    on: OnOption = "",
) -> None:
    """登记领导的答复,或撤回。

    例:
      zonectl --as demo-yanling-reform-office-handler request end T2022-0001 --text 同意,由示例单位牵头
    """
    from cli.words import pick
    from domain.decisions import MEDIUM_TITLES
    from domain.supervising.matters import RequestState
    from domain.supervising.requests import Answered
    from services.supervising.requests import end_request

    to = RequestState.WITHDRAWN if withdraw else RequestState.ANSWERED
    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        said = Answered(on=day_of(desk, on), medium=pick(medium, MEDIUM_TITLES, "--medium"), number=number)
        done = got(end_request(desk, id_, to, said, text=text, command_id=new_id()), "办理提请事项")
    tell(done, "已撤回" if withdraw else "已登记答复")


@request.command("list")
def list_requests(ctx: typer.Context, state: StateOption = "", zone: ZoneOption = "") -> None:
    """看得见的提请事项。

    例:
      zonectl --as demo-yanling-reform-office-handler request list --state 待答复
    """
    list_in_sight(ctx, "request", state, zone)


@request.command("week")
def week(ctx: typer.Context) -> None:
    """每周清单:提请领导协调事项,最多列规定的几项;一周内答复的列在后面。

    例:
      zonectl --as demo-xuchang-supervision-office-handler request week
    """
    import msgspec

    from services.supervising.reading import weekly_list

    with session_of(ctx).runtime() as runtime:
        found = weekly_list(desk_of(ctx, runtime))
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    output.show(f"{found.on} 提请领导协调事项 {len(found.named)} 项", "bold")
    show_list(found.named, "没有待协调的事项")
    if found.more:
        output.say(f"另有 {found.more} 项未列入本期")
    if found.answered:
        output.show("一周内已答复", "bold")
        show_list(found.answered, "")


@inspection.command("record")
def record(
    ctx: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="改革单位", help="名称、名称的一部分、代码或编号")],
    subject: Annotated[str, typer.Option("--subject", metavar="内容", help="检查什么")],
    inspector: Annotated[
        str, typer.Option("--inspector", metavar="机构", help="由哪个机构检查;不填为登记的机构")
    ] = "",
    approval: Annotated[
        str, typer.Option("--approval", metavar="文号", help="超出上限的,批准文件的文号")
    ] = "",
    office: OfficeOption = "",
    on: OnOption = "",
) -> None:
    """登记一次督导检查;达到一年上限的拒绝登记,除非写明批准文件的文号。

    例:
      zonectl --as demo-xuchang-supervision-office-handler inspection record 鄢陵 --subject 示例检查
    """
    from services.supervising.requests import NewInspection, record_inspection

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = NewInspection(
            unit=unit_of(runtime, zone),
            office=body_of(runtime, office),
            inspector=body_of(runtime, inspector),
            on=day_of(desk, on),
            approval=approval,
        )
        done = got(record_inspection(desk, asked, subject=subject, command_id=new_id()), "登记督导检查")
    tell(done, "已登记督导检查")


@inspection.command("cancel")
def cancel(ctx: typer.Context, id_: IdWords, text: TextOption, on: OnOption = "") -> None:
    """取消一次督导检查,不再计入次数。

    例:
      zonectl --as demo-xuchang-supervision-office-handler inspection cancel J2022-0001 --text 与其他检查合并
    """
    from services.supervising.requests import cancel_inspection

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        done = got(
            cancel_inspection(desk, id_, day_of(desk, on), text=text, command_id=new_id()), "取消督导检查"
        )
    tell(done, "已取消")


@inspection.command("list")
def list_inspections(ctx: typer.Context, zone: ZoneOption = "") -> None:
    """看得见的督导检查。

    例:
      zonectl --as demo-xuchang-supervision-office-handler inspection list --zone 鄢陵
    """
    list_in_sight(ctx, "inspection", "", zone)


@inspection.command("quota")
def quota(
    ctx: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="改革单位", help="名称、名称的一部分、代码或编号")],
    year: Annotated[int, typer.Option("--year", metavar="年份", help="不填为今年")] = 0,
) -> None:
    """一个开发区一年已登记几次督导检查,上限几次。

    例:
      zonectl --as demo-xuchang-supervision-office-handler inspection quota 鄢陵
    """
    import msgspec

    from services.supervising.requests import quota_of

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        found = got(quota_of(desk, unit_of(runtime, zone), year or desk.today.year), "查看检查次数")
    if output.wants_json():
        output.data({**msgspec.to_builtins(found), "left": found.left})
    else:
        output.show(f"{found.year} 年已登记 {found.count} 次,上限 {found.quota} 次,还可 {found.left} 次")
