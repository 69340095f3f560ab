"""病毒查杀: ClamAV's daemon over its INSTREAM protocol, by TCP or a unix socket.

The file is streamed in pieces of four length bytes and the bytes, ended by a length of zero; the answer is
one line (``man clamd``, section COMMANDS). No library: ``clamd`` had its last release in 2014, and the
younger ones bring more than these few lines.
"""

from __future__ import annotations

import socket
import struct
import time
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from domain.outside import ScanVerdict
from domain.outside_errors import OutsideProtocolError, OutsideRefused, OutsideTimeout, OutsideUnavailable

SYSTEM: Final = "病毒查杀服务"
_PIECE: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096
_CONNECT_S: Final = 2.0


class ClamdScanner:
    """ClamAV 查杀; a ``ScannerPort``.

    ``address`` is ``tcp://host:3310`` or ``unix:///run/clamav/clamd.ctl``; one scan takes ``timeout_s`` at
    most, sending included.
    """

    def __init__(self, address: str, timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s

    def scan(self, file: BinaryIO) -> ScanVerdict:
        """Have ``file`` scanned from where it stands to its end."""
        deadline = time.monotonic() + self._timeout_s
        try:
            with self._connect() as connection:
                self._send(connection, file, deadline)
                answer = self._answer(connection, deadline)
        except TimeoutError as error:
            raise OutsideTimeout(SYSTEM, f"{SYSTEM}没有按时应答") from error
        except OSError as error:
            raise OutsideUnavailable(SYSTEM, f"{SYSTEM}连不上:{error.strerror or error}") from error
        return _read(answer)

    def _connect(self) -> socket.socket:
        parts = urlsplit(self._address)
        if parts.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(_CONNECT_S)
            try:
                connection.connect(str(Path(parts.path)))
            except OSError:
                connection.close()
                raise
            return connection
        return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), _CONNECT_S)

    def _send(self, connection: socket.socket, file: BinaryIO, deadline: float) -> None:
        """A daemon that has seen enough (its size limit) answers and closes: then its answer counts."""
        try:
            connection.sendall(b"zINSTREAM\0")
            while piece := file.read(_PIECE):
                connection.settimeout(_left(deadline))
                connection.sendall(struct.pack(">L", len(piece)) + piece)
            connection.sendall(struct.pack(">L", 0))
        except (BrokenPipeError, ConnectionResetError):
            return

    def _answer(self, connection: socket.socket, deadline: float) -> str:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            connection.settimeout(_left(deadline))
            piece = connection.recv(_LONGEST_ANSWER)
            if not piece:
                break
            answer += piece
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(answer: str) -> ScanVerdict:
    body = answer.partition("stream: ")[2]
    if body == "OK":
        return ScanVerdict(clean=True)
    if body.endswith(" FOUND"):
        return ScanVerdict(clean=False, found=body.removesuffix(" FOUND"))
    if answer.endswith("ERROR"):
        raise OutsideRefused(SYSTEM, f"{SYSTEM}不能查这个文件", reason=answer[:200])
    raise OutsideProtocolError(SYSTEM, f"{SYSTEM}应答有误")
