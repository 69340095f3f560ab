"""zonectl step, the deciding part: decide online, record what was decided on paper, check the recording."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.finding import ProgrammeOption, UnitWords
from cli.step_answer import CommandId, On, Round, StepWords, perform
from cli.steps import step
from cli.words import media, outcomes, pick

OutcomeOption = Annotated[
    str, typer.Option("--outcome", metavar="结论", help="同意、退回、通过、暂缓、无意见等,中文或代号")
]
Opinion = Annotated[str, typer.Option("--opinion", metavar="文字", help="意见或理由")]
ReturnTo = Annotated[
    str, typer.Option("--return-to", metavar="去处", help="退回到:doer、节点或已办结的任务号")
]
SeatOption = Annotated[str, typer.Option("--seat", metavar="席位", help="有多个席位时写明 角色@机构")]


@step.command("decide")
def decide(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    outcome: OutcomeOption,
    opinion: Opinion = "",
    return_to: ReturnTo = "",
    seat: SeatOption = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """线上审批:以本人岗位签署结论。

    例:
      zonectl --as demo-yanling-reform_office-head step decide 鄢陵 1.1 --outcome 同意
    """
    from domain.decisions import Outcome

    chosen = Outcome(pick(outcome, *_first_and_also(outcomes())))
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.decide(key, chosen, opinion=opinion, return_to=return_to, seat=seat, on=day),
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
    outcome: OutcomeOption,
    medium: Annotated[
        str, typer.Option("--medium", metavar="方式", help="手签呈批件、会议纪要、批复来文、电话记录")
    ],
    on: Annotated[str, typer.Option("--on", metavar="日期", help="签字或开会那天,如 2021-03-12")],
    by: Annotated[str, typer.Option("--by", metavar="决定人", help="姓名、编号或机构;会议可不写")] = "",
    number: Annotated[str, typer.Option("--number", metavar="文号", help="文号或纪要期号")] = "",
    meeting: Annotated[str, typer.Option("--meeting", metavar="会议", help="会议名称")] = "",
    opinion: Opinion = "",
    return_to: ReturnTo = "",
    seat: SeatOption = "",
    out_of_order: Annotated[
        str, typer.Option("--out-of-order", metavar="理由", help="日期早于前一环节时写明理由")
    ] = "",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """登记纸上的决定:签了字的呈批件、会议纪要、批复来文、电话记录。第二人核对之后才算数。

    例:
      zonectl --as demo-yanling-reform_office-handler step record 鄢陵 1.2 --outcome 通过 --medium 会议纪要 \\
        --on 2021-03-12 --number 纪要〔2021〕第5号 --meeting 县委常委会
    """
    from domain.decisions import Medium, Outcome

    chosen = Outcome(pick(outcome, *_first_and_also(outcomes())))
    way = Medium(pick(medium, *_first_and_also(media(), "--medium")))
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.record(
            key,
            chosen,
            way,
            decided_by=by,
            on=day,
            number=number,
            meeting=meeting,
            opinion=opinion,
            return_to=return_to,
            seat=seat,
            out_of_order=out_of_order,
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
    decision: Annotated[str, typer.Option("--decision", metavar="编号", help="有几条待核对时写明")] = "",
    differs: Annotated[str, typer.Option("--differs", metavar="理由", help="与原件不符:写明哪里不符")] = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """核对原件:与登记一致则该决定算数;不符的退回登记人。

    例:
      zonectl --as demo-yanling-reform_office-head step check 鄢陵 1.2
    """
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.check(key, decision, agrees=not differs, reason=differs, on=day),
        what="核对原件",
        on=on,
        programme=programme,
        round_=round_,
        command_id=command_id,
    )


def _first_and_also(
    words: tuple[dict[str, str], dict[str, str]], option: str = "--outcome"
) -> tuple[dict[str, str], str, dict[str, str]]:
    """The arguments of `pick` after the text."""
    return words[0], option, words[1]
