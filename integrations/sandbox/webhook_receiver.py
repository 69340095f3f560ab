"""消息接收演练服务器: receives signed messages, checks the signature, drops repetitions by key.

The secret is read from the environment (``ZR_SANDBOX_WEBHOOK_SECRET``), never from the command line, where
every user of the machine could read it.
"""

import os
import sys
import threading

import msgspec

from config.clock import SystemClock
from domain.outside import Message
from integrations.channels.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify
from integrations.sandbox.server import Payload, SandboxAnswer, SandboxRequest, options, serve
from integrations.sandbox.trouble import Lie, Trouble

SECRET_VARIABLE = "ZR_SANDBOX_WEBHOOK_SECRET"  # noqa: S105 (the variable's name)


class WebhookApp:
    """The receiver: messages by idempotency key."""

    name = "webhook_receiver"

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._clock = SystemClock()
        self._lock = threading.Lock()
        self._messages: dict[str, Message] = {}
        self._deliveries = 0
        self._refused = 0

    def handle(self, request: SandboxRequest, trouble: Trouble | None) -> SandboxAnswer:
        """Take a message, if it is signed and fresh."""
        if request.path != "/hook" or request.method != "POST":
            return SandboxAnswer(404, {"message": "没有这个地址"})
        if not self._genuine(request):
            with self._lock:
                self._refused += 1
            return SandboxAnswer(401, {"message": "签名不对或已过期"})
        try:
            message = msgspec.json.decode(request.body, type=Message)
        except msgspec.MsgspecError as error:
            return SandboxAnswer(422, {"message": str(error)})
        with self._lock:
            self._deliveries += 1
            new = self._messages.setdefault(request.headers.get("idempotency-key", ""), message) is message
        return SandboxAnswer(200, {"new": new})

    def lie(self, payload: Payload, lie: Lie) -> Payload:
        """Return nonsense; a sender believes the status alone."""
        return {"new": "?"}

    def received(self) -> Payload:
        """Return the messages, each once, and how many deliveries and refusals there were."""
        with self._lock:
            return {
                "messages": msgspec.to_builtins(list(self._messages.values())),
                "deliveries": self._deliveries,
                "refused": self._refused,
            }

    def _genuine(self, request: SandboxRequest) -> bool:
        return verify(
            self._secret,
            request.headers.get(TIMESTAMP_HEADER.lower(), ""),
            request.body,
            request.headers.get(SIGNATURE_HEADER.lower(), ""),
            int(self._clock.now().timestamp()),
        )


def main() -> None:
    """Run the server."""
    given = options("webhook_receiver").parse_args()
    secret = os.environ.get(SECRET_VARIABLE, "")
    if not secret:
        sys.exit(f"请先在环境变量 {SECRET_VARIABLE} 里给出签名密钥")
    serve(WebhookApp(secret.encode()), given.port, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
