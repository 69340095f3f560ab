"""zonectl case plan: planned dates of stages and steps, what they rest on, and how far a case lags behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.dates import parse_date
from cli.finding import ProgrammeOption, UnitWords, case_of
from cli.session import session_of
from cli.shell import App
from cli.step_answer import CommandId, On, perform
from cli.stops import NOT_FOUND, StopError

if TYPE_CHECKING:
    from domain.plan import Plan
    from services.planning import PlanLine

plan = App("计划节点:环节、任务计划哪天完成,依据什么,滞后几个工作日。")

PlaceWords = Annotated[str, typer.Argument(metavar="环节或任务", help="任务号,或环节的名称、代号")]
Number = Annotated[str, typer.Option("--number", metavar="文号", help="依据的文件或决定的文号")]
Approver = Annotated[str, typer.Option("--approver", metavar="决定人", help="谁决定的:人或会议")]


@plan.command("show")
def show(ctx: typer.Context, unit: UnitWords, programme: ProgrammeOption = "") -> None:
    """一个改革任务的计划节点,和以前的计划日期。

    例:
      zonectl case plan show 鄢陵
    """
    import msgspec

    from services.clock import today
    from services.planning import plan_lines

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme, "查看计划节点")
        found = plan_lines(runtime.db, case, today(runtime.db, runtime.wall))
    if output.wants_json():
        output.data({"case": case.id, "plan": msgspec.to_builtins(found)})
        return
    for line in found:
        _tell(line)
    output.say(f"共 {len(found)} 个计划节点" if found else "没有编制计划节点;各任务按时限亮灯")


def _tell(line: PlanLine) -> None:
    output.show(f"{line.title}({line.done}/{line.total})", "bold")
    output.show(f"  计划 {line.planned_on or '-'} · {line.line}", "yellow" if line.lag else "")
    for each in line.dates:
        output.show(f"  {each.set_on} 定 {each.planned_on or '撤销'}({each.number}、{each.approver})", "dim")


@plan.command("set")
def set_(
    ctx: typer.Context,
    unit: UnitWords,
    place: PlaceWords,
    day: Annotated[str, typer.Argument(metavar="日期", help="计划哪天完成")],
    number: Number = "",
    approver: Approver = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """登记或调整计划日期;原来的日期留存。由监督单位(改革办)办理。

    例:
      zonectl --as 改革办负责人 case plan set 鄢陵 1.1 2021-04-30 --number 无文号 --approver 专班会
    """
    wanted = _place_of(ctx, unit, programme, place)
    perform(
        ctx, unit, "",
        lambda desk, today: desk.plan_date(wanted, parse_date(day, today), number, approver, today),
        what="编制计划节点", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@plan.command("drop")
def drop(
    ctx: typer.Context,
    unit: UnitWords,
    place: PlaceWords,
    number: Number = "",
    approver: Approver = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """撤销计划日期;原来的日期留存,不再看滞后。

    例:
      zonectl --as 改革办负责人 case plan drop 鄢陵 1.1 --number 无文号 --approver 专班会
    """
    wanted = _place_of(ctx, unit, programme, place)
    perform(
        ctx, unit, "", lambda desk, today: desk.plan_date(wanted, None, number, approver, today),
        what="撤销计划节点", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


def _place_of(ctx: typer.Context, unit: str, programme: str, words: str) -> str:
    from services.reading import plan_of

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme, "编制计划节点")
        found = _find(plan_of(runtime.db, case), words)
    if found is None:
        raise StopError(
            NOT_FOUND, f"没有环节或任务“{words}”", f"请看 zonectl case show {unit}", code="plan.place"
        )
    return found


def _find(made: Plan, words: str) -> str | None:
    if made.step(words) is not None:
        return f"step/{words}"
    stages = (stage.id for stage in made.programme.stages if words in (stage.id, stage.title))
    return next((f"stage/{stage}" for stage in stages), None)
