"""电子邮件: one mail to one person through the office's mail server, by SMTP.

Each stage of the conversation says what a failure in it means: before the text was handed over nothing was
sent; once it was, a lost answer leaves it open (可能已发). A mail server drops no repetitions, whatever the
``Message-ID``. The whole conversation takes ten seconds at most: then the connection is cut.
"""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Literal

import msgspec

from config.clock import WallClock
from domain.outside import DeliveryOutcome, DeliveryResult, Letter
from integrations.answers import plain
from integrations.channels.letters import BUSY_RETRY_S

TOTAL_S: Final = 10.0
_CLOSING: Final = 421
_FOR_GOOD: Final = 500
_FOR_THE_SERVER: Final = frozenset({421, 450, 451, 452, 454})
"""Answers to ``MAIL FROM`` that speak of the server and not of this mail."""


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """邮件服务器 as it is set up."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str
    sender: str
    timeout_s: float


class MailChannel:
    """电子邮件 channel; a ``LetterPort``."""

    def __init__(self, server: MailServer, clock: WallClock) -> None:
        self._server = server
        self._clock = clock

    def send(self, letter: Letter) -> DeliveryResult:
        """Hand one mail to the server; say what is known of it."""
        try:
            mail = self._mail(letter)
        except ValueError:
            return _failed(letter, "邮件地址或标题的格式不对", for_good=True)
        handed = False
        try:
            with self._connected() as smtp:
                refusal = self._envelope(smtp, letter)
                if refusal is not None:
                    return refusal
                handed = True
                smtp.data(mail)
        except smtplib.SMTPDataError as error:
            return self._said(letter, error.smtp_code, error.smtp_error)
        except smtplib.SMTPAuthenticationError as error:
            return self._down(letter, f"邮件服务器不认帐号或口令({error.smtp_code})")
        except (OSError, smtplib.SMTPException) as error:
            if handed:
                return DeliveryResult(
                    message_id=letter.id,
                    outcome=DeliveryOutcome.UNKNOWN,
                    detail="邮件已交给服务器,没有等到答复,不知道是否收下",
                    down=True,
                )
            return self._down(letter, f"邮件服务器暂时连不上({type(error).__name__})")
        return DeliveryResult(message_id=letter.id, outcome=DeliveryOutcome.SENT)

    def _mail(self, letter: Letter) -> bytes:
        mail = EmailMessage()
        mail["Subject"] = letter.title
        mail["From"] = self._server.sender
        mail["To"] = letter.address
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@zone-reform.local>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{letter.text}\n\n{letter.link}\n" if letter.link else f"{letter.text}\n")
        return mail.as_bytes()

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A conversation of ten seconds at most, begun and, as far as it goes, ended politely."""
        server = self._server
        context = ssl.create_default_context()
        smtp: smtplib.SMTP
        if server.security == "tls":
            smtp = smtplib.SMTP_SSL(timeout=server.timeout_s, context=context)
        else:
            smtp = smtplib.SMTP(timeout=server.timeout_s)
        scissors = threading.Timer(TOTAL_S, _cut, (smtp,))
        scissors.daemon = True
        scissors.start()
        try:
            code, words = smtp.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, words)
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
        finally:
            scissors.cancel()
            smtp.close()

    def _envelope(self, smtp: smtplib.SMTP, letter: Letter) -> DeliveryResult | None:
        code, words = smtp.mail(self._server.sender)
        if code != 250:
            if code in _FOR_THE_SERVER or code >= _FOR_GOOD:
                return self._down(letter, f"邮件服务器不接受发件({code}):{_text(words)}")
            return self._said(letter, code, words)
        code, words = smtp.rcpt(letter.address)
        return None if code in (250, 251) else self._said(letter, code, words)

    def _said(self, letter: Letter, code: int, words: bytes | str) -> DeliveryResult:
        detail = f"邮件服务器拒收({code}):{_text(words)}"
        if code == _CLOSING:
            return self._down(letter, detail)
        return _failed(letter, detail, for_good=code >= _FOR_GOOD)

    def _down(self, letter: Letter, detail: str) -> DeliveryResult:
        return DeliveryResult(
            message_id=letter.id,
            outcome=DeliveryOutcome.FAILED,
            retry_after=BUSY_RETRY_S,
            detail=f"{detail},稍后自动再发。",
            down=True,
        )


def _failed(letter: Letter, detail: str, *, for_good: bool) -> DeliveryResult:
    return DeliveryResult(
        message_id=letter.id,
        outcome=DeliveryOutcome.FAILED,
        retry_after=None if for_good else BUSY_RETRY_S,
        detail=detail,
    )


def _text(words: bytes | str) -> str:
    return plain(words.decode(errors="replace") if isinstance(words, bytes) else words)


def _cut(smtp: smtplib.SMTP) -> None:
    """Cut the connection, whatever it is doing."""
    try:
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Closed already: what the cut was for.
        return
