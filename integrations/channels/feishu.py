"""飞书应用消息: a message to one person by an application of the office's own Feishu.

``uuid`` is our key: within an hour the platform sends the same one once.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from domain.outside import Letter
from integrations.answers import Answer, decode
from integrations.channels.letters import body_of
from integrations.channels.platform import Meaning, PlatformChannel, Reply, key_of, token_or_error
from integrations.http_client import Call, OutsideSystem

LONGEST_UUID: Final = 50
CODES: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        0: Meaning.OK,
        99991661: Meaning.TOKEN,
        99991663: Meaning.TOKEN,
        99991668: Meaning.TOKEN,
        99991400: Meaning.TOO_FAST,
        230020: Meaning.TOO_FAST,
    }
)
_CODED: Final = frozenset({400, 401, 403})
"""Statuses under which the platform still says its code."""


class _Answer(msgspec.Struct):
    code: int
    msg: str = ""
    tenant_access_token: str = ""
    expire: int = 7200


class Feishu:
    """What differs for Feishu."""

    codes = CODES

    def __init__(self, name: str, app_id: str, app_secret: str) -> None:
        self._name = name
        self._app = {"app_id": app_id, "app_secret": app_secret}

    def fetch_token(self, call: Call) -> tuple[str, float]:
        """Ask for a token."""
        answer = call.request(
            "POST",
            "open-apis/auth/v3/tenant_access_token/internal",
            idempotency_key="token",
            content=msgspec.json.encode(self._app),
        )
        found = decode(self._name, answer, _Answer)
        token = token_or_error(self._name, found.tenant_access_token, found.code, found.msg)
        return token, float(found.expire)

    def post(self, call: Call, token: str, letter: Letter) -> Answer:
        """Post a message."""
        content = {
            "receive_id": letter.address,
            "msg_type": "text",
            "content": msgspec.json.encode({"text": body_of(letter)}).decode(),
            "uuid": hashlib.sha256(letter.key.encode()).hexdigest()[:LONGEST_UUID],
        }
        return call.request(
            "POST",
            "open-apis/im/v1/messages",
            idempotency_key=key_of(letter),
            content=msgspec.json.encode(content),
            params={"receive_id_type": "user_id"},
            headers={"Authorization": f"Bearer {token}"},
            accept=_CODED,
        )

    def read(self, answer: Answer) -> Reply:
        """Read the code."""
        found = decode(self._name, answer, _Answer)
        return Reply(code=found.code, words=found.msg)


def feishu(
    system: OutsideSystem,
    *,
    app_id: str,
    app_secret: str,
    monotonic: Callable[[], float] = time.monotonic,
) -> PlatformChannel:
    """Return the channel."""
    return PlatformChannel(system, Feishu(system.name, app_id, app_secret), monotonic)
