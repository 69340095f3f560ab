"""zonectl source, finding: where work from above comes from, and findings until they are closed out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.files import existing
from cli.finding import got, new_id
from cli.session import session_of
from cli.shell import App
from cli.stops import REFUSED, StopError
from cli.supervision import (
    IdWords,
    OfficeOption,
    OnOption,
    PapersOption,
    StateOption,
    TextOption,
    ZoneOption,
    body_of,
    dated,
    day_of,
    desk_of,
    list_in_sight,
    papers_of,
    show_in_sight,
    tell,
    unit_of,
)

source = App("来源:批示件、会议议定、来文、口头指示、督察反馈的登记和反馈。")
finding = App("问题:立项、交办、签收、整改、申请销号、复核、销号、回头看。")
SourceWords = Annotated[str, typer.Argument(metavar="来源", help="来源的编号,如 S2022-0001")]


@source.command("add")
def add_source(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="种类", help="批示件、会议议定、来文、口头指示、督察反馈、合规检查"),
    ],
    issuer: Annotated[str, typer.Option("--issuer", metavar="制发者", help="谁批示、哪次会议、哪个机关")],
    title: Annotated[str, typer.Option("--title", metavar="事项", help="说的是什么事")],
    number: Annotated[
        str, typer.Option("--number", metavar="文号", help="文号、纪要期号;没有的写 无文号")
    ] = "",
    issued: Annotated[str, typer.Option("--date", metavar="日期", help="来源的日期,不填为今天")] = "",
    due: Annotated[str, typer.Option("--due", metavar="日期", help="要求何时反馈")] = "",
    office: OfficeOption = "",
    on: OnOption = "",
) -> None:
    """登记来源。口头指示可以没有文号,标为书面依据待补。

    例:
      zonectl --as demo-xuchang-supervision-office-handler source add \\
        --kind 口头指示 --issuer 示例领导 --title 示例事项
    """
    from cli.words import pick
    from domain.supervising.values import SOURCE_TITLES
    from services.supervising.sources import NewSource, register_source

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = NewSource(
            kind=pick(kind, SOURCE_TITLES, "--kind"),
            number=number,
            issued_on=day_of(desk, issued),
            due_on=day_of(desk, due) if due else None,
            on=day_of(desk, on),
            office=body_of(runtime, office),
        )
        done = got(register_source(desk, asked, issuer=issuer, title=title, command_id=new_id()), "登记来源")
    tell(done, "已登记来源")


@source.command("import")
def import_sources_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="来源清单:.xlsx、CSV,或 .docx 里的表格")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="种类", help="清单里没有种类一列时,全部按这一种")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览,不写入")] = False,
    office: OfficeOption = "",
    on: OnOption = "",
) -> None:
    """导入来源清单。有一处差错就一件也不登记,差错按单元格指明;再导一次没有变化。

    例:
      zonectl --as 督查室人员 source import 批示件清单.docx --dry-run
    """
    from cli.words import pick
    from domain.supervising.values import SOURCE_TITLES
    from services.supervising.source_import import import_sources

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        done = got(
            import_sources(
                desk,
                existing(file),
                on=day_of(desk, on),
                command_id=new_id(),
                office=body_of(runtime, office),
                kind=pick(kind, SOURCE_TITLES, "--kind") if kind else None,
                dry_run=dry_run,
            ),
            f"导入 {file.name}",
        )
    if done.faults:
        for fault in done.faults:
            output.say(f"  {fault.line()}", "red")
        raise StopError(
            REFUSED,
            done.summary(),
            "按上列单元格改正;先用 --dry-run 预览",
            code="import.faults",
            what=f"导入 {done.source}",
            facts={"faults": len(done.faults)},
            data=done.as_json(),
        )
    if output.wants_json():
        output.data(done.as_json())
    else:
        output.show(done.summary())


@source.command("list")
def list_sources(ctx: typer.Context, state: StateOption = "") -> None:
    """来源一览。

    例:
      zonectl --as demo-xuchang-supervision-office-handler source list
    """
    list_in_sight(ctx, "source", state)


@source.command("show")
def show_source(ctx: typer.Context, id_: SourceWords) -> None:
    """一件来源和分出的问题。

    例:
      zonectl --as demo-xuchang-supervision-office-handler source show S2022-0001
    """
    show_in_sight(ctx, id_, "source")


@source.command("answer")
def answer(
    ctx: typer.Context,
    id_: SourceWords,
    text: TextOption,
    medium: Annotated[
        str, typer.Option("--medium", metavar="形式", help="批复来文、手签呈批件、会议纪要、电话记录")
    ] = "批复来文",
    number: Annotated[str, typer.Option("--number", metavar="文号", help="反馈件的文号")] = "",
    on: OnOption = "",
) -> None:
    """反馈来源:分出的问题都销号以后登记。

    例:
      zonectl --as demo-xuchang-supervision-office-handler source answer S2022-0001 --text 已办结
    """
    from cli.words import pick
    from domain.decisions import MEDIUM_TITLES
    from domain.supervising.requests import Answered
    from services.supervising.sources import answer_source

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        said = Answered(on=day_of(desk, on), medium=pick(medium, MEDIUM_TITLES, "--medium"), number=number)
        done = got(answer_source(desk, id_, said, text=text, command_id=new_id()), "反馈来源")
    tell(done, "已登记反馈")


@finding.command("add")
def add(
    ctx: typer.Context,
    source_id: SourceWords,
    title: Annotated[str, typer.Option("--title", metavar="问题", help="是什么问题")],
    zone: ZoneOption = "",
    check_key: Annotated[
        str,
        typer.Option(
            "--check-key", metavar="编号", help="来自合规检查的,写现有问题的 key(见 check list --json)"
        ),
    ] = "",
    on: OnOption = "",
) -> None:
    """立项:从一件来源分出一个问题;一件来源可以分出多个。

    例:
      zonectl --as demo-xuchang-supervision-office-handler finding add S2022-0001 --title 示例问题 --zone 鄢陵
    """
    from services.supervising.findings import NewFinding, register_finding

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = NewFinding(
            source=source_id, unit=unit_of(runtime, zone), check_key=check_key, on=day_of(desk, on)
        )
        done = got(register_finding(desk, asked, title=title, command_id=new_id()), "立项")
    tell(done, "已立项")


@finding.command("assign")
def assign(
    ctx: typer.Context,
    id_: IdWords,
    lead: Annotated[str, typer.Option("--lead", metavar="机构=日期", help="牵头单位和整改期限")],
    support: Annotated[
        list[str] | None, typer.Option("--support", metavar="机构=日期", help="配合单位和期限,可写多次")
    ] = None,
    text: TextOption = "",
    on: OnOption = "",
) -> None:
    """交办:一个牵头单位,若干配合单位,各有期限。

    例:
      zonectl --as demo-xuchang-supervision-office-handler finding assign W2022-0001 --lead 示例局=2022-03-31
    """
    from domain.supervising.finding_table import FindingAct
    from services.supervising.findings import FindingMove, act_on_finding

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        body, due = dated(runtime, lead, desk.today)
        asked = FindingMove(
            finding=id_,
            act=FindingAct.ASSIGN,
            on=day_of(desk, on),
            lead=body,
            lead_due=due,
            supports=tuple(dated(runtime, each, desk.today) for each in support or ()),
        )
        done = got(act_on_finding(desk, asked, text=text, command_id=new_id()), "交办")
    tell(done, "已交办")


@finding.command("act")
def act(
    ctx: typer.Context,
    id_: IdWords,
    what: Annotated[
        str,
        typer.Argument(
            metavar="办理",
            help="签收、配合单位签收、配合单位反馈、报告整改、退回交办、延期、申请销号、复核通过、退回整改、"
            "销号、回头看合格、重新立项、撤销立项",
        ),
    ],
    text: TextOption = "",
    paper: PapersOption = None,
    due: Annotated[str, typer.Option("--due", metavar="日期", help="延期到哪一天")] = "",
    body: Annotated[
        str, typer.Option("--body", metavar="机构", help="延期、代为登记的承办单位;不填为牵头单位、本单位")
    ] = "",
    on: OnOption = "",
) -> None:
    """办理问题。参与整改的人不能复核、销号,代理人也不能;反弹的重新立项,编号不变。

    例:
      zonectl --as demo-yanling-handler finding act W2022-0001 申请销号 --paper 示例整改报告,2022-03-20
    """
    from cli.words import pick
    from domain.supervising.finding_table import FINDING_ACTS
    from services.supervising.findings import FindingMove, act_on_finding

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = FindingMove(
            finding=id_,
            act=pick(what, FINDING_ACTS, "办理"),
            on=day_of(desk, on),
            papers=papers_of(paper, desk.today),
            due_on=day_of(desk, due) if due else None,
            body=body_of(runtime, body),
        )
        done = got(act_on_finding(desk, asked, text=text, command_id=new_id()), FINDING_ACTS[asked.act])
    tell(done, f"已办理“{FINDING_ACTS[asked.act]}”")


@finding.command("list")
def list_(ctx: typer.Context, state: StateOption = "", zone: ZoneOption = "") -> None:
    """看得见的问题。

    例:
      zonectl --as demo-xuchang-supervision-office-handler finding list --state 整改中
    """
    list_in_sight(ctx, "finding", state, zone)


@finding.command("show")
def show(ctx: typer.Context, id_: IdWords) -> None:
    """一个问题:承办单位和各自期限,全部办理记录。

    例:
      zonectl --as demo-yanling-handler finding show W2022-0001
    """
    show_in_sight(ctx, id_, "finding")
