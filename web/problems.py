"""拒绝的应答: a refusal over HTTP, as ``application/problem+json`` (RFC 9457) in the officer's words.

``domain`` knows no HTTP: which code is which status stands in ``web.statuses``. Whatever goes wrong is
answered in this one form: a rule's refusal, a malformed request, a fault of the database or of our own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from loguru import logger
from starlette.exceptions import HTTPException

from domain.outside_errors import OutsideError, OutsideRefused, OutsideTimeout, OutsideUnavailable
from domain.refusal import Refused
from models.faults import DatabaseFault
from models.ledger import ReusedCommandError
from web.statuses import status_of
from web.wording import wrong_field

Done = TypeVar("Done")
MEDIA_TYPE: Final = "application/problem+json"


class ProblemError(Exception):
    """Carries a refusal out of a dependency or a route to the one place that answers with it.

    ``more`` are members of the answer beside those that every problem has, ``headers`` its headers.
    """

    def __init__(
        self,
        refused: Refused,
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(refused.code)
        self.refused = refused
        self.more = more or {}
        self.headers = headers or {}


def got(answer: Done | Refused) -> Done:
    """Return what a service did; answer with its refusal otherwise."""
    if isinstance(answer, Refused):
        raise ProblemError(answer)
    return answer


def done(refused: Refused | None) -> None:
    """Go on where a service had nothing against it."""
    if refused is not None:
        raise ProblemError(refused)


class Problem(NamedTuple):
    """一次没有办成: what every form of answer is made from."""

    status: int
    refused: Refused
    more: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}


Show = Callable[[Request, Problem], Response]
"""How an answer looks: JSON to a program, a page to a browser."""


def as_json(request: Request, problem: Problem) -> Response:
    """Answer a program."""
    return answer(request.url.path, *problem[:2], more=problem.more, headers=problem.headers)


def install(app: FastAPI, show: Show = as_json) -> None:
    """Let every refusal and fault of the application be answered by ``show``."""
    for kind, told in _TOLD.items():
        app.add_exception_handler(kind, _handler(told, show))


def _handler(
    told: Callable[[Request, Exception], Problem], show: Show
) -> Callable[[Request, Exception], Response]:
    return lambda request, error: show(request, told(request, error))


def answer(
    path: str,
    status: int,
    refused: Refused,
    *,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the answer that tells of a problem."""
    body = {
        "type": f"/docs/reference/errors#{refused.code}",
        "title": refused.message,
        "status": int(status),
        "detail": f"{refused.message}{refused.remedy and '。' + refused.remedy}",
        "instance": path,
        "code": refused.code,
        "remedy": refused.remedy,
        "facts": dict(refused.facts),
        "basis": refused.basis,
        **(more or {}),
    }
    return JSONResponse(
        body, int(status), {"Cache-Control": "no-store", **(headers or {})}, media_type=MEDIA_TYPE
    )


def _of_refusal(request: Request, error: Exception) -> Problem:
    assert isinstance(error, ProblemError)  # noqa: S101 FastAPI's signature knows only Exception
    return problem_of(error.refused, more=error.more, headers=error.headers)


def refusal(path: str, refused: Refused) -> JSONResponse:
    """Return the answer to a program that a refusal is."""
    problem = problem_of(refused)
    return answer(path, *problem[:2], more=problem.more, headers=problem.headers)


