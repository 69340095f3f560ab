"""zonectl admonition: 通报 and 约谈, drafted by the system, signed and sent by a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    body_of,
    day_of,
    desk_of,
    list_in_sight,
    papers_of,
    print_in_sight,
    show_in_sight,
    tell,
)

admonition = App("通报、约谈:系统只拟稿,由督查机构、改革办签发并登记文号。")


@admonition.command("draft")
def draft(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="种类", help="通报、约谈")],
    about: Annotated[
        list[str],
        typer.Option("--about", metavar="事项", help="依据:问题、督办单的编号,或红灯的建议编号;可写多次"),
    ],
    to: Annotated[list[str], typer.Option("--to", metavar="机构", help="主送单位;通报可写多次,约谈只写一个")],
    text: TextOption,
    through: Annotated[
        str, typer.Option("--through", metavar="机构", help="发给党委、政府的,写明经哪个办公室(两办)转送")
    ] = "",
    office: OfficeOption = "",
    on: OnOption = "",
) -> None:
    """拟通报或约谈:事实由系统按时间列出,不排名、不打分;--text 写要求。

    例:
      zonectl --as demo-xuchang-supervision-office-handler admonition draft 通报 --about W2022-0001 \\
        --to 示例管委会 --text 示例要求
    """
    from cli.words import pick
    from domain.supervising.admonition_table import ADMONITION_KINDS
    from services.supervising.admonishing import NewAdmonition, draft_admonition

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = NewAdmonition(
            kind=pick(kind, ADMONITION_KINDS, "种类"),
            about=tuple(about),
            addressees=tuple(body_of(runtime, each) for each in to),
            through=body_of(runtime, through),
            office=body_of(runtime, office),
            on=day_of(desk, on),
        )
        done = got(draft_admonition(desk, asked, text=text, command_id=new_id()), "拟稿")
    tell(done, f"已拟{ADMONITION_KINDS[asked.kind]}稿,待签发")


@admonition.command("act")
def act(
    ctx: typer.Context,
    id_: IdWords,
    what: Annotated[str, typer.Argument(metavar="办理", help="登记签发、决定不发、登记约谈情况、撤回")],
    number: Annotated[
        str, typer.Option("--number", metavar="文号", help="登记签发:本机关公文系统给的文号,没有的写“无文号”")
    ] = "",
    text: TextOption = "",
    paper: PapersOption = None,
    on: OnOption = "",
) -> None:
    """办理通报、约谈。签发由督查机构人员或改革办负责人决定,文号由本机关公文系统给。

    例:
      zonectl --as demo-xuchang-supervision-office-handler admonition act B2022-0001 登记签发 \\
        --number 示例通〔2022〕1号
    """
    from cli.words import pick
    from domain.supervising.admonition_table import ADMONITION_ACTS
    from services.supervising.admonishing import AdmonitionMoveAsked, act_on_admonition

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = AdmonitionMoveAsked(
            admonition=id_,
            act=pick(what, ADMONITION_ACTS, "办理"),
            on=day_of(desk, on),
            number=number,
            papers=papers_of(paper, desk.today),
        )
        done = got(act_on_admonition(desk, asked, text=text, command_id=new_id()), ADMONITION_ACTS[asked.act])
    tell(done, f"已办理“{ADMONITION_ACTS[asked.act]}”")


@admonition.command("list")
def list_(ctx: typer.Context, state: StateOption = "") -> None:
    """看得见的通报、约谈。

    例:
      zonectl --as demo-xuchang-supervision-office-handler admonition list --state 待签发
    """
    list_in_sight(ctx, "admonition", state)


@admonition.command("show")
def show(ctx: typer.Context, id_: IdWords) -> None:
    """一件通报或约谈:依据的事实、主送单位、全部办理记录。

    例:
      zonectl --as demo-xuchang-supervision-office-handler admonition show B2022-0001
    """
    show_in_sight(ctx, id_, "admonition")


@admonition.command("print")
def print_(
    ctx: typer.Context,
    id_: IdWords,
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="存到哪里:.docx 为 Word,.html 为打印页")],
    force: Annotated[bool, typer.Option("--force", help="同名文件已在时覆盖")] = False,
) -> None:
    """打印通报、约谈;没有签发的标“稿”。

    例:
      zonectl --as demo-xuchang-supervision-office-handler admonition print B2022-0001 --to 通报.docx
    """
    print_in_sight(ctx, id_, "admonition", to, force=force)
