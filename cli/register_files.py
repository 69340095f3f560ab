"""台账的 Excel: the template out, the rows out as they are seen, a sheet previewed and imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.dates import parse_date
from cli.files import existing, fresh, writing
from cli.finding import ProgrammeOption, UnitWords, case_of, got
from cli.register_sheet import register_of, tell_import
from cli.session import session_of
from cli.step_answer import CommandId, On, Round, require_step

if TYPE_CHECKING:
    from services.office.registers import RegisterFile

RegisterWords = Annotated[
    str, typer.Argument(metavar="台账", help="台账的名称或代号,见 zonectl register list")
]
Sheet = Annotated[Path, typer.Argument(metavar="文件", help="CSV 或 .xlsx;表头、合计行、说明行照常")]
Target = Annotated[Path | None, typer.Argument(metavar="文件", help="写到哪里;不填用台账名称,写在当前目录")]
Force = Annotated[bool, typer.Option("--force", help="文件已有的,覆盖")]
StepOption = Annotated[
    str, typer.Option("--step", metavar="任务", help="以哪项任务填报;只有一项能填时不必写")
]
AsDecided = Annotated[bool, typer.Option("--as-decided", help="按会议议定修改后的台账:原决定继续有效")]
Why = Annotated[str, typer.Option("--reason", metavar="原因", help="为什么改,记入留痕(原文可依法删除)")]


def template(
    ctx: typer.Context,
    unit: UnitWords,
    name: RegisterWords,
    file: Target = None,
    force: Force = False,
    programme: ProgrammeOption = "",
) -> None:
    """写出 Excel 模板:表头、下拉选项、填写说明和示例行。

    例:
      zonectl --as demo-yanling-handler register template 鄢陵 人员名册 名册模板.xlsx
    """
    from services.office import registers

    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, "写出台账模板")
        found = register_of(runtime, case, name)
        made = got(registers.template(session.counter(runtime, entry), case.id, found.id), "写出台账模板")
    _save(made, file, force=force, said="已写出模板")


def export(
    ctx: typer.Context,
    unit: UnitWords,
    name: RegisterWords,
    file: Target = None,
    force: Force = False,
    programme: ProgrammeOption = "",
) -> None:
    """导出台账的现行版本:看得见什么就导出什么。改好以后可以再导入。

    例:
      zonectl --as demo-yanling-handler register export 鄢陵 人员名册 名册.xlsx
    """
    from services.office import registers

    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, "导出台账")
        found = register_of(runtime, case, name)
        made = got(registers.export(session.counter(runtime, entry), case.id, found.id), "导出台账")
    _save(made, file, force=force, said=f"已导出 {made.rows} 行")


def _save(made: RegisterFile, file: Path | None, *, force: bool, said: str) -> None:
    target = fresh(file or Path(made.name), force=force)
    with writing(target):
        target.write_bytes(made.content)
    if output.wants_json():
        output.data({"file": str(target), "rows": made.rows, "masked": made.masked})
        return
    output.show(f"{said}:{target}")
    if made.masked:
        output.say("个人信息列已遮住:您的职务不能查看", "yellow")


def preview(
    ctx: typer.Context, unit: UnitWords, name: RegisterWords, file: Sheet, programme: ProgrammeOption = ""
) -> None:
    """预览导入:新增、变更、删去哪些行,每处差错在哪一格、怎么改;什么也不写。

    例:
      zonectl --as demo-yanling-handler register preview 鄢陵 人员名册 名册.xlsx
    """
    from services.importing.tables import read_file
    from services.office import registers

    what = f"预览 {file.name}"
    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, what)
        found = register_of(runtime, case, name)
        counter = session.counter(runtime, entry)
        content = got(read_file(existing(file)), what)
        told = got(registers.preview(counter, case.id, found.id, content, file.name), what)
    tell_import(told, what)


def import_(
    ctx: typer.Context,
    unit: UnitWords,
    name: RegisterWords,
    file: Sheet,
    step: StepOption = "",
    as_decided: AsDecided = False,
    reason: Why = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """导入台账:有一处差错就一行也不写;没有变化的不写;写入的是新版本,旧版本保留。

    例:
      zonectl --as demo-yanling-handler register import 鄢陵 人员名册 名册.xlsx
    """
    from services.clock import today
    from services.desk import Desk
    from services.importing.tables import read_file
    from services.office import registers

    what = f"导入 {file.name}"
    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, what)
        if step:
            require_step(runtime, case, step, what)
        found = register_of(runtime, case, name)
        told = got(
            registers.import_file(
                session.counter(runtime, entry),
                Desk(runtime, entry, case.id, command_id=command_id, seen_round=round_),
                found.id,
                got(read_file(existing(file)), what),
                file.name,
                step=step,
                on=parse_date(on, today(runtime.db, runtime.wall)),
                as_decided=as_decided,
                reason=reason,
            ),
            what,
        )
    tell_import(told, what)
