"""zonectl zone: the register of reform units."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.files import existing
from cli.finding import UnitWords, cases_in_sight, got, new_id
from cli.session import session_of
from cli.shell import App
from cli.stops import REFUSED, StopError

if TYPE_CHECKING:
    from domain.catalogue_changes import ZoneChange
    from services.importing.zones import ZoneImport
    from services.listings import UnitLine

zone = App("改革单位:导入开发区名单,查询开发区、乡镇(街道)等。")
MOST_SHOWN = 30
MOST_FAULTS = 200
"""All faults of an office's list are shown at once; beyond so many it is not the list it should be."""


@zone.command("import")
def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="名单:CSV 或 .xlsx,表头、单位、合计行照常")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览,不写入")] = False,
) -> None:
    """导入开发区名单。有一处差错就一行也不导入,差错按行列指明;再导一次没有变化。

    例:
      zonectl zone import samples/catalogue/development_zones_2018.csv --dry-run
      zonectl --as founding zone import 名单.xlsx
    """
    from services.importing import zones

    session = session_of(ctx)
    actor = None if dry_run else session.doer
    with session.runtime() as runtime:
        read = got(zones.read_zone_file(existing(file)), f"导入 {file.name}")
        if actor is None:
            done = zones.preview_zones(runtime.db, read)
        else:
            made = zones.import_zones(runtime.db, read, actor=actor, wall=runtime.wall, command_id=new_id())
            done = got(made, f"导入 {file.name}")
    _tell_import(done)


def _tell_import(done: ZoneImport) -> None:
    if not output.wants_json():
        _list_lines("差错", [fault.line() for fault in done.faults], "red", MOST_FAULTS)
        _list_lines("请留意", [odd.line() for odd in done.oddities], "yellow")
        _list_lines("没有作为数据的行", [f"{s.cell} {s.reason}:{s.text}" for s in done.skipped], "dim")
        _list_lines("变更", [line for change in done.changes.changed for line in _changed(change)], "bold")
        if done.unused_columns:
            output.say(f"没有用到的列:{'、'.join(done.unused_columns)}")
    if done.faults:
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


def _changed(change: ZoneChange) -> list[str]:
    return [f"{change.before.name} {f.title}:{f.old or '(空)'} → {f.new or '(空)'}" for f in change.fields]


def _list_lines(title: str, lines: list[str], style: str, most: int = MOST_SHOWN) -> None:
    if not lines:
        return
    output.say(f"{title} {len(lines)} 处:", style)
    for line in lines[:most]:
        output.say(f"  {line}")
    if len(lines) > most:
        output.say(f"  … 另有 {len(lines) - most} 处;加 --json 看全部")


@zone.command("list")
def list_zones(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(metavar="[名称]", help="名称里的字", show_default=False)] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="类别", help="zone(开发区)、township(乡镇街道)等")
    ] = "",
    province: Annotated[str, typer.Option("--province", metavar="省份", help="目录上的省份")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="行数", min=1, max=5000, help="最多几行")] = 50,
) -> None:
    """改革单位名单。

    例:
      zonectl zone list 许昌
      zonectl zone list --kind township
    """
    import msgspec

    from cli.words import pick
    from domain.units import UnitKind
    from services.listings import list_units

    chosen = pick(kind, {each.value: each.label for each in UnitKind}, "--kind") if kind else ""
    with session_of(ctx).runtime() as runtime:
        total, lines = list_units(runtime.db, words=words, kind=chosen, province=province, limit=limit)
    if output.wants_json():
        output.data({"total": total, "units": msgspec.to_builtins(lines)})
        return
    if lines:
        output.table(("编号", "名称", "类别", "主管级", "省份", "改革任务"), [_row(line) for line in lines])
    if total > len(lines):
        output.say(f"共 {total} 个,显示前 {len(lines)} 个;用 --limit 看更多")
    else:
        output.say(f"共 {total} 个" if total else "没有符合的改革单位;还没有导入的,用 zonectl zone import")