def problem_of(
    refused: Refused, *, more: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Problem:
    """Return what a refusal is, with the status and the headers that go with its code."""
    status = status_of(refused.code)
    own = dict(headers or {})
    if status is HTTPStatus.UNAUTHORIZED:
        own["WWW-Authenticate"] = "Bearer"
    minutes = refused.facts.get("minutes")
    if status is HTTPStatus.TOO_MANY_REQUESTS and isinstance(minutes, int):
        own["Retry-After"] = str(minutes * 60)
    round_ = refused.facts.get("round")
    if status is HTTPStatus.PRECONDITION_FAILED and isinstance(round_, int):
        own["ETag"] = f'"{round_}"'
    return Problem(status, refused, more or {}, own)


def _of_reuse(request: Request, error: Exception) -> Problem:
    refused = Refused(
        code="command.reused",
        message="指令号已用于另一项办理",
        remedy="请换一个新的指令号;重发同一项办理时内容须完全相同",
        facts={"command": str(error)},
    )
    return problem_of(refused)


def _of_outside(request: Request, error: Exception) -> Problem:
    assert isinstance(error, OutsideError)  # noqa: S101
    status = HTTPStatus.BAD_GATEWAY
    if isinstance(error, OutsideUnavailable):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    elif isinstance(error, OutsideTimeout):
        status = HTTPStatus.GATEWAY_TIMEOUT
    elif isinstance(error, OutsideRefused):
        status = HTTPStatus.CONFLICT
    refused = Refused(code=error.code, message=error.message, remedy="请稍后再试", facts=dict(error.facts))
    return Problem(status, refused)


def _of_database(request: Request, error: Exception) -> Problem:
    assert isinstance(error, DatabaseFault)  # noqa: S101
    refused = Refused(code=error.code, message=error.message, remedy=error.remedy)
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, refused, headers={"Retry-After": "5"})


def _of_payload(request: Request, error: Exception) -> Problem:
    """What was sent is malformed: which field and why, never what stood in it (it may be a password)."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [wrong_field(each) for each in error.errors()]
    missing = {each["field"].lower() for each in errors if each["message"] == "没有填"}
    fields = "、".join(each["field"] for each in errors)
    if "header.if-match" in missing:
        refused = Refused(
            code="request.if_match_missing",
            message="没有写明所见的轮次",
            remedy="请先读取任务,把应答的 ETag 放进 If-Match 请求头再办理",
        )
    elif "header.idempotency-key" in missing:
        refused = Refused(
            code="request.key_missing",
            message="没有写明指令号",
            remedy="请在 Idempotency-Key 请求头里给每次办理一个唯一编号;重发时用同一个",
        )
    else:
        refused = Refused(
            code="request.malformed",
            message="请求的内容不合格式",
            remedy="请按接口说明改正:" + ";".join(f"{each['field']} {each['message']}" for each in errors),
            facts={"fields": fields},
        )
    return problem_of(refused, more={"errors": errors})


_HTTP: Final[Mapping[int, Refused]] = {
    404: Refused(code="request.path", message="没有这个网址", remedy="请核对网址,或查看接口说明"),
    405: Refused(code="request.method", message="这个网址不支持此种请求", remedy="请按接口说明换一种请求"),
    413: Refused(code="request.too_large", message="请求内容太大", remedy="请分几次发送"),
}
"""What the framework itself refuses."""


def _of_http(request: Request, error: Exception) -> Problem:
    assert isinstance(error, HTTPException)  # noqa: S101
    refused = _HTTP.get(error.status_code) or Refused(
        code="request.unreadable", message="请求读不出来", remedy="请检查请求的内容和编码"
    )
    return Problem(error.status_code, refused, headers=error.headers or {})


def _of_fault(request: Request, error: Exception) -> Problem:
    """A fault of our own: the traceback goes to the log under a number, the caller gets the number."""
    number = secrets.token_hex(4)
    logger.opt(exception=error).error("fault {} at {} {}", number, request.method, request.url.path)
    refused = Refused(
        code="internal.error",
        message="程序内部出错,没有办成",
        remedy=f"请把编号 {number} 告诉系统管理员;可用同一个指令号再试一次",
        facts={"incident": number},
    )
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, refused)


_TOLD: Final[Mapping[type[Exception], Callable[[Request, Exception], Problem]]] = {
    ProblemError: _of_refusal,
    ReusedCommandError: _of_reuse,
    OutsideError: _of_outside,
    DatabaseFault: _of_database,
    RequestValidationError: _of_payload,
    HTTPException: _of_http,
    Exception: _of_fault,
}
"""What went wrong → what is told of it."""
