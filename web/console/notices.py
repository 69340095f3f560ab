"""我的通知: read, marked as read one by one or all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.pages.notices import mark_read, my_notices
from web.console.links import with_query
from web.console.visit import VisitOf, own_path

router = APIRouter()
PATH = "/notices"


@router.get(PATH)
def notices(visit: VisitOf, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """我的通知."""
    view = my_notices(visit.counter, page)
    more = with_query(PATH, {"page": str(view.page + 1)}) if view.page < view.pages else ""
    return visit.page("notices.html", view, fragment="rows", more=more)


@router.post(PATH + "/read")
def read(visit: VisitOf) -> Response:
    """已阅: and on to what the notice is about."""
    count = mark_read(visit.counter, visit.form.text("notice", 64))
    link = own_path(visit.form.text("link", 500), PATH)
    return visit.redirect(link, "" if link != PATH else f"已标为已阅:{count} 条")
