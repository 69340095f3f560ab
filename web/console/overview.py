"""总览与挂图: the zone × stage matrix with its figures; every number leads to the list behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Query
from starlette.responses import Response

from domain.refusal import Refused
from services.views.cells import AreaCell, Cell
from services.views.digest import Bucket
from services.views.filters import TaskFilter
from services.views.overview import Column, Figure, Overview, show_overview
from web.console.asking import AS_OF, FINDINGS, OVERVIEW, STEPS, WALL, Asking, AskingOf, may_look, words_of
from web.console.axis import LAMPS, explained
from web.console.chips import Link, links
from web.console.links import step_path
from web.console.saved_views import saved_views
from web.console.sheets import Value, sheet
from web.console.visit import Visit, VisitOf
from web.console.words import full_day, zh
from web.problems import ProblemError, got, problem_of

router = APIRouter()
After = Annotated[str, Query(max_length=300)]
ROOMY: Final = 60
"""More rows than these stand tight."""
A3_ROOMY: Final = 14
"""The same on one A3 sheet."""
A3_ROWS: Final = 32
"""Rows that one A3 sheet holds; with more zones it shows areas."""
LAMPED: Final = frozenset({*LAMPS.values(), "idle"})
WORST: Final = {"red": "逾期", "yellow": "临期", "green": "正常", "done": "已办结", "none": "没有亮灯"}


class Strip(NamedTuple):
    """数字条一格."""

    label: str
    number: int
    clause: str
    href: str
    kind: str = ""
    unit: str = ""
    lamp: bool = False


class Square(NamedTuple):
    """挂图一格, as it is printed."""

    kind: str
    word: str
    done: int
    total: int
    words: str
    href: str


@router.get(OVERVIEW)
def overview(visit: VisitOf, asking: AskingOf, after: After = "") -> Response:
    """总览."""
    return _page(visit, asking, after, "overview/page.html")


@router.get(WALL)
def wall(visit: VisitOf, asking: AskingOf, after: After = "") -> Response:
    """挂图: the matrix alone, on one sheet of A3."""
    return _page(visit, asking, after, "overview/wall.html", limit=A3_ROWS)


@router.get(OVERVIEW + ".xlsx")
def export(visit: VisitOf, asking: AskingOf, after: After = "") -> Response:
    """导出所见: the matrix as the page shows it."""
    may_look(visit)
    view = got(_ask(visit, asking, after))
    head = ["开发区" if view.zones else "地区", "代码" if view.zones else "开发区数"]
    head += [*_titles(view), "全程"]
    as_of = f"{full_day(view.on)}({view.reading_title})" if view.past else full_day(view.on)
    foot = f"{view.title} 第{view.version}版 · 共 {view.zone_count} 个开发区 · 截至 {as_of}"
    return sheet("总览", head, _sheet_rows(view), foot)


def _ask(visit: Visit, asking: Asking, after: str, limit: int = 0) -> Overview | Refused:
    more = {"limit": limit} if limit else {}
    return show_overview(
        visit.counter, asking.filter, on=asking.on, reading=asking.reading, after=after, **more
    )


def _page(visit: Visit, asking: Asking, after: str, template: str, limit: int = 0) -> Response:
    may_look(visit)
    found, typed, refused = _ask(visit, asking, after, limit), asking, None
    if isinstance(found, Refused) and found.code in AS_OF:
        refused, asking = found, asking.today()
        found = _ask(visit, asking, after, limit)
    problem = problem_of(refused) if refused else None
    status = problem.status if problem else 200
    values: dict[str, Any] = {"asking": asking, "typed": typed, "refused": refused}
    if isinstance(found, Refused):
        if found.code != "view.nothing":
            raise ProblemError(found)
        values["nothing"] = found
        return visit.page("overview/nothing.html", None, status=status, **values)
    path = WALL if limit else OVERVIEW
    return visit.page(
        template,
        found,
        fragment="main",
        status=status,
        **{**values, **_values(visit, asking, found, path, after)},
    )


def _values(visit: Visit, asking: Asking, view: Overview, path: str, after: str) -> dict[str, Any]:
    asking = Asking(view.filter, asking.on, asking.reading)
    return {
        "path_here": path,
        "asking": asking,
        "titles": _titles(view),
        "sizes": [_size(view, each) for each in view.columns],
        "rows": [_row(asking, view, each) for each in view.zones or view.areas],
        "foot": [_foot(asking, view, each.stage) for each in view.columns],
        "roomy": len(view.zones or view.areas) <= (A3_ROOMY if path == WALL else ROOMY),
        "figures": [_strip(asking, each, view) for each in view.figures],
        "shares": {each.code: each for each in view.figures},
        "lamps": LAMPS,
        "filters": _filters(asking, view, path),
        "late_at": _late_at(view),
        "step_path": step_path,
        "findings_href": FINDINGS,
        "keep": words_of,
        "after": after,
        "saved": saved_views(visit),
        "next_page": asking.to(path, after=view.after) if view.after else "",
    }


def _titles(view: Overview) -> list[str]:
    """Short where that tells the columns apart."""
    headings = [each.heading for each in view.columns]
    return [each.title if headings.count(each.heading) > 1 else each.heading for each in view.columns]


def _size(view: Overview, column: Column) -> str:
    """How many tasks a zone has in a stage; from … to where zones differ."""
    totals = {row.cells[column.stage].total for row in view.zones if column.stage in row.cells}
    if not totals:
        return f"{column.steps} 项任务"
    return f"{min(totals)}—{max(totals)} 项任务" if len(totals) > 1 else f"{totals.pop()} 项任务"


# --- the matrix ---


def _row(asking: Asking, view: Overview, row: Any) -> dict[str, Any]:
    whole = row.whole
    share = round(100 * whole.done / whole.total) if whole.total else 0
    found: dict[str, Any] = {"row": row, "share": share}
    if view.zones:
        found["href"] = asking.case(row.case)
        squares = [
            _square(cell, asking.case(row.case, stage=each.stage) + "#tasks", view.on)
            if (cell := row.cells.get(each.stage))
            else None
            for each in view.columns
        ]
        found["whole"] = _square(whole, asking.only(case=row.case).to(STEPS), view.on)
    else:
        found["href"] = asking.only(area=row.division).to(OVERVIEW)
        squares = [
            _sum(row.cells[each.stage], asking, row.filter.only(stage=each.stage)) for each in view.columns
        ]
        found["whole"] = _sum(whole, asking, row.filter)
    return {**found, "cells": squares}


def _square(cell: Cell, href: str, on: date) -> Square:
    kind = LAMPS.get(cell.mark.kind, "idle")
    return Square(kind, cell.mark.word, cell.done, cell.total, explained(cell, on), href)


def _sum(cell: AreaCell, asking: Asking, wanted: TaskFilter) -> Square:
    kind = LAMPS.get(cell.mark.kind, "idle")
    words = [f"办结 {cell.closed_zones}/{cell.zones} 区"]
    words += [f"逾期 {cell.over}"] if cell.over else []
    words += [f"临期 {cell.soon}"] if cell.soon and not cell.over else []
    href = Asking(wanted, asking.on, asking.reading).to(STEPS)
    return Square(kind, cell.mark.word, cell.done, cell.total, " · ".join(words), href)


def _foot(asking: Asking, view: Overview, stage: str) -> dict[str, Any]:
    cell = view.foot[stage]
    return {"cell": cell, "href": asking.steps(stage=stage), "done": asking.steps(stage=stage, bucket="done")}


def _sheet_rows(view: Overview) -> Iterator[Sequence[Value]]:
    asking = Asking(view.filter)
    for each in view.zones or view.areas:
        made = _row(asking, view, each)
        first = (each.unit.name, each.unit.code or "待补") if view.zones else (each.name, each.zones)  # type: ignore[union-attr]
        yield *first, *(_told(cell) for cell in made["cells"]), _told(made["whole"])


def _told(cell: Square | None) -> str:
    return "" if cell is None else f"{cell.word} {cell.done}/{cell.total} {cell.words}".strip()


# --- figures and filters ---


def _strip(asking: Asking, each: Figure, view: Overview) -> Strip:
    share = ""
    if each.code == "done" and view.foot_whole.total:
        share = f"{100 * each.number / view.foot_whole.total:.1f}%"
    href = FINDINGS if each.filter is None else Asking(each.filter, asking.on, asking.reading).to(STEPS)
    kind = each.code if each.code in set(LAMPS.values()) and (each.number or each.code == "done") else ""
    return Strip(each.title, each.number, zh(each.note), href, kind, share, each.part and each.code in LAMPED)


def _late_at(view: Overview) -> str:
    """In which zones the overdue tasks are, as far as the first rows say."""
    names = dict.fromkeys(each.unit_name for each in view.watched if each.bucket is Bucket.OVER)
    first = list(names)[:3]
    over = sum(each.bucket is Bucket.OVER for each in view.watched)
    more = len(names) > len(first) or over == len(view.watched) < view.watched_total
    return "、".join(first) + (" 等" if more else "")


def _filters(asking: Asking, view: Overview, path: str) -> dict[str, list[Link]]:
    def choose(name: str, choices: Any) -> list[Link]:
        pairs = [(each.value, each.title, each.zones) for each in choices]
        return links(asking, path, name, pairs, everything=name != "programme")

    return {
        "programme": choose("programme", view.programmes),
        "area": choose("area", view.counties),
        "supervising": choose("supervising", view.supervising),
        "worst": links(asking, path, "worst", [(code, word, None) for code, word in WORST.items()]),
    }
