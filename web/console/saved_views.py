"""保存视图: filters that somebody wants back with one click, kept in this browser.

Addresses only: nothing that was seen is kept, and what they show is asked of the permission table each time.
A cookie of its own for each person, for a desktop may be shared.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final, NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from domain.refusal import Refused
from web.console.asking import OVERVIEW, STEPS, WALL
from web.console.visit import Visit, VisitOf, own_path
from web.problems import ProblemError
from web.security import cookie_name, is_secure, settings_of

router = APIRouter()
MOST: Final = 6
LONGEST_NAME: Final = 20
LONGEST_PATH: Final = 300
PAGES: Final = (OVERVIEW, STEPS, WALL)
"""Whose filters can be kept."""
_YEAR_S: Final = 365 * 24 * 3600


class SavedView(NamedTuple):
    """一个视图."""

    name: str
    path: str


def saved_views(visit: Visit) -> list[SavedView]:
    """The views of whoever asks, in this browser; none where the cookie is not ours."""
    said = visit.request.cookies.get(_cookie(visit), "")
    try:
        found = json.loads(urlsafe_b64decode(said)) if said else []
    except ValueError:
        return []
    return [view for each in found if (view := _view(each))] if isinstance(found, list) else []


def _view(said: Any) -> SavedView | None:
    if not (isinstance(said, list) and len(said) == 2 and all(isinstance(each, str) for each in said)):
        return None
    name, path = said
    ours = own_path(path, "").partition("?")[0] in PAGES
    return SavedView(name[:LONGEST_NAME], path) if name and ours and len(path) <= LONGEST_PATH else None


@router.post("/views")
def save_view(visit: VisitOf) -> Response:
    """保存视图: the filter of a page under a name; the same name again replaces it."""
    path, name = visit.form.text("address", 2000), visit.form.text("name", 200)
    view = _view([name[:LONGEST_NAME], path])
    if view is None:
        raise ProblemError(
            Refused(
                code="view.not_saved",
                message="视图没有保存:没有名称,或筛选条件太多",
                remedy=f"请起一个 {LONGEST_NAME} 字以内的名称;条件太多的,请先去掉几项",
            )
        )
    kept = [each for each in saved_views(visit) if each.name != view.name]
    if len(kept) >= MOST:
        raise ProblemError(
            Refused(
                code="view.too_many_saved",
                message=f"已有 {len(kept)} 个视图,最多 {MOST} 个",
                remedy="请先删去不用的",
                facts={"most": MOST},
            )
        )
    return _answer(visit, [*kept, view], view.path, f"已保存视图“{view.name}”,只在本浏览器里")


@router.post("/views/drop")
def drop_view(visit: VisitOf) -> Response:
    """删除视图."""
    name = visit.form.text("name", 200)
    kept = [each for each in saved_views(visit) if each.name != name]
    return _answer(visit, kept, own_path(visit.form.text("address", 2000), OVERVIEW), f"已删除视图“{name}”")


def _answer(visit: Visit, views: list[SavedView], path: str, said: str) -> Response:
    answer = visit.redirect(path, said)
    answer.set_cookie(
        _cookie(visit),
        urlsafe_b64encode(json.dumps(views, ensure_ascii=False).encode()).decode(),
        max_age=_YEAR_S,
        secure=is_secure(settings_of(visit.request)),
        httponly=True,
        samesite="lax",
    )
    return answer


def _cookie(visit: Visit) -> str:
    mark = sha256(visit.counter.person.encode()).hexdigest()[:12]
    return cookie_name(settings_of(visit.request), f"views_{mark}")
