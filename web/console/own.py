"""我的设置: one's sessions, password, second factor, large type."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from services.access import sessions
from services.access.principals import unknown
from services.access.sessions import load_session
from web.console.visit import LARGE, VisitOf, own_path
from web.problems import ProblemError, done
from web.security import access_of, is_secure, settings_of

router = APIRouter()
_YEAR_S = 365 * 24 * 3600


@router.get("/me")
def me(visit: VisitOf) -> Response:
    """我的设置."""
    live = load_session(access_of(visit.request), visit.secret)
    found = sessions.list_sessions(access_of(visit.request), live.account if live else "")
    return visit.page("me.html", found, this=live)


@router.post("/me/sessions/end")
def end_session(visit: VisitOf) -> Response:
    """退出本人的另一个会话."""
    live = load_session(access_of(visit.request), visit.secret)
    if live is None:
        raise ProblemError(unknown())
    done(sessions.end_session(access_of(visit.request), live, visit.form.text("session", 64)))
    return visit.redirect("/me", "已退出该会话")


@router.post("/me/large")
def large_type(visit: VisitOf) -> Response:
    """大字版 on or off, in this browser."""
    answer = visit.redirect(own_path(visit.form.text("next", 2000)))
    on = visit.request.cookies.get(LARGE) != "1"
    answer.set_cookie(
        LARGE,
        "1" if on else "0",
        max_age=_YEAR_S,
        secure=is_secure(settings_of(visit.request)),
        httponly=True,
        samesite="lax",
    )
    return answer
