"""zonectl case: launch cases and look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.dates import parse_date
from cli.finding import ProgrammeOption, UnitWords, assignments, case_of, cases_in_sight, got
from cli.programmes import version_of
from cli.session import session_of
from cli.shell import App
from cli.stops import REFUSED, USAGE, StopError, refusal

if TYPE_CHECKING:
    from services.bootstrap import Runtime
    from services.launching import Launched
    from services.listings import CaseLine

cases = App("改革任务(一区一案):启动、查看进展、流程运行、经过。")


@cases.command("launch")
def launch(
    ctx: typer.Context,
    programme: Annotated[str, typer.Argument(metavar="模板", help="流程模板代号,或 代号/版本")],
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar="改革单位", help="名称或编号;可写多次"),
    ] = None,
    all_units: Annotated[bool, typer.Option("--all", help="启动该模板所属类别的全部改革单位")] = False,
    choice: Annotated[
        list[str] | None,
        typer.Option("--choice", metavar="选择=值", help="启动时定的选择,如 scope=full;可写多次"),
    ] = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="启动日期;不填为今天")] = "今天",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出将启动哪些,不启动")] = False,
) -> None:
    """启动改革任务,一个或一批。已启动的不会重复启动;一个被拒绝不影响其他。

    例:
      zonectl --as demo-yanling-reform-office-head case launch development-zone --unit 鄢陵
      zonectl case launch township-enforcement --all --dry-run
    """
    from services.clock import today
    from services.launching import launch_many

    session = session_of(ctx)
    if bool(unit) == all_units:
        raise StopError(USAGE, "请写 --unit 改革单位,或写 --all,两者写一个", code="usage.units")
    entry = None if dry_run else session.entry
    with session.runtime() as runtime:
        version = version_of(runtime, programme)
        ids = _units(runtime, version, unit or [])
        day = parse_date(on, today(runtime.db, runtime.wall))
        if entry is None:
            _tell_plan(runtime, version, ids)
            return
        done = launch_many(
            runtime, entry, version, ids, on=day, choices=assignments(choice or [], "--choice")
        )
    _tell_launch(done, f"启动 {version[0]}/{version[1]}")


def _units(runtime: Runtime, version: tuple[str, int], words: list[str]) -> list[str]:
    from services.listings import find_unit, unit_ids
    from services.programmes import load_published

    if words:
        return [got(find_unit(runtime.db, each), f"启动“{each}”").line.id for each in words]
    found = got(load_published(runtime.db, *version), "启动")
    return list(unit_ids(runtime.db, str(found.unit)))


def _tell_plan(runtime: Runtime, version: tuple[str, int], ids: list[str]) -> None:
    from services.launching import case_id_of, units_by_id
    from services.reading import load_case

    rows = [
        (unit.id, unit.name, load_case(runtime.db, case_id_of(version[0], unit.id)) is not None)
        for unit in units_by_id(runtime.db, ids)
    ]
    if output.wants_json():
        output.data({"units": [{"unit": id_, "name": name, "standing": old} for id_, name, old in rows]})
        return
    output.table(("编号", "改革单位", ""), [(i, n, "已启动过" if old else "将启动") for i, n, old in rows])
    new = sum(not old for *_, old in rows)
    output.say(f"共 {len(rows)} 个,将启动 {new} 个;这是预览,没有写入")


def _tell_launch(done: Launched, what: str) -> None:
    data = {
        "opened": list(done.opened),
        "standing": list(done.standing),
        "refused": [
            {"unit": unit, "code": why.code, "message": why.message, "remedy": why.remedy}
            for unit, why in done.refused
        ],
    }
    summary = f"新启动 {len(done.opened)} 个,早已启动 {len(done.standing)} 个,未启动 {len(done.refused)} 个"
    if done.refused and len(done.opened) + len(done.standing) + len(done.refused) == 1:
        raise refusal(done.refused[0][1], what)
    if done.refused:
        if not output.wants_json():
            rows = [(unit, why.message, why.remedy) for unit, why in done.refused[:50]]
            output.table(("编号", "原因", "怎么办"), rows)
        first = done.refused[0][1]
        raise StopError(REFUSED, summary, "按上列各行处理后再启动一次", code=first.code, what=what, data=data)
    if output.wants_json():
        output.data(data)
    else:
        output.show(summary)


@cases.command("list")
def list_all(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(metavar="[名称]", help="名称里的字", show_default=False)] = "",
    programme: ProgrammeOption = "",
    status: Annotated[str, typer.Option("--status", metavar="状态", help="办理中、已完成、已终止")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="只看有逾期任务的")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="行数", min=1, max=5000, help="最多几行")] = 50,
) -> None:
    """改革任务名单,逾期多的在前。

    例:
      zonectl case list
      zonectl case list 许昌 --status 办理中
    """
    import msgspec

    from cli.words import pick
    from domain.states import CASE_STATUS_TITLES
    from services.clock import today
    from services.listings import list_cases

    titles = {str(code): title for code, title in CASE_STATUS_TITLES.items()}
    chosen = pick(status, titles, "--status") if status else ""
    with session_of(ctx).runtime() as runtime:
        day = today(runtime.db, runtime.wall)
        total, lines = list_cases(
            runtime.db,
            day,
            words=words,
            programme=programme,
            status=chosen,
            overdue=overdue,
            limit=limit,
            only=cases_in_sight(runtime),
        )
    if output.wants_json():
        output.data({"today": day.isoformat(), "total": total, "cases": msgspec.to_builtins(lines)})
        return
    if lines:
        output.table(("改革单位", "模板", "状态", "办结", "在办", "逾期", "下一时限"), map(_row, lines))
    shown = f",显示前 {len(lines)} 个;用 --limit 看更多" if total > len(lines) else ""
    output.say(f"共 {total} 个{shown}")


def _row(line: CaseLine) -> tuple[Any, ...]:
    from rich.text import Text

    late = Text(f"■ {line.overdue}", style="red") if line.overdue else "-"
    return (
        line.unit_name,
        f"{line.programme}/{line.version}",
        line.status_title,
        line.done,
        line.open,
        late,
        line.next_due or "-",
    )


@cases.command("show")
def show(
    ctx: typer.Context,
    unit: UnitWords,
    programme: ProgrammeOption = "",
    open_only: Annotated[bool, typer.Option("--open", help="只看在办的任务")] = False,
) -> None:
    """一个改革任务:按环节列出每项任务的状态、轮次、等谁办、时限及其算法。

    例:
      zonectl case show 鄢陵
      zonectl case show 鄢陵 --open
    """
    import msgspec

    from cli.case_page import show_case
    from services.clock import today
    from services.reading import view_case

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme)
        day = today(runtime.db, runtime.wall)
        view = view_case(runtime.db, case, day)
    if output.wants_json():
        output.data(msgspec.to_builtins(view))
    else:
        show_case(view, day, open_only=open_only)


@cases.command("runs")
def runs(
    ctx: typer.Context,
    unit: UnitWords,
    limit: Annotated[int, typer.Option("--limit", metavar="行数", min=1, max=200, help="最多几次")] = 30,
) -> None:
    """一个改革单位的流程运行,新的在前。要连得上 Prefect。

    例:
      zonectl case runs 鄢陵
    """
    import msgspec

    from config.clock import BUSINESS_TIMEZONE
    from services.status import case_runs

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, what="查看流程运行")
        found = got(case_runs(runtime.db, runtime.settings, case.id, limit), "查看流程运行")
    if output.wants_json():
        output.data({"runs": msgspec.to_builtins(found)})
        return
    rows = [
        (
            f"{run.started_at.astimezone(BUSINESS_TIMEZONE):%m-%d %H:%M:%S}" if run.started_at else "-",
            run.words,
            f"{run.name}\n{run.message}" if run.state in ("FAILED", "CRASHED") else run.name,
            run.link,
        )
        for run in found
    ]
    if rows:
        output.table(("开始", "状态", "运行", "链接"), rows)
    else:
        output.say(
            "没有流程运行。刚办的,接力程序几秒内会显示;Prefect 的数据丢失过的,不影响办理,"
            f"要看以前的运行,请系统管理员运行 zonectl --as sysadmin relay remirror {unit}"
        )


@cases.command("history")
def history(
    ctx: typer.Context,
    unit: UnitWords,
    programme: ProgrammeOption = "",
    step: Annotated[str, typer.Option("--step", metavar="任务", help="只看一项任务,如 1.2")] = "",
    last: Annotated[int, typer.Option("--last", metavar="次数", min=0, help="只看最后几次;0 为全部")] = 0,
) -> None:
    """一个改革任务的经过:发生日期、登记时间、补录、办了什么、决定人、登记人、核对人。

    例:
      zonectl case history 鄢陵 --last 20
      zonectl case history 鄢陵 --step 1.2
    """
    import msgspec

    from cli.case_page import show_history
    from services.clock import today
    from services.history import case_history

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme)
        texts = bool(session_of(ctx).reader)
        found = case_history(runtime.db, case, today(runtime.db, runtime.wall), texts=texts)
    if step:
        found = tuple(each for each in found if any(line.startswith(f"{step} ") for line in each.lines))
    found = found[-last:] if last else found
    if output.wants_json():
        output.data({"case": case.id, "history": msgspec.to_builtins(found)})
        return
    output.show(f"{case.unit_name} · {case.programme}/{case.version}", "bold")
    show_history(found)
