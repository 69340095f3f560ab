"""zonectl step: what the doer of a step does, and the step's own page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import output
from cli.finding import ProgrammeOption, UnitWords, assignments, case_of, got
from cli.session import session_of
from cli.shell import App
from cli.step_answer import CommandId, On, Round, StepWords, perform, require_step
from cli.stops import NOT_FOUND, USAGE, StopError

step = App(
    "任务:查看、办理、登记纸上的决定、核对。\n"
    "\n"
    "例:\n"
    "  zonectl step show 鄢陵 1.2\n"
    "  zonectl --as demo-yanling-reform-office-handler step record 鄢陵 1.2 --outcome 通过 "
    "--medium 会议纪要 --on 2021-03-12 --number 纪要〔2021〕第5号 --meeting 县委常委会"
)


@step.command("show")
def show(ctx: typer.Context, unit: UnitWords, key: StepWords, programme: ProgrammeOption = "") -> None:
    """一项任务:要做什么、时限及算法、材料、审批意见(含编号)、等谁办。

    例:
      zonectl step show 鄢陵 1.2
    """
    from cli.step_page import show_beside, show_step, step_data
    from services.circulations import circulation_lines
    from services.clock import today
    from services.follow_ups import follow_up_lines
    from services.outside_hands import outside_words
    from services.reading import Names, plan_of, view_case

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme)
        require_step(runtime, case, key, f"查看任务 {key}")
        day = today(runtime.db, runtime.wall)
        line = next(each for each in view_case(runtime.db, case, day).steps if each.key == key)
        plan = plan_of(runtime.db, case)
        outside = outside_words(runtime.db, runtime.wall, case).get(key, "")
        if output.wants_json():
            output.data(step_data(plan, case, line, outside))
        else:
            names = Names(runtime.db, day)
            show_step(plan, case, line, names, outside)
            show_beside(
                circulation_lines(runtime.db, case, key, names), follow_up_lines(runtime.db, case, key, names)
            )


@step.command("submit")
def submit(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """提交任务,送审。

    例:
      zonectl --as demo-yanling-handler step submit 鄢陵 1.1 --on 2021-03-04
    """
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.submit(key, day),
        what="提交",
        on=on,
        programme=programme,
        round_=round_,
        command_id=command_id,
    )


@step.command("evidence")
def evidence(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    slot: Annotated[str, typer.Argument(metavar="材料", help="材料的名称或代号,见 programme show --yaml")],
    file: Annotated[
        Path | None, typer.Option("--file", metavar="文件", help="上传的文件;不写则只登记不上传")
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="标题", help="不填用材料名称")] = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="要素=值", help="如 文号=…、成文日期=2021-03-01;可写多次"),
    ] = None,
    as_decided: Annotated[
        bool, typer.Option("--as-decided", help="按会议议定修改后的稿子:原决定继续有效")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="原因", help="更换已有材料的原因,上传更换时必填")
    ] = "",
    marking: Annotated[
        str,
        typer.Option(
            "--marking", metavar="标注", help="公开、内部资料、工作秘密;不填按流程模板。涉密的不得录入"
        ),
    ] = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """上传材料,或只登记不上传(文号、日期、机关、存放处)。再办一次就是更换。

    例:
      zonectl --as demo-yanling-handler step evidence 鄢陵 1.1 摸底报告 --file 报告.docx
      zonectl --as demo-yanling-handler step evidence 鄢陵 2.3 批复 --field 文号=示例〔2021〕3号
    """
    from cli.step_words import slot_of, typed_fields

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme, "登记材料")
        require_step(runtime, case, key, "登记材料")
        found = slot_of(runtime, case, key, slot)
        fields = typed_fields(runtime, found, assignments(field or [], "--field"))
    said: dict[str, Any] = {
        "title": title,
        "fields": fields,
        "as_decided": as_decided,
        "reason": reason,
        "marking": marking,
    }
    if file is not None and not file.is_file():
        raise StopError(NOT_FOUND, f"没有文件 {file}", "请核对文件位置和名称", code="file.missing")

    perform(
        ctx,
        unit,
        key,
        lambda desk, day: (
            desk.add_file(key, found.id, file, on=day, **said)
            if file
            else desk.add_reference(key, found.id, on=day, **said)
        ),
        what="登记材料",
        on=on,
        programme=programme,
        round_=round_,
        command_id=command_id,
    )


@step.command("fill")
def fill(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    register: Annotated[
        str, typer.Argument(metavar="台账", help="台账的名称或代号,见 programme show --yaml")
    ],
    file: Annotated[Path, typer.Argument(metavar="文件", help="CSV 或 .xlsx,表头为各列名称")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查,不写入")] = False,
    as_decided: Annotated[
        bool, typer.Option("--as-decided", help="按会议议定修改后的台账:原决定继续有效")
    ] = False,
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
) -> None:
    """用表格填报台账。有一处差错就一行也不写;再填一次生成新版本,旧版本保留。

    例:
      zonectl --as demo-yanling-handler step fill 鄢陵 1.1 人员名册 名册.xlsx --dry-run
    """
    from cli.dates import parse_date
    from cli.files import existing
    from cli.register_sheet import register_of, tell_import
    from services.clock import today
    from services.desk import Desk
    from services.importing.tables import read_file
    from services.office import registers

    what = f"填报台账({unit} {key})"
    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, what)
        require_step(runtime, case, key, what)
        found, content = register_of(runtime, case, register), got(read_file(existing(file)), what)
        counter = session.counter(runtime, entry)
        if dry_run:
            told = got(registers.preview(counter, case.id, found.id, content, file.name), what)
        else:
            desk = Desk(runtime, entry, case.id, seen_round=round_)
            day = parse_date(on, today(runtime.db, runtime.wall))
            done = registers.import_file(
                counter, desk, found.id, content, file.name, step=key, on=day, as_decided=as_decided
            )
            told = got(done, what)
    tell_import(told, what)


@step.command("choose")
def choose(
    ctx: typer.Context,
    unit: UnitWords,
    choice: Annotated[str, typer.Argument(metavar="选择", help="选择的名称或代号,见 programme show")],
    value: Annotated[str, typer.Argument(metavar="值", help="取值的名称或代号")],
    on: On = "今天",
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """选定一项选择,如“是否党内规范性文件”。由设定它的任务的承办人在提交前选定。

    例:
      zonectl --as demo-yanling-reform-office-handler step choose 鄢陵 major_decision yes
    """
    from cli.step_words import choice_of

    with session_of(ctx).runtime() as runtime:
        case = case_of(runtime, unit, programme, "选定")
        id_, code = choice_of(runtime, case, choice, value)
    perform(
        ctx,
        unit,
        "",
        lambda desk, day: desk.choose(id_, code, day),
        what=f"选定{choice}",
        on=on,
        programme=programme,
        command_id=command_id,
    )


@step.command("withdraw")
def withdraw(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    decision: Annotated[
        str, typer.Option("--decision", metavar="编号", help="撤回哪条审批意见;不写则撤回提交")
    ] = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """撤回自己的提交,或自己签署、登记的审批意见(下一步办理之前)。

    例:
      zonectl --as demo-yanling-handler step withdraw 鄢陵 1.1
    """
    if decision == "-":
        raise StopError(USAGE, "请写明审批意见的编号", code="usage.decision")
    perform(
        ctx,
        unit,
        key,
        lambda desk, day: desk.withdraw(key, decision, day),
        what="撤回",
        on=on,
        programme=programme,
        round_=round_,
        command_id=command_id,
    )


@step.command("take-over")
def take_over(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """核验或报送改由人工办理,系统不再办;由负责人工办理的岗位决定。

    例:
      zonectl --as demo-yanling-reform-office-member step take-over 鄢陵 1.11
    """
    from services.outside_hands import take_over as turn

    perform(
        ctx, unit, key, lambda desk, day: turn(desk.runtime, desk.entry, desk.case_id, key, desk.command_id),
        what="转人工办理", programme=programme, command_id=command_id,
    )  # fmt: skip


@step.command("ask-again")
def ask_again(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """已转人工的核验或报送,重新交系统办理;已经登记的不能再交。

    例:
      zonectl --as demo-yanling-reform-office-member step ask-again 鄢陵 1.11
    """
    from services.outside_hands import ask_again as again

    perform(
        ctx, unit, key, lambda desk, day: again(desk.runtime, desk.entry, desk.case_id, key, desk.command_id),
        what="重新交系统办理", programme=programme, command_id=command_id,
    )  # fmt: skip
