"""接口说明: the OpenAPI 3.1 document, with what every route has in common said once.

FastAPI describes what it is told; that every refusal is a problem, who may ask at all, and which headers an
act brings back are added here.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts

from web.problems import MEDIA_TYPE

TITLE: Final = "改革任务全程督办引擎 接口"
PREFIX: Final = "/api/v1"
_OPEN: Final = frozenset({"/session", "/session/identity", "/session/identity/answer"})
"""Routes that somebody who is not signed in may ask."""
_TOLD: Final = """除登录外都要先登录:网页用会话 cookie(变更类请求另带 `X-CSRF-Token`),\
程序用 `Authorization: Bearer 令牌`。

拒绝和故障都是 `application/problem+json`:`title` 原因,`remedy` 怎么办,`code` 稳定的代码,\
`facts` 所依据的数据,`basis` 依据。代码的含义见《拒绝与错误代码》。看不见的和没有的,同样回答 404。
"""
_PROBLEMS: Final = {
    "Unauthorized": (HTTPStatus.UNAUTHORIZED, "没有登录,或令牌无效", "access.unauthenticated", "请先登录"),
    "Forbidden": (HTTPStatus.FORBIDDEN, "不能办理", "access.denied", "您现有的职务不能办理此项"),
    "NotFound": (
        HTTPStatus.NOT_FOUND,
        "没有,或不在查看范围内",
        "access.not_found",
        "没有找到,或者不在您的查看范围内",
    ),
    "NotAcceptable": (
        HTTPStatus.NOT_ACCEPTABLE,
        "不能按所要的格式应答",
        "request.accept",
        "不能按所要的格式应答",
    ),
    "Conflict": (HTTPStatus.CONFLICT, "规则不允许", "decide.not_in_review", "任务 2.10 现不在审批中"),
    "PreconditionFailed": (
        HTTPStatus.PRECONDITION_FAILED,
        "所见的轮次已过时",
        "step.round",
        "任务 2.10 现为第2轮,您所见为第1轮",
    ),
    "TooLarge": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "内容太大", "request.too_large", "请求内容太大"),
    "MediaType": (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "内容的格式不认识",
        "request.media_type",
        "不认识这种请求内容的格式",
    ),
    "Range": (
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "要的一段不在文件里",
        "file.range",
        "要的一段不在文件里",
    ),
    "Malformed": (HTTPStatus.UNPROCESSABLE_ENTITY, "内容不合格式", "request.malformed", "请求的内容不合格式"),
    "PreconditionRequired": (
        HTTPStatus.PRECONDITION_REQUIRED,
        "没有写明轮次",
        "request.if_match_missing",
        "没有写明所见的轮次",
    ),
    "TooMany": (HTTPStatus.TOO_MANY_REQUESTS, "太频繁", "rate.limited", "请求太频繁,每分钟最多 600 次"),
    "Fault": (HTTPStatus.INTERNAL_SERVER_ERROR, "程序出错", "internal.error", "程序内部出错,没有办成"),
    "Away": (HTTPStatus.SERVICE_UNAVAILABLE, "数据库或外部系统暂时不行", "database.busy", "数据库正忙"),
    "BadRequest": (HTTPStatus.BAD_REQUEST, "请求读不出来", "request.unreadable", "请求读不出来"),
}
_ALWAYS: Final = (
    "Unauthorized",
    "Forbidden",
    "NotFound",
    "NotAcceptable",
    "Conflict",
    "Malformed",
    "TooMany",
)
_FAULTS: Final = ("Fault", "Away")
_WITH_BODY: Final = ("BadRequest", "TooLarge", "MediaType")
_WITH_ROUND: Final = ("PreconditionFailed", "PreconditionRequired")
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=TITLE,
            version=app.version,
            description=_TOLD,
            routes=list(api_routes(app)),
        )
        document["components"].setdefault("securitySchemes", {}).update(_schemes())
        document["components"]["schemas"].pop("HTTPValidationError", None)
        document["components"]["schemas"].pop("ValidationError", None)
        document["components"]["schemas"]["Problem"] = _problem_schema()
        document["components"]["responses"] = {name: _response(name) for name in _PROBLEMS}
        for path, operation in _operations(document):
            _complete(path, operation)
        app.openapi_schema = document
    return app.openapi_schema


def api_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Yield every route of ``/api/v1``, as the application itself lists them."""
    for route in iter_route_contexts(app.routes):
        if (route.path or "").startswith(PREFIX):
            yield route


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path.removeprefix(PREFIX), item[method]


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Say what every route of this kind answers, and its name where that is the docstring's first word."""
    told = operation.get("description", "")
    if operation["summary"].isascii():
        operation["summary"] = told.partition(":")[0].partition(".")[0]
        operation["description"] = ""
    responses = operation["responses"]
    responses.pop("422", None)
    names = [*_ALWAYS, *_FAULTS]
    headers = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"}
    if "requestBody" in operation:
        names += _WITH_BODY
    if "If-Match" in headers:
        names += _WITH_ROUND
    if "Idempotency-Key" in headers:
        names.append("BadRequest")
    if "Range" in headers:
        names.append("Range")
    for name in dict.fromkeys(names):
        responses[str(int(_PROBLEMS[name][0]))] = {"$ref": f"#/components/responses/{name}"}
    operation["security"] = [{}] if path in _OPEN else [{"token": []}, {"session": []}]
    if "If-Match" in headers:
        _of_act(responses)


def _of_act(responses: dict[str, Any]) -> None:
    for status in ("200", "201"):
        if status in responses:
            responses[status]["headers"] = {
                "ETag": {"description": "办后的轮次", "schema": {"type": "string"}},
                "Idempotent-Replayed": {
                    "description": "为 true 时是重发,应答与第一次相同",
                    "schema": {"type": "string"},
                },
            }


def _schemes() -> dict[str, Any]:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "接口令牌,登录网页后申请"},
        "session": {"type": "apiKey", "in": "cookie", "name": "zr_session", "description": "登录后的会话"},
    }


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "title": "Problem",
        "description": "拒绝或故障(RFC 9457)",
        "required": ["type", "title", "status", "detail", "instance", "code", "remedy", "facts", "basis"],
        "properties": {
            "type": {**text, "format": "uri-reference", "description": "该代码的说明"},
            "title": {**text, "description": "原因"},
            "status": {"type": "integer", "description": "HTTP 状态"},
            "detail": {**text, "description": "原因和办法"},
            "instance": {**text, "description": "所请求的网址"},
            "code": {**text, "description": "稳定的代码"},
            "remedy": {**text, "description": "怎么办"},
            "facts": {"type": "object", "description": "拒绝所依据的数据"},
            "basis": {**text, "description": "依据"},
            "errors": {
                "type": "array",
                "description": "每个不合格式的字段和原因",
                "items": {"type": "object", "properties": {"field": text, "message": text}},
            },
            "faults": {"type": "array", "description": "台账逐行逐列的问题", "items": {"type": "object"}},
        },
    }


def _response(name: str) -> dict[str, Any]:
    status, told, code, title = _PROBLEMS[name]
    example = {
        "type": f"/docs/reference/errors#{code}",
        "title": title,
        "status": int(status),
        "detail": title,
        "instance": f"{PREFIX}/cases/development-zone/zone-1",
        "code": code,
        "remedy": "请核对后再试",
        "facts": {},
        "basis": "",
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": told, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
