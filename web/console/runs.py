"""运行: Prefect's runs in the words of the office, what stopped and how it is given back."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from domain.refusal import Refused
from services.office.notices import give_back
from services.pages.runs import RunsView, runs_view
from services.prefect_api import STATE_TITLES
from web.console.chips import Link
from web.console.inbox import Figure
from web.console.links import case_path, with_query
from web.console.visit import Visit, VisitOf
from web.problems import got, problem_of

router = APIRouter()
PATH: Final = "/runs"
Word = Annotated[str, Query(max_length=200)]
LAMPS: Final = {"COMPLETED": "done", "RUNNING": "ok", "FAILED": "lag", "CRASHED": "lag", "CANCELLED": "idle"}
"""Prefect's state → lamp: red is for what is overdue, never for a machine's fault."""


@router.get(PATH)
def show(visit: VisitOf, zone: Word = "", stage: Word = "", state: Word = "") -> Response:
    """运行."""
    return _page(visit, zone, stage, state)


@router.post(PATH + "/give-back")
def retry(visit: VisitOf) -> Response:
    """重新放回, of one case or of all."""
    found = give_back(visit.counter, visit.form.text("case", 300))
    if isinstance(found, Refused):
        return _page(visit, "", "", "", refused=found)
    what = f"{found.cases} 个改革任务、{found.timers} 项计时、{found.messages} 条消息"
    return visit.redirect(PATH, f"已重新放回:{what}")


def _page(visit: Visit, zone: str, stage: str, state: str, refused: Refused | None = None) -> Response:
    view = got(runs_view(visit.counter, zone=zone, stage=stage, state=state if state in STATE_TITLES else ""))
    return visit.page(
        "runs/runs.html",
        view,
        fragment="" if refused else "rows",
        status=problem_of(refused).status if refused else 200,
        refused=refused,
        figures=_figures(view),
        states=_states(view),
        lamps=LAMPS,
        case_path=case_path,
    )


def _to(view: RunsView, **changes: str) -> str:
    wanted = view.page.filter
    return with_query(PATH, {"zone": view.zone, "stage": wanted.stage, "state": wanted.state, **changes})


def _states(view: RunsView) -> list[Link]:
    chosen = view.page.filter.state
    shown = ("FAILED", "CRASHED", "RUNNING", "COMPLETED", "SCHEDULED")
    return [
        Link("全部", _to(view, state=""), not chosen),
        *(Link(STATE_TITLES[each], _to(view, state=each), each == chosen) for each in shown),
    ]


def _figures(view: RunsView) -> list[Figure]:
    page = view.page
    broken = sum(each.broken for each in page.runs or ())
    behind = _ago(view.lag_s) if page.waiting else "全部显示完毕"
    return [
        Figure(
            "失败或中断",
            broken,
            "所列各次运行中" if page.here else "连不上 Prefect",
            _to(view, state="FAILED"),
            "soon" if broken else "",
            unit="次",
        ),
        Figure("已停下", view.all_stopped, "要人重新放回", "#stopped", "soon" if view.all_stopped else ""),
        Figure("等待显示", page.waiting, behind, "#queue", "soon" if view.late else "", unit="个"),
        Figure("等待送达", view.messages, "站内和系统外通知", "#queue", unit="条"),
        Figure("到期计时", view.due, "到期、尚未处理", "#queue", unit="项"),
    ]


def _ago(seconds: int) -> str:
    if seconds < 60:
        return f"最早的已等 {seconds} 秒"
    if seconds < 3600:
        return f"最早的已等 {seconds // 60} 分钟"
    hours = seconds // 3600
    return f"最早的已等 {hours} 小时" if hours < 48 else f"最早的已等 {hours // 24} 天"
