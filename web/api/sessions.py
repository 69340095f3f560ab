"""登录接口: sign in and out, second factor, password, one's own sessions and tokens."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response, status
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from domain.refusal import Refused
from services.access import factors, identity, passwords, sessions, sign_in, tokens
from services.access.environment import By
from services.access.principals import CONSOLE
from services.access.sessions import Live, Opened
from web.api.shapes import Stored
from web.limits import Limiter
from web.problems import done, got
from web.security import (
    AccessOf,
    HeldOf,
    PrincipalOf,
    cookie_name,
    drop_cookie,
    origin_of,
    set_cookie,
    set_session,
    settings_of,
)

START: Final = "/"
"""Where a browser goes once it is signed in."""


def no_store(response: Response) -> None:
    """Nothing of this may be kept by the browser or something between."""
    response.headers["Cache-Control"] = "no-store"


def limited(request: Request) -> None:
    """Whoever signs in is nobody yet: so many tries an address, for each costs a slow hash and a ledger row.

    Raises:
        ProblemError: too many.
    """
    limiter: Limiter = request.app.state.limiter
    limiter.take(f"address:{origin_of(request).address}", settings_of(request).api_address_per_minute)


router = APIRouter(tags=["登录"], dependencies=[Depends(no_store)])
Word = Annotated[Stored, Field(min_length=1, max_length=256)]
Secret = Annotated[Stored, Field(min_length=1, max_length=1024)]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{1,64}$")]
Limited = [Depends(limited)]


class SignIn(BaseModel):
    """登录."""

    name: Word
    password: Secret


class Code(BaseModel):
    """动态口令或备用码."""

    code: Word


class Signature(BaseModel):
    """UKey 签名, base64."""

    signature: Annotated[str, Field(min_length=1, max_length=8192)]


class NewPassword(BaseModel):
    """修改口令."""

    old: Secret
    new: Secret


class NewToken(BaseModel):
    """申请接口令牌."""

    name: Annotated[Stored, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Word], Field(min_length=1, max_length=100)]
    days: int = 30


class SessionShown(BaseModel):
    """会话."""

    id: str
    account: str
    person: str
    stage: str
    method: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str
    address: str


class SessionNow(BaseModel):
    """本会话, with the token that changing requests bring along in ``X-CSRF-Token``."""

    session: SessionShown
    csrf: str


class EnrolmentShown(BaseModel):
    """动态口令种子: shown once."""

    seed: str
    uri: str


class EnrolledShown(SessionNow):
    """备用码: shown once."""

    recovery_codes: list[str]


class Challenge(BaseModel):
    """UKey 挑战值, hexadecimal."""

    challenge: str


class TokenShown(BaseModel):
    """接口令牌."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class TokenMadeShown(BaseModel):
    """新令牌: ``secret`` is shown once."""

    secret: str
    token: TokenShown


def _shown(live: Live) -> SessionShown:
    return SessionShown(**_fields(live, SessionShown))


def _fields(value: msgspec.Struct, model: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in model.model_fields}


def _now(request: Request, response: Response, opened: Opened) -> SessionNow:
    set_session(request, response, opened)
    return SessionNow(session=_shown(opened.live), csrf=opened.csrf)


# --- this session ---


@router.post("/session", dependencies=Limited)
def begin(request: Request, response: Response, access: AccessOf, body: SignIn) -> SessionNow:
    """登录: by name and password. ``stage`` says what is still to be done."""
    return _now(request, response, got(sign_in.sign_in(access, body.name, body.password, origin_of(request))))


@router.get("/session")
def show(held: HeldOf) -> SessionNow:
    """本会话."""
    return SessionNow(session=_shown(held.live), csrf=sessions.csrf_token(held.secret))


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
def end(request: Request, response: Response, access: AccessOf, held: HeldOf) -> None:
    """退出登录."""
    done(sessions.end_session(access, held.live, held.live.id))
    drop_cookie(request, response)


@router.post("/session/code")
def show_code(request: Request, response: Response, access: AccessOf, held: HeldOf, body: Code) -> SessionNow:
    """验证第二因子: 动态口令或备用码."""
    return _now(request, response, got(factors.show_code(access, held.secret, held.live, body.code)))


@router.get("/session/ukey")
def challenge(held: HeldOf) -> Challenge:
    """UKey 挑战值: what the key signs."""
    return Challenge(challenge=sessions.challenge_of(held.secret).hex())


@router.post("/session/ukey")
def show_ukey(
    request: Request, response: Response, access: AccessOf, held: HeldOf, body: Signature
) -> SessionNow:
    """验证第二因子: UKey."""
    signature = got(_signature(body.signature))
    return _now(request, response, got(factors.show_ukey(access, held.secret, held.live, signature)))


