"""zonectl clock: the business clock of a rehearsal."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.dates import parse_date
from cli.session import session_of
from cli.shell import App
from cli.stops import refusal

if TYPE_CHECKING:
    from domain.refusal import Refused
    from services.clock import ClockReading

clock = App("业务时钟:法定日期;演练库可以向前拨动。")


@clock.command("show")
def show(ctx: typer.Context) -> None:
    """今天的业务日期(北京时间),以及是不是演练库。

    例:
      zonectl clock show
    """
    from services.clock import read_clock

    with session_of(ctx).runtime() as runtime, runtime.db.read() as session:
        _tell(read_clock(session.connection(), runtime.wall))


@clock.command("start-rehearsal")
def start_rehearsal(
    ctx: typer.Context,
    on: Annotated[str, typer.Argument(metavar="日期", help="演练从哪一天开始")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问:演练库不能再转为正式库")] = False,
) -> None:
    """把一个还没有办理记录的库永久标为演练库,业务时钟停在给定日期。

    例:
      zonectl --as founding clock start-rehearsal 2021-03-01 --yes
    """
    from services.clock import today
    from services.rehearsing import start_rehearsal as start

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        day = parse_date(on, today(runtime.db, runtime.wall))
        output.confirm("演练库永远是演练库,不能再转为正式库。", yes)
        _answer(
            start(runtime.db, day, actor=actor, wall=runtime.wall, command_id=secrets.token_hex(16)),
            "转为演练库",
        )


@clock.command("move")
def move(
    ctx: typer.Context,
    to: Annotated[str, typer.Argument(metavar="日期", help="拨到哪一天;只能向前")],
) -> None:
    """向前拨动演练库的业务时钟。正式库的时钟就是今天,不能拨。

    例:
      zonectl --as sysadmin clock move 2021-04-01
    """
    from services.clock import today
    from services.rehearsing import move_clock

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        day = parse_date(to, today(runtime.db, runtime.wall))
        _answer(
            move_clock(runtime.db, day, actor=actor, wall=runtime.wall, command_id=secrets.token_hex(16)),
            "拨动业务时钟",
        )


@clock.command("morning")
def morning(ctx: typer.Context) -> None:
    """在演练库里做业务日期这一天早晨的例行事项:到点的时限、合规检查、亮灯、提醒、通知。再做一遍不会重复。

    正式库由 Prefect 每天定时做;休息日只办到点的时限。

    例:
      zonectl --as sysadmin clock morning
    """
    import random

    import msgspec

    from cli.finding import got
    from services.routine import play_morning

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        done = got(play_morning(runtime, random.SystemRandom(), actor=actor), "做例行事项")
    if output.wants_json():
        output.data(msgspec.to_builtins(done))
        return
    output.say(
        f"到点的计时 {done.fired.fired} 个;检查 {done.swept.cases} 个改革任务,新问题 {done.swept.opened} 处;"
        f"新亮红灯 {done.counted.began} 盏,熄灭 {done.counted.ended} 盏;新提醒 {done.reminded.messages} 条"
    )


def _answer(found: ClockReading | Refused, what: str) -> None:
    from domain.refusal import Refused

    if isinstance(found, Refused):
        raise refusal(found, what)
    _tell(found)


def _tell(reading: ClockReading) -> None:
    if output.wants_json():
        output.data({"today": reading.today.isoformat(), "rehearsal": reading.rehearsal})
        return
    kind = "演练库" if reading.rehearsal else "正式库,随北京时间"
    output.show(f"业务日期 {reading.today}({kind})")
