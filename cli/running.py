"""zonectl status, up, web, demo: the running system."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.finding import require
from cli.session import session_of
from cli.shell import App
from cli.stops import CONFLICT, OUTSIDE, StopError

if TYPE_CHECKING:
    from services.status import Status

PREFECT_WORDS = {
    "here": "正常",
    "away": "连不上(办理照常)",
    "ended": "已停止(办理照常)",
    "others": "没有运行;本机端口上是另一个数据目录的(办理照常)",
}

web = App("网页服务:接口(/api/v1),以及系统是否正常(/livez、/readyz、/version)。")


def status(ctx: typer.Context) -> None:
    """运行状况:积压、到点的计时、失败的运行,各该怎么办。Prefect 停着也能看。

    有要处理的事,退出码仍为 0;请看“要处理”各行。

    例:
      zonectl status
      zonectl status --json
    """
    from domain.permissions import Action
    from services.status import status as read_status

    with session_of(ctx).runtime() as runtime:
        require(runtime, Action.STATUS_READ, "查看运行状态")
        found = read_status(runtime.db, runtime.settings, runtime.wall)
    if output.wants_json():
        import msgspec

        output.data(msgspec.to_builtins(found))
        return
    _show_status(found)


def _show_status(found: Status) -> None:
    kind = "演练库" if found.rehearsal else "正式库"
    rows = [
        ("业务日期", f"{found.business_date}({kind})"),
        ("本机服务", f"运行中,进程号 {found.up.pid},网页 {found.up.web}" if found.up else "没有运行"),
        ("Prefect", PREFECT_WORDS[found.prefect_standing]),
        ("等待显示的改革任务", f"{found.cases.people} 个,另有批量启动的 {found.cases.bulk} 个"),
        ("最早的一件已等", f"{found.lag_s:.0f} 秒"),
        ("等待发出的消息", f"{sum(found.messages.waiting.values())} 条"),
        ("到点的计时", f"{found.due_timers} 项"),
        ("停下待人处理", f"{len(found.cases.dead) + len(found.messages.dead) + len(found.dead_timers)} 项"),
        ("失败或中断的运行", "不知道" if found.broken_runs is None else f"{len(found.broken_runs)} 次"),
    ]
    output.pairs(rows)
    if found.fine:
        output.show("一切正常,没有要处理的事", "green")
    for each in found.advice:
        output.show(f"\n要处理:{each.what}", "bold yellow")
        output.show(f"怎么办:{each.remedy}(代码 {each.code})")
        for detail in each.details:
            output.show(f"  {detail}")


def up(ctx: typer.Context) -> None:
    """启动本机服务:Prefect、工作进程、接力程序、网页;按 Ctrl-C 全部停下。

    例:
      zonectl up
      zonectl --data /data/reform up
    """
    from config.running import read_note, stands
    from deployments.supervisor import run_up

    settings = session_of(ctx).settings()
    note = read_note(settings)
    if note is not None and stands(note):
        raise StopError(
            CONFLICT,
            f"数据目录 {settings.data_dir} 已有一个 zonectl up 在运行(进程号 {note.pid},网页 {note.web})",
            "请直接使用它;要重新启动,请先在它的窗口按 Ctrl-C 停止",
            code="up.already",
        )
    _first_accounts(ctx)
    if run_up(settings, output.say):
        raise typer.Exit(OUTSIDE)


def _first_accounts(ctx: typer.Context) -> None:
    """At the first start the administrators get their accounts; passwords are shown to a terminal only."""
    from cli.accounts import first_accounts, hand_over_first
    from models.faults import DatabaseFault

    if not sys.stdout.isatty():
        return
    try:
        with session_of(ctx).runtime() as runtime:
            made = first_accounts(runtime)
    except DatabaseFault:
        return  # starting says what is wrong with the database
    if made:
        hand_over_first(made)


@web.command("run")
def run_web(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option("--port", metavar="端口", min=0, max=65535, help="监听端口;0 为设置中的端口")
    ] = 0,
) -> None:
    """只运行网页服务,不带 Prefect 和接力程序;用于多机部署。

    例:
      zonectl web run
      zonectl web run --port 8730
    """
    from config.logging import configure_logging
    from deployments.children import web_process

    settings = session_of(ctx).settings()
    configure_logging(settings)
    if web_process(settings, port):
        where = f"{settings.web_host}:{port or settings.web_port}"
        raise StopError(
            OUTSIDE, f"网页服务没有启动({where})", "端口可能被占用;请换一个端口再试", code="web.not_started"
        )


def demo(ctx: typer.Context) -> None:
    """一键演示:在演练库里,两个试点开发区和 16 个乡镇从 2021 年走到改革完成,然后给出小结。

    结束后系统继续运行,按 Ctrl-C 停止;加 --once 则小结之后退出。

    例:
      zonectl demo
      zonectl demo --once --json
    """
    from cli.demo import run

    sys.stdout.flush()
    code = run(ctx.args, as_json=output.wants_json())
    if code:
        raise typer.Exit(code)
