"""钉钉工作通知: a message to one person by an application of the office's own DingTalk.

The address of the platform is a setting, so that a 专有钉钉 on the intranet serves. It takes no key: a
repetition with other words (they are marked) is shown again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from domain.outside import Letter
from integrations.answers import Answer
from integrations.channels.letters import body_of
from integrations.channels.platform import (
    Meaning,
    PlatformChannel,
    Reply,
    errcode_token,
    key_of,
    read_errcode,
)
from integrations.http_client import Call, OutsideSystem

CODES: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        0: Meaning.OK,
        -1: Meaning.BUSY,
        40014: Meaning.TOKEN,
        42001: Meaning.TOKEN,
        88: Meaning.TOO_FAST,
        90018: Meaning.TOO_FAST,
        143103: Meaning.TOO_FAST,
        143104: Meaning.TOO_FAST,
    }
)


class DingTalk:
    """What differs for DingTalk."""

    codes = CODES

    def __init__(self, name: str, app_key: str, app_secret: str, agent_id: str) -> None:
        self._name = name
        self._app = {"appkey": app_key, "appsecret": app_secret}
        self._agent_id = agent_id

    def fetch_token(self, call: Call) -> tuple[str, float]:
        """Ask for a token."""
        answer = call.request("GET", "gettoken", idempotency_key="token", params=self._app)
        return errcode_token(self._name, answer)

    def post(self, call: Call, token: str, letter: Letter) -> Answer:
        """Post a work notice."""
        content = {
            "agent_id": self._agent_id,
            "userid_list": letter.address,
            "msg": {"msgtype": "text", "text": {"content": body_of(letter)}},
        }
        return call.request(
            "POST",
            "topapi/message/corpconversation/asyncsend_v2",
            idempotency_key=key_of(letter),
            content=msgspec.json.encode(content),
            params={"access_token": token},
        )

    def read(self, answer: Answer) -> Reply:
        """Read the code."""
        return read_errcode(self._name, answer)


def dingtalk(
    system: OutsideSystem,
    *,
    app_key: str,
    app_secret: str,
    agent_id: str,
    monotonic: Callable[[], float] = time.monotonic,
) -> PlatformChannel:
    """Return the channel."""
    return PlatformChannel(system, DingTalk(system.name, app_key, app_secret, agent_id), monotonic)