def _signature(text: str) -> bytes | Refused:
    try:
        return b64decode(text, validate=True)
    except Base64Error:
        return Refused(code="factor.signature", message="UKey 签名不是 base64", remedy="请检查 UKey 驱动")


@router.post("/session/password")
def change_password(
    request: Request, response: Response, access: AccessOf, held: HeldOf, body: NewPassword
) -> SessionNow:
    """修改口令: all other sessions of the account end."""
    changed = passwords.change_password(access, held.secret, held.live, body.old, body.new)
    return _now(request, response, got(changed))


@router.post("/session/factor")
def start_factor(access: AccessOf, held: HeldOf) -> EnrolmentShown:
    """登记动态口令: the seed for the telephone."""
    found = got(factors.start_enrolment(access, held.live))
    return EnrolmentShown(seed=found.seed, uri=found.uri)


@router.post("/session/factor/confirm")
def confirm_factor(
    request: Request, response: Response, access: AccessOf, held: HeldOf, body: Code
) -> EnrolledShown:
    """确认登记: with the first code; recovery codes come back once."""
    enrolled = got(factors.confirm_enrolment(access, held.secret, held.live, body.code))
    now = _now(request, response, enrolled.opened)
    return EnrolledShown(session=now.session, csrf=now.csrf, recovery_codes=list(enrolled.recovery_codes))


@router.post("/session/factor/remove", status_code=status.HTTP_204_NO_CONTENT)
def remove_factor(access: AccessOf, held: HeldOf, body: Code) -> None:
    """解除动态口令."""
    done(factors.remove_factor(access, held.live, body.code))


# --- single sign-on ---


@router.get("/session/identity", dependencies=Limited, response_class=RedirectResponse)
def go_to_provider(request: Request, access: AccessOf) -> RedirectResponse:
    """去统一身份认证登录."""
    departure = got(identity.begin_identity(access))
    answer = RedirectResponse(departure.url, status.HTTP_303_SEE_OTHER)
    no_store(answer)
    set_cookie(request, answer, "identity", departure.browser)
    return answer


@router.get("/session/identity/answer", dependencies=Limited, response_class=RedirectResponse)
def come_back(request: Request, access: AccessOf) -> RedirectResponse:
    """从统一身份认证回来."""
    browser = request.cookies.get(cookie_name(settings_of(request), "identity"), "")
    answer_url = f"{access.redirect_uri}?{request.url.query}"
    opened = got(identity.finish_identity(access, answer_url, browser, origin_of(request)))
    answer = RedirectResponse(START, status.HTTP_303_SEE_OTHER)
    no_store(answer)
    set_session(request, answer, opened)
    drop_cookie(request, answer, "identity")
    return answer


# --- all sessions and tokens of one's own ---


@router.get("/sessions")
def list_sessions(access: AccessOf, principal: PrincipalOf) -> list[SessionShown]:
    """本人的会话."""
    done(principal.refuses("account.read"))
    return [_shown(live) for live in sessions.list_sessions(access, principal.account)]


@router.delete("/sessions/{id}", status_code=status.HTTP_204_NO_CONTENT)
def end_session(access: AccessOf, held: HeldOf, id: Id) -> None:
    """退出本人的另一个会话."""
    done(sessions.end_session(access, held.live, id))


@router.get("/tokens")
def list_tokens(access: AccessOf, principal: PrincipalOf) -> list[TokenShown]:
    """本人的接口令牌."""
    done(principal.refuses("account.read"))
    return [TokenShown(**_token(line)) for line in tokens.list_tokens(access, principal.account)]


@router.post("/tokens", status_code=status.HTTP_201_CREATED)
def create_token(access: AccessOf, principal: PrincipalOf, body: NewToken) -> TokenMadeShown:
    """申请接口令牌: at a browser only, so that a token cannot make another."""
    done(_at_browser(principal.channel))
    by = By(person=principal.person, channel=principal.channel)
    made = got(tokens.create_token(access, principal.account, body.name, body.scopes, body.days, by=by))
    return TokenMadeShown(secret=made.secret, token=TokenShown(**_token(made.line)))


@router.delete("/tokens/{id}", status_code=status.HTTP_204_NO_CONTENT)
def revoke_token(access: AccessOf, principal: PrincipalOf, id: Id) -> None:
    """吊销接口令牌."""
    done(principal.refuses("token.revoke"))
    done(tokens.revoke_token(access, id, by=By(person=principal.person, channel=principal.channel)))


def _token(line: tokens.TokenLine) -> dict[str, Any]:
    return _fields(line, TokenShown) | {"scopes": list(line.scopes)}


def _at_browser(channel: str) -> Refused | None:
    if channel == CONSOLE:
        return None
    return Refused(code="token.by_token", message="不能用令牌申请令牌", remedy="请登录网页后申请")
