"""zonectl zone place, chain, reorganise; zonectl body reorganise: what changes a unit or ends a body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.bodies import Basis, body, day, registry_of, tell
from cli.finding import UnitWords, got, new_id
from cli.session import session_of
from cli.stops import USAGE, StopError
from cli.zones import zone

if TYPE_CHECKING:
    from services.bootstrap import Runtime
    from services.organising.previewing import Preview

__all__ = ["zone"]

Effective = Annotated[str, typer.Option("--from", metavar="日期", help="生效日期")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只预览,不写入")]
LevelOption = Annotated[str, typer.Option("--level", metavar="主管级", help="省管、市管、县管")]
LeadOption = Annotated[str, typer.Option("--lead", metavar="区划", help="牵头地区的六位区划代码")]
WHAT_WORDS = {"continue": "继续办理", "merge": "并入", "end": "终止", "vacant": "无人承办"}
KIND_WORDS = {"case": "改革任务", "register": "台账", "body": "机构", "position": "任职"}


@zone.command("place")
def place(
    ctx: typer.Context,
    unit: UnitWords,
    basis: Basis,
    level: LevelOption = "",
    lead: LeadOption = "",
    participating: Annotated[
        list[str] | None, typer.Option("--participating", metavar="区划", help="参与地区,可写多次")
    ] = None,
    park: Annotated[
        list[str] | None,
        typer.Option("--park", metavar="园区=面积", help="如 东园=120公顷;可写多次"),
    ] = None,
) -> None:
    """填定改革单位的主管级、牵头地区、参与地区和园区,写明依据。

    例:
      zonectl --as reform-office zone place 鄢陵 --basis 示例政文〔2022〕1号 --level 县管 --lead 411024
    """
    from domain.organisation.units import PlaceUnit
    from domain.organisation.values import ParkFacts
    from services.organising.units import place_unit

    session = session_of(ctx)
    parks = tuple(
        ParkFacts(name=name.strip(), area_ha=area.strip())
        for name, _, area in (each.partition("=") for each in park or ())
    )
    with session.runtime() as runtime:
        asked = PlaceUnit(
            unit=_unit(runtime, unit),
            basis=basis,
            supervising_level=_level(level) or None,
            lead_area=lead or None,
            participating=tuple(participating) if participating else None,
            parks=parks or None,
        )
        done = got(place_unit(registry_of(session, runtime), asked, command_id=new_id()), "填定改革单位")
    tell({"unit": done.event.unit}, "已填定")


@zone.command("chain")
def chain(
    ctx: typer.Context,
    unit: UnitWords,
    leader: Annotated[str, typer.Option("--leader", metavar="人员", help="责任领导")],
    lead: Annotated[str, typer.Option("--lead-body", metavar="机构", help="牵头单位")],
    deputy: Annotated[str, typer.Option("--deputy", metavar="人员", help="分管领导")] = "",
    support: Annotated[
        list[str] | None, typer.Option("--support", metavar="机构", help="配合单位,可写多次")
    ] = None,
    contact: Annotated[
        list[str] | None, typer.Option("--contact", metavar="人员", help="联络员,可写多次")
    ] = None,
    programme: Annotated[str, typer.Option("--programme", metavar="模板", help="只用于一个流程模板")] = "",
    step: Annotated[str, typer.Option("--step", metavar="任务", help="只用于一项任务")] = "",
    first: Effective = "今天",
    basis: Annotated[str, typer.Option("--basis", metavar="依据", help="分工文件")] = "",
) -> None:
    """设置责任链条:责任领导、分管领导、牵头单位、配合单位、联络员;人员无须账号。

    例:
      zonectl --as reform-office zone chain 鄢陵 --leader li-si --lead-body 鄢陵县发展和改革委员会
    """
    from domain.organisation.events import Link
    from domain.organisation.units import SetChain
    from services.organising.finding import find_body, find_person
    from services.organising.units import set_chain

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        people = (("leader", leader), ("deputy", deputy), *(("contact", each) for each in contact or ()))
        bodies = (("lead", lead), *(("support", each) for each in support or ()))
        links = [
            Link(part=part, person=got(find_person(runtime.db, words), f"查找“{words}”"))
            for part, words in people
            if words
        ]
        links += [Link(part=part, body=got(find_body(runtime.db, w), f"查找“{w}”")) for part, w in bodies]
        asked = SetChain(
            unit=_unit(runtime, unit),
            links=tuple(links),
            first=day(registry, first) or registry.today,
            programme=programme,
            step=step,
            basis=basis,
        )
        got(set_chain(registry, asked, command_id=new_id()), "设置责任链条")
    tell({"unit": asked.unit, "from": str(asked.first)}, f"已设置责任链条,{asked.first} 起")


@zone.command("reorganise")
def reorganise(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="类别", help="更名、整合、拆分、撤销、升级、调整隶属")],
    unit: Annotated[list[str], typer.Argument(metavar="改革单位", help="名称或编号;整合、撤销可写多个")],
    basis: Basis,
    effective: Effective,
    into: Annotated[str, typer.Option("--into", metavar="改革单位", help="整合:并入哪个改革单位")] = "",
    name: Annotated[str, typer.Option("--name", metavar="新名", help="更名或整合后的名称")] = "",
    level: LevelOption = "",
    lead: LeadOption = "",
    part: Annotated[
        list[str] | None, typer.Option("--part", metavar="编号=名称", help="拆分出的改革单位,可写多次")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """更名、整合、拆分、撤销、升级、调整隶属:在办的改革任务继续、并入或终止,台账随着走,旧文件保留旧名。

    例:
      zonectl --as city-reform-head zone reorganise 更名 鄢陵 --name 示例开发区 --basis 示例政〔2022〕1号
        --from 2022-03-01 --dry-run
    """
    from cli.words import pick
    from domain.organisation.reorganising import KIND_WORDS as KINDS
    from domain.organisation.reorganising import NewUnit, ReorganiseUnits
    from services.organising.reorganising import preview_units, reorganise_units

    session = session_of(ctx)
    parts = []
    for each in part or ():
        id_, sign, title = each.partition("=")
        if not sign:
            raise StopError(USAGE, f"--part 要写成 编号=名称,现为“{each}”", code="usage.pair")
        parts.append(NewUnit(id=id_.strip(), name=title.strip(), lead_area=lead))
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        asked = ReorganiseUnits(
            kind=pick(kind, KINDS, "类别"),
            units=tuple(_unit(runtime, words) for words in unit),
            basis=basis,
            effective=day(registry, effective) or registry.today,
            into=_unit(runtime, into) if into else "",
            name=name,
            supervising_level=_level(level),
            lead_area=lead,
            parts=tuple(parts),
        )
        if dry_run:
            _tell_preview(got(preview_units(registry, asked), "预览"))
            return
        done = got(
            reorganise_units(registry, asked, command_id=new_id(), notices=runtime.notices), "改革单位调整"
        )
    cases = [{"case": each.case, "what": each.what, "into": each.into} for each in done.event.cases]
    tell({"kind": done.event.kind, "cases": cases}, f"已办理:{kind},涉及改革任务 {len(cases)} 个")


@body.command("reorganise")
def reorganise_bodies(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="机构", help="撤销或并入其他机构的机构;可写多个")],
    basis: Basis,
    effective: Effective,
    into: Annotated[
        str, typer.Option("--into", metavar="机构", help="承继职能和在办工作的机构;不写则无人承办")
    ] = "",
    dry_run: DryRun = False,
) -> None:
    """机构整合、撤销:在办工作随职能转到承继机构,原机构已作出的审批有效,旧文件保留旧名。

    例:
      zonectl --as reform-office body reorganise 鄢陵县司法局 --into 鄢陵县财政局 --basis 示例编〔2022〕4号
        --from 2022-03-01 --dry-run
    """
    from domain.organisation.reorganising import EndBodies
    from services.organising.ending import end_bodies, preview_bodies
    from services.organising.finding import find_body

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        codes = [got(find_body(runtime.db, each), f"查找“{each}”") for each in words]
        asked = EndBodies(
            bodies=tuple(codes),
            basis=basis,
            effective=day(registry, effective) or registry.today,
            into=got(find_body(runtime.db, into), f"查找“{into}”") if into else "",
        )
        if dry_run:
            _tell_preview(got(preview_bodies(registry, asked), "预览"))
            return
        done = got(end_bodies(registry, asked, command_id=new_id(), notices=runtime.notices), "机构调整")
    cases = [{"case": each.case, "what": each.what} for each in done.event.cases]
    tell({"bodies": codes, "cases": cases}, f"已办理,涉及改革任务 {len(cases)} 个")


def _unit(runtime: Runtime, words: str) -> str:
    from services.listings import find_unit

    return got(find_unit(runtime.db, words), f"查找“{words}”").line.id


def _level(words: str) -> str:
    from cli.words import pick
    from domain.units import SupervisingLevel

    return pick(words, {each.value: each.label for each in SupervisingLevel}, "--level") if words else ""


def _tell_preview(preview: Preview) -> None:
    if output.wants_json():
        import msgspec

        output.data(msgspec.to_builtins(preview))
        return
    rows = [
        (KIND_WORDS[each.kind], each.title, f"{WHAT_WORDS[each.what]}{each.into and f' → {each.into_title}'}")
        for each in preview.touched
    ]
    if rows:
        output.table(("触及", "名称", "处理"), rows)
    output.say(f"预览:触及 {len(rows)} 处,没有写入")
