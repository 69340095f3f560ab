"""zonectl step: deciding online, recording what was decided on paper, checking the recording."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import words
from cli.finding import ProgrammeOption, UnitWords, assignments, case_of
from cli.session import session_of
from cli.step_answer import CommandId, On, Round, StepWords, perform
from cli.steps import step

OutcomeWords = Annotated[
    str, typer.Option("--outcome", metavar="结论", help="同意、不同意、退回、通过、原则通过、暂缓、无意见 …")
]
Opinion = Annotated[str, typer.Option("--opinion", metavar="意见", help="意见或理由")]
ReturnTo = Annotated[
    str, typer.Option("--return-to", metavar="去向", help="退回到哪里:doer(承办人)、前面的节点或任务号")
]
SeatWords = Annotated[str, typer.Option("--seat", metavar="席位", help="有几个席位时写明哪一个")]
ConfirmBy = Annotated[
    str, typer.Option("--confirm-by", metavar="角色", help="原则通过、原则同意的:由谁确认修改,不填按模板")
]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="理由")]
Agrees = Annotated[bool, typer.Option("--agree/--disagree", help="一致或同意;不一致或不同意")]


@step.command("decide")
def decide(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    outcome: OutcomeWords,
    opinion: Opinion = "",
    return_to: ReturnTo = "",
    seat: SeatWords = "",
    resume: Annotated[bool, typer.Option("--resume", help="退回改好后直接送回本节点")] = False,
    stands: Annotated[
        list[str] | None,
        typer.Option("--stands", metavar="任务号", help="退回前面任务的:中间保留不动的已办结任务;可写多次"),
    ] = None,
    confirm_by: ConfirmBy = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """本人线上审批。

    例:
      zonectl --as demo-yanling-head step decide 鄢陵 1.1 --outcome 同意
    """
    from domain.decisions import Outcome

    titles, also = words.outcomes()
    chosen = Outcome(words.pick(outcome, titles, "--outcome", also))
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.decide(
            key,
            chosen,
            opinion=opinion,
            return_to=return_to,
            seat=seat,
            resume=resume,
            stands=stands or [],
            confirm_by=confirm_by,
            on=day,
        ),
        what="审批",
        on=on,
        programme=programme,
        round_=round_,
        command_id=command_id,
    )


@step.command("record")
def record(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    outcome: OutcomeWords,
    medium: Annotated[
        str, typer.Option("--medium", metavar="形式", help="手签呈批件、会议纪要、批复来文、电话记录")
    ],
    on: Annotated[str, typer.Option("--on", metavar="日期", help="签字或开会那天,如 2021-03-12")],
    by: Annotated[
        str, typer.Option("--by", metavar="决定人", help="姓名、人员编号或机构;会议决定的可不写")
    ] = "",
    number: Annotated[str, typer.Option("--number", metavar="文号", help="文号、纪要期号,或“无文号”")] = "",
    meeting: Annotated[str, typer.Option("--meeting", metavar="会议", help="会议名称、届次")] = "",
    opinion: Opinion = "",
    return_to: ReturnTo = "",
    seat: SeatWords = "",
    out_of_order: Annotated[
        str, typer.Option("--out-of-order", metavar="说明", help="日期早于前一步的,说明原因")
    ] = "",
    confirm_by: ConfirmBy = "",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """登记纸上的决定:签了字的呈批件、会议纪要、批复、电话记录。第二人核对后才算数。

    例:
      zonectl --as demo-yanling-reform-office-handler step record 鄢陵 1.2 --outcome 通过 --medium 会议纪要 --on 2021-03-12 --number 纪要〔2021〕第5号 --meeting 县委常委会
    """  # noqa: E501
    from domain.decisions import Medium, Outcome

    titles, also = words.outcomes()
    chosen = Outcome(words.pick(outcome, titles, "--outcome", also))
    media, media_also = words.media()
    how = Medium(words.pick(medium, media, "--medium", media_also))
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.record(
            key,
            chosen,
            how,
            decided_by=by,
            on=day,
            number=number,
            meeting=meeting,
            opinion=opinion,
            return_to=return_to,
            seat=seat,
            out_of_order=out_of_order,
            confirm_by=confirm_by,
        ),
        what="登记决定",
        on=on,
        programme=programme,
        round_=round_,
        command_id=command_id,
    )


@step.command("check")
def check(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    decision: Annotated[str, typer.Option("--decision", metavar="编号", help="有几条待核对时写明哪条")] = "",
    agrees: Agrees = True,
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """核对原件:登记的决定与原件一致才算数。

    例:
      zonectl --as demo-yanling-reform-office-member step check 鄢陵 1.2
    """
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.check(key, decision, agrees=agrees, reason=reason, on=day),
        what="核对原件",
        on=on,
        programme=programme,
        command_id=command_id,
    )


@step.command("verify")
def verify(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    outcome: Annotated[str, typer.Option("--outcome", metavar="结果", help="一致、不一致")],
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """登记人工核验结果。

    例:
      zonectl --as demo-yanling-state-assets-handler step verify 鄢陵 4.6#示例 --outcome 一致
    """
    code = words.pick(outcome, words.VERIFICATIONS, "--outcome")
    perform(
        ctx, unit, key, lambda desk, day: desk.verify(key, code, on=day),
        what="登记核验", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("file")
def file(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    outcome: Annotated[str, typer.Option("--outcome", metavar="结果", help="已收、退回")],
    fields: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="要素=值", help="如 文号=无文号、报送方式=机要;可写多次"),
    ] = None,
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """登记报送结果(收发文登记);第二人用 check-filing 核对。

    例:
      zonectl --as demo-yanling-reform-office-member step file 鄢陵 1.11 --outcome 已收 --field 文号=无文号
    """
    from cli.step_words import receipt_fields

    code = words.pick(outcome, words.FILINGS, "--outcome")
    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme, "登记报送")
        given = receipt_fields(runtime, case, key, assignments(fields or [], "--field"))
    perform(
        ctx, unit, key, lambda desk, day: desk.file(key, code, given, on=day),
        what="登记报送", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("check-filing")
def check_filing(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    agrees: Agrees = True,
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """核对报送登记。

    例:
      zonectl --as demo-yanling-reform-office-head step check-filing 鄢陵 1.11
    """
    perform(
        ctx, unit, key, lambda desk, day: desk.check_filing(key, agrees=agrees, on=day),
        what="核对报送登记", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("propose")
def propose(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="事项",
            help="不适用、暂停、恢复办理、重新办理、更正、终止、停止计时、恢复计时、延期",
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="理由")],
    number: Annotated[str, typer.Option("--number", metavar="文号", help="批准文号")] = "",
    approver: Annotated[str, typer.Option("--approver", metavar="批准人", help="批准人")] = "",
    path: Annotated[str, typer.Option("--path", metavar="内容", help="更正哪一项")] = "",
    node: Annotated[
        str, typer.Option("--node", metavar="节点", help="停止、恢复计时或延期的是正在办理的审批节点的时限")
    ] = "",
    new: Annotated[
        str, typer.Option("--new", metavar="新值", help="更正成什么;延期到哪天;停止、恢复计时从哪天起")
    ] = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """提出特办事项,由另一人确认。

    例:
      zonectl --as demo-yanling-handler step propose 鄢陵 1.1 --kind 暂停 --reason 待批 --number 无文号
      zonectl --as demo-yanling-handler step propose 鄢陵 1.1 --kind 延期 --new 2021-04-30 --reason 摸底未完
    """
    from cli.dates import parse_date

    code = words.pick(kind, words.proposals(), "--kind")
    dated = code in ("stop_clock", "start_clock", "extend") and bool(new)
    perform(
        ctx, unit, key,
        lambda desk, day: desk.propose(
            key, code, reason, number=number, approver=approver, path=f"node/{node}" if node else path,
            new=parse_date(new, day).isoformat() if dated else new, on=day,
        ),
        what="提出特办事项", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("confirm")
def confirm(
    ctx: typer.Context,
    unit: UnitWords,
    proposal: Annotated[str, typer.Argument(metavar="编号", help="特办事项的编号")],
    agrees: Agrees = True,
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """确认或不同意特办事项。

    例:
      zonectl --as demo-yanling-task-force-head step confirm 鄢陵 12
    """
    perform(
        ctx, unit, "", lambda desk, day: desk.confirm(proposal, agrees=agrees, on=day),
        what="确认特办事项", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("invite")
def invite(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    node: Annotated[str, typer.Option("--node", metavar="节点", help="征求意见节点的代号")],
    bodies: Annotated[list[str], typer.Option("--body", metavar="机构", help="机构全称或编号;可写几次")],
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """选定征求意见对象。

    例:
      zonectl --as demo-yanling-task-force-handler step invite 鄢陵 1.4 --node departments --body 鄢陵县财政局
    """
    from cli.step_words import bodies_of

    perform(
        ctx, unit, key,
        lambda desk, day: desk.invite(key, node, bodies_of(desk.runtime, bodies), day),
        what="选定征求意见对象", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("adopt")
def adopt(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    decision: Annotated[str, typer.Option("--decision", metavar="编号", help="哪条意见")],
    adoption: Annotated[str, typer.Option("--adoption", metavar="采纳情况", help="采纳、部分采纳、不采纳")],
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """填写意见采纳情况。

    例:
      zonectl --as demo-yanling-task-force-handler step adopt 鄢陵 1.4 --decision 7 --adoption 采纳
    """
    from domain.decisions import Adoption

    code = Adoption(words.pick(adoption, words.adoptions(), "--adoption"))
    perform(
        ctx, unit, key, lambda desk, day: desk.adopt(key, decision, code, reason=reason, on=day),
        what="填写意见采纳情况", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


__all__ = ["step"]
