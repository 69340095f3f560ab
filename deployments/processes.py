"""进程管理: child processes that are started, watched and ended by their handle, never by a name.

Each child is in its own session, so that Ctrl-C in a terminal reaches only the supervisor, which then ends
its children in order. On Linux the system itself tells a child to end when its supervisor is killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Final

_PR_SET_PDEATHSIG: Final = 1
LONGEST_LOG: Final = 10_000_000
STOP_S: Final = 20.0
_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _end_with_parent(yielding: int) -> None:
    """Runs in the child before it becomes the program: SIGTERM for it when the supervisor dies."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if yielding:
        os.nice(yielding)


@dataclass
class Child:
    """子进程: how it is started, and its handle while it runs."""

    name: str
    title: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    yielding: int = 0
    """By how much it gives way to other processes, as ``nice`` counts it."""
    process: subprocess.Popen[bytes] | None = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it; what it says goes to its log."""
        with self._open_log() as log:
            self.process = subprocess.Popen(  # noqa: S603  the command is ours
                list(self.command),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(_end_with_parent, self.yielding),
            )

    def _open_log(self) -> IO[bytes]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        return self.log.open("ab")

    @property
    def runs(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Its exit code; ``None`` while it runs or before it was started."""
        return None if self.process is None else self.process.poll()

    def stop(self, patience_s: float = STOP_S) -> bool:
        """End it and wait; what does not end by itself is killed. Return whether it ended by itself."""
        if self.process is None or not self.runs:
            return True
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return False
        return True

    def last_words(self, lines: int = 8) -> str:
        """The end of its log, for a message about why it did not start."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def free_port(host: str, wanted: int, taken: frozenset[int] = frozenset(), tries: int = 50) -> int:
    """Return ``wanted``, or the next port after it that nobody listens on.

    Raises:
        OSError: none of ``tries`` ports is free.
    """
    for port in range(wanted, min(wanted + tries, 65536)):
        if port not in taken and _is_free(host, port):
            return port
    raise OSError(f"{host} 上从 {wanted} 起没有空闲的端口")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def wait_until(
    ready: Callable[[], bool],
    *,
    patience_s: float,
    give_up: Callable[[], bool],
    progress: Callable[[float], None],
    monotonic: Callable[[], float] = time.monotonic,
) -> bool:
    """Ask ``ready`` until it is true, ``give_up`` is true or patience ends; tell ``progress`` each 5 s."""
    began = told = monotonic()
    while not ready():
        now = monotonic()
        if give_up() or now - began > patience_s:
            return False
        if now - told >= 5.0:
            told = now
            progress(now - began)
        time.sleep(0.2)
    return True
