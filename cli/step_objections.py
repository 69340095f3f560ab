"""zonectl step: objections to what is posted: taken in, answered, listed."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import output
from cli.case_page import hang
from cli.finding import ProgrammeOption, UnitWords, case_of, got
from cli.session import session_of
from cli.step_answer import CommandId, On, StepWords, perform, require_step
from cli.step_changes import step
from cli.words import pick

TextWords = Annotated[str, typer.Option("--text", metavar="内容", help="异议或答复的内容")]


@step.command("object")
def raise_objection(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    text: TextWords,
    objector: Annotated[
        str, typer.Option("--from", metavar="提出人", help="谁提出的;匿名的不写,加 --anonymous")
    ] = "",
    anonymous: Annotated[bool, typer.Option("--anonymous", help="匿名提出")] = False,
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """登记公示期间收到的异议。期内收到的逐件答复以后,任务才能提交和办结(模板另有规定的除外)。

    例:
      zonectl --as demo-yanling-handler step object 鄢陵 2.10 --text 3号任职年限有误 --anonymous
    """
    from services import desk_objections

    perform(
        ctx, unit, key,
        lambda desk, day: desk_objections.raise_objection(
            desk, key, text, objector=objector, anonymous=anonymous, on=day
        ),
        what="登记异议", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("answer-objection")
def answer_objection(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    objection: Annotated[str, typer.Argument(metavar="编号", help="异议的编号,见 step objections")],
    result: Annotated[str, typer.Option("--result", metavar="结果", help="成立、部分成立、不成立")],
    text: TextWords,
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """答复一件异议。

    例:
      zonectl --as demo-yanling-handler step answer-objection 鄢陵 2.10 7 --result 不成立 --text 经核实无误
    """
    from domain.objections import ObjectionResult
    from services import desk_objections

    titles = {"upheld": "成立", "partly": "部分成立", "rejected": "不成立"}
    code = ObjectionResult(pick(result, titles, "--result"))
    perform(
        ctx, unit, key,
        lambda desk, day: desk_objections.answer_objection(desk, key, objection, code, text, day),
        what="答复异议", on=on, programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("objections")
def objections(ctx: typer.Context, unit: UnitWords, key: StepWords, programme: ProgrammeOption = "") -> None:
    """公示收到的异议和答复。提出人的姓名只给可以查看个人信息的人看。

    例:
      zonectl --as demo-yanling-handler step objections 鄢陵 2.10
    """
    from services.office.counter import Counter
    from services.office.objections import list_objections

    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme)
        require_step(runtime, case, key, "查看异议")
        found = got(list_objections(Counter(runtime, entry), case.id, key), "查看异议")
    if output.wants_json():
        import msgspec

        output.data({"objections": [msgspec.to_builtins(each) for each in found]})
        return
    if not found:
        output.show("没有收到异议")
    for each in found:
        from_whom = "匿名" if each.anonymous else each.objector or "实名(姓名不显示)"
        late = " · 期满以后提出" if each.late else ""
        output.show(f"{each.id} 号 · {each.raised_on} · {from_whom}{late}", "bold")
        hang("异议", each.text, indent=6)
        answer = f"{each.answered_on} {each.result}:{each.answer}" if each.result else "待答复"
        hang("答复", answer, indent=6)


__all__ = ["step"]
