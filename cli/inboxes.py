"""zonectl inbox: one inbox over all positions a person holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output, vacant
from cli.session import session_of
from cli.stops import refusal

if TYPE_CHECKING:
    from rich.text import Text

    from services.organising.vacancies import Vacancy
    from services.quick_inbox import Inbox, InboxRow


def inbox(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="行数", min=1, max=1000, help="最多显示几件")] = 20,
) -> None:
    """待办:一个人全部岗位的待办,最急的在前,写明岗位、时限和剩余工作日;管理员看到等他补人的岗位。

    例:
      zonectl --as demo-yanling-reform-office-handler inbox
      zonectl inbox --as demo-yanling-handler --json
    """
    from config.clock import SystemClock
    from config.place import find_place
    from domain.refusal import Refused
    from services.quick_inbox import quick_inbox

    found = quick_inbox(find_place().database_url, session_of(ctx).actor, wall=SystemClock(), limit=limit)
    if isinstance(found, Refused):
        raise refusal(found, "查看待办")
    places, names = _vacancies(ctx) if found.appoints else ((), {})
    if output.wants_json():
        import msgspec

        output.data({**msgspec.to_builtins(found), "vacancies": msgspec.to_builtins(places)})
        return
    _show(found)
    if places:
        output.show(f"无人承办 {len(places)} 处,请登记机构或任职;登记后即由任职的人办理", "bold")
        output.table(vacant.COLUMNS, vacant.rows(places, names))


def _vacancies(ctx: typer.Context) -> tuple[tuple[Vacancy, ...], dict[str, str]]:
    from services.organising.office import Registry
    from services.organising.reading import person_names
    from services.organising.vacancies import vacancies

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = Registry(db=runtime.db, wall=runtime.wall, person=session.actor)
        return vacancies(registry), person_names(runtime.db)


def _show(found: Inbox) -> None:
    mark = "(演练)" if found.rehearsal else ""
    late = f",其中已过时限 {found.overdue} 件" if found.overdue else ""
    output.show(f"{found.name} · 业务日期 {found.today}{mark} · 待办 {found.total} 件{late}", "bold")
    if not found.positions:
        output.say("今天没有任职,所以没有待办;任职有误的请管理员更正")
    if found.rows:
        output.table(("时限", "要做什么", "改革单位", "岗位"), [_row(row, found) for row in found.rows])
    if found.total > len(found.rows):
        output.say(f"另有 {found.total - len(found.rows)} 件;用 --limit 看更多")


def _row(row: InboxRow, found: Inbox) -> tuple[Any, ...]:
    phase = f"({row.phase})" if row.phase else ""
    node = f" · {row.node_title}{phase}" if row.node_title else ""
    what = f"{row.step} {row.step_title}\n{row.act}{node}" + (f" · 第{row.round}轮" if row.round > 1 else "")
    return (
        _due(row, found),
        what,
        f"{row.unit_name}\n{row.programme_title}",
        f"{row.body_name}\n{_position(row)}",
    )


def _position(row: InboxRow) -> str:
    from domain.work_kinds import ANY_POSITION

    if row.acting_for:
        return f"代{row.acting_for_name}办理"
    return "本单位任一人员" if row.position == ANY_POSITION else row.role_title


def _due(row: InboxRow, found: Inbox) -> Text:
    from rich.text import Text

    if row.due_on is None or row.remaining is None:
        return Text("无时限", style="dim")
    mark = "暂定" if row.provisional else ""
    if row.due_on < found.today:
        return Text(f"{row.due_on}{mark}\n■ 过期{-row.remaining}个工作日", style="red")
    if row.due_on == found.today:
        return Text(f"{row.due_on}{mark}\n▲ 今天到期", style="yellow")
    style = "yellow" if row.soon is not None and row.remaining <= row.soon else ""
    return Text(f"{row.due_on}{mark}\n{'▲' if style else '●'} 剩{row.remaining}个工作日", style=style)
