"""zonectl meeting: a matter on its way to a meeting, and the minutes of a whole session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.dates import parse_date
from cli.finding import ProgrammeOption, UnitWords, case_of, got, new_id
from cli.meetings import IdWords, desk_of, meeting
from cli.session import session_of
from cli.step_answer import CommandId, On, StepWords, perform
from cli.step_decisions import Reason
from cli.stops import USAGE, StopError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.bootstrap import Runtime
    from services.meetings.recording import MinutesRow, WantedItem

Seat = Annotated[str, typer.Option("--seat", metavar="席位", help="同一节点由几个会议分别议定时写明")]


@meeting.command("declare")
def declare(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    title: Annotated[str, typer.Option("--title", metavar="议题", help="议题名称;不填用任务名称")] = "",
    seat: Seat = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """申报议题,由承办单位办理。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting declare 鄢陵 1.2 --title 成立改革专班
    """
    from services import desk_agenda

    perform(
        ctx, unit, key, lambda desk, day: desk_agenda.declare(desk, key, title, seat=seat, on=day),
        what="申报议题", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@meeting.command("put")
def put(
    ctx: typer.Context,
    id_: IdWords,
    unit: UnitWords,
    key: StepWords,
    seat: Seat = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """列入议题,由会议办理机构办理;已列的改列这次会议。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting put M2021-0001 鄢陵 1.2
    """
    from services import desk_agenda

    perform(
        ctx, unit, key, lambda desk, day: desk_agenda.list_for(desk, key, id_, seat=seat, on=day),
        what="列入议题", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@meeting.command("take-off")
def take_off(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    reason: Reason = "",
    declined: Annotated[bool, typer.Option("--declined", help="退回申报单位")] = False,
    seat: Seat = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """移出议程(仍待列入),或退回申报;写明理由。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting take-off 鄢陵 1.2 --reason 材料不齐
    """
    from services import desk_agenda

    perform(
        ctx, unit, key,
        lambda desk, day: desk_agenda.take_off(desk, key, reason, declined=declined, seat=seat, on=day),
        what="退回申报" if declined else "移出议程", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@meeting.command("withdraw")
def withdraw(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    seat: Seat = "",
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """撤回申报:还没有列入会议的。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting withdraw 鄢陵 1.2
    """
    from services import desk_agenda

    perform(
        ctx, unit, key, lambda desk, day: desk_agenda.withdraw(desk, key, seat=seat, on=day),
        what="撤回申报", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@meeting.command("minutes")
def minutes(
    ctx: typer.Context,
    id_: IdWords,
    rows: Annotated[
        list[str], typer.Option("--row", metavar="行", help="改革单位,任务,结果[,意见];一个议题一行,可写多次")
    ],
    number: Annotated[str, typer.Option("--number", metavar="期号", help="纪要期号;确无文号的写 无文号")],
    on: On = "今天",
    want: Annotated[
        list[str] | None,
        typer.Option("--want", metavar="议定事项", help="改革单位,任务,事项,机构/岗位[,日期];可写多次"),
    ] = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """按纪要登记整次会议:有一行不能登记的,全部不登记并逐行说明;登记后由另一人逐项核对原件。

    例:
      zonectl --as demo-yanling-reform-office-handler meeting minutes M2021-0001 --on 2021-02-03 --number 示例纪要〔2021〕第6号 --row 鄢陵,1.2,通过
    """  # noqa: E501
    import msgspec

    from services.meetings.recording import Minutes, record_minutes

    with session_of(ctx).runtime() as runtime:
        desk = desk_of(ctx, runtime)
        asked = Minutes(
            session=id_,
            held_on=parse_date(on, desk.today),
            number=number,
            rows=_rows(runtime, rows, want or (), programme, desk.today),
        )
        done = got(record_minutes(desk, asked, command_id=command_id or new_id()), "登记会议纪要")
    if output.wants_json():
        output.data(msgspec.to_builtins(done))
    else:
        output.show(f"已登记 {done.session.name} {len(done.decisions)} 个议题,待另一人核对原件")


def _rows(
    runtime: Runtime, typed: Sequence[str], wanted: Sequence[str], programme: str, today: date
) -> tuple[MinutesRow, ...]:
    from cli.words import pick
    from domain.decisions import OUTCOME_TITLES, Outcome
    from services.meetings.recording import MinutesRow

    items: dict[tuple[str, str], list[WantedItem]] = {}
    for text in wanted:
        unit, step, *told = _parts(text, "--want", 4)
        items.setdefault((unit, step), []).append(_wanted(runtime, told, today))
    found = []
    for text in typed:
        unit, step, outcome, *opinion = _parts(text, "--row", 3)
        found.append(
            MinutesRow(
                case=case_of(runtime, unit, programme, "登记会议纪要").id,
                step=step,
                outcome=Outcome(pick(outcome, OUTCOME_TITLES, "--row")),
                opinion="".join(opinion),
                items=tuple(items.pop((unit, step), ())),
            )
        )
    if items:
        unit, step = next(iter(items))
        raise StopError(
            USAGE, f"--want 的“{unit},{step}”没有对应的 --row", "请先写这个议题的结果", code="usage.want"
        )
    return tuple(found)


def _wanted(runtime: Runtime, told: list[str], today: date) -> WantedItem:
    from cli.step_telling import places
    from services.meetings.recording import WantedItem

    text, to, *due = told
    body, _, position = places(runtime, [to])[0].rpartition("/")
    on = parse_date(due[0], today) if due else None
    return WantedItem(text=text, body=body, position=position, due_on=on)


def _parts(text: str, option: str, least: int) -> list[str]:
    """A row as typed, in at most one part more than it must have: the last may hold commas itself."""
    parts = [part.strip() for part in text.replace("\uff0c", ",").split(",", least)]
    if len(parts) < least or not all(parts[:least]):
        raise StopError(USAGE, f"{option} “{text}”没有写全", "各项用逗号隔开", code="usage.row")
    return parts


__all__ = ["meeting"]
