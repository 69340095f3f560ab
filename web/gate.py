"""大门: what holds for every request and answer, before any route is asked.

How large a request may be, which media types are understood and can be given, and the headers that keep a
browser from doing with an answer what it is not meant for. Plain ASGI: nothing is read into memory here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.refusal import Refused
from web.problems import refusal

API: Final = "/api/"
_CASE: Final = "cases/[^/]+/[^/]+"
_SHEET: Final = f"{_CASE}/registers/[^/]+/preview|{_CASE}/steps/[^/]+/registers/[^/]+/sheet"
UPLOAD: Final = re.compile(rf"^/api/v1/({_CASE}/steps/[^/]+/files|{_SHEET}|prints/scan)$")
PAGE_UPLOAD: Final = re.compile(rf"^/({_CASE}/steps/[^/]+/files|record/scan)$")
"""Uploads of the console's pages."""
DOWNLOAD: Final = re.compile(rf"^/api/v1/(files/[^/]+|{_CASE}/registers/[^/]+/(template|sheet))$")
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_GIVEN: Final = frozenset({"application/json", "application/problem+json", "application/*", "*/*"})
_ROOM_FOR_FIELDS: Final = 1024 * 1024

HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}
"""On every answer that does not say otherwise itself."""
HSTS: Final = "max-age=31536000"


class Gate:
    """大门 around the application."""

    def __init__(self, app: ASGIApp, *, largest: int, largest_file: int, secure: bool) -> None:
        self._app = app
        self._largest = largest
        self._largest_file = largest_file
        self._headers = {**HEADERS, **({"Strict-Transport-Security": HSTS} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(API):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refused = self._refuses(scope)
        if refused is not None:
            await refusal(scope["path"], refused)(scope, receive, send_with_headers)
            return
        await self._app(scope, self._counted(scope, receive), send_with_headers)

    def _refuses(self, scope: Scope) -> Refused | None:
        path, headers = scope["path"], Headers(scope=scope)
        if not path.startswith(API):
            return None
        if not DOWNLOAD.match(path) and not _accepts(headers.get("accept", "")):
            return Refused(
                code="request.accept",
                message="不能按所要的格式应答",
                remedy="请把 Accept 请求头改为 application/json",
            )
        if scope["method"] in _WITH_BODY and _has_body(headers) and not _understood(path, headers):
            return Refused(
                code="request.media_type",
                message="不认识这种请求内容的格式",
                remedy="请把内容写成 JSON,Content-Type 为 application/json;上传材料用 multipart/form-data",
            )
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._limit(path):
            return self._too_large(path)
        return None

    def _limit(self, path: str) -> int:
        large = UPLOAD.match(path) or PAGE_UPLOAD.match(path)
        return self._largest_file + _ROOM_FOR_FIELDS if large else self._largest

    def _too_large(self, path: str) -> Refused:
        return Refused(
            code="request.too_large",
            message="请求内容太大",
            remedy=f"最多 {self._limit(path) // 1024} KB,请分几次发送",
            facts={"at_most_kb": self._limit(path) // 1024},
        )

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        """Count what comes in where its length was not declared."""
        limit, seen = self._limit(scope["path"]), 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413)
            return message

        return counted


def _accepts(accept: str) -> bool:
    """Whether JSON is among what the client takes; nothing said takes all."""
    if not accept.strip():
        return True
    for each in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in each.split(";"))
        refused = any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
        if kind in _GIVEN and not refused:
            return True
    return False


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _understood(path: str, headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == ("multipart/form-data" if UPLOAD.match(path) else "application/json")
