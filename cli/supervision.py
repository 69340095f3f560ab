"""督查督办命令的公用部分: the desk, what is typed for bodies, dates and papers, lists and pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.dates import parse_date
from cli.files import fresh, writing
from cli.finding import got
from cli.session import session_of
from cli.stops import USAGE, StopError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from domain.supervising.matters import Matter
    from domain.supervising.values import Paper
    from services.bootstrap import Runtime
    from services.supervising.desk import Enacted, SupervisionDesk
    from services.supervising.reading import MatterLine, MatterView

IdWords = Annotated[
    str, typer.Argument(metavar="编号", help="编号,如 W2022-0001;督办单也可写 督办〔2022〕1号")
]
TextOption = Annotated[str, typer.Option("--text", metavar="内容", help="情况、意见或理由")]
OnOption = Annotated[str, typer.Option("--on", metavar="日期", help="发生的日期,不填为今天")]
OfficeOption = Annotated[
    str, typer.Option("--office", metavar="机构", help="由哪个督查机构、改革办办理;不填为本人所在的")
]
ZoneOption = Annotated[str, typer.Option("--zone", metavar="改革单位", help="名称、名称的一部分、代码或编号")]
StateOption = Annotated[str, typer.Option("--state", metavar="状态", help="只看一种状态,如 整改中")]
PapersOption = Annotated[
    list[str] | None,
    typer.Option("--paper", metavar="材料", help="佐证材料:名称,日期[,文号[,存放处]];可写多次"),
]


def desk_of(ctx: typer.Context, runtime: Runtime) -> SupervisionDesk:
    """The desk of whoever ``--as`` names."""
    from services.supervising.desk import SupervisionDesk

    return SupervisionDesk(runtime, session_of(ctx).actor)


def day_of(desk: SupervisionDesk, text: str) -> date:
    """The legal date that was typed; the business date where none was."""
    return parse_date(text, desk.today) if text else desk.today


def body_of(runtime: Runtime, words: str) -> str:
    """The code of a body that was typed; empty where none was."""
    from services.organising.finding import find_body

    return got(find_body(runtime.db, words), f"查找机构“{words}”") if words else ""


def unit_of(runtime: Runtime, words: str) -> str:
    """The id of a reform unit that was typed; empty where none was."""
    from services.listings import find_unit

    return got(find_unit(runtime.db, words), f"查找“{words}”").line.id if words else ""


def dated(runtime: Runtime, text: str, today: date) -> tuple[str, date]:
    """`机构=日期` as typed for a unit and its date."""
    name, sign, day = text.rpartition("=")
    if not sign:
        raise StopError(USAGE, f"“{text}”没有写明期限", "请写成 机构=日期", code="usage.dated")
    return body_of(runtime, name), parse_date(day, today)


def papers_of(typed: Sequence[str] | None, today: date) -> tuple[Paper, ...]:
    """佐证材料 as typed: 名称,日期[,文号[,存放处]]."""
    from domain.supervising.values import Paper

    found = []
    for text in typed or ():
        parts = [part.strip() for part in unicodedata.normalize("NFKC", text).split(",")]
        if len(parts) < 2:
            raise StopError(
                USAGE, f"“{text}”没有写明日期", "请写成 名称,日期[,文号[,存放处]]", code="usage.paper"
            )
        title, day, number, kept = (*parts, "", "")[:4]
        found.append(Paper(title=title, dated_on=parse_date(day, today), number=number, kept_at=kept))
    return tuple(found)


def state_of(text: str, kind: str) -> str:
    """The state that was typed, by its Chinese word or its code."""
    from cli.words import pick
    from services.supervising.reading import STATE_TITLES

    return pick(text, STATE_TITLES[kind], "--state") if text else ""


def tell(done: Enacted, sentence: str, **facts: Any) -> None:
    """What was done, with the number by which it goes on."""
    matter: Matter = done.matter
    if output.wants_json():
        state = str(getattr(matter, "state", ""))
        output.data({"id": matter.id, "state": state, "repeated": done.repeated, **facts})
    else:
        output.show(f"{sentence}:{matter.id}")


def show_list(lines: Sequence[MatterLine], nothing: str) -> None:
    """A list of matters."""
    import msgspec

    if output.wants_json():
        output.data({"rows": msgspec.to_builtins(lines)})
        return
    if not lines:
        output.say(nothing)
        return
    rows = [
        (each.number, each.state_title, each.title, each.unit_name, each.body_name, str(each.due_on or ""))
        for each in lines
    ]
    output.table(("编号", "状态", "内容", "改革单位", "承办", "期限"), rows)


def show_page(found: MatterView) -> None:
    """A matter with its parts and all that was done."""
    import msgspec

    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    line = found.line
    output.show(f"{line.kind_title} {line.number} · {line.state_title}", "bold")
    output.show(line.title)
    facts: Mapping[str, str] = {
        "编号": line.id,
        "办理机构": line.office_name,
        "改革单位": line.unit_name,
        "承办": line.body_name,
        **found.details,
    }
    output.table(("项目", "内容"), [(name, value) for name, value in facts.items() if value])
    if found.parts:
        output.table(
            ("承办单位", "分工", "期限", "签收", "反馈"),
            [
                (
                    part.body_name,
                    "牵头" if part.lead else "配合",
                    part.line,
                    str(part.signed_on or "未签收"),
                    "" if part.lead else str(part.reported_on or "未反馈"),
                )
                for part in found.parts
            ],
        )
    if found.items:
        output.show(f"分出的问题:{'、'.join(found.items)}")
    output.table(
        ("日期", "办理", "办理人", "内容"),
        [
            (
                f"{deed.on}{'(补录)' if deed.late else ''}",
                deed.act_title,
                f"{deed.person_name}\n{deed.body_name}",
                "\n".join(
                    [deed.text, *(f"佐证:{paper.title} {paper.dated_on}" for paper in deed.papers)]
                ).strip(),
            )
            for deed in found.deeds
        ],
    )


def list_in_sight(ctx: typer.Context, kind: str, state: str, zone: str = "") -> None:
    """The matters of a kind that whoever ``--as`` names may see."""
    from services.supervising.reading import MatterFilter, list_matters

    with session_of(ctx).runtime() as runtime:
        wanted = MatterFilter(kind=kind, state=state_of(state, kind), unit=unit_of(runtime, zone))
        lines = list_matters(desk_of(ctx, runtime), wanted, limit=1000)
    show_list(lines, "没有看得见的事项")


def show_in_sight(ctx: typer.Context, id_: str, kind: str) -> None:
    """One matter, where whoever ``--as`` names may see it."""
    from services.supervising.reading import show_matter

    with session_of(ctx).runtime() as runtime:
        found = got(show_matter(desk_of(ctx, runtime), id_, kind), f"查看“{id_}”")
    show_page(found)


def print_in_sight(ctx: typer.Context, id_: str, kind: str, to: Path, *, force: bool) -> None:
    """One matter as a Word file or a page to print, where whoever ``--as`` names may see it."""
    from services.supervising.paper import print_matter

    target = fresh(to, force=force)
    word = target.suffix.lower() == ".docx"
    if not word and target.suffix.lower() != ".html":
        raise StopError(
            USAGE, f"不能存成“{target.suffix}”文件", "文件名请以 .docx 或 .html 结尾", code="usage.suffix"
        )
    with session_of(ctx).runtime() as runtime:
        printed = got(print_matter(desk_of(ctx, runtime), id_, kind), f"打印“{id_}”")
        data = printed.word() if word else printed.page().encode()
    with writing(target):
        target.write_bytes(data)
    if output.wants_json():
        output.data({"to": str(target), "subject": printed.sheet.subject})
    else:
        output.show(f"已存到 {target}:{printed.sheet.subject}")
