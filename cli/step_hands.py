"""zonectl step: more or fewer signers, handing work over, having it prepared by somebody else."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.finding import ProgrammeOption, UnitWords
from cli.step_answer import CommandId, On, StepWords, perform
from cli.step_decisions import OutcomeWords, Reason, SeatWords
from cli.steps import step

BodyWords = Annotated[str, typer.Option("--body", metavar="机构", help="机构全称或编号")]
ToWords = Annotated[str, typer.Option("--to", metavar="人员", help="人员编号")]


@step.command("add-signer")
def add_signer(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    body: BodyWords,
    place: Annotated[str, typer.Option("--place", metavar="先后", help="本席之前、本席之后、并列")] = "并列",
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """增加会签单位:正在办理的席位可加在本席前后,承办人在还没有意见时可并列增加。

    例:
      zonectl --as demo-yanling-head step add-signer 鄢陵 1.1 --body 鄢陵县财政局 --place 本席之前
    """
    from cli.step_words import bodies_of
    from cli.words import pick
    from domain.acts.signing import PLACES
    from services import desk_hands

    chosen = pick(place, PLACES, "--place")
    perform(
        ctx, unit, key,
        lambda desk, day: desk_hands.add_signer(
            desk, key, bodies_of(desk.runtime, [body]), place=chosen, reason=reason, on=day
        ),
        what="增加会签单位", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("remove-signer")
def remove_signer(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    seat: Annotated[str, typer.Option("--seat", metavar="席位", help="减少哪一个席位")],
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """减少会签单位:本人增加的,在其答复以前;其他的由监督角色写明理由办理。

    例:
      zonectl --as demo-yanling-head step remove-signer 鄢陵 1.1 --seat signer@yanling-finance-bureau
    """
    from services import desk_hands

    perform(
        ctx, unit, key,
        lambda desk, day: desk_hands.remove_signer(desk, key, seat, reason=reason, on=day),
        what="减少会签单位", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("hand-over")
def hand_over(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    to: ToWords,
    seat: SeatWords = "",
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """转办:交同一岗位的另一人办理,此后只由其办理。

    例:
      zonectl --as demo-yanling-handler step hand-over 鄢陵 1.1 --to 同岗位人员编号
    """
    from services import desk_hands

    perform(
        ctx, unit, key,
        lambda desk, day: desk_hands.hand_over(desk, key, to, seat=seat, reason=reason, on=day),
        what="转办", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("delegate")
def delegate(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    to: ToWords,
    until: Annotated[str, typer.Option("--until", metavar="日期", help="最迟哪天交回")] = "",
    seat: SeatWords = "",
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """交他人代办:由其准备意见并交回,仍由本人决定。

    例:
      zonectl --as demo-yanling-head step delegate 鄢陵 1.1 --to demo-yanling-handler --until 2021-03-20
    """
    from cli.dates import parse_date
    from services import desk_hands

    perform(
        ctx, unit, key,
        lambda desk, day: desk_hands.delegate(
            desk, key, to, seat=seat, until=parse_date(until, day) if until else None, reason=reason, on=day
        ),
        what="交他人代办", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("give-back")
def give_back(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    opinion: Annotated[str, typer.Option("--opinion", metavar="意见", help="准备好的意见")],
    outcome: OutcomeWords = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """代办交回:只是给决定人的建议,不是决定。

    例:
      zonectl --as demo-yanling-handler step give-back 鄢陵 1.1 --opinion 材料齐全,建议同意
    """
    from services import desk_hands

    perform(
        ctx, unit, key,
        lambda desk, day: desk_hands.give_back(desk, key, opinion, outcome=outcome, on=day),
        what="代办交回", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("take-back")
def take_back(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    seat: SeatWords = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """收回交他人代办的事项。

    例:
      zonectl --as demo-yanling-head step take-back 鄢陵 1.1
    """
    from services import desk_hands

    perform(
        ctx, unit, key, lambda desk, day: desk_hands.take_back(desk, key, seat=seat, on=day),
        what="收回代办", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


__all__ = ["step"]
