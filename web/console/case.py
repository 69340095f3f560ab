"""开发区的任务清单, and the search box that leads to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.pages.case import show_case_page
from services.pages.search import Found, search
from web.api.desk import CaseOf
from web.console.links import case_path, step_path
from web.console.visit import VisitOf, redirect
from web.problems import got

router = APIRouter()


@router.get("/cases/{programme}/{unit}")
def case(visit: VisitOf, case: CaseOf) -> Response:
    """任务清单 of a case."""
    return visit.page("case.html", got(show_case_page(visit.counter, case)), step_path=step_path)


@router.get("/search")
def find(visit: VisitOf, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """搜索: straight there where it means one place."""
    view = got(search(visit.counter, q.strip()))
    if view.only is not None:
        return redirect(_at(view.only))
    return visit.page("search.html", view, at=_at)


def _at(found: Found) -> str:
    return step_path(found.case, found.step) if found.step else case_path(found.case)
