"""短信演练服务器: a gateway; what is sent twice arrives twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.sandbox.messaging import Dialect, Posted, run
from integrations.sandbox.server import Payload, SandboxAnswer, SandboxRequest


def _read(content: Mapping[str, Any]) -> Posted:
    return Posted(to=content["phone"], text=f"【{content['sign']}】{content['text']}")


def _no_token(token: str) -> Payload:
    return {}


def _nothing(request: SandboxRequest) -> str:
    return ""


DIALECT = Dialect(
    name="sms",
    token_path="",
    message_path="/",
    token=_no_token,
    token_of=_nothing,
    read=_read,
    done={"code": 0, "message": "ok"},
    bad_token=SandboxAnswer(401, {"message": "令牌不对"}),
    too_fast=SandboxAnswer(200, {"code": 1, "message": "发送过快"}),
    unknown_person=SandboxAnswer(200, {"code": 2, "message": "号码无法送达"}),
)

if __name__ == "__main__":
    run(DIALECT)