def _row(line: UnitLine) -> tuple[str, ...]:
    kind = f"{line.level}{line.kind_title}" if line.level in ("国家级", "省级") else line.kind_title
    return (line.id, line.name, kind, line.supervising or "待补", line.province, str(line.cases or ""))


@zone.command("ready")
def ready(
    ctx: typer.Context,
    unit: UnitWords,
    programme: Annotated[
        str,
        typer.Option(
            "--programme", metavar="模板", help="流程模板,如 development-zone 或 development-zone/1"
        ),
    ],
) -> None:
    """启动前核对:哪些角色无人承办,缺的是哪个机构的哪个岗位,谁能补。

    例:
      zonectl zone ready 鄢陵 --programme development-zone
    """
    import msgspec

    from cli.programmes import version_of
    from services.clock import today
    from services.launching import units_by_id
    from services.listings import find_unit
    from services.organisation import place_of
    from services.organising.menders import mender_words
    from services.organising.readiness import readiness_of
    from services.organising.reading import person_names

    with session_of(ctx).runtime() as runtime:
        found = got(find_unit(runtime.db, unit), f"查看“{unit}”").line
        on = today(runtime.db, runtime.wall)
        readiness = got(
            readiness_of(runtime.db, *version_of(runtime, programme), on=on, today=on), "启动前核对"
        )
        lacks = readiness.lacks(place_of(units_by_id(runtime.db, [found.id])[0]))
        names = person_names(runtime.db)
    if output.wants_json():
        output.data({"unit": found.id, "ready": not lacks, "lacks": msgspec.to_builtins(lacks)})
        return
    rows = [
        (
            each.title,
            each.body_words,
            each.why,
            mender_words(each.menders, names),
        )
        for each in lacks
    ]
    if rows:
        output.table(("角色", "机构", "情况", "可以补的人"), rows)
        output.say(f"共 {len(rows)} 个角色无人承办,补齐后才能启动", "bold yellow")
    else:
        output.show(f"{found.name}:全部角色都有人承办,可以启动")


@zone.command("show")
def show_zone(ctx: typer.Context, unit: UnitWords) -> None:
    """一个改革单位的登记内容和它的改革任务。

    例:
      zonectl zone show 鄢陵
    """
    import msgspec

    from services.clock import today
    from services.listings import find_unit, list_cases

    with session_of(ctx).runtime() as runtime:
        found = got(find_unit(runtime.db, unit), f"查看“{unit}”")
        seen = cases_in_sight(runtime)
        _, cases = list_cases(
            runtime.db, today(runtime.db, runtime.wall), limit=5000, unit=found.line.id, only=seen
        )
    if output.wants_json():
        output.data(msgspec.to_builtins(found) | {"cases": msgspec.to_builtins(cases)})
        return
    line = found.line
    output.show(line.name, "bold")
    output.pairs(
        (name, value)
        for name, value in (
            ("编号", line.id),
            ("类别", f"{line.level}{line.kind_title}"),
            ("目录代码", f"{line.code}({found.edition} 年版)" if line.code else ""),
            ("曾用名", "、".join(found.former_names)),
            ("省份", line.province),
            ("主管级", line.supervising or "待补"),
            ("区划代码", found.division),
            ("牵头地区", line.lead_area or "待补"),
            ("参与地区", "、".join(found.participating)),
            ("批准年月", found.approved_ym),
            ("核准面积", f"{found.area_ha} 公顷" if found.area_ha else ""),
            ("主导产业", found.industries),
        )
        if value
    )
    for case in cases:
        late = f",逾期 {case.overdue} 项" if case.overdue else ""
        output.show(
            f"改革任务  {case.programme}/{case.version} {case.status_title},{case.opened_on} 启动,"
            f"已办结 {case.done} 项,在办 {case.open} 项{late}"
        )
    if not cases:
        output.show("改革任务  尚未启动")
