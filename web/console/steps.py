"""台账: every task in sight, filtered, sorted, a page at a time, and as a workbook of what is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from domain.refusal import Refused
from services.views.digest import BUCKET_TITLES, Bucket
from services.views.naming import parts_of, stages_of
from services.views.tasklist import Sort, TaskPage, TaskRow, every_task, list_tasks
from web.console.asking import AS_OF, STEPS, Asking, AskingOf, may_look, words_of
from web.console.axis import LAMPS
from web.console.chips import links
from web.console.links import step_path
from web.console.saved_views import saved_views
from web.console.sheets import Value, sheet
from web.console.visit import Visit, VisitOf
from web.console.words import full_day, remaining, zh
from web.problems import ProblemError, got, problem_of

router = APIRouter()
SORTS: Final = {Sort.DUE: "按截止日期", Sort.ZONE: "按开发区", Sort.CLOSED: "最近办结在前"}
BUCKETS: Final = (
    Bucket.OVER, Bucket.SOON, Bucket.OK, Bucket.VERIFY, Bucket.UNDATED, Bucket.DONE, Bucket.IDLE,
    Bucket.HALTED,
)  # fmt: skip
MOST: Final = 20_000
"""Rows of one workbook: more take longer to make than anybody waits, and to open."""
After = Annotated[str, Query(max_length=300)]
SortOf = Annotated[str, Query(max_length=20)]


def _sort(said: str) -> Sort:
    return Sort(said) if said in set(Sort) else Sort.DUE


@router.get(STEPS)
def steps(visit: VisitOf, asking: AskingOf, sort: SortOf = "", after: After = "") -> Response:
    """台账."""
    may_look(visit)
    typed, refused, order = asking, None, _sort(sort)
    found = _ask(visit, asking, order, after)
    if isinstance(found, Refused) and found.code in AS_OF:
        refused, asking = found, asking.today()
        found = _ask(visit, asking, order, after)
    view = got(found)
    sorting: dict[str, Any] = {} if order is Sort.DUE else {"sort": str(order)}
    buckets = [(str(each), BUCKET_TITLES[each], None) for each in BUCKETS]
    return visit.page(
        "steps/list.html",
        view,
        fragment="rows",
        status=problem_of(refused).status if refused else 200,
        refused=refused,
        typed=typed,
        asking=asking,
        buckets=links(asking, STEPS, "bucket", buckets, **sorting),
        stages=[*stages_of(visit.counter, asking.filter)],
        parts=[
            (each.words, asking.only(**{each.field: ""}).to(STEPS, **sorting))
            for each in parts_of(visit.counter, asking.filter)
            if each.field != "bucket"
        ],
        sorts=SORTS,
        order=order,
        kept=words_of(asking.filter),
        saved=saved_views(visit),
        address=asking.to(STEPS, **sorting),
        first_page=asking.to(STEPS, **sorting) if after else "",
        next_page=asking.to(STEPS, **sorting, after=view.after) if view.after else "",
        export=asking.to(STEPS + ".xlsx", **sorting),
        most=MOST,
        lamps=LAMPS,
        step_path=step_path,
    )


def _ask(visit: Visit, asking: Asking, sort: Sort, after: str) -> TaskPage | Refused:
    return list_tasks(
        visit.counter, asking.filter, sort=sort, on=asking.on, reading=asking.reading, after=after
    )


@router.get(STEPS + ".xlsx")
def export(visit: VisitOf, asking: AskingOf, sort: SortOf = "") -> Response:
    """导出所见: all rows of the filter, in the order of the page."""
    may_look(visit)
    order = _sort(sort)
    page = got(_ask(visit, asking, order, ""))
    if page.total > MOST:
        raise ProblemError(_too_many(page.total))
    rows = got(every_task(visit.counter, asking.filter, sort=order, on=asking.on, reading=asking.reading))
    said = "、".join(each.words for each in parts_of(visit.counter, asking.filter)) or "全部"
    foot = f"共 {page.total} 项 · 筛选:{said} · {SORTS[order]} · 截至 {full_day(page.on)}"
    return sheet("任务台账", HEAD, _lines(rows), foot)


def _too_many(total: int) -> Refused:
    return Refused(
        code="view.export_too_many",
        message=f"共 {total} 项任务,一次最多导出 {MOST} 项",
        remedy="请先按地区、环节或亮灯缩小范围,分几次导出",
        facts={"total": total, "most": MOST},
    )


HEAD: Final = (
    "亮灯", "编号", "任务", "开发区", "代码", "环节", "状态", "轮次", "启动", "截止", "余期", "提交", "办结",
    "迟办工作日", "等待谁",
)  # fmt: skip


def _lines(rows: Iterator[TaskRow]) -> Iterator[Sequence[Value]]:
    for each in rows:
        number, _, item = each.step.partition("#")
        yield (
            each.word,
            number,
            f"{each.title}({item})" if item else each.title,
            each.unit.name,
            each.unit.code or "待补",
            each.stage_title,
            each.state_title,
            each.round,
            each.opened_on,
            each.due_on,
            remaining(each.left),
            each.submitted_on,
            each.closed_on,
            each.late,
            zh(",".join(each.waits)),
        )
