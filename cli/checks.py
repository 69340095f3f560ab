"""zonectl check: compliance checks: run, list, explain, waive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.check_lists import list_findings, list_rules, list_waivers
from cli.check_words import MOST_SHOWN, said, show_case, show_rule
from cli.dates import parse_date
from cli.finding import ProgrammeOption, UnitWords, case_of, cases_in_sight, got
from cli.session import session_of
from cli.shell import App
from cli.stops import REFUSED, USAGE, StopError

if TYPE_CHECKING:
    from datetime import date

    from services.bootstrap import Runtime
    from services.checking.decisions import Clerk
    from services.checking.running import CaseChecked, Swept

check = App("合规检查:检查、查看现有问题、说明每条检查、豁免、改为拦截。")
ZoneOption = Annotated[
    str, typer.Option("--zone", metavar="改革单位", help="只看一个:名称、名称的一部分、代码或编号")
]
CheckWords = Annotated[str, typer.Argument(metavar="检查", help="检查编号,如 H-04")]


@check.command("run")
def run(
    ctx: typer.Context,
    zone: ZoneOption = "",
    every: Annotated[bool, typer.Option("--all", help="检查全部在办的改革任务(有权检查的)")] = False,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="日期", help="按那一天的当时情况检查;只看,不登记")
    ] = "",
    known: Annotated[
        bool, typer.Option("--known", help="与 --as-of 连用:按那一天系统所知(当天以后补录的不算)")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看,不登记")] = False,
    programme: ProgrammeOption = "",
) -> None:
    """运行合规检查,结果登记到改革任务。再检查一次,没有变化就什么也不登记。

    退出码:0 没有未通过的拦截或提醒;1 有未通过的;其余同各命令。

    例:
      zonectl --as demo-yanling-reform-office-handler check run --zone 鄢陵
      zonectl check run --zone 鄢陵 --as-of 2021-06-30 --known
      zonectl check run --all --dry-run --json
    """
    from services.clock import today

    if bool(zone) == every:
        raise StopError(USAGE, "请写明检查哪里", "加 --zone 改革单位,或加 --all", code="usage.which")
    if known and not as_of:
        raise StopError(USAGE, "--known 要与 --as-of 连用", "请写明日期", code="usage.known")
    session = session_of(ctx)
    person = "" if dry_run or as_of else session.actor
    with session.runtime() as runtime:
        on = today(runtime.db, runtime.wall)
        if as_of:
            checked, total = _look_back(runtime, zone, programme, parse_date(as_of, on), on, known=known)
        else:
            checked, total = _run(runtime, zone, programme, person, on)
    _tell(checked, total)


def _run(
    runtime: Runtime, zone: str, programme: str, person: str, on: date
) -> tuple[list[CaseChecked], Swept]:
    from msgspec.structs import replace

    from services.checking.loading import case_ids
    from services.checking.running import cases_refused, check_cases, machine_entry

    ids = (
        [case_of(runtime, zone, programme, "运行检查").id]
        if zone
        else _in_sight(runtime, case_ids(runtime.db))
    )
    if person:
        refused = cases_refused(runtime, person, ids)
        ids = [each for each in ids if each not in refused]
        if refused and not ids:
            got(next(iter(refused.values())), "运行检查")
    checked: list[CaseChecked] = []
    entry = replace(machine_entry(), channel="cli") if person else None
    total = check_cases(runtime, ids, on, entry, each=checked.append)
    return checked, total


def _look_back(
    runtime: Runtime, zone: str, programme: str, day: date, today: date, *, known: bool
) -> tuple[list[CaseChecked], Swept]:
    from services.checking.as_of import check_as_of
    from services.checking.loading import case_ids
    from services.checking.running import counted, reader_of
    from services.clock import is_rehearsal_database

    if known and is_rehearsal_database(runtime.db, runtime.wall):
        raise StopError(
            REFUSED,
            "演练库不能按当时所知检查:演练时的记录时间都是真实时间",
            "请去掉 --known,按当时情况检查",
            code="checks.rehearsal",
        )
    if day > today:
        raise StopError(REFUSED, f"{day} 还没有到", "请写今天或以前的日期", code="date.future")
    every = _in_sight(runtime, case_ids(runtime.db, ended=True))
    ids = [case_of(runtime, zone, programme, "运行检查").id] if zone else every
    reader = reader_of(runtime)
    looked = (check_as_of(runtime.db, each, day, reader, known=known) for each in ids)
    checked = [each for each in looked if each is not None]
    return checked, counted(checked)


def _in_sight(runtime: Runtime, ids: list[str]) -> list[str]:
    """Those of these cases that whoever ``--as`` names may see."""
    seen = cases_in_sight(runtime)
    return ids if seen is None else [each for each in ids if each in set(seen)]


def _tell(checked: list[CaseChecked], total: Swept) -> None:
    import msgspec

    data: dict[str, Any] = {
        "total": msgspec.to_builtins(total),
        "cases": [msgspec.to_builtins(each.without_rows()) for each in checked],
    }
    failing = [each for each in checked if each.failed]
    if not output.wants_json():
        for each in failing[:MOST_SHOWN]:
            show_case(each)
        if len(failing) > MOST_SHOWN:
            output.say(f"… 另有 {len(failing) - MOST_SHOWN} 个;加 --json 看全部")
    for case, why in total.broken:
        output.say(f"{case} 没有检查成:{why}", "red")
    summary = said(total)
    if failing or total.broken:
        raise StopError(
            REFUSED,
            summary,
            "逐条的依据和办法见 zonectl check explain 检查编号 --zone 改革单位",
            code="checks.failed",
            what="合规检查",
            facts={"cases": len(failing), "findings": total.findings, "broken": len(total.broken)},
            data=data,
        )
    if output.wants_json():
        output.data(data)
    else:
        output.show(summary)


@check.command("list")
def list_(
    ctx: typer.Context,
    zone: ZoneOption = "",
    name: Annotated[str, typer.Option("--check", metavar="检查", help="只看一条检查发现的")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="列出全部检查")] = False,
    waivers: Annotated[bool, typer.Option("--waivers", help="列出豁免申请")] = False,
    programme: ProgrammeOption = "",
) -> None:
    """现有问题:上次检查发现、还没有消除的。

    例:
      zonectl check list --zone 鄢陵
      zonectl check list --check H-04 --json
      zonectl check list --rules
      zonectl check list --waivers
    """
    if rules:
        list_rules()
        return
    from services.clock import today

    with session_of(ctx).runtime() as runtime:
        on = today(runtime.db, runtime.wall)
        case = case_of(runtime, zone, programme, "查看现有问题") if zone else None
        if waivers:
            list_waivers(runtime, case, on)
        else:
            list_findings(runtime, case, name, on)


@check.command("explain")
def explain(
    ctx: typer.Context, name: CheckWords, zone: ZoneOption = "", programme: ProgrammeOption = ""
) -> None:
    """说明一条检查:看什么、为什么、怎样算通过、依据和参数;加 --zone 说明在这个单位的结果。

    例:
      zonectl check explain H-04
      zonectl check explain H-12 --zone 鄢陵
    """
    from domain.checks.catalogue import rule_of
    from services.checking.decisions import unknown_check

    rule = rule_of(name)
    if rule is None:
        raise got_stop(unknown_check(name))
    if not zone:
        show_rule(rule)
        return
    import msgspec

    from cli.check_words import may_see_rows
    from services.checking.loading import load_many
    from services.checking.running import look_at_one, reader_of
    from services.clock import today

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, zone, programme, f"说明检查 {rule.id}")
        on = today(runtime.db, runtime.wall)
        loaded = load_many(runtime.db, [case.id], on, reader_of(runtime))[0]
        sees_rows = may_see_rows(runtime, case)
    planned = next((each for each in loaded.checks.uses if each.use.id == rule.id), None)
    found = next((each for each in look_at_one(loaded).evaluations if each.check == rule.id), None)
    if found is not None and not sees_rows:
        found = msgspec.structs.replace(found, rows={})
    show_rule(rule, planned=planned, found=found, unit=case.unit_name)


def got_stop(refused: Any) -> StopError:
    """The stop of a refusal, for where nothing can be returned."""
    from cli.stops import refusal

    return refusal(refused, "查找检查")


@check.command("waive")
def waive(
    ctx: typer.Context,
    unit: UnitWords,
    name: CheckWords,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么可以豁免")],
    until: Annotated[str, typer.Option("--until", metavar="日期", help="豁免到哪一天,最长一年")],
    place: Annotated[
        str, typer.Option("--place", metavar="位置", help="只豁免这一处;不填为这条检查的全部问题")
    ] = "",
    number: Annotated[str, typer.Option("--number", metavar="文号", help="所依据文件的文号")] = "",
    programme: ProgrammeOption = "",
) -> None:
    """申请豁免:写明理由和到期日,由另一人批准后才算,到期自动失效。

    例:
      zonectl --as demo-yanling-handler check waive 鄢陵 P-04 --reason 防汛紧急 --until 2022-12-31
    """
    from services.checking.decisions import ask_waiver

    session = session_of(ctx)
    person = session.actor
    with session.runtime() as runtime:
        clerk = _clerk(runtime, person)
        case = case_of(runtime, unit, programme, f"豁免 {name}")
        day = parse_date(until, clerk.today)
        key = got(
            ask_waiver(clerk, case, name, reason=reason, until=day, place=place, number=number),
            f"豁免 {name}",
        )
    if output.wants_json():
        output.data({"waiver": key})
    else:
        output.show(f"已申请,编号 {key};由改革办负责人批准:zonectl check answer {key} --grant")


@check.command("answer")
def answer(
    ctx: typer.Context,
    waiver: Annotated[str, typer.Argument(metavar="编号", help="豁免申请的编号")],
    grants: Annotated[bool, typer.Option("--grant/--decline", help="批准,或不同意")],
) -> None:
    """批准豁免,或不同意;申请人自己不能批准。批准后重新检查,所拦的任务即可继续。

    例:
      zonectl --as demo-yanling-reform-office-head check answer 1a2b3c4d --grant
    """
    import msgspec

    from services.checking.decisions import answer_waiver
    from services.checking.running import check_cases, machine_entry

    session = session_of(ctx)
    person = session.actor
    with session.runtime() as runtime:
        clerk = _clerk(runtime, person)
        line = got(answer_waiver(clerk, waiver, grants=grants), "批准豁免")
        if grants:
            check_cases(runtime, [line.case], clerk.today, machine_entry())
    if output.wants_json():
        output.data(msgspec.to_builtins(line))
    else:
        word = f"已批准,到 {line.until} 为止" if grants else "已答复不同意"
        output.show(f"检查 {line.check}:{word}")


@check.command("rule")
def rule_(
    ctx: typer.Context,
    name: CheckWords,
    blocks: Annotated[bool, typer.Option("--block/--as-declared", help="改为拦截,或恢复流程模板规定的程度")],
    number: Annotated[str, typer.Option("--number", metavar="文号", help="决定的文号")],
    start: Annotated[str, typer.Option("--from", metavar="日期", help="从哪一天起")] = "今天",
) -> None:
    """凭决定(文号、日期)把一条提醒改为拦截,全部改革任务都照此办理。

    例:
      zonectl --as sysadmin check rule P-03 --block --number 许改办〔2022〕5号 --from 2022-06-01
    """
    import msgspec

    from services.checking.decisions import rule_check

    session = session_of(ctx)
    person = session.actor
    with session.runtime() as runtime:
        clerk = _clerk(runtime, person)
        day = parse_date(start, clerk.today)
        ruling = got(
            rule_check(clerk, name, blocks=blocks, number=number, valid_from=day), f"改变检查 {name} 的程度"
        )
    if output.wants_json():
        output.data(msgspec.to_builtins(ruling))
    else:
        word = "改为拦截" if ruling.blocks else "恢复流程模板规定的程度"
        output.show(f"检查 {ruling.check} 自 {ruling.valid_from} 起{word}({ruling.number})")


def _clerk(runtime: Runtime, person: str) -> Clerk:
    from services.checking.decisions import Clerk

    return Clerk(runtime.db, runtime.wall, person)
