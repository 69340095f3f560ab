"""来访: what every page begins with: who asks, with which form, and how it is answered.

A page function takes ``VisitOf``; whoever is not signed in goes to the sign-in page, and a form without the
session's token changes nothing. It answers with ``visit.page`` or, after a change, ``visit.redirect``.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from services.access.principals import by_session
from services.access.sessions import csrf_token
from services.office.counter import Counter
from services.pages.frame import Frame, frame_of
from web.api.desk import runtime_of
from web.console.forms import TOKEN, Form, read_form
from web.console.navigation import menu
from web.console.rendering import page
from web.limits import Limiter
from web.problems import got
from web.security import (
    access_of,
    check_csrf,
    cookie_name,
    drop_cookie,
    session_secret,
    set_cookie,
    settings_of,
)

TOAST: Final = "toast"
LARGE: Final = "zr_large"
LONGEST_TOAST: Final = 500


@dataclass(frozen=True)
class Visit:
    """来访 of somebody who is signed in."""

    request: Request
    counter: Counter
    secret: str
    form: Form

    @property
    def csrf(self) -> str:
        """The token that every form of the page carries."""
        return csrf_token(self.secret)

    @cached_property
    def frame(self) -> Frame:
        """页框."""
        return frame_of(self.counter)

    def command_id(self) -> str:
        """The act's number: the form's own, so that it is done once however often it is sent."""
        return f"{self.counter.person}:{self.form.text('command_id', 80).replace(':', '~')}"

    def page(
        self,
        template: str,
        view: Any = None,
        *,
        fragment: str = "",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Response:
        """Answer with a page that shows ``view``; with ``fragment`` alone where htmx asks for it."""
        values = {**frame_values(self.request, self), "view": view, **more}
        answer = page(self.request, template, values, fragment=fragment, status=status, headers=headers)
        if values["toast"]:
            drop_cookie(self.request, answer, TOAST)
        return answer

    def redirect(self, path: str, toast: str = "") -> Response:
        """After a change: look at ``path`` again, with a word about what was done."""
        answer = redirect(path)
        if toast:
            said = urlsafe_b64encode(json.dumps(toast[:LONGEST_TOAST]).encode()).decode()
            set_cookie(self.request, answer, TOAST, said)
        return answer


def redirect(path: str) -> Response:
    """See Other: what a form that was sent is answered with."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


def frame_values(request: Request, visit: Visit | None) -> dict[str, Any]:
    """What the layout of every page needs, signed in or not."""
    return {
        "path": request.url.path,
        "large": request.cookies.get(LARGE) == "1",
        "frame": visit.frame if visit else None,
        "menu": menu(visit.frame) if visit else {},
        "csrf": visit.csrf if visit else "",
        "toast": _toast(request) if visit else "",
        "here": here(request),
    }


def here(request: Request) -> str:
    """This page's address, to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def own_path(text: str, otherwise: str = "/") -> str:
    """An address to go back to, if it is one of ours: a path, and no other host in disguise."""
    parts = urlsplit(text)
    bad = parts.scheme or parts.netloc or not text.startswith("/") or text.startswith(("//", "/\\"))
    return otherwise if bad or any(ord(char) < 32 for char in text) else text


def _toast(request: Request) -> str:
    said = request.cookies.get(cookie_name(settings_of(request), TOAST), "")
    try:
        text = json.loads(urlsafe_b64decode(said)) if said else ""
    except ValueError:
        return ""
    return text[:LONGEST_TOAST] if isinstance(text, str) else ""


def visit(request: Request, form: Annotated[Form, Depends(read_form)]) -> Visit:
    """来访 of whoever asks.

    Raises:
        ProblemError: nobody is signed in, something is to be done first, or the token is missing.
    """
    found = arrive(request, form)
    check_csrf(request, found.secret, form.text(TOKEN, 200) or None)
    return found


def arrive(request: Request, form: Form) -> Visit:
    """来访 before its token was looked at: for an upload, whose form is read while it arrives.

    Raises:
        ProblemError: see ``visit``.
    """
    secret = session_secret(request)
    who = got(by_session(access_of(request), secret))
    limiter: Limiter = request.app.state.limiter
    limiter.take(f"account:{who.account}", settings_of(request).api_account_per_minute)
    counter = Counter(runtime=runtime_of(request), entry=who.entry, principal=who)
    found = request.state.visit = Visit(request, counter, secret, form)
    return found


VisitOf = Annotated[Visit, Depends(visit)]
FormOf = Annotated[Form, Depends(read_form)]
