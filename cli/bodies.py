"""zonectl body: the register of bodies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli import vacant as vacant_list
from cli.dates import parse_date
from cli.finding import got, new_id
from cli.session import Session, session_of
from cli.shell import App

if TYPE_CHECKING:
    from domain.organisation.values import BodyFacts
    from services.bootstrap import Runtime
    from services.organising.office import Registry

body = App("机构:登记和调整机构(含专班、领导小组),查询任职和曾用名,列出无人承办的工作。")

BodyWords = Annotated[str, typer.Argument(metavar="机构", help="机构编号或全称")]
Basis = Annotated[str, typer.Option("--basis", metavar="依据", help="文件名称或文号;确无文号的写明“无文号”")]


def registry_of(session: Session, runtime: Runtime) -> Registry:
    """The register, with who is at it."""
    from services.organising.office import Registry

    return Registry(db=runtime.db, wall=runtime.wall, person=session.actor)


def day(registry: Registry, text: str) -> date | None:
    """The legal date that was typed; `None` where none was."""
    return parse_date(text, registry.today) if text else None


def tell(facts: dict[str, Any], sentence: str) -> None:
    """What was done: for programs, or in a sentence."""
    if output.wants_json():
        output.data(facts)
    else:
        output.show(sentence)


@body.command("register")
def register(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="编号", help="机构编号,登记后不变")],
    name: Annotated[str, typer.Argument(metavar="全称", help="机构全称")],
    type_: Annotated[str, typer.Option("--type", metavar="类型", help="流程模板里的机构代号")],
    division: Annotated[str, typer.Option("--division", metavar="区划", help="六位区划代码")] = "",
    level: Annotated[
        str, typer.Option("--level", metavar="层级", help="县级、市级、省级、国家级、改革单位自身、接收单位")
    ] = "county",
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="接入", help="account(系统内)、no-account(不登录)、external(系统外)"),
    ] = "account",
    unit: Annotated[str, typer.Option("--unit", metavar="改革单位", help="属于一个改革单位的,写其编号")] = "",
    first: Annotated[str, typer.Option("--from", metavar="日期", help="成立日期")] = "",
    last: Annotated[str, typer.Option("--until", metavar="日期", help="临时机构的截止日期")] = "",
    founding: Annotated[
        str, typer.Option("--founding", metavar="文件", help="专班、领导小组的成立文件;写了即为临时机构")
    ] = "",
) -> None:
    """登记一个机构;专班、领导小组写明成立文件和起止日期。

    例:
      zonectl --as unit-admin body register zb-411024 鄢陵县示例专班 --type task_force --division 411024
      zonectl --as unit-admin body register zb-2 示例领导小组 --type task_force --division 411024
        --founding 示例办〔2022〕1号 --from 2022-01-01 --until 2022-12-31
    """
    from cli.words import pick
    from domain.organisation.bodies import RegisterBody
    from domain.organisation.values import KIND_TITLES, LEVEL_TITLES
    from services.organising.bodies import register_body

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        asked = RegisterBody(
            code=code,
            name=name,
            body_type=type_,
            kind=pick(kind, KIND_TITLES, "--kind"),
            division=division,
            level=pick(level, LEVEL_TITLES, "--level"),
            unit=unit,
            first=day(registry, first),
            last=day(registry, last),
            temporary=bool(founding),
            founding=founding,
        )
        got(register_body(registry, asked, command_id=new_id(), notices=runtime.notices), "登记机构")
    tell({"body": code}, f"已登记机构“{name}”({code})")


@body.command("change")
def change(
    ctx: typer.Context,
    words: BodyWords,
    basis: Basis,
    name: Annotated[str, typer.Option("--name", metavar="新名", help="新的全称;旧名留给旧文件")] = "",
    effective: Annotated[str, typer.Option("--from", metavar="日期", help="新名称自哪日起")] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="接入", help="account、no-account、external")] = "",
    type_: Annotated[str, typer.Option("--type", metavar="类型", help="流程模板里的机构代号")] = "",
    division: Annotated[str, typer.Option("--division", metavar="区划", help="六位区划代码")] = "",
    level: Annotated[str, typer.Option("--level", metavar="层级", help="县级、市级、省级等")] = "",
    last: Annotated[str, typer.Option("--until", metavar="日期", help="临时机构新的截止日期")] = "",
) -> None:
    """调整一个机构的登记内容;没有写的不变。

    例:
      zonectl --as unit-admin body change zb-2 --basis 示例办〔2022〕9号 --until 2023-06-30
    """
    from cli.words import pick
    from domain.organisation.bodies import ChangeBody
    from domain.organisation.values import KIND_TITLES, LEVEL_TITLES
    from services.organising.bodies import change_body
    from services.organising.finding import find_body

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        code = got(find_body(runtime.db, words), f"查找“{words}”")
        asked = ChangeBody(
            code=code,
            basis=basis,
            name=name or None,
            effective=day(registry, effective),
            body_type=type_ or None,
            kind=pick(kind, KIND_TITLES, "--kind") if kind else None,
            division=division or None,
            level=pick(level, LEVEL_TITLES, "--level") if level else None,
            last=day(registry, last),
        )
        done = got(change_body(registry, asked, command_id=new_id(), notices=runtime.notices), "调整机构")
    words_ = "、".join(
        f"{done.event.before.get(key) or '(空)'} → {new}" for key, new in done.event.after.items()
    )
    tell({"body": code, "before": done.event.before, "after": done.event.after}, f"已调整:{words_}")


@body.command("list")
def list_(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(metavar="[名称]", help="名称里的字或类型", show_default=False)] = "",
    division: Annotated[str, typer.Option("--division", metavar="区划", help="六位区划代码")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="行数", min=1, max=5000, help="最多几行")] = 50,
) -> None:
    """机构名单。

    例:
      zonectl --as auditor body list 财政局
    """
    from services.organising.listing import list_bodies

    session = session_of(ctx)
    with session.runtime() as runtime:
        found = list_bodies(registry_of(session, runtime), words, division, limit)
    if output.wants_json():
        import msgspec

        output.data(msgspec.to_builtins(found))
        return
    output.table(("编号", "名称", "类型", "接入", "区划", "起止"), [_row(each) for each in found])


def _row(facts: BodyFacts) -> tuple[str, ...]:
    from domain.organisation.values import KIND_TITLES

    days = f"{facts.first or ''} 至 {facts.last or ''}" if facts.first or facts.last else ""
    return (facts.code, facts.name, facts.type, KIND_TITLES[facts.kind], facts.division, days)


@body.command("show")
def show(
    ctx: typer.Context,
    words: BodyWords,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="当时的名称;不填为今天")] = "",
) -> None:
    """一个机构的登记内容、曾用名和任职情况。

    例:
      zonectl --as auditor body show 鄢陵县财政局 --on 2021-06-01
    """
    from domain.organisation.values import KIND_TITLES, LEVEL_TITLES, POSITION_TITLES
    from services.organising.finding import find_body
    from services.organising.listing import show_body

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        code = got(find_body(runtime.db, words), f"查找“{words}”")
        view = show_body(registry, code, day(registry, on) or registry.today)
    if output.wants_json():
        import msgspec

        output.data(msgspec.to_builtins(view))
        return
    facts = view.facts
    output.show(view.name, "bold")
    former = "、".join(
        f"{each.name}(至 {each.until or '日期不详'},{each.source})" for each in facts.data.names
    )
    output.pairs(
        (title, value)
        for title, value in (
            ("编号", facts.code),
            ("现名", facts.name if facts.name != view.name else ""),
            ("曾用名", former),
            ("类型", facts.type),
            ("接入", KIND_TITLES[facts.kind]),
            ("层级", LEVEL_TITLES.get(facts.level, facts.level)),
            ("区划", facts.division),
            ("改革单位", facts.unit),
            ("成立文件", facts.data.founding),
            ("起止", f"{facts.first or ''} 至 {facts.last or ''}" if facts.first or facts.last else ""),
            ("承继机构", facts.data.successor),
        )
        if value
    )
    for held in view.holdings:
        until = f"{held.first} 至 {held.last}" if held.last else f"{held.first} 起"
        position = POSITION_TITLES.get(held.position, held.position)
        output.show(f"{position}  {view.names[held.person]}({held.person}) {until}")


@body.command("vacant")
def vacant(ctx: typer.Context) -> None:
    """无人承办清单:本人能补的地方,等着办却没有人能办的工作,并写明还有谁能补。

    例:
      zonectl --as unit-admin body vacant
    """
    from services.organising.reading import person_names
    from services.organising.vacancies import vacancies

    session = session_of(ctx)
    with session.runtime() as runtime:
        found = vacancies(registry_of(session, runtime))
        names = person_names(runtime.db)
    if output.wants_json():
        import msgspec

        output.data(msgspec.to_builtins(found))
        return
    if found:
        output.table(vacant_list.COLUMNS, vacant_list.rows(found, names))
    else:
        output.say("没有无人承办的工作")
