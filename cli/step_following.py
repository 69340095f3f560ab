"""zonectl step: what a meeting wants done beside the matter (议定事项)."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.finding import ProgrammeOption, UnitWords
from cli.step_answer import CommandId, On, StepWords, perform
from cli.step_decisions import Agrees, Reason
from cli.step_telling import places, step

Number = Annotated[str, typer.Argument(metavar="编号", help="议定事项的编号,见 step show")]


@step.command("follow-up")
def follow_up(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    text: Annotated[str, typer.Option("--text", metavar="事项", help="会议议定要办的事")],
    to: Annotated[str, typer.Option("--to", metavar="机构/岗位", help="由谁办,如 鄢陵县财政局/经办人")],
    due: Annotated[str, typer.Option("--due", metavar="日期", help="在哪天前办结")] = "",
    blocks: Annotated[bool, typer.Option("--blocks", help="办结以前,后续任务不启动")] = False,
    decision: Annotated[
        str, typer.Option("--decision", metavar="编号", help="有几项会议决定时写明哪一项")
    ] = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """登记议定事项:会议决定里另外要办的事;第二人核对纪要以后转为责任单位的待办。

    例:
      zonectl --as demo-yanling-reform-office-handler step follow-up 鄢陵 1.2 --text 落实专班办公用房 --to 鄢陵县财政局/负责人 --due 2021-02-10
    """  # noqa: E501
    from cli.dates import parse_date
    from services import desk_following

    perform(
        ctx, unit, key,
        lambda desk, day: desk_following.add_follow_up(
            desk, key, text, places(desk.runtime, [to])[0],
            due_on=parse_date(due, day) if due else None, blocks=blocks, decision=decision, on=day,
        ),
        what="登记议定事项", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("follow-done")
def follow_done(
    ctx: typer.Context,
    unit: UnitWords,
    number: Number,
    opinion: Annotated[str, typer.Option("--opinion", metavar="情况", help="办了什么")],
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """报告议定事项办结,由监督角色确认。

    例:
      zonectl --as demo-yanling-finance-bureau-head step follow-done 鄢陵 3 --opinion 已安排办公用房
    """
    from services import desk_following

    perform(
        ctx, unit, "", lambda desk, day: desk_following.report_follow_up(desk, number, opinion, on=day),
        what="报告议定事项办结", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("follow-confirm")
def follow_confirm(
    ctx: typer.Context,
    unit: UnitWords,
    number: Number,
    agrees: Agrees = True,
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """确认议定事项办结;不确认的写明理由,退回责任单位。

    例:
      zonectl --as demo-yanling-task-force-head step follow-confirm 鄢陵 3
    """
    from services import desk_following

    perform(
        ctx, unit, "",
        lambda desk, day: desk_following.confirm_follow_up(
            desk, number, agrees=agrees, reason=reason, on=day
        ),
        what="确认议定事项办结", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("follow-drop")
def follow_drop(
    ctx: typer.Context,
    unit: UnitWords,
    number: Number,
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """撤销登记有误的议定事项:登记人在报告以前;以后由监督角色写明理由。

    例:
      zonectl --as demo-yanling-reform-office-handler step follow-drop 鄢陵 3 --reason 登记有误
    """
    from services import desk_following

    perform(
        ctx, unit, "", lambda desk, day: desk_following.drop_follow_up(desk, number, reason=reason, on=day),
        what="撤销议定事项", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


__all__ = ["step"]
