"""zonectl step: pressing for what waits, sending something round, for information, marking it as read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.finding import ProgrammeOption, UnitWords
from cli.step_answer import CommandId, On, StepWords, perform
from cli.step_decisions import Reason
from cli.step_hands import step

if TYPE_CHECKING:
    from services.bootstrap import Runtime

Readers = Annotated[
    list[str],
    typer.Option(
        "--to", metavar="机构/岗位", help="如 鄢陵县财政局/负责人;不写岗位为本单位任一人员;可写几次"
    ),
]
Circulating = Annotated[str, typer.Option("--circulation", metavar="编号", help="有几件传阅时写明哪一件")]


@step.command("urge")
def urge(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """催办:提醒正在等他办理的岗位;不改变时限,几个工作日内至多一次。

    例:
      zonectl --as demo-yanling-reform-office-handler step urge 鄢陵 1.1 --reason 专班明日开会
    """
    from services import desk_hands

    perform(
        ctx, unit, key, lambda desk, day: desk_hands.urge(desk, key, reason=reason, on=day),
        what="催办", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("circulate")
def circulate(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    to: Readers,
    until: Annotated[str, typer.Option("--until", metavar="日期", help="请在哪天前阅毕")] = "",
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """传阅:各岗位阅后用 read 标记已阅;不影响审批。

    例:
      zonectl --as demo-yanling-handler step circulate 鄢陵 1.1 --to 鄢陵县司法局/负责人 --until 2021-01-29
    """
    from cli.dates import parse_date
    from services import desk_hands

    perform(
        ctx, unit, key,
        lambda desk, day: desk_hands.circulate(
            desk, key, places(desk.runtime, to),
            until=parse_date(until, day) if until else None, reason=reason, on=day,
        ),
        what="传阅", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("copy")
def copy(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    to: Readers,
    reason: Reason = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """抄送:供有关岗位知悉,无须办理,也无须标记。

    例:
      zonectl --as demo-yanling-handler step copy 鄢陵 1.1 --to 鄢陵县司法局
    """
    from services import desk_hands

    perform(
        ctx, unit, key,
        lambda desk, day: desk_hands.circulate(
            desk, key, places(desk.runtime, to), marks=False, reason=reason, on=day
        ),
        what="抄送", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("read")
def read(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    circulation: Circulating = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """标记已阅。

    例:
      zonectl --as demo-yanling-justice-bureau-head step read 鄢陵 1.1
    """
    from services import desk_hands

    perform(
        ctx, unit, key, lambda desk, day: desk_hands.mark_read(desk, key, circulation, on=day),
        what="标记已阅", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("end-circulation")
def end_circulation(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    circulation: Annotated[str, typer.Argument(metavar="编号", help="哪一件传阅")],
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """结束传阅:还没有阅的,不再等。

    例:
      zonectl --as demo-yanling-handler step end-circulation 鄢陵 1.1 3
    """
    from services import desk_hands

    perform(
        ctx, unit, key, lambda desk, day: desk_hands.end_circulation(desk, key, circulation, on=day),
        what="结束传阅", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


def places(runtime: Runtime, to: list[str]) -> list[str]:
    """`机构/岗位` as typed, as `body/position`."""
    from cli.step_words import bodies_of
    from cli.words import pick
    from domain.work_kinds import ANY_POSITION, POSITIONS_ASKED

    found = []
    for words in to:
        body, _, position = words.rpartition("/") if "/" in words else (words, "", "")
        (code,) = bodies_of(runtime, [body])
        found.append(f"{code}/{pick(position, POSITIONS_ASKED, '--to') if position else ANY_POSITION}")
    return found


__all__ = ["step"]
