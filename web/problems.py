"""拒绝的应答: a refusal over HTTP, as ``application/problem+json`` (RFC 9457) in the officer's words.

``domain`` knows no HTTP: which code is which status stands in one table here.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from domain.outside_errors import OutsideError, OutsideRefused, OutsideTimeout, OutsideUnavailable
from domain.refusal import Refused
from models.faults import DatabaseFault

Done = TypeVar("Done")
MEDIA_TYPE: Final = "application/problem+json"
STATUS: Final[Mapping[str, HTTPStatus]] = MappingProxyType(
    {
        "access.unauthenticated": HTTPStatus.UNAUTHORIZED,
        "token.invalid": HTTPStatus.UNAUTHORIZED,
        "session.over": HTTPStatus.UNAUTHORIZED,
        "sign_in.wrong": HTTPStatus.UNAUTHORIZED,
        "sign_in.initial_expired": HTTPStatus.UNAUTHORIZED,
        "sign_in.account_locked": HTTPStatus.UNAUTHORIZED,
        "sign_in.closed": HTTPStatus.UNAUTHORIZED,
        "identity.not_known": HTTPStatus.UNAUTHORIZED,
        "identity.other": HTTPStatus.UNAUTHORIZED,
        "sign_in.locked": HTTPStatus.TOO_MANY_REQUESTS,
        "session.stage": HTTPStatus.FORBIDDEN,
        "session.csrf": HTTPStatus.FORBIDDEN,
        "token.scope": HTTPStatus.FORBIDDEN,
        "access.denied": HTTPStatus.FORBIDDEN,
        "access.not_found": HTTPStatus.NOT_FOUND,
        "session.unknown": HTTPStatus.NOT_FOUND,
        "token.unknown": HTTPStatus.NOT_FOUND,
        "identity.not_connected": HTTPStatus.NOT_FOUND,
    }
)
"""Code → status; whatever is not named is a rule's refusal, 409."""


class ProblemError(Exception):
    """Carries a refusal out of a dependency or a route to the one place that answers with it."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


def got(answer: Done | Refused) -> Done:
    """Return what a service did; answer with its refusal otherwise."""
    if isinstance(answer, Refused):
        raise ProblemError(answer)
    return answer


def done(refused: Refused | None) -> None:
    """Go on where a service had nothing against it."""
    if refused is not None:
        raise ProblemError(refused)


def install(app: FastAPI) -> None:
    """Let every refusal and fault of the application be answered in this form."""
    app.add_exception_handler(ProblemError, _of_refusal)
    app.add_exception_handler(OutsideError, _of_outside)
    app.add_exception_handler(DatabaseFault, _of_database)
    app.add_exception_handler(RequestValidationError, _of_payload)


def problem(
    request: Request,
    status: int,
    code: str,
    message: str,
    remedy: str = "",
    *,
    facts: Mapping[str, Any] | None = None,
    basis: str = "",
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the answer that tells of a problem."""
    body = {
        "type": f"/docs/reference/errors#{code}",
        "title": message,
        "status": int(status),
        "detail": remedy,
        "instance": request.url.path,
        "code": code,
        "facts": dict(facts or {}),
        "basis": basis,
    }
    return JSONResponse(
        body, int(status), {"Cache-Control": "no-store", **(headers or {})}, media_type=MEDIA_TYPE
    )


def _of_refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101 FastAPI's signature knows only Exception
    refused = error.refused
    status = STATUS.get(refused.code, HTTPStatus.CONFLICT)
    headers = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    minutes = refused.facts.get("minutes")
    if status is HTTPStatus.TOO_MANY_REQUESTS and isinstance(minutes, int):
        headers["Retry-After"] = str(minutes * 60)
    return problem(
        request,
        status,
        refused.code,
        refused.message,
        refused.remedy,
        facts=refused.facts,
        basis=refused.basis,
        headers=headers,
    )


def _of_outside(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OutsideError)  # noqa: S101
    status = HTTPStatus.BAD_GATEWAY
    if isinstance(error, OutsideUnavailable):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    elif isinstance(error, OutsideTimeout):
        status = HTTPStatus.GATEWAY_TIMEOUT
    elif isinstance(error, OutsideRefused):
        status = HTTPStatus.CONFLICT
    return problem(request, status, error.code, error.message, "请稍后再试", facts=error.facts)


def _of_database(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DatabaseFault)  # noqa: S101
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, error.code, error.message, error.remedy)


def _of_payload(request: Request, error: Exception) -> JSONResponse:
    """What was sent is malformed: which field, never what stood in it (it may be a password)."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    fields = [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request.malformed",
        "请求的内容不合格式",
        "请按接口说明改正",
        facts={"fields": "、".join(fields)},
    )
