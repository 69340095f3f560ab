"""我的待办: the page, its filters in the address, and the workbook of what is seen."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.pages.inbox import LATER, OVER, TODAY, WEEK, InboxFilter, InboxView, show_inbox
from web.console.links import step_path, with_query
from web.console.sheets import sheet
from web.console.visit import VisitOf
from web.console.words import full_day, remaining, short_day
from web.problems import got

router = APIRouter()
PATH = "/inbox"
Word = Annotated[str, Query(max_length=200)]


class Figure(NamedTuple):
    """数字条一格."""

    label: str
    number: int
    clause: str
    href: str
    kind: str = ""
    unit: str = "件"


class Link(NamedTuple):
    """筛选项."""

    label: str
    href: str
    on: bool
    count: int | None = None  # type: ignore[assignment]


def _filter(place: Word = "", stage: Word = "", group: Word = "", kind: Word = "") -> InboxFilter:
    return InboxFilter(place=place, stage=stage, group=group, kind=kind)


@router.get(PATH)
def inbox(visit: VisitOf, place: Word = "", stage: Word = "", group: Word = "", kind: Word = "") -> Response:
    """我的待办."""
    view = got(show_inbox(visit.counter, _filter(place, stage, group, kind)))
    return visit.page(
        "inbox.html",
        view,
        fragment="rows",
        figures=_figures(view),
        places=_links(view, "place"),
        stages=_links(view, "stage"),
        export=_to(view.filter, PATH + ".xlsx"),
        step_path=step_path,
    )


@router.get(PATH + ".xlsx")
def export(visit: VisitOf, place: Word = "", stage: Word = "", group: Word = "", kind: Word = "") -> Response:
    """导出所见."""
    view = got(show_inbox(visit.counter, _filter(place, stage, group, kind)))
    rows = [
        (
            line.word,
            line.number,
            line.title,
            line.unit_name,
            line.stage_title,
            line.due_on,
            remaining(line.remaining),
            line.source,
            line.act,
            line.place_title,
        )
        for lines in view.groups.values()
        for line in lines
    ]
    head = ("亮灯", "编号", "任务", "开发区", "环节", "截止", "余期", "来源", "办什么", "岗位")
    return sheet("我的待办", head, rows, f"共 {len(rows)} 件 · 业务日期 {full_day(view.today)}")


def _to(wanted: InboxFilter, path: str = PATH, **changes: str) -> str:
    values = {"place": wanted.place, "stage": wanted.stage, "group": wanted.group, "kind": wanted.kind}
    return with_query(path, {**values, **changes})


def _figures(view: InboxView) -> list[Figure]:
    counts = view.counts
    ends = short_day(view.week_ends) + ("(调休上班)" if view.week_end_is_workday else "")
    next_due = f"最近 {short_day(view.next_due)}" if view.next_due else "时限待定的在内"
    late = f"最长 {view.longest} 个工作日" if counts[OVER] else "没有逾期"
    return [
        Figure("逾期", counts[OVER], late, _to(view.filter, group=OVER), "over" if counts[OVER] else ""),
        Figure(
            "今天到期",
            counts[TODAY],
            "今天 24 时前",
            _to(view.filter, group=TODAY),
            "soon" if counts[TODAY] else "",
        ),
        Figure("本周到期", counts[WEEK], f"至 {ends}", _to(view.filter, group=WEEK)),
        Figure("以后", counts[LATER], next_due, _to(view.filter, group=LATER)),
        Figure("退回给我", counts["back"], "按退回意见修改", _to(view.filter, kind="back", group="")),
        Figure(
            "待我核对",
            counts["check"],
            "核对后才生效",
            _to(view.filter, kind="check", group=""),
            "verify" if counts["check"] else "",
        ),
    ]


def _links(view: InboxView, name: str) -> list[Link]:
    choices, chosen = getattr(view, f"{name}s"), getattr(view.filter, name)
    return [
        Link("全部", _to(view.filter, **{name: ""}), not chosen),
        *(
            Link(each.title, _to(view.filter, **{name: each.value}), each.value == chosen, each.count)
            for each in choices
        ),
    ]
