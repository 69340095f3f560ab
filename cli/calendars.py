"""zonectl calendar: the work calendar: yearly notices of holidays, and how a date comes about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.dates import parse_date
from cli.finding import got
from cli.session import session_of
from cli.shell import App
from cli.stops import REFUSED, StopError
from cli.words import pick

if TYPE_CHECKING:
    from services.calendars.loading import NoticeFile, NoticePreview
    from services.calendars.moving import DateMove

calendar = App("工作日历:载入年度放假通知(先预览),查看一年的安排,说明一个日期怎么算出来。")
FileWords = Annotated[
    Path,
    typer.Argument(metavar="文件", help="CSV 或 .xlsx:开始日期、结束日期、安排(放假、上班)、节日、文号"),
]
NumberWords = Annotated[str, typer.Option("--number", metavar="文号", help="通知文号;文件里写了的不用填")]
UNITS = {"working_day": "工作日", "day": "日", "month": "月"}
MOST_SHOWN = 40


@calendar.command("preview")
def preview(ctx: typer.Context, file: FileWords, number: NumberWords = "") -> None:
    """预览:哪些日子有变动、与内置数据有无出入、在办事项的哪些期限会变。什么也不写入。

    例:
      zonectl --as sysadmin calendar preview samples/calendar/notice-2026.csv
    """
    from services.calendars.loading import preview_notice

    session = session_of(ctx)
    doer = session.doer
    with session.runtime() as runtime:
        found = got(preview_notice(runtime, doer, _read(file, number)), "预览")
    if output.wants_json():
        output.data(_builtins(found))
    else:
        _tell_preview(found)


@calendar.command("import")
def load(
    ctx: typer.Context,
    file: FileWords,
    number: NumberWords = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问")] = False,
    contradicts: Annotated[
        bool, typer.Option("--contradicts", help="已对照通知原文,与内置数据不一致的以通知为准")
    ] = False,
) -> None:
    """载入年度放假通知:重算在办事项的期限,告知受影响的岗位。写错了,再载入一份更正的即可。

    例:
      zonectl --as sysadmin calendar import samples/calendar/notice-2026.csv --yes
    """
    from cli.output import confirm
    from services.calendars.loading import load_notice, preview_notice

    session = session_of(ctx)
    doer = session.doer
    with session.runtime() as runtime:
        read = _read(file, number)
        seen = got(preview_notice(runtime, doer, read), "载入放假通知")
        if not yes and not output.wants_json():
            _tell_preview(seen)
        confirm(f"将载入{seen.year}年放假安排({seen.number})。", yes)
        done = got(
            load_notice(runtime, doer, read, command_id=_new_id(), contradicts=contradicts), "载入放假通知"
        )
    if output.wants_json():
        output.data(_builtins(done))
        return
    how = "早已载入" if done.already else "已载入"
    output.show(f"{done.year}年放假安排({done.number}){how}")
    if done.replaces and not done.already:
        output.show(f"代替原来载入的 {done.replaces}")
    output.show(f"重算 {done.cases} 个改革任务,{done.moved} 项期限有变动,告知 {done.told} 个岗位")


@calendar.command("show")
def show(
    ctx: typer.Context,
    year: Annotated[int, typer.Option("--year", metavar="年份", help="不填为今年")] = 0,
) -> None:
    """一年的放假、调休上班和依据的通知;还没有通知的年份是暂定。

    例:
      zonectl calendar show --year 2022
    """
    from services.calendars.showing import SPAN_TITLES, show_year
    from services.clock import today

    with session_of(ctx).runtime() as runtime:
        found = got(show_year(runtime, year or today(runtime.db, runtime.wall).year), "查看放假安排")
    if output.wants_json():
        output.data(_builtins(found))
        return
    loaded = "本系统载入" if found.loaded else "随程序提供"
    basis = f"依据 {found.source}({loaded})" if found.source else "暂定:放假安排尚未公布"
    output.show(f"{found.year}年 · {found.workdays} 个工作日 · {basis}", "bold")
    from domain.date_words import range_words, weekday_words

    for span in found.spans:
        days = range_words(span.first, span.last, found.year)
        week = f"({weekday_words(span.first)})" if span.first == span.last else ""
        output.show(f"{days}{week} {SPAN_TITLES[span.kind]} {span.name}".rstrip())


@calendar.command("explain")
def explain(
    ctx: typer.Context,
    start: Annotated[str, typer.Argument(metavar="日期", help="起算日,如 2022-03-02")],
    amount: Annotated[int, typer.Argument(metavar="几", help="期限的长度")],
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="工作日、日、月")] = "工作日",
    first_day: Annotated[bool, typer.Option("--first-day", help="起算日当天计入")] = False,
) -> None:
    """某日起若干工作日(日、月)是哪一天,怎么算出来的;另附另一种算法。

    例:
      zonectl calendar explain 2022-03-02 25
    """
    from domain.duedates import PeriodUnit
    from services.calendars.showing import explain_date
    from services.clock import today

    code = PeriodUnit(pick(unit, UNITS, "--unit"))
    with session_of(ctx).runtime() as runtime:
        day = parse_date(start, today(runtime.db, runtime.wall))
        found = got(explain_date(runtime, day, amount, code, first_day=first_day), "说明日期")
    if output.wants_json():
        output.data(_builtins(found))
        return
    output.show(found.line, "bold")
    output.show(f"另一种算法(起算日{'不计入' if first_day else '计入'}):{found.other_line}")


def _read(file: Path, number: str) -> NoticeFile:
    """The notice of a file, or all its faults by cell."""
    from services.calendars.loading import read_notice_file

    read = got(read_notice_file(file, number), "读取放假安排")
    faults = read.reading.faults
    if faults:
        if not output.wants_json():
            output.table(("单元格", "差错", "改法"), [(f.cell, f.message, f.mend) for f in faults])
        raise StopError(
            REFUSED,
            f"放假安排有 {len(faults)} 处差错,没有载入",
            "按上列各处改正后重新载入",
            code="notice.faulty",
            data={
                "faults": [
                    {"cell": f.cell, "message": f.message, "mend": f.mend, "code": f.code} for f in faults
                ]
            },
        )
    return read


def _tell_preview(found: NoticePreview) -> None:
    output.show(f"{found.year}年放假安排 · {found.number}", "bold")
    for warning in found.warnings:
        output.say(f"请留意:{warning}", "yellow")
    if found.unchanged:
        output.show("与已载入的完全相同")
    elif found.replaces:
        output.show(f"代替原来载入的 {found.replaces}")
    output.show(f"\n与现在的日历相比,{len(found.days)} 天有变动")
    for change in found.days:
        output.show(f"  {change.words}")
    if found.contradictions:
        output.show(f"\n与系统内置的{found.year}年安排有 {len(found.contradictions)} 天不一致", "yellow")
        for change in found.contradictions:
            output.show(f"  内置与通知:{change.words}")
    _tell_moves(found)


def _tell_moves(found: NoticePreview) -> None:
    moving = [move for move in found.moves if move.moves]
    settled = len(found.moves) - len(moving)
    output.show(f"\n在办事项中,{len(moving)} 项期限会变,另有 {settled} 项日期不变、说明更新")
    for move in moving[:MOST_SHOWN]:
        output.show(f"  {_move_words(move)}")
        output.show(f"    {move.line}", "dim")
    if len(moving) > MOST_SHOWN:
        output.show(f"  另有 {len(moving) - MOST_SHOWN} 项,加 --json 可看全部")


def _move_words(move: DateMove) -> str:
    days = f"{move.before or '待定'} → {move.after or '待定'}"
    return f"{move.unit_name} · {move.step} {move.title} · {move.what} {days}"


def _builtins(value: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(value)


def _new_id() -> str:
    import secrets

    return secrets.token_hex(16)
