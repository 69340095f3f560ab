"""A writer that is killed: forks a child for each order, which stores a file and dies at the given step.

``python -m tests.services.evidence.crashing FOLDER`` reads orders as JSON lines (``seed``, ``size``, ``at``)
and answers each with whether the child died. A process of its own, so that the fork meets no thread of the
tests.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.evidence.store import EvidenceStore, Incoming

DIED = 9


def content(seed: int, size: int) -> bytes:
    """The file of an order."""
    return bytes((seed + n) % 251 for n in range(size))


class Steps:
    """Counts the steps to the disk and dies at one of them, before or after it was made."""

    def __init__(self, at: int) -> None:
        self._left = at

    def tick(self) -> None:
        """One moment at which the machine may stop."""
        if self._left == 0:
            os._exit(DIED)
        self._left -= 1

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call with a moment before and one after it."""

        def stepping(*args: Any, **more: Any) -> Any:
            self.tick()
            result = call(*args, **more)
            self.tick()
            return result

        return stepping


class Pieces:
    """A stream in small pieces, each with a moment before it."""

    def __init__(self, data: bytes, steps: Steps) -> None:
        self._data = data
        self._steps = steps

    def read(self, size: int, /) -> bytes:
        """Return the next piece."""
        self._steps.tick()
        piece, self._data = self._data[:700], self._data[700:]
        return piece


def write(store: EvidenceStore, data: bytes, at: int) -> None:
    """Store ``data``, dying at step ``at``."""
    steps = Steps(at)
    os.open = steps.around(os.open)
    os.fsync = steps.around(os.fsync)
    os.fchmod = steps.around(os.fchmod)
    fcntl.flock = steps.around(fcntl.flock)
    Path.rename = steps.around(Path.rename)  # type: ignore[method-assign]
    Path.unlink = steps.around(Path.unlink)  # type: ignore[method-assign]
    with store.incoming() as incoming:
        assert isinstance(incoming, Incoming)
        assert incoming.fill(Pieces(data, steps)) is None
        with store.locked(incoming.digest):
            assert incoming.place() is None


def main() -> None:
    """Carry out the orders."""
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            write(EvidenceStore(folder), content(order["seed"], order["size"]), order["at"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in {0, DIED}, code
        sys.stdout.write(json.dumps(code == DIED) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
