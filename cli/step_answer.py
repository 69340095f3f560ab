"""答复: what an act on a step did, and for whom the step now waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.case_page import hang
from cli.dates import parse_date
from cli.finding import case_of, got
from cli.session import session_of
from cli.stops import NOT_FOUND, StopError

if TYPE_CHECKING:
    from datetime import date

    from domain.case import Case
    from domain.plan import Plan
    from services.acts import Done
    from services.bootstrap import Runtime
    from services.desk import Answer, Desk
    from services.reading import Names, StepLine

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
_LOOK = "用 zonectl case show {} 查看任务号"
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
        options = {name for param in ctx.command.params for name in param.opts}
        tell(runtime, got(act(desk, day), title, options), step)


def require_step(runtime: Runtime, case: Case, step: str, what: str) -> None:
    """Stop where the case has no such step: a typing error is not a refusal of the rules."""
    from domain.case import split_key
    from services.reading import keys_of, plan_of

    plan, id_ = plan_of(runtime.db, case), split_key(step)[0]
    keys = [key for found, key in keys_of(plan, case) if found.id == id_]
    if step in keys:
        return
    if plan.step(id_) is None:
        why, remedy = f"{case.programme}/{case.version} 没有任务“{id_}”", _LOOK.format(case.unit_name)
    elif not keys:
        why, remedy = f"任务 {id_} 在这个改革任务中不适用", "适用与否由启动时或办理中的选择决定"
    elif keys == [id_]:
        why, remedy = f"任务 {id_} 没有分项,或分项还没有确定", f"请写 {id_}"
    else:
        why, remedy = f"任务 {id_} 按分项办理,没有“{step}”", f"请写其中一项:{'、'.join(keys)}"
    raise StopError(NOT_FOUND, why, remedy, code="step.unknown", what=what)


def tell(runtime: Runtime, done: Done, step: str) -> None:
    """What came of an act: what happened, what was recorded or checked, for whom the step now waits."""
    from services.clock import today
    from services.event_words import EventWords
    from services.mirroring import body_names
    from services.reading import Names, plan_of, view_case

    case, day = done.case, today(runtime.db, runtime.wall)
    plan = plan_of(runtime.db, case)
    words = EventWords(plan, body_names(runtime.db))
    view = view_case(runtime.db, case, day)
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
    shown = [("已办", text) for text in lines]
    shown += _of_decisions(plan, done, Names(runtime.db, day))
    shown += [pair for line in touched for pair in _now(line)]
    _say(done, shown)


def _say(done: Done, shown: list[tuple[str, str]]) -> None:
    from cli.step_page import LABEL

    if done.repeated:
        output.say("这次办理早已完成,下面是当时的结果", "yellow")
    for text in done.warnings:
        output.say(f"请留意:{text}", "yellow")
    for label, text in shown:
        hang(label, text, indent=LABEL)
    for text in _next(done):
        output.say(text)


def _now(line: StepLine) -> Iterator[tuple[str, str]]:
    """How a step stands, and for whom it waits until when."""
    yield "现在", f"{line.key} {line.title} · {line.words}"
    if line.due_line and line.waits:
        yield "时限", line.due_line
    for waiting in line.waits:
        yield "等待", waiting.words


def _of_decisions(plan: Plan, done: Done, names: Names) -> Iterator[tuple[str, str]]:
    """What was recorded, for the recorder to read over; what was confirmed, for the checker."""
    from cli.step_page import decision_lines
    from domain import events as e

    for event in done.events:
        if isinstance(event, e.Decided) and event.decision.unchecked:
            yield from decision_lines(plan, event.step, event.decision, names)
        if isinstance(event, e.DecisionChecked) and event.agrees:
            decisions = done.case.steps[event.step].decisions
            for decision in decisions:
                if decision.id == event.decision:
                    yield from decision_lines(plan, event.step, decision, names)


def _next(done: Done) -> Iterator[str]:
    """What another person has to do now, as a command."""
    from domain import events as e

    unit = done.case.unit_name
    for event in done.events:
        if isinstance(event, e.Decided) and event.decision.unchecked:
            yield f"请第二人对照原件核对,核对前不算数:zonectl step check {unit} {event.step}"
        elif isinstance(event, e.DecisionChecked) and not event.agrees:
            yield f"这条登记已作废。请按原件重新登记:zonectl step record {unit} {event.step} …"
        elif isinstance(event, e.DecisionChecked) and _pending(done, event.step, event.decision):
            yield f"承办人按会议意见改好后报告:zonectl step changed {unit} {event.step}"
        elif isinstance(event, e.ChangesReported):
            yield f"请确认修改,确认前不算数:zonectl step confirm-changes {unit} {event.step}"
        elif isinstance(event, e.Proposed):
            yield f"请另一人确认,确认前不生效:zonectl step confirm {unit} {event.proposal.id}"


def _pending(done: Done, step: str, decision: str) -> bool:
    return any(d.id == decision and d.pending for d in done.case.steps[step].decisions)


def _json(line: StepLine) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(line)
    return found
