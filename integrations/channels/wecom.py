"""企业微信应用消息: a message to one person by an application of the office's own WeCom.

With ``enable_duplicate_check`` the platform drops the same request within four hours, so the same letter may
be sent again without harm; its number stands in it, so that two letters with the same words are two.
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

DUPLICATE_S: Final = 4 * 3600
CODES: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        0: Meaning.OK,
        -1: Meaning.BUSY,
        40014: Meaning.TOKEN,
        42001: Meaning.TOKEN,
        45009: Meaning.TOO_FAST,
        45033: Meaning.TOO_FAST,
    }
)


class WeCom:
    """What differs for WeCom."""

    codes = CODES

    def __init__(self, name: str, corp_id: str, corp_secret: str, agent_id: int) -> None:
        self._name = name
        self._app = {"corpid": corp_id, "corpsecret": corp_secret}
        self._agent_id = agent_id

    def fetch_token(self, call: Call) -> tuple[str, float]:
        """Ask for a token."""
        answer = call.request("GET", "cgi-bin/gettoken", idempotency_key="token", params=self._app)
        return errcode_token(self._name, answer)

    def post(self, call: Call, token: str, letter: Letter) -> Answer:
        """Post an application message."""
        content = {
            "touser": letter.address,
            "msgtype": "text",
            "agentid": self._agent_id,
            "text": {"content": f"{body_of(letter)}\n(编号 {letter.id[:8]})"},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_S,
        }
        return call.request(
            "POST",
            "cgi-bin/message/send",
            idempotency_key=key_of(letter),
            content=msgspec.json.encode(content),
            params={"access_token": token},
        )

    def read(self, answer: Answer) -> Reply:
        """Read the code."""
        return read_errcode(self._name, answer)


def wecom(
    system: OutsideSystem,
    *,
    corp_id: str,
    corp_secret: str,
    agent_id: int,
    monotonic: Callable[[], float] = time.monotonic,
) -> PlatformChannel:
    """Return the channel."""
    return PlatformChannel(system, WeCom(system.name, corp_id, corp_secret, agent_id), monotonic)
