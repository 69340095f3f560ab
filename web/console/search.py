"""搜索: the box at the top of every page, and the page of what it found."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.pages.search import Found, search
from web.console.links import case_path, step_path
from web.console.visit import VisitOf, redirect
from web.problems import got

router = APIRouter()


@router.get("/search")
def find(visit: VisitOf, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """搜索: straight there where it means one place."""
    view = got(search(visit.counter, q.strip()))
    if view.only is not None:
        return redirect(_at(view.only))
    return visit.page("search.html", view, at=_at)


def _at(found: Found) -> str:
    return step_path(found.case, found.step) if found.step else case_path(found.case)
