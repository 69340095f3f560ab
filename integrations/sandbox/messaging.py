"""消息平台演练服务器: what the sandboxes of DingTalk, WeCom, Feishu and the text gateway have in common.

Every delivery is kept, in order. A platform that drops repetitions drops them here too, by the key it really
uses; one that does not shows the same message as often as it was sent.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from integrations.sandbox.server import Payload, SandboxAnswer, SandboxRequest, options, serve
from integrations.sandbox.trouble import Lie, Mode, Trouble

NOT_THERE: Final = SandboxAnswer(404, {"message": "没有这个地址"})


@dataclass(frozen=True)
class Posted:
    """One message as the platform understands it; ``key`` is what it drops repetitions by, if anything."""

    to: str
    text: str
    key: str = ""


@dataclass(frozen=True)
class Dialect:
    """How one platform speaks."""

    name: str
    token_path: str
    """Empty where there are no tokens."""
    message_path: str
    token: Callable[[str], Payload]
    """The answer with a new token."""
    token_of: Callable[[SandboxRequest], str]
    """The token of a request."""
    read: Callable[[Mapping[str, Any]], Posted]
    done: Payload
    bad_token: SandboxAnswer
    too_fast: SandboxAnswer
    unknown_person: SandboxAnswer


class MessagingApp:
    """The platform: tokens, messages, people it does not know (``示例-无此人``)."""

    NOBODY: Final = "示例-无此人"

    def __init__(self, dialect: Dialect) -> None:
        self.name = dialect.name
        self._dialect = dialect
        self._lock = threading.Lock()
        self._tokens: set[str] = set()
        self._shown: list[Payload] = []
        self._keys: set[str] = set()
        self._posts = 0

    def handle(self, request: SandboxRequest, trouble: Trouble | None) -> SandboxAnswer:
        """Give a token, or take a message."""
        dialect = self._dialect
        if request.path == "/_forget_tokens":
            with self._lock:
                self._tokens.clear()
            return SandboxAnswer(200)
        if dialect.token_path and request.path == dialect.token_path:
            return self._new_token()
        if request.path != dialect.message_path or request.method != "POST":
            return NOT_THERE
        if trouble is not None and trouble.mode is Mode.LIMIT:
            return dialect.too_fast
        return self._take(request)

    def lie(self, payload: Payload, lie: Lie) -> Payload:
        """Return an answer without a code."""
        return {"ok": True}

    def received(self) -> Payload:
        """Return what people saw, in order, and how many posts there were."""
        with self._lock:
            return {"shown": list(self._shown), "posts": self._posts}

    def _new_token(self) -> SandboxAnswer:
        token = secrets.token_hex(8)
        with self._lock:
            self._tokens.add(token)
        return SandboxAnswer(200, self._dialect.token(token))

    def _take(self, request: SandboxRequest) -> SandboxAnswer:
        dialect = self._dialect
        with self._lock:
            self._posts += 1
            if dialect.token_path and dialect.token_of(request) not in self._tokens:
                return dialect.bad_token
            posted = dialect.read(msgspec.json.decode(request.body))
            if posted.to == self.NOBODY:
                return dialect.unknown_person
            if not posted.key or posted.key not in self._keys:
                self._shown.append({"to": posted.to, "text": posted.text})
                self._keys.add(posted.key)
        return SandboxAnswer(200, dialect.done)


def run(dialect: Dialect) -> None:
    """Run the server of one platform."""
    given = options(dialect.name).parse_args()
    serve(MessagingApp(dialect), given.port, with_parent=given.with_parent)


def errcode(code: int, words: str) -> SandboxAnswer:
    """An answer as DingTalk and WeCom give it: the code is in a 200."""
    return SandboxAnswer(200, {"errcode": code, "errmsg": words})


def query_token(request: SandboxRequest) -> str:
    """The token of DingTalk and WeCom stands in the query."""
    return request.query.get("access_token", "")


def errcode_token(token: str) -> Payload:
    """A token as DingTalk and WeCom give it."""
    return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200}
