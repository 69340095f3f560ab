"""邮件演练服务器: takes mail over real SMTP; what is sent twice arrives twice.

Trouble is asked for over HTTP as with the other sandboxes, with the method ``MAIL``: slow, a temporary or a
lasting refusal, an answer lost after the text was taken, a connection closed at once, too many. The port of
the mail server is in ``/_received``.
"""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes, policy
from typing import Final

from integrations.sandbox.server import (
    HOST,
    Payload,
    SandboxAnswer,
    SandboxRequest,
    SandboxServer,
    options,
    serve,
)
from integrations.sandbox.trouble import Control, Lie, Mode, Trouble

METHOD: Final = "MAIL"
LARGEST: Final = 1024 * 1024


class MailApp:
    """What arrived, and the mail server's port; no page of its own."""

    name = "mail"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mails: list[Payload] = []
        self.port = 0

    def handle(self, request: SandboxRequest, trouble: Trouble | None) -> SandboxAnswer:
        """There is nothing here but ``/_control`` and ``/_received``."""
        return SandboxAnswer(404, {"message": "没有这个地址"})

    def lie(self, payload: Payload, lie: Lie) -> Payload:
        """A mail server has nothing to lie about."""
        return payload

    def received(self) -> Payload:
        """Return the mails, in order."""
        with self._lock:
            return {"shown": list(self._mails), "smtp_port": self.port}

    def take(self, to: str, data: bytes) -> None:
        """Keep one mail."""
        mail = message_from_bytes(data, policy=policy.default)
        body = mail.get_body()
        text = f"{mail['Subject']}\n{body.get_content() if body else ''}"
        with self._lock:
            self._mails.append({"to": to, "text": text, "id": str(mail["Message-ID"])})


class MailHandler(socketserver.StreamRequestHandler):
    """One conversation."""

    server: MailServer

    def handle(self) -> None:
        """Speak until the client has had enough."""
        self.trouble: Trouble | None = None
        self.to = ""
        own = {b"MAIL": self._admit, b"RCPT": self._know, b"DATA": self._take, b"QUIT": self._end}
        self._say(220, "sandbox ESMTP")
        while line := self.rfile.readline(LARGEST):
            if not own.get(line.strip()[:4].upper(), self._agree)(line):
                return

    def _agree(self, line: bytes) -> bool:
        self._say(250, "ok")
        return True

    def _end(self, line: bytes) -> bool:
        self._say(221, "bye")
        return False

    def _know(self, line: bytes) -> bool:
        self.to = line.decode(errors="replace").partition("<")[2].partition(">")[0]
        known = not self.to.startswith("nobody@")
        self._say(*((250, "ok") if known else (550, "no such user")))
        return True

    def _admit(self, line: bytes) -> bool:
        """Whether the conversation goes on after ``MAIL FROM``."""
        self.trouble = self.server.control.take(METHOD)
        mode = None if self.trouble is None else self.trouble.mode
        if mode is Mode.DOWN:
            return False
        if mode is Mode.LIMIT:
            self._say(421, "too many messages")
            return False
        if self.trouble is not None and mode is Mode.FAIL:
            self._say(self.trouble.status, "trouble")
            return True
        self._say(250, "ok")
        return True

    def _take(self, line: bytes) -> bool:
        self._say(354, "go on")
        lines: list[bytes] = []
        while (part := self.rfile.readline(LARGEST)) not in (b".\r\n", b""):
            lines.append(part.removeprefix(b".") if part.startswith(b"..") else part)
        mode = None if self.trouble is None else self.trouble.mode
        if self.trouble is not None and mode is Mode.SLOW:
            self.server.stopping.wait(self.trouble.seconds)
        self.server.app.take(self.to, b"".join(lines))
        if mode is Mode.LOSE_ANSWER:
            return False
        self._say(250, "taken")
        return True

    def _say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """The mail server: one thread a conversation."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, app: MailApp, control: Control, stopping: threading.Event) -> None:
        self.app = app
        self.control = control
        self.stopping = stopping
        super().__init__((HOST, 0), MailHandler)
        app.port = int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Print no traceback for a client that went away: with trouble on demand, clients do."""


def _beside(server: SandboxServer, app: MailApp) -> None:
    mail = MailServer(app, server.control, server.stopping)
    threading.Thread(target=mail.serve_forever, daemon=True).start()


def main() -> None:
    """Run the server."""
    given = options("mail").parse_args()
    app = MailApp()
    serve(app, given.port, with_parent=given.with_parent, beside=lambda server: _beside(server, app))


if __name__ == "__main__":
    main()
