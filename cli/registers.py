"""zonectl register: the registers of a case; personal columns for those only whom the table gives them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import output, register_files, register_rows
from cli.finding import ProgrammeOption, UnitWords, case_of, got
from cli.session import session_of
from cli.shell import App

register = App(
    "台账:模板和 Excel 导入导出、逐行增改、查看。个人信息列只给有权的人看。\n"
    "\n"
    "例:\n"
    "  zonectl --as demo-yanling-handler register template 鄢陵 人员名册\n"
    "  zonectl --as demo-yanling-handler register import 鄢陵 人员名册 名册.xlsx"
)
for name, command in (
    ("template", register_files.template),
    ("export", register_files.export),
    ("preview", register_files.preview),
    ("import", register_files.import_),
    ("add", register_rows.add),
    ("change", register_rows.change),
    ("remove", register_rows.remove),
    ("erase", register_rows.erase),
):
    register.command(name)(command)


@register.command("list")
def list_registers(ctx: typer.Context, unit: UnitWords, programme: ProgrammeOption = "") -> None:
    """一个改革任务的台账:版本、行数、是否已冻结、哪一条不平衡。

    例:
      zonectl --as demo-yanling-handler register list 鄢陵
    """
    import msgspec

    from services.office import cases as office

    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, "查看台账")
        found = got(office.list_registers(session.counter(runtime, entry), case.id), "查看台账")
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    rows = [
        (
            each.title,
            each.id,
            f"第{each.version}版" if each.version else "未填报",
            each.rows,
            "已冻结" if each.frozen else "",
            ";".join(each.gaps),
        )
        for each in found
    ]
    if rows:
        output.table(("台账", "代号", "版本", "行数", "", "不平衡"), rows)
    else:
        output.say("这个流程模板没有台账")


@register.command("show")
def show_register(
    ctx: typer.Context,
    unit: UnitWords,
    name: Annotated[str, typer.Argument(metavar="台账", help="台账的名称或代号,见 zonectl register list")],
    programme: ProgrammeOption = "",
    after: Annotated[int, typer.Option("--after", metavar="行号", min=0, help="从哪一行之后看起")] = 0,
    limit: Annotated[int, typer.Option("--limit", metavar="行数", min=1, max=5000, help="最多几行")] = 50,
) -> None:
    """一本台账现行版本的各行。无权看个人信息的,那些列遮住。

    例:
      zonectl --as demo-yanling-handler register show 鄢陵 人员名册
    """
    import msgspec

    from cli.register_sheet import register_of
    from domain.register_changes import in_words
    from services.office import cases as office
    from services.registers.known import body_names

    session = session_of(ctx)
    entry = session.entry
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, "查看台账")
        columns = register_of(runtime, case, name)
        names = body_names(runtime.db, columns)
        counter = session.counter(runtime, entry)
        found = got(office.show_register(counter, case.id, columns.id, after=after, limit=limit), "查看台账")
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    filled = [each for each in columns.columns if any(row.values.get(each.id) for row in found.rows)]
    titles = ("行", *(each.title for each in filled))
    rows = [
        (row.ordinal, *(in_words(each, row.values.get(each.id, ""), names) for each in filled))
        for row in found.rows
    ]
    if rows:
        output.table(titles, rows)
    else:
        output.say("没有填报,或没有更多的行")
    empty = [each.title for each in columns.columns if each not in filled]
    if rows and empty:
        output.say(f"还没有填的列:{'、'.join(empty)}")
    if found.masked:
        output.say("个人信息列已遮住:您的职务不能查看", "yellow")
