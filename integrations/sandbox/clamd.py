"""查杀演练服务器: speaks ClamAV's INSTREAM and finds the EICAR test string, wherever in the stream it lies.

Not a scanner: it stands where ``clamd`` would, for tests and rehearsals. When ready it writes one JSON line
to standard output, as the other sandbox servers do, with the address to put into ``ZR_CLAMAV_ADDRESS``.
"""

from __future__ import annotations

import argparse
import signal
import socket
import socketserver
import struct
import sys
import threading
from pathlib import Path
from typing import Final

import msgspec

from integrations.sandbox.server import HOST, stop_with_parent

EICAR: Final = b"".join(
    (b"X5O!P%@AP[4", b"\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-", b"TEST-FILE!$H+H*")
)
"""In pieces, so that a scanner on a developer's machine does not take this file for one."""
_COMMAND: Final = b"zINSTREAM\0"
MODES: Final = ("ok", "silent", "garbage", "error")


class ClamdHandler(socketserver.BaseRequestHandler):
    """One connection: one command, one stream, one answer."""

    server: ClamdServer
    request: socket.socket

    def handle(self) -> None:
        """Read the stream and answer."""
        if self._exactly(len(_COMMAND)) != _COMMAND:
            self._say(b"UNKNOWN COMMAND")
            return
        found = self._search()
        if self.server.mode == "silent":
            self.server.stopping.wait()
        elif self.server.mode == "garbage":
            self._say(b"HTTP/1.1 200 OK")
        elif self.server.mode == "error":
            self._say(b"INSTREAM size limit exceeded. ERROR")
        else:
            self._say(b"stream: Eicar-Test-Signature FOUND" if found else b"stream: OK")

    def _search(self) -> bool:
        found, kept = False, b""
        while length := struct.unpack(">L", self._exactly(4))[0]:
            window = kept + self._exactly(length)
            found = found or EICAR in window
            kept = window[-len(EICAR) :]
        return found

    def _exactly(self, amount: int) -> bytes:
        data = b""
        while len(data) < amount:
            piece = self.request.recv(amount - len(data))
            if not piece:
                raise ConnectionAbortedError
            data += piece
        return data

    def _say(self, answer: bytes) -> None:
        self.request.sendall(answer + b"\0")


class ClamdServer(socketserver.ThreadingTCPServer):
    """The server, on TCP or, given a path, on a unix socket."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, path: Path | None, mode: str) -> None:
        self.mode = mode
        self.path = path
        self.stopping = threading.Event()
        if path is not None:
            self.address_family = socket.AF_UNIX
            self.allow_reuse_address = False
        super().__init__(str(path) if path is not None else (HOST, port), ClamdHandler)  # type: ignore[arg-type]

    @property
    def url(self) -> str:
        """The address as the setting wants it."""
        return f"tcp://{HOST}:{self.server_address[1]}" if self.path is None else f"unix://{self.path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Print no traceback for a client that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Stop serving; safe to call from a signal handler and more than once."""
        self.stopping.set()
        threading.Thread(target=self.shutdown, daemon=True).start()


def main() -> None:
    """Run the server."""
    parser = argparse.ArgumentParser(prog="python -m integrations.sandbox.clamd")
    parser.add_argument("--port", type=int, default=0, help="端口,0 表示任选一个空闲端口")
    parser.add_argument("--unix", type=Path, default=None, help="改用这个路径的套接字")
    parser.add_argument("--mode", choices=MODES, default="ok", help="演练故障:不应答、乱应答、报错")
    parser.add_argument("--with-parent", action="store_true", help="标准输入关闭时退出")
    given = parser.parse_args()
    with ClamdServer(given.port, given.unix, given.mode) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        if given.with_parent:
            threading.Thread(target=stop_with_parent, args=(server.stop,), daemon=True).start()
        port = 0 if given.unix else int(server.server_address[1])
        sys.stdout.write(
            msgspec.json.encode({"name": "clamd", "url": server.url, "port": port}).decode() + "\n"
        )
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
