"""办公平台通知: what DingTalk, WeCom and Feishu have in common: an access token, and error codes in a 200.

A token is asked for once and kept until shortly before it ends; one that is refused is asked for anew and
the message tried again, because a refused token means that nothing was done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from domain.outside import DeliveryResult, Letter
from domain.outside_errors import (
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
    OutsideUnavailable,
)
from integrations.answers import Answer, decode, header_key, plain
from integrations.channels.letters import attempt, refused, sent, too_fast
from integrations.http_client import Call, OutsideSystem

SPARE_S: Final = 300.0
"""A token is taken as over so long before it is."""


class Meaning(StrEnum):
    """What an error code means."""

    OK = "ok"
    TOKEN = "token"  # noqa: S105 a kind of answer, no secret
    """The token is not valid: nothing was done."""
    TOO_FAST = "too_fast"
    BUSY = "busy"
    """The platform says it is busy: nothing was done, come back."""
    REFUSED = "refused"
    """This message will never be taken."""


class Reply(msgspec.Struct, frozen=True):
    """What a platform says of one request, whatever its field names are."""

    code: int
    words: str


class Platform(Protocol):
    """What differs between the platforms."""

    codes: Mapping[int, Meaning]

    def fetch_token(self, call: Call) -> tuple[str, float]:
        """Ask for a token; return it with the seconds it lasts."""
        ...

    def post(self, call: Call, token: str, letter: Letter) -> Answer:
        """Post one message."""
        ...

    def read(self, answer: Answer) -> Reply:
        """Read the platform's answer."""
        ...


class PlatformChannel:
    """办公平台 channel; a ``LetterPort``."""

    def __init__(self, system: OutsideSystem, platform: Platform, monotonic: Callable[[], float]) -> None:
        self._system = system
        self._platform = platform
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0

    def send(self, letter: Letter) -> DeliveryResult:
        """Post the message; say what is known of it."""
        return attempt(self._system, letter, lambda call: self._send(call, letter))

    def _send(self, call: Call, letter: Letter) -> DeliveryResult:
        reply = self._post(call, letter)
        if self._meaning(reply) is Meaning.TOKEN:
            with self._lock:
                self._token = ""
            reply = self._post(call, letter)
        name, words = self._system.name, plain(reply.words)
        match self._meaning(reply):
            case Meaning.OK:
                return sent(letter)
            case Meaning.TOO_FAST:
                return too_fast(letter, f"{name}限制发送频率({reply.code}),稍后自动再发。")
            case Meaning.BUSY:
                return refused(letter, f"{name}繁忙({reply.code}),稍后自动再发。", for_good=False, down=True)
            case Meaning.TOKEN:
                said = f"{name}不认本系统的凭证({reply.code}):{words}。请核对应用的密钥。"
                return refused(letter, said, for_good=False, down=True)
            case Meaning.REFUSED:
                return refused(letter, f"{name}拒收({reply.code}):{words}", for_good=True)

    def _post(self, call: Call, letter: Letter) -> Reply:
        return self._platform.read(self._platform.post(call, self._valid_token(call), letter))

    def _valid_token(self, call: Call) -> str:
        with self._lock:
            if not self._token or self._monotonic() >= self._token_until:
                token, lasts_s = self._fetched(call)
                self._token, self._token_until = token, self._monotonic() + lasts_s - SPARE_S
            return self._token

    def _fetched(self, call: Call) -> tuple[str, float]:
        """A token that did not come means that no message went."""
        try:
            return self._platform.fetch_token(call)
        except (OutsideTimeout, OutsideProtocolError, OutsideRefused) as error:
            raise OutsideUnavailable(
                error.system, error.message, retry_after=error.retry_after, facts=error.facts
            ) from error

    def _meaning(self, reply: Reply) -> Meaning:
        return self._platform.codes.get(reply.code, Meaning.REFUSED)


class ErrcodeAnswer(msgspec.Struct):
    """The answer of DingTalk and WeCom."""

    errcode: int
    errmsg: str = ""
    access_token: str = ""
    expires_in: int = 7200


def read_errcode(name: str, answer: Answer) -> Reply:
    """Read the answer of DingTalk and WeCom."""
    found = decode(name, answer, ErrcodeAnswer)
    return Reply(code=found.errcode, words=found.errmsg)


def errcode_token(name: str, answer: Answer) -> tuple[str, float]:
    """Read the token that DingTalk and WeCom give.

    Raises:
        OutsideProtocolError: none was given.
    """
    found = decode(name, answer, ErrcodeAnswer)
    return token_or_error(name, found.access_token, found.errcode, found.errmsg), float(found.expires_in)


def token_or_error(name: str, token: str, code: int, words: str) -> str:
    """Return a token that was given.

    Raises:
        OutsideProtocolError: none was given; it says in Chinese what to look at.
    """
    if code or not token:
        raise OutsideProtocolError(
            name,
            f"{name}没有发给访问凭证({code}):{plain(words)}。请核对应用编号和密钥。",
            facts={"code": code},
        )
    return token


def key_of(letter: Letter) -> str:
    """The key of a letter as it may go into a header."""
    return header_key(letter.key)
