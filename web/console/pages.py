"""网页清单: every router of the console, and how it is put into the application."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.responses import Response

from web.console import (
    inbox,
    ledger,
    meetings,
    notices,
    overview,
    own,
    patterns,
    printing,
    record,
    runs,
    saved_views,
    search,
    sign_in,
    steps,
    supervision,
    supervision_new,
    task,
    task_papers,
    zone,
)
from web.console.navigation import home
from web.console.static import AT, Assets
from web.console.visit import VisitOf, redirect

ROUTERS: Final = (
    sign_in.router,
    inbox.router,
    overview.router,
    saved_views.router,
    steps.router,
    zone.router,
    search.router,
    task.router,
    task_papers.router,
    record.router,
    printing.router,
    meetings.router,
    notices.router,
    ledger.router,
    runs.router,
    supervision_new.router,
    supervision.router,
    own.router,
    patterns.router,
)
"""A new page adds its router here."""

router = APIRouter()


@router.get("/")
def start(visit: VisitOf) -> Response:
    """首页: one's first page."""
    return redirect(home(visit.frame))


def install(app: FastAPI) -> None:
    """Add the pages and their files; none of it is part of the API's description."""
    for each in (router, *ROUTERS):
        app.include_router(each, include_in_schema=False)
    app.mount(AT, Assets())
