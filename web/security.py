"""网页与接口的登录检查: from a cookie or a bearer token to the ``Principal`` that every route works for.

A cookie is sent by the browser of its own accord, so a changing request by cookie has to bring the session's
token along besides; a bearer token is only sent on purpose.
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request, Response

from config.settings import Settings
from domain.refusal import Refused
from services.access.environment import Access, Origin, public_url_of
from services.access.principals import Principal, by_session, by_token, unknown
from services.access.secret import same
from services.access.sessions import Live, Opened, csrf_token, load_session
from web.problems import ProblemError, got

CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER: Final = "bearer "
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Held(NamedTuple):
    """会话在手: a session with its secret, whatever it still has to do first."""

    secret: str
    live: Live


def is_secure(settings: Settings) -> bool:
    """Whether cookies go over https only: always, but for a trial on this machine by plain http."""
    return not (settings.web_host in _LOOPBACK and public_url_of(settings).startswith("http://"))


def cookie_name(settings: Settings, purpose: str = "session") -> str:
    """The cookie's name; ``__Host-`` keeps a neighbour's host from setting it."""
    return f"{'__Host-' if is_secure(settings) else ''}zr_{purpose}"


def access_of(request: Request) -> Access:
    """What signing in needs, of this application."""
    access: Access = request.app.state.runtime.access
    return access


def settings_of(request: Request) -> Settings:
    """The settings of this application."""
    settings: Settings = request.app.state.settings
    return settings


def origin_of(request: Request) -> Origin:
    """Where a request comes from."""
    address = request.client.host if request.client else ""
    return Origin(address=address, agent=request.headers.get("User-Agent", ""))


def session_secret(request: Request) -> str:
    """The secret in the session's cookie; empty where there is none."""
    return request.cookies.get(cookie_name(settings_of(request)), "")


def principal(request: Request) -> Principal:
    """办理身份 of a request.

    Raises:
        ProblemError: nobody is signed in (401), or the request does not come from a page of ours (403).
    """
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_BEARER):
        return got(by_token(access_of(request), header[len(_BEARER) :].strip()))
    secret = session_secret(request)
    found = got(by_session(access_of(request), secret))
    check_csrf(request, secret)
    return found


def held(request: Request) -> Held:
    """会话在手: for the routes of signing in itself, which work before a session is open.

    Raises:
        ProblemError: see ``principal``.
    """
    secret = session_secret(request)
    live = load_session(access_of(request), secret) if secret else None
    if live is None:
        raise ProblemError(unknown())
    check_csrf(request, secret)
    return Held(secret, live)


def check_csrf(request: Request, secret: str, given: str | None = None) -> None:
    """防跨站: a changing request has to bring the session's token, in the header or, ``given``, in its form.

    Raises:
        ProblemError: it did not.
    """
    if request.method in SAFE_METHODS:
        return
    if not same(csrf_token(secret), given if given is not None else request.headers.get(CSRF_HEADER, "")):
        raise ProblemError(
            Refused(code="session.csrf", message="请求不是从本系统的页面发出的", remedy="请刷新页面后再试")
        )


def set_session(request: Request, response: Response, opened: Opened) -> None:
    """Give the browser the session. It ends with the browser; the server ends it sooner."""
    set_cookie(request, response, "session", opened.secret)


def set_cookie(request: Request, response: Response, purpose: str, value: str) -> None:
    """Set a cookie that no script reads and no other site's form sends."""
    settings = settings_of(request)
    response.set_cookie(
        cookie_name(settings, purpose),
        value,
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
        path="/",
    )


def drop_cookie(request: Request, response: Response, purpose: str = "session") -> None:
    """Take a cookie back."""
    settings = settings_of(request)
    response.delete_cookie(
        cookie_name(settings, purpose), secure=is_secure(settings), httponly=True, samesite="lax", path="/"
    )


AccessOf = Annotated[Access, Depends(access_of)]
PrincipalOf = Annotated[Principal, Depends(principal)]
HeldOf = Annotated[Held, Depends(held)]
