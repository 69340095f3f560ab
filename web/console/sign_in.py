"""登录页: password, second factor, first change of the password, enrolment, single sign-on, signing out.

Each page is one stage of a session (``domain.access.Stage``); whichever is asked for, a session that has
another thing to do first is led there. Before anybody is signed in, a cookie of its own holds the token.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

import segno
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from domain.access import Stage
from domain.refusal import Refused
from services.access import demo, factors, passwords, sessions, sign_in
from services.access.secret import new_secret
from services.access.sessions import Live, Opened, csrf_token, load_session
from services.evidence.files import out_of_sight
from web.api.sessions import limited
from web.console.forms import TOKEN, Form
from web.console.rendering import page
from web.console.visit import FormOf, frame_values, own_path, redirect
from web.problems import ProblemError, got, problem_of
from web.security import (
    access_of,
    check_csrf,
    cookie_name,
    drop_cookie,
    origin_of,
    session_secret,
    set_cookie,
    set_session,
    settings_of,
)

router = APIRouter()
PURPOSE: Final = "form"
"""The cookie that holds the token of forms before anybody is signed in."""
_STAGES: Final = {
    Stage.SECOND_FACTOR: "/sign-in/code",
    Stage.PASSWORD: "/sign-in/password",
    Stage.ENROL: "/sign-in/factor",
}


def _next(request: Request, form: Form) -> str:
    return own_path(form.text("next", 2000) or request.query_params.get("next", ""))


def _go_on(opened: Opened, request: Request, form: Form) -> Response:
    """To the next stage, or to the page that was asked for."""
    path = _on_the_way(opened.live.stage, _next(request, form))
    answer = redirect(path)
    set_session(request, answer, opened)
    drop_cookie(request, answer, PURPOSE)
    return answer


def _on_the_way(stage: Stage, target: str) -> str:
    at = _STAGES.get(stage)
    if at is None:
        return target
    return at if target == "/" else f"{at}?next={quote(target, safe='')}"


def _show(request: Request, form: Form, template: str, token: str, **more: Any) -> Response:
    refused: Refused | None = more.get("refused")
    problem = problem_of(refused) if refused else None
    values = {
        **frame_values(request, None),
        "csrf": token,
        "next": _next(request, form),
        "refused": None,
        **more,
    }
    status, headers = (problem.status, problem.headers) if problem else (200, {})
    return page(request, template, values, status=status, headers=headers)


def _live(request: Request, form: Form, *stages: Stage) -> tuple[str, Live] | Response:
    """The session of a stage of signing in, its token looked at; else where to go instead."""
    secret = session_secret(request)
    live = load_session(access_of(request), secret) if secret else None
    if live is None:
        return redirect("/sign-in")
    if live.stage not in stages:
        return redirect(_on_the_way(live.stage, _next(request, form)))
    check_csrf(request, secret, form.text(TOKEN, 200) or None)
    return secret, live


# --- name and password ---


@router.get("/sign-in")
def ask_password(request: Request, form: FormOf) -> Response:
    """登录."""
    secret = session_secret(request)
    live = load_session(access_of(request), secret) if secret else None
    if live is not None:
        return redirect(_on_the_way(live.stage, _next(request, form)))
    return _password_page(request, form)


@router.post("/sign-in", dependencies=[Depends(limited)])
def check_password(request: Request, form: FormOf) -> Response:
    """登录: by name and password."""
    check_csrf(request, _planted(request) or new_secret(), form.text(TOKEN, 200))
    opened = sign_in.sign_in(
        access_of(request), form.text("name", 256), form.secret("password"), origin_of(request)
    )
    if isinstance(opened, Refused):
        return _password_page(request, form, opened)
    return _go_on(opened, request, form)


def _password_page(request: Request, form: Form, refused: Refused | None = None) -> Response:
    planted = _planted(request) or new_secret()
    identity = access_of(request).identity
    answer = _show(
        request,
        form,
        "sign_in/password.html",
        csrf_token(planted),
        refused=refused,
        name=form.text("name", 256),
        identity=identity.title if identity else "",
        demo=demo.demo_is_open(access_of(request)),
    )
    set_cookie(request, answer, PURPOSE, planted)
    return answer


# --- the demonstration ---


@router.get("/demo")
def choose_demo_person(request: Request, form: FormOf) -> Response:
    """演示登录: the persons of the demonstration, one button each; not there anywhere else."""
    return _demo_page(request, form)


@router.post("/demo", dependencies=[Depends(limited)])
def enter_demo(request: Request, form: FormOf) -> Response:
    """演示登录 as one of them; who was signed in here before is signed out."""
    check_csrf(request, _planted(request) or new_secret(), form.text(TOKEN, 200))
    opened = demo.enter_demo(access_of(request), form.text("person", 256), origin_of(request))
    if isinstance(opened, Refused):
        return _demo_page(request, form, opened)
    secret = session_secret(request)
    before = load_session(access_of(request), secret) if secret else None
    if before is not None:
        sessions.end_session(access_of(request), before, before.id)
    return _go_on(opened, request, form)


def _demo_page(request: Request, form: Form, refused: Refused | None = None) -> Response:
    if not demo.demo_is_open(access_of(request)):
        raise ProblemError(out_of_sight())
    wanted = request.query_params.get("body", "")[:100]
    bodies = got(demo.demo_bodies(access_of(request), wanted))
    planted = _planted(request) or new_secret()
    values = {"refused": refused, "bodies": bodies, "wanted": wanted}
    answer = _show(request, form, "sign_in/demo.html", csrf_token(planted), **values)
    set_cookie(request, answer, PURPOSE, planted)
    return answer


def _planted(request: Request) -> str:
    return request.cookies.get(cookie_name(settings_of(request), PURPOSE), "")


# --- second factor ---


@router.get("/sign-in/code")
def ask_code(request: Request, form: FormOf) -> Response:
    """验证第二因子."""
    found = _live(request, form, Stage.SECOND_FACTOR)
    if isinstance(found, Response):
        return found
    return _show(request, form, "sign_in/code.html", csrf_token(found[0]))


@router.post("/sign-in/code")
def check_code(request: Request, form: FormOf) -> Response:
    """验证第二因子: 动态口令或备用码."""
    found = _live(request, form, Stage.SECOND_FACTOR)
    if isinstance(found, Response):
        return found
    opened = factors.show_code(access_of(request), *found, form.text("code", 64))
    if isinstance(opened, Refused):
        return _show(request, form, "sign_in/code.html", csrf_token(found[0]), refused=opened)
    return _go_on(opened, request, form)


# --- change of password ---


@router.get("/sign-in/password")
def ask_new_password(request: Request, form: FormOf) -> Response:
    """修改口令: the first time, when it is too old, or because one wants to."""
    found = _live(request, form, Stage.PASSWORD, Stage.OPEN)
    if isinstance(found, Response):
        return found
    return _new_password_page(request, form, found)


@router.post("/sign-in/password")
def change_password(request: Request, form: FormOf) -> Response:
    """修改口令: all other sessions of the account end."""
    found = _live(request, form, Stage.PASSWORD, Stage.OPEN)
    if isinstance(found, Response):
        return found
    new = form.secret("new")
    if new != form.secret("again"):
        differs = Refused(
            code="field.again", message="两次填写的新口令不一样", remedy="请再填一遍,两处填写相同"
        )
        return _new_password_page(request, form, found, differs)
    opened = passwords.change_password(access_of(request), *found, form.secret("old"), new)
    if isinstance(opened, Refused):
        return _new_password_page(request, form, found, opened)
    return _go_on(opened, request, form)


def _new_password_page(
    request: Request, form: Form, found: tuple[str, Live], refused: Refused | None = None
) -> Response:
    secret, live = found
    return _show(
        request,
        form,
        "sign_in/new_password.html",
        csrf_token(secret),
        refused=refused,
        must=live.stage is Stage.PASSWORD,
        rules=access_of(request).rules.passwords,
    )


# --- enrolment of a second factor ---


@router.get("/sign-in/factor")
def ask_factor(request: Request, form: FormOf) -> Response:
    """登记动态口令."""
    found = _live(request, form, Stage.ENROL, Stage.OPEN)
    if isinstance(found, Response):
        return found
    return _show(request, form, "sign_in/factor.html", csrf_token(found[0]), enrolment=None, asks=False)


@router.post("/sign-in/factor")
def start_factor(request: Request, form: FormOf) -> Response:
    """登记动态口令: the seed, as a code for the telephone's camera and as text; shown once."""
    found = _live(request, form, Stage.ENROL, Stage.OPEN)
    if isinstance(found, Response):
        return found
    started = factors.start_enrolment(access_of(request), found[1])
    token = csrf_token(found[0])
    if isinstance(started, Refused):
        return _show(request, form, "sign_in/factor.html", token, refused=started, enrolment=None, asks=False)
    picture = segno.make(started.uri, error="m").svg_inline(scale=4, omitsize=False)
    return _show(request, form, "sign_in/factor.html", token, enrolment=started, picture=picture, asks=True)


@router.post("/sign-in/factor/confirm")
def confirm_factor(request: Request, form: FormOf) -> Response:
    """确认登记: with the first code; recovery codes are shown once."""
    found = _live(request, form, Stage.ENROL, Stage.OPEN)
    if isinstance(found, Response):
        return found
    enrolled = factors.confirm_enrolment(access_of(request), *found, form.text("code", 64))
    if isinstance(enrolled, Refused):
        return _show(
            request,
            form,
            "sign_in/factor.html",
            csrf_token(found[0]),
            refused=enrolled,
            enrolment=None,
            asks=True,
        )
    answer = _show(
        request, form, "sign_in/recovery.html", enrolled.opened.csrf, codes=enrolled.recovery_codes
    )
    set_session(request, answer, enrolled.opened)
    return answer


# --- the end ---


@router.post("/sign-out")
def sign_out(request: Request, form: FormOf) -> Response:
    """退出登录."""
    secret = session_secret(request)
    live = load_session(access_of(request), secret) if secret else None
    answer = redirect("/sign-in")
    if live is not None:
        check_csrf(request, secret, form.text(TOKEN, 200) or None)
        sessions.end_session(access_of(request), live, live.id)
        drop_cookie(request, answer)
    return answer
