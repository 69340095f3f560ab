"""飞书演练服务器: application messages; the same ``uuid`` is shown once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from integrations.sandbox.messaging import Dialect, Posted, run
from integrations.sandbox.server import Payload, SandboxAnswer, SandboxRequest


def _read(content: Mapping[str, Any]) -> Posted:
    text = msgspec.json.decode(content["content"])["text"]
    return Posted(to=content["receive_id"], text=text, key=content.get("uuid", ""))


def _token(token: str) -> Payload:
    return {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": 7200}


def _token_of(request: SandboxRequest) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


DIALECT = Dialect(
    name="feishu",
    token_path="/open-apis/auth/v3/tenant_access_token/internal",  # noqa: S106 an address
    message_path="/open-apis/im/v1/messages",
    token=_token,
    token_of=_token_of,
    read=_read,
    done={"code": 0, "msg": "success", "data": {"message_id": "示例"}},
    bad_token=SandboxAnswer(400, {"code": 99991663, "msg": "Invalid access token"}),
    too_fast=SandboxAnswer(400, {"code": 99991400, "msg": "request trigger frequency limit"}),
    unknown_person=SandboxAnswer(400, {"code": 230001, "msg": "invalid receive_id"}),
)

if __name__ == "__main__":
    run(DIALECT)
