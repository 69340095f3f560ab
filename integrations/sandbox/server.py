"""演练服务器: the common part of the sandbox servers, a real HTTP server on 127.0.0.1.

``POST /_control`` adds trouble (``Trouble``; the mode ``ok`` clears it), ``GET /_control`` shows what is
left, ``GET /_received`` shows what arrived. When ready, the server writes one JSON line to standard output:
``{"name": …, "url": …, "port": …}``. It stops on SIGTERM, SIGINT, and, with ``--with-parent``, when its
standard input ends, so that no server outlives a test that was killed. For rehearsals and tests only.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import msgspec

from integrations.sandbox.trouble import Control, Lie, Mode, Trouble

HOST = "127.0.0.1"
LARGEST_BODY = 16 * 1024 * 1024
Payload = dict[str, Any]


@dataclass(frozen=True)
class SandboxRequest:
    """What arrived; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class SandboxAnswer:
    """What goes back as JSON."""

    status: int
    payload: Payload = field(default_factory=dict)


class SandboxApp(Protocol):
    """What a sandbox server does of its own."""

    name: str

    def handle(self, request: SandboxRequest, trouble: Trouble | None) -> SandboxAnswer:
        """Carry out a request."""
        ...

    def lie(self, payload: Payload, lie: Lie) -> Payload:
        """Return ``payload`` falsified."""
        ...

    def received(self) -> Payload:
        """Return what arrived, for ``/_received``."""
        ...


class SandboxServer(ThreadingHTTPServer):
    """The server: one thread a request; ``stopping`` wakes those that are being slow."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: SandboxApp, port: int) -> None:
        self.app = app
        self.control = Control()
        self.stopping = threading.Event()
        super().__init__((HOST, port), SandboxHandler)

    @property
    def url(self) -> str:
        """The address, with the port that was chosen."""
        return f"http://{HOST}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print no traceback for a client that went away: with trouble on demand, clients do."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stop serving; safe to call from a signal handler and more than once."""
        self.stopping.set()
        threading.Thread(target=self.shutdown, daemon=True).start()


class SandboxHandler(BaseHTTPRequestHandler):
    """One request: trouble first, then the app."""

    server: SandboxServer
    protocol_version = "HTTP/1.1"
    server_version = "zone-reform-sandbox"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Write no access log; what arrived is under ``/_received``."""

    def _serve(self) -> None:
        self.close_connection = True
        own = self.path.startswith("/_")
        trouble = None if own else self.server.control.take(self.command)
        if trouble is not None and trouble.mode is Mode.DOWN:
            return
        request = self._read()
        if request is None:
            self._send(SandboxAnswer(413, {"message": "请求过大"}))
        elif own:
            self._send(self._own(request))
        elif trouble is None:
            self._send(self.server.app.handle(request, None))
        else:
            self._make_trouble(request, trouble)

    def _read(self) -> SandboxRequest | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return None
        parts = urlsplit(self.path)
        return SandboxRequest(
            method=self.command,
            path=parts.path,
            query={name: values[-1] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
        )

    def _own(self, request: SandboxRequest) -> SandboxAnswer:
        if request.path == "/_received":
            return SandboxAnswer(200, self.server.app.received())
        if request.path != "/_control":
            return self.server.app.handle(request, None)
        if request.method == "POST":
            try:
                _control(self.server.control, request.body)
            except msgspec.MsgspecError as error:
                return SandboxAnswer(422, {"message": str(error)})
        waiting = msgspec.to_builtins(self.server.control.waiting())
        return SandboxAnswer(200, {"waiting": waiting})

    def _make_trouble(self, request: SandboxRequest, trouble: Trouble) -> None:
        if trouble.mode is Mode.FAIL:
            headers = {} if trouble.retry_after is None else {"Retry-After": str(trouble.retry_after)}
            self._send(SandboxAnswer(trouble.status, {"message": "演练:对方系统出错"}), headers)
            return
        if trouble.mode is Mode.SLOW:
            self.server.stopping.wait(trouble.seconds)
        answer = self.server.app.handle(request, trouble)
        match trouble.mode:
            case Mode.LOSE_ANSWER:
                return
            case Mode.ANSWER_TWICE:
                self._send(answer)
                self._send(answer)
            case Mode.DRIP:
                self._drip(answer, trouble.seconds)
            case Mode.LIE:
                self._lie(answer, trouble.lie)
            case _:
                self._send(answer)

    def _lie(self, answer: SandboxAnswer, lie: Lie) -> None:
        match lie:
            case Lie.NOT_JSON:
                self._send_bytes(200, b"<html><body>gateway</body></html>", {"Content-Type": "text/html"})
            case Lie.DEEP:
                depth = 200_000
                self._send_bytes(200, b'{"x": ' + b"[" * depth + b"]" * depth + b"}", {})
            case Lie.HUGE:
                self._send_bytes(200, b'{"message": "' + b"x" * (3 * 1024 * 1024) + b'"}', {})
            case Lie.REDIRECT:
                self._send_bytes(302, b"", {"Location": f"{self.server.url}/_received"})
            case _:
                self._send(SandboxAnswer(answer.status, self.server.app.lie(answer.payload, lie)))

    def _drip(self, answer: SandboxAnswer, seconds: float) -> None:
        body = msgspec.json.encode(answer.payload)
        self._head(answer.status, len(body), {})
        for byte in body:
            if self.server.stopping.wait(seconds) or not self._write(bytes([byte])):
                return

    def _send(self, answer: SandboxAnswer, headers: Mapping[str, str] | None = None) -> None:
        self._send_bytes(answer.status, msgspec.json.encode(answer.payload), headers or {})

    def _send_bytes(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self._head(status, len(body), headers)
        self._write(body)

    def _head(self, status: int, length: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        try:
            self.end_headers()
        except ConnectionError:
            self.close_connection = True

    def _write(self, data: bytes) -> bool:
        """Send, and say whether the client is still there: one that gave up waiting is what a test wants."""
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except ConnectionError:
            return False
        return True


def _control(control: Control, body: bytes) -> None:
    raw = msgspec.json.decode(body)
    if raw == {"mode": "ok"}:
        control.clear()
    else:
        control.add(msgspec.convert(raw, Trouble))


def options(name: str, arguments: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Return the parser of the options that all sandbox servers have."""
    parser = argparse.ArgumentParser(prog=f"python -m integrations.sandbox.{name}")
    parser.add_argument("--port", type=int, default=0, help="端口,0 表示任选一个空闲端口")
    parser.add_argument("--with-parent", action="store_true", help="标准输入关闭时退出")
    return parser


def serve(
    app: SandboxApp,
    port: int,
    *,
    with_parent: bool,
    beside: Callable[[SandboxServer], None] | None = None,
) -> None:
    """Serve ``app`` until told to stop; write the ready line first. ``beside`` starts what else it serves."""
    with SandboxServer(app, port) as server:
        if beside is not None:
            beside(server)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        if with_parent:
            threading.Thread(target=stop_with_parent, args=(server.stop,), daemon=True).start()
        ready = {"name": app.name, "url": server.url, "port": server.server_address[1]}
        sys.stdout.write(msgspec.json.encode(ready).decode() + "\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.05)


def stop_with_parent(stop: Callable[[], None]) -> None:
    """Wait for the end of standard input by ``os.read``: a thread inside ``sys.stdin`` blocks the exit."""
    while os.read(sys.stdin.fileno(), 1024):
        continue
    stop()
