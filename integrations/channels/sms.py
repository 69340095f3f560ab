"""短信: one text message through the office's own gateway, over HTTP; the contract is ours.

Gateways differ and have no common form, so a small converter in front of the real one speaks this:
``POST`` of ``{"phone", "text", "sign", "id"}`` with a bearer token, answered ``{"code": 0}``; 429 or code
``1`` for too fast, code ``2`` for a number that cannot be reached. It is not asked to know our key.
"""

from __future__ import annotations

from typing import Final

import msgspec

from domain.outside import DeliveryResult, Letter
from integrations.answers import decode, header_key, plain
from integrations.channels.letters import attempt, refused, sent, too_fast
from integrations.http_client import Call, OutsideSystem

TAKEN: Final = 0
FAST: Final = 1
LONGEST: Final = 140
"""Characters: two text messages."""


class SmsAnswer(msgspec.Struct):
    """The gateway's answer."""

    code: int
    message: str = ""


class SmsChannel:
    """短信 channel; a ``LetterPort``."""

    def __init__(self, system: OutsideSystem, sign: str) -> None:
        self._system = system
        self._sign = sign

    def send(self, letter: Letter) -> DeliveryResult:
        """Hand one message to the gateway."""
        text = f"{letter.title}。{letter.link}" if letter.link else f"{letter.title}。请登录系统办理。"
        content = {"phone": letter.address, "text": text[:LONGEST], "sign": self._sign, "id": letter.id}

        def do(call: Call) -> DeliveryResult:
            answer = call.request(
                "POST", "", idempotency_key=header_key(letter.key), content=msgspec.json.encode(content)
            )
            return self._read(letter, decode(self._system.name, answer, SmsAnswer))

        return attempt(self._system, letter, do)

    def _read(self, letter: Letter, answer: SmsAnswer) -> DeliveryResult:
        if answer.code == TAKEN:
            return sent(letter)
        if answer.code == FAST:
            return too_fast(letter, f"{self._system.name}限制发送频率,稍后自动再发。")
        return refused(
            letter, f"{self._system.name}拒收({answer.code}):{plain(answer.message)}", for_good=True
        )
