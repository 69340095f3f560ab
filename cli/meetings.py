"""zonectl meeting: sessions of bodies that decide by meeting, and what is on their agenda."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.dates import parse_date
from cli.files import fresh, writing
from cli.finding import got, new_id
from cli.session import session_of
from cli.shell import App
from cli.step_answer import CommandId
from cli.step_decisions import Reason
from cli.stops import USAGE, StopError

if TYPE_CHECKING:
    from services.bootstrap import Runtime
    from services.meetings.desk import MeetingDesk, SessionDone
    from services.meetings.listing import AgendaLine, SessionLine

meeting = App("会议议定:安排会议、申报和列入议题、打印议题汇总表、按纪要登记整次会议。议程可以不用。")
IdWords = Annotated[str, typer.Argument(metavar="会议", help="会议编号,如 M2022-0001,见 meeting list")]
BodyWords = Annotated[str, typer.Argument(metavar="会议机构", help="开会的机构,如 鄢陵县委常委会;全称或代码")]
Name = Annotated[str, typer.Option("--name", metavar="名称", help="第几次会议,如 第5次会议")]
Planned = Annotated[str, typer.Option("--date", metavar="日期", help="拟召开的日期")]
Material = Annotated[
    str, typer.Option("--material", metavar="日期", help="材料报送截止日;不填按设置从会议日期倒算")
]
_LINE = ("会议", "机构", "名称", "日期", "材料截止", "状态")
_ITEM = ("改革单位", "任务", "议题", "会议", "进展")


def desk_of(ctx: typer.Context, runtime: Runtime) -> MeetingDesk:
    from services.meetings.desk import MeetingDesk

    return MeetingDesk(runtime, session_of(ctx).actor)


def _body(runtime: Runtime, words: str) -> str:
    from services.organising.finding import find_body

    return got(find_body(runtime.db, words), f"查找机构“{words}”")


def _told(done: SessionDone, sentence: str) -> None:
    import msgspec

    if output.wants_json():
        output.data({**msgspec.to_builtins(done.session), "repeated": done.repeated})
        return
    found = done.session
    due = f",材料 {found.material_due} 前报送" if found.material_due else ""
    output.show(f"{sentence}:{found.id} {found.name},{found.planned_on} 召开{due}")


@meeting.command("plan")
def plan(
    ctx: typer.Context,
    body: BodyWords,
    name: Name,
    planned: Planned,
    material: Material = "",
    command_id: CommandId = "",
) -> None:
    """安排一次会议;由替它登记纪要的机构、本机构或本地区改革办办理。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting plan 鄢陵县委常委会 --name 第3次会议 --date 2021-02-03
    """  # noqa: E501
    from services.meetings.desk import NewSession, plan_session

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = NewSession(
            body=_body(runtime, body),
            name=name,
            planned_on=parse_date(planned, desk.today),
            material_due=parse_date(material, desk.today) if material else None,
            on=desk.today,
        )
        _told(got(plan_session(desk, asked, command_id=command_id or new_id()), "安排会议"), "已安排")


@meeting.command("change")
def change(
    ctx: typer.Context,
    id_: IdWords,
    name: Name = "",
    planned: Planned = "",
    material: Material = "",
    reason: Reason = "",
    command_id: CommandId = "",
) -> None:
    """调整会议的日期、名称或材料截止日;列入的议题跟着走。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting change M2021-0001 --date 2021-02-05
    """
    from domain.meeting_sessions import SessionAct
    from services.meetings.desk import SessionChange, change_session

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = SessionChange(
            session=id_,
            act=SessionAct.CHANGE,
            name=name,
            planned_on=parse_date(planned, desk.today) if planned else None,
            material_due=parse_date(material, desk.today) if material else None,
            reason=reason,
            on=desk.today,
        )
        _told(got(change_session(desk, asked, command_id=command_id or new_id()), "调整会议"), "已调整")


@meeting.command("cancel")
def cancel(ctx: typer.Context, id_: IdWords, reason: Reason = "", command_id: CommandId = "") -> None:
    """取消会议,写明理由;列入的议题须先改列或移出。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting cancel M2021-0001 --reason 与下次合并召开
    """
    from domain.meeting_sessions import SessionAct
    from services.meetings.desk import SessionChange, change_session

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = SessionChange(session=id_, act=SessionAct.CANCEL, reason=reason, on=desk.today)
        _told(got(change_session(desk, asked, command_id=command_id or new_id()), "取消会议"), "已取消")


@meeting.command("list")
def list_(
    ctx: typer.Context,
    body: Annotated[str, typer.Option("--body", metavar="机构", help="只看一个机构的会议")] = "",
) -> None:
    """会议清单,日期晚的在前。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting list
    """
    import msgspec

    from services.meetings.listing import list_sessions

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        found = list_sessions(desk, body=_body(runtime, body) if body else "")
    if output.wants_json():
        output.data({"rows": msgspec.to_builtins(found)})
    elif not found:
        output.say("没有安排会议")
    else:
        output.table(_LINE, [_session(each) for each in found])


def _session(each: SessionLine) -> tuple[Any, ...]:
    number = f" {each.number}" if each.number else ""
    due = str(each.material_due or "")
    when = str(each.held_on or each.planned_on)
    return (each.id, each.body_name, each.name, when, due, f"{each.state_title}{number}")


@meeting.command("show")
def show(ctx: typer.Context, id_: IdWords) -> None:
    """一次会议的议题:已列入的、上次暂缓的、还待列入的。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting show M2021-0001
    """
    import msgspec

    from services.meetings.listing import show_session

    with session_of(ctx).runtime() as runtime:
        found = got(show_session(desk_of(ctx, runtime), id_), f"查看会议 {id_}")
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    line = found.line
    total = len(found.items) + len(found.again)
    output.show(f"{line.body_name} {line.name} · {line.state_title}:{total}个议题", "bold")
    output.table(_LINE, [_session(line)])
    for title, items in (("列入议题", found.items), ("上次暂缓", found.again), ("待列入", found.waiting)):
        if items:
            output.show(f"{title} {len(items)} 个", "bold")
            output.table(_ITEM, [_item(each) for each in items])


def _item(each: AgendaLine) -> tuple[str, ...]:
    return (each.unit_name, f"{each.step} {each.step_title}", each.title, each.session, each.words)


@meeting.command("agenda")
def agenda(ctx: typer.Context, body: BodyWords) -> None:
    """等一个会议议定的全部事项:待申报、待列入、待上会、待录结果、待核对。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting agenda 鄢陵县委常委会
    """
    import msgspec

    from services.meetings.listing import body_agenda

    with session_of(ctx).runtime() as runtime:
        found = got(body_agenda(desk_of(ctx, runtime), _body(runtime, body)), f"查看“{body}”的议题")
    if output.wants_json():
        output.data({"rows": msgspec.to_builtins(found)})
    elif not found:
        output.say("现在没有等它议定的事项")
    else:
        output.table(_ITEM, [_item(each) for each in found])


@meeting.command("print")
def print_(
    ctx: typer.Context,
    id_: IdWords,
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="存到哪里:.docx 为 Word,.html 为打印页")],
    force: Annotated[bool, typer.Option("--force", help="同名文件已在时覆盖")] = False,
) -> None:
    """打印一次会议的议题汇总表;单个议题的议题单用 step print。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting print M2021-0001 --to 议题汇总表.docx
    """
    from services.meetings.paper import print_agenda

    target = fresh(to, force=force)
    if target.suffix.lower() not in (".docx", ".html", ".htm"):
        raise StopError(
            USAGE, f"不能存成“{target.suffix}”文件", "文件名请以 .docx 或 .html 结尾", code="usage.suffix"
        )
    with session_of(ctx).runtime() as runtime:
        printed = got(print_agenda(desk_of(ctx, runtime), id_), "打印议题汇总表")
        data = printed.word() if target.suffix.lower() == ".docx" else printed.page().encode()
    with writing(target):
        target.write_bytes(data)
    if output.wants_json():
        output.data({"code": printed.code, "to": str(target)})
    else:
        output.show(f"已存到 {target}:{printed.sheet.subject}")
