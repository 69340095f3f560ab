"""zonectl relay: what carries committed acts into flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.finding import got, require
from cli.session import session_of
from cli.shell import App
from cli.stops import refusal

if TYPE_CHECKING:
    from services.bootstrap import Runtime

relay = App("接力程序:把已提交的办理显示到 Prefect,发出消息,处理到点的计时。")


@relay.command("run")
def run_relay(ctx: typer.Context) -> None:
    """只运行接力程序,直到 Ctrl-C;用于多机部署。单机请用 zonectl up。

    例:
      zonectl relay run
    """
    from config.logging import configure_logging
    from deployments.children import relay_process

    settings = session_of(ctx).settings()
    configure_logging(settings)
    output.say("接力程序在运行,按 Ctrl-C 停止")
    code = relay_process(settings)
    output.say("接力程序已停下")
    if code:
        raise typer.Exit(code)


@relay.command("status")
def relay_status(ctx: typer.Context) -> None:
    """积压多少、最早的等了多久、哪些停下待人处理。

    例:
      zonectl relay status
    """
    import msgspec

    from domain.permissions import Action
    from services.delivery import message_queue
    from services.relaying import case_queue
    from services.timers import dead_timers, due_timers, named_dead_timers

    with session_of(ctx).runtime() as runtime:
        require(runtime, Action.STATUS_READ, "查看积压")
        cases, messages = case_queue(runtime.db), message_queue(runtime.db, runtime.wall)
        due, dead = due_timers(runtime.db, runtime.wall), dead_timers(runtime.db)
        named = named_dead_timers(runtime.db)
        lag = max((runtime.wall.now() - cases.oldest).total_seconds(), 0.0) if cases.oldest else 0.0
    if output.wants_json():
        found = {"cases": cases, "messages": messages, "due_timers": due, "dead_timers": dead, "lag_s": lag}
        output.data(msgspec.to_builtins(found))
        return
    waiting = "、".join(f"{channel} {count} 条" for channel, count in sorted(messages.waiting.items()))
    output.pairs(
        [
            ("等待显示的改革任务", f"{cases.people} 个,另有批量启动的 {cases.bulk} 个"),
            ("最早的一件已等", f"{lag:.0f} 秒"),
            ("等待发出的消息", waiting or "0 条"),
            ("可能已发的消息", f"{messages.maybe_sent} 条"),
            ("到点的计时", f"{due} 项"),
        ]
    )
    stopped = [
        *(("改革任务", f"{cases.units[case]}({case})", error) for case, error in cases.dead),
        *(("消息", message, error) for message, error in messages.dead),
        *(("计时、对外办理", what, error) for what, error in named),
    ]
    if stopped:
        output.show("\n停下待人处理", "bold yellow")
        output.table(("类别", "哪一件", "最后一次的错误"), stopped)
        output.say("查明原因后,用 zonectl relay requeue 重新放回;对外办理的同时重新发送")


CaseWords = Annotated[
    str, typer.Argument(metavar="[改革单位]", help="名称、名称的一部分或编号;不写为全部", show_default=False)
]


@relay.command("remirror")
def remirror(ctx: typer.Context, case: CaseWords = "") -> None:
    """从头重新显示到 Prefect:Prefect 的数据丢失之后,要看以前的运行时用。

    例:
      zonectl --as sysadmin relay remirror
      zonectl --as sysadmin relay remirror 鄢陵
    """
    from services.operating import show_again

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        count = got(show_again(runtime, actor, _case_id(runtime, case)), "重新显示")
    if output.wants_json():
        output.data({"cases": count})
    else:
        output.show(f"{count} 个改革任务将从头显示,接力程序在运行时自动完成")


@relay.command("requeue")
def requeue(ctx: typer.Context, case: CaseWords = "") -> None:
    """把停下待人处理的改革任务、消息、计时重新放回,对外办理重新发送。请先查明原因。

    重新发送的对外办理从人工收回,由系统再办;已经人工登记的不再发送。

    例:
      zonectl --as sysadmin relay requeue
      zonectl --as sysadmin relay requeue 鄢陵
    """
    import msgspec

    from services.operating import requeue as give_back

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        done = got(give_back(runtime, actor, _case_id(runtime, case)), "重新放回")
    if output.wants_json():
        output.data(msgspec.to_builtins(done))
        return
    output.show(
        f"已重新放回:改革任务 {done.cases} 个,计时 {done.timers} 项,消息 {done.messages} 条,"
        f"对外办理重新发送 {done.outside.sent} 项"
    )
    for case_of, step, why in done.outside.refused:
        output.say(f"{case_of} {step} 没有重新发送:{why}")


@relay.command("letters")
def letters(ctx: typer.Context) -> None:
    """系统外通知:各渠道待发、已发、可能已发多少,哪些停下,渠道是否暂停。

    例:
      zonectl relay letters
    """
    import msgspec

    from domain.notices.channels import CHANNELS
    from domain.notices.letters import LETTER_TITLES, LetterState
    from services.notifying.pausing import channel_states
    from services.notifying.queue import letter_queue

    with session_of(ctx).runtime() as runtime:
        found, states = letter_queue(runtime.db), channel_states(runtime.db)
    if output.wants_json():
        output.data({"letters": msgspec.to_builtins(found), "channels": msgspec.to_builtins(states)})
        return
    paused = {
        state.channel: f"连续失败 {state.failures} 次:{state.last_error}"
        for state in states
        if state.failures
    }
    output.table(
        ("渠道", "各状态的条数", "渠道状况"),
        [
            (
                CHANNELS[channel].title,
                "、".join(f"{LETTER_TITLES[LetterState(state)]} {count}" for state, count in counts.items()),
                paused.get(channel, "正常"),
            )
            for channel, counts in sorted(found.counts.items())
        ],
    )
    if found.stopped:
        output.show("\n停下待人处理", "bold yellow")
        output.table(
            ("编号", "渠道", "状态", "最后一次的情况"),
            [
                (each.id, CHANNELS[each.channel].title, LETTER_TITLES[each.state], each.error)
                for each in found.stopped
            ],
        )
        output.say("无法送达的用 zonectl relay requeue 放回;可能已发的用 zonectl relay resend 再发")


@relay.command("resend")
def resend(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[编号]...", help="不写为全部")] = None,
) -> None:
    """把停在“可能已发”的系统外通知再发一次,标题前注明“可能重复”。

    例:
      zonectl --as sysadmin relay resend
      zonectl --as sysadmin relay resend 3f2a9c0d1e2f3a4b5c6d7e8f
    """
    from services.operating import send_letters_again

    session = session_of(ctx)
    with session.runtime() as runtime:
        count = got(send_letters_again(runtime, session.doer, ids or ()), "再发")
    if output.wants_json():
        output.data({"letters": count})
    else:
        output.show(f"{count} 条将再发一次,接力程序在运行时自动完成")


def _case_id(runtime: Runtime, words: str) -> str:
    from domain.refusal import Refused
    from services.reading import find_case

    if not words:
        return ""
    found = find_case(runtime.db, words)
    if isinstance(found, Refused):
        raise refusal(found, "找到改革任务")
    return found.id
