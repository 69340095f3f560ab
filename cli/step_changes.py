"""zonectl step: changes that a meeting has asked for, and changes of what a step was handed in on."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.finding import ProgrammeOption, UnitWords
from cli.step_answer import CommandId, On, StepWords, perform
from cli.step_decisions import Agrees, Reason
from cli.steps import step

DecisionWords = Annotated[str, typer.Option("--decision", metavar="编号", help="有几条时写明哪条")]


@step.command("changed")
def changed(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    opinion: Annotated[
        str, typer.Option("--opinion", metavar="说明", help="改了什么;没有更换材料的必填")
    ] = "",
    decision: DecisionWords = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """原则通过、原则同意的:报告已按意见改好,请指定的人确认。先用 step evidence --as-decided 更换材料。

    例:
      zonectl --as demo-yanling-handler step changed 鄢陵 4.1 --opinion 已按会议意见调整股权比例
    """
    perform(
        ctx, unit, key, lambda desk, day: desk.report_changes(key, decision, opinion=opinion, on=day),
        what="报告修改情况", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("confirm-changes")
def confirm_changes(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    agrees: Agrees = True,
    reason: Reason = "",
    decision: DecisionWords = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """确认已按意见修改,决定由此生效;不同意的写明还要改什么。

    例:
      zonectl --as demo-yanling-reform-office-head step confirm-changes 鄢陵 4.1
    """
    perform(
        ctx, unit, key,
        lambda desk, day: desk.confirm_changes(key, decision, agrees=agrees, reason=reason, on=day),
        what="确认修改", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("reread")
def reread(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    opinion: Annotated[str, typer.Option("--opinion", metavar="说明", help="核对的结论")] = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """所依据的材料有变动:已核对,本任务不受影响。受影响的,用 step propose 提出重新办理。

    例:
      zonectl --as demo-yanling-handler step reread 鄢陵 2.2 --opinion 人员控制数未变
    """
    perform(
        ctx, unit, key, lambda desk, day: desk.acknowledge(key, opinion=opinion, on=day),
        what="核对变动", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


__all__ = ["step"]
