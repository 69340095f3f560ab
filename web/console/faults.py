"""没有办成的页面: a refusal or a fault as a page in the console's look, or as the piece htmx swaps in.

To who is not signed in, every page is the sign-in page. What one may not see is not there (404).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from domain.refusal import Refused
from web.console.rendering import is_fragment, page
from web.console.visit import Visit, frame_values, here, redirect
from web.gate import API
from web.problems import Problem, as_json
from web.security import SAFE_METHODS

SIGN_IN: Final = "/sign-in"
_SIGN_IN_FIRST: Final = frozenset({"session.stage", "session.over", "access.unauthenticated"})
_NOT_THERE: Final = Refused(
    code="request.path",
    message="没有这个页面,或者不在您的查看范围内",
    remedy="请从菜单进入,或核对网址;应当能看到的,请联系本单位管理员",
)
_HEADS: Final = {
    HTTPStatus.FORBIDDEN: "没有办成",
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "内容太大",
    HTTPStatus.TOO_MANY_REQUESTS: "请稍候",
    HTTPStatus.INTERNAL_SERVER_ERROR: "程序出错",
    HTTPStatus.SERVICE_UNAVAILABLE: "暂时不能办理",
}


def show(request: Request, problem: Problem) -> Response:
    """Answer a browser with a page, a program with JSON."""
    if request.url.path.startswith(API):
        return as_json(request, problem)
    if problem.refused.code in _SIGN_IN_FIRST:
        return _to_sign_in(request)
    refused = problem.refused
    if refused.code in {"request.path", "request.method"}:
        refused = _NOT_THERE
    visit: Visit | None = getattr(request.state, "visit", None)
    head = _HEADS.get(HTTPStatus(problem.status), "没有办成")
    values = {**_frame(request, visit), "refused": refused, "head": head, "status": int(problem.status)}
    headers = {**problem.headers, **({"HX-Retarget": "#main", "HX-Reswap": "innerHTML"})}
    return page(request, "fault.html", values, fragment="main", status=problem.status, headers=headers)


def _frame(request: Request, visit: Visit | None) -> dict[str, object]:
    """The page's frame, where the database still gives it."""
    try:
        return frame_values(request, visit)
    except Exception:
        return frame_values(request, None)


def _to_sign_in(request: Request) -> Response:
    back = here(request) if request.method in SAFE_METHODS else "/"
    path = SIGN_IN if back == "/" else f"{SIGN_IN}?next={quote(back, safe='')}"
    if is_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": path, "Cache-Control": "no-store"})
    return redirect(path)
