"""台账的逐行增改: one row added, changed or removed by hand with its reason; personal data erased by law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.dates import parse_date
from cli.finding import ProgrammeOption, UnitWords, assignments, case_of, got, new_id
from cli.register_files import RegisterWords, StepOption
from cli.register_sheet import register_of
from cli.session import session_of
from cli.step_answer import CommandId, On, Round, require_step
from cli.stops import REFUSED, StopError
from cli.words import pick

if TYPE_CHECKING:
    from domain.programme import Register

RowWords = Annotated[str, typer.Argument(metavar="行", help="这一行的编号;编号由几列组成的,用 / 连接")]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="列=值", help="列的名称或代号和它的值;可写多次")
]
Reason = Annotated[str, typer.Option("--reason", metavar="原因", help="为什么增改,必填,记入留痕")]


def add(
    ctx: typer.Context,
    unit: UnitWords,
    name: RegisterWords,
    values: Values = None,
    reason: Reason = "",
    step: StepOption = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """增加一行。

    例:
      zonectl --as demo-yanling-handler register add 鄢陵 人员名册 --set 人员编号=示例03 --set 姓名=示例丁 --set 身份类别=公务员 --set 是否在编=在编 --reason 漏报补录
    """  # noqa: E501 a command is one line
    given = {"step": step, "on": on, "round_": round_, "programme": programme, "command_id": command_id}
    _edit(ctx, unit, name, "add", "", values, reason, **given)


def change(
    ctx: typer.Context,
    unit: UnitWords,
    name: RegisterWords,
    row: RowWords,
    values: Values = None,
    reason: Reason = "",
    step: StepOption = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """改正一行:只写要改的列;写成“列=”的,清空该列。

    例:
      zonectl --as demo-yanling-handler register change 鄢陵 人员名册 示例01 --set 身份类别=事业人员 --reason 原填有误
    """  # noqa: E501 a command is one line
    given = {"step": step, "on": on, "round_": round_, "programme": programme, "command_id": command_id}
    _edit(ctx, unit, name, "change", row, values, reason, **given)


def remove(
    ctx: typer.Context,
    unit: UnitWords,
    name: RegisterWords,
    row: RowWords,
    reason: Reason = "",
    step: StepOption = "",
    on: On = "今天",
    round_: Round = None,
    programme: ProgrammeOption = "",
    command_id: CommandId = "",
) -> None:
    """删去一行;旧版本里仍有。

    例:
      zonectl --as demo-yanling-handler register remove 鄢陵 人员名册 示例02 --reason 重复登记
    """
    given = {"step": step, "on": on, "round_": round_, "programme": programme, "command_id": command_id}
    _edit(ctx, unit, name, "remove", row, None, reason, **given)


def _edit(
    ctx: typer.Context,
    unit: str,
    name: str,
    kind: str,
    row: str,
    values: list[str] | None,
    reason: str,
    **given: Any,
) -> None:
    from services.clock import today
    from services.desk import Desk
    from services.office import registers
    from services.registers.editing import EditKind, RowEdit
    from services.registers.filling import RowsFaulty

    what = f"{_TITLES[kind]}台账的行({unit})"
    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, given["programme"], what)
        if given["step"]:
            require_step(runtime, case, given["step"], what)
        found = register_of(runtime, case, name)
        edit = RowEdit(kind=EditKind(kind), key=row, values=_typed(found, values or []))
        answer = registers.change_rows(
            session.counter(runtime, entry),
            Desk(runtime, entry, case.id, command_id=given["command_id"], seen_round=given["round_"]),
            found.id,
            [edit],
            reason,
            step=given["step"],
            on=parse_date(given["on"], today(runtime.db, runtime.wall)),
        )
    if isinstance(answer, RowsFaulty):
        raise _faulty(answer, found, what)
    done = got(answer, what)
    state = done.done.case.registers[found.id]
    if output.wants_json():
        output.data(
            {"register": found.id, "version": state.version, "rows": state.rows, "seq": done.done.seq}
        )
        return
    output.show(f"已{_TITLES[kind]}:台账“{found.title}”现为第{state.version}版,{state.rows}行")
    for text in (*state.gaps, *done.done.warnings):
        output.say(f"请留意:{text}", "yellow")


_TITLES = {"add": "增加", "change": "改正", "remove": "删去"}


def _typed(register: Register, words: list[str]) -> dict[str, str]:
    titles = {column.id: column.title for column in register.columns}
    return {pick(name, titles, "--set"): value for name, value in assignments(words, "--set").items()}


def _faulty(done: Any, register: Register, what: str) -> StopError:
    if not output.wants_json():
        output.table(("列", "差错", "改法"), [(f.column, f.message, f.mend) for f in done.faults])
    return StopError(
        REFUSED,
        f"台账“{register.title}”有 {len(done.faults)} 处差错,一行也没有写入",
        "按上列改正后重办",
        code="register.faulty",
        what=what,
        data={"faults": [{"column": f.column, "message": f.message, "mend": f.mend} for f in done.faults]},
    )


def erase(
    ctx: typer.Context,
    unit: UnitWords,
    name: RegisterWords,
    row: RowWords,
    basis: Annotated[str, typer.Option("--basis", metavar="依据", help="依法删除的条款或决定文号,必填")] = "",
    programme: ProgrammeOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """依法删除一行的个人信息(各个版本都删),行和留痕保留。由安全保密管理员办理。

    例:
      zonectl --as secadmin register erase 鄢陵 人员名册 示例02 --basis 示例决定〔2022〕1号 --yes
    """
    from services.reading import find_case
    from services.registers.erasing import erase_row

    what = "删除台账中的个人信息"
    session = session_of(ctx)
    actor = session.actor
    with session.runtime() as runtime:
        case = got(find_case(runtime.db, unit, programme), what)
        found = register_of(runtime, case, name)
        output.confirm(f"将删除台账“{found.title}”中“{row}”各个版本的个人信息,删除后不能恢复。", yes)
        done = erase_row(
            runtime.db, case.id, found.id, row, basis, actor=actor, wall=runtime.wall, command_id=new_id()
        )
        erased = got(done, what)
    if output.wants_json():
        output.data({"register": found.id, "row": row, "texts": erased.texts, "on": str(erased.on)})
    else:
        output.show(f"已删除“{row}”的个人信息(共 {erased.texts} 份),{erased.on};留痕核验不受影响")
