"""zonectl lamp: lamps with their reasons, the red past of each, and who is to decide on what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.finding import ProgrammeOption, UnitWords, case_of, cases_in_sight, got
from cli.session import session_of
from cli.shell import App
from cli.stops import USAGE, StopError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from domain.lamp_history import Record
    from domain.lamps import Colour
    from services.lamps.showing import CaseLampLine, CaseLamps, RedLamp, SpellLine

lamp = App("亮灯:每盏灯凭哪条规则、哪些数字,红过几次、最长多久;到了哪一级、由谁决定。")

STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "done_late": "magenta"}
AreaOption = Annotated[str, typer.Option("--area", metavar="区划", help="只看这个行政区划(六位代码)及以下的")]


@lamp.command("show")
def show(ctx: typer.Context, unit: UnitWords, programme: ProgrammeOption = "") -> None:
    """一个改革任务的每盏灯,和全部红灯记录。灯是现算的,记录由留痕算出。

    例:
      zonectl lamp show 鄢陵县产业集聚区
      zonectl --as demo-yanling-reform-office-handler lamp show 鄢陵 --json
    """
    import msgspec

    from services.clock import today
    from services.lamps.showing import case_lamps

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme, "查看亮灯")
        found = case_lamps(runtime.db, case, today(runtime.db, runtime.wall))
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    _show_case(found)


@lamp.command("list")
def list_(
    ctx: typer.Context,
    area: AreaOption = "",
    colour: Annotated[str, typer.Option("--colour", metavar="灯色", help="red、yellow、green")] = "",
) -> None:
    """各改革任务最差的一盏灯,最差的在前。

    例:
      zonectl lamp list
      zonectl lamp list --area 411024 --colour red
    """
    import msgspec

    from domain.lamps import Colour
    from services.clock import today
    from services.lamps.showing import lamp_lines
    from services.office.lamps import cases_in_area, worst_first

    if colour not in ("", *Colour):
        raise StopError(USAGE, f"没有灯色“{colour}”", f"可选:{'、'.join(Colour)}", code="usage.colour")
    with session_of(ctx).runtime() as runtime:
        on = today(runtime.db, runtime.wall)
        cases = cases_in_area(runtime.db, cases_in_sight(runtime), area)
        lines = [each for each in lamp_lines(runtime.db, cases, on) if colour in ("", str(each.colour))]
    found = worst_first(lines)
    if output.wants_json():
        output.data({"on": on.isoformat(), "cases": msgspec.to_builtins(found)})
        return
    if found:
        output.table(("灯", "改革单位", "任务", "凭什么", "红灯记录"), [_case_row(each) for each in found])
    output.say(f"{on},共 {len(found)} 个改革任务" if found else "没有这样的改革任务")


@lamp.command("red")
def red(ctx: typer.Context, area: AreaOption = "") -> None:
    """现有红灯:哪个单位的哪项任务,红了多久,已到哪一级、由谁决定是否发出。系统只拟稿,不发。

    例:
      zonectl lamp red --area 411000
    """
    import msgspec

    from services.clock import today
    from services.lamps.showing import red_lamps
    from services.office.lamps import cases_in_area

    with session_of(ctx).runtime() as runtime:
        on = today(runtime.db, runtime.wall)
        cases = cases_in_area(runtime.db, cases_in_sight(runtime), area)
        found = list(red_lamps(runtime.db, on, cases=cases))
    if output.wants_json():
        output.data({"on": on.isoformat(), "lamps": msgspec.to_builtins(found)})
        return
    if found:
        output.table(("改革单位", "任务", "等谁", "凭什么", "已到"), [_red_row(each) for each in found])
    output.say(f"{on},红灯 {len(found)} 盏" if found else "没有红灯")


@lamp.command("rebuild")
def rebuild(
    ctx: typer.Context, yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问")] = False
) -> None:
    """由留痕重算全部红灯记录。平时每天自动登记,漏了几天也会补上,不用重算。

    例:
      zonectl --as sysadmin lamp rebuild --yes
    """
    import msgspec

    from services.lamps.counting import rebuild_lamps

    output.confirm("将由留痕重算全部红灯记录。", yes)
    session = session_of(ctx)
    with session.runtime() as runtime:
        done = got(rebuild_lamps(runtime.db, actor=session.doer, wall=runtime.wall), "重算红灯记录")
    if output.wants_json():
        output.data(msgspec.to_builtins(done))
        return
    output.say(
        f"已重算 {done.cases} 个改革任务:"
        f"补记开始 {done.began} 段、结束 {done.ended} 段,现有红灯 {done.red} 盏"
    )


def _show_case(found: CaseLamps) -> None:
    output.show(
        f"{found.unit_name} · {found.on} · {found.shape} {found.word} · {_past(found.record)}", "bold"
    )
    rows = [
        (
            _light(each.colour, each.shape, each.word),
            f"{each.step.partition('#')[0]} {each.title}",
            f"{each.rule_title}:{each.line}",
            "\n".join(each.waits),
            _past(each.record),
        )
        for each in found.lamps
    ]
    if rows:
        output.table(("灯", "任务", "凭什么", "等谁", "红灯记录"), rows)
    if found.history:
        output.show("红灯记录", "bold")
        output.table(
            ("任务", "规则", "亮灯", "熄灯", "工作日", "到级"), [_spell_row(each) for each in found.history]
        )


def _light(colour: Colour, shape: str, word: str) -> Text:
    from rich.text import Text

    return Text(f"{shape} {word}", style=STYLES.get(str(colour), ""))


def _past(record: Record) -> str:
    if not record.times:
        return "没有红过"
    return f"红过{record.times}次,共{record.total}个工作日,最长{record.longest}个"


def _spell_row(each: SpellLine) -> Sequence[str]:
    end = f"{each.ended_on}({each.ended_by})" if each.ended_on else "还红着"
    reached = "\n".join(f"{rung.on} {rung.draft_title}({rung.by_title})" for rung in each.reached)
    return (
        f"{each.step.partition('#')[0]} {each.title}",
        f"{each.rule_title}{f',{each.due_on}到期' if each.due_on else ''}",
        each.began_on.isoformat(),
        end,
        "误亮,不计" if each.mistaken else str(each.workdays),
        reached,
    )


def _case_row(each: CaseLampLine) -> Sequence[str | Text]:
    return (
        _light(each.colour, each.shape, each.word),
        each.unit_name,
        f"{each.step.partition('#')[0]} {each.title}",
        each.line,
        _past(each.record),
    )


def _red_row(each: RedLamp) -> Sequence[str]:
    return (
        each.unit_name,
        f"{each.step.partition('#')[0]} {each.title}",
        "\n".join(each.waits),
        each.line,
        "\n".join(f"{rung.on}起 拟{rung.draft_title},{rung.by_title}决定" for rung in each.reached),
    )
