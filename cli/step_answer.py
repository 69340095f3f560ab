"""答复: what an act on a step did, and for whom the step now waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.dates import parse_date
from cli.finding import case_of, got
from cli.session import session_of
from cli.stops import NOT_FOUND, StopError

if TYPE_CHECKING:
    from datetime import date

    from domain.case import Case
    from services.acts import Done
    from services.bootstrap import Runtime
    from services.desk import Answer, Desk
    from services.reading import StepLine

StepWords = Annotated[str, typer.Argument(metavar="任务", help="任务号,如 1.2;逐家办理的写 4.5#分项")]
On = Annotated[
    str, typer.Option("--on", metavar="日期", help="发生日期,如 2022-03-02、2022.3.2、今天;不填为今天")
]
Round = Annotated[
    int | None, typer.Option("--round", metavar="轮次", help="您看到的是第几轮;已变时会拒绝。不填为现在这轮")
]
CommandId = Annotated[
    str, typer.Option("--command-id", metavar="编号", help="本次办理的唯一编号;重发同一编号只办一次")
]
Act = Callable[["Desk", "date"], "Answer"]


def perform(
    ctx: typer.Context,
    unit: str,
    step: str,
    act: Act,
    *,
    what: str,
    on: str = "今天",
    programme: str = "",
    round_: int | None = None,
    command_id: str = "",
) -> None:
    """Do an act at the desk of the person, and say what came of it."""
    from services.clock import today
    from services.desk import Desk

    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        title = f"{what}({unit}{' ' + step if step else ''})"
        case = case_of(runtime, unit, programme, title)
        day = parse_date(on, today(runtime.db, runtime.wall))
        if step:
            require_step(runtime, case, step, title)
        desk = Desk(runtime, entry, case.id, command_id=command_id, seen_round=round_)
        done = got(act(desk, day), title)
        _tell(runtime, done, step)


def require_step(runtime: Runtime, case: Case, step: str, what: str) -> None:
    """Stop where the programme has no such step: a typing error is not a refusal of the rules."""
    from domain.case import split_key
    from services.reading import plan_of

    id_ = split_key(step)[0]
    if plan_of(runtime.db, case).step(id_) is not None:
        return
    raise StopError(
        NOT_FOUND,
        f"{case.programme}/{case.version} 没有任务“{id_}”",
        f"用 zonectl case show {case.unit_name} 查看任务号",
        code="step.unknown",
        what=what,
    )


def _tell(runtime: Runtime, done: Done, step: str) -> None:
    from services.clock import today
    from services.event_words import EventWords
    from services.mirroring import body_names
    from services.reading import plan_of, view_case

    case = done.case
    words = EventWords(plan_of(runtime.db, case), body_names(runtime.db))
    view = view_case(runtime.db, case, today(runtime.db, runtime.wall))
    lines = [words.line(event) for event in done.events]
    touched = [
        line for line in view.steps if line.key == step or any(w.step == line.key for w in done.new_work)
    ]
    if output.wants_json():
        output.data(
            {
                "case": case.id,
                "seq": done.seq,
                "repeated": done.repeated,
                "events": lines,
                "warnings": list(done.warnings),
                "steps": [_json(line) for line in touched],
            }
        )
        return
    if done.repeated:
        output.say("这次办理早已完成,下面是当时的结果", "yellow")
    for text in lines:
        output.show(f"已办  {text}")
    for text in done.warnings:
        output.say(f"请留意:{text}", "yellow")
    for line in touched:
        waits = ";".join(waiting.words for waiting in line.waits)
        output.show(f"现在  {line.key} {line.title} · {line.words}{waits and f',等 {waits}'}")
        if line.due_line and waits:
            output.show(f"时限  {line.due_line}")


def _json(line: StepLine) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(line)
    return found
