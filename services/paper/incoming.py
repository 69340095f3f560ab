"""来件暂存: a scan lies on disk while it is read; what a killed process left is swept at the next start.

A file is locked by the process that writes it, so that a sweep at any time takes only what nobody holds.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

_PREFIX: Final = "scan-"


@contextmanager
def scan_aside(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file for a scan, gone when it was read."""
    while True:
        path = folder / f"{_PREFIX}{secrets.token_hex(16)}"
        file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists():
            break
        # A sweep came between creating and locking.
        file.close()
    with file:
        try:
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def sweep_scans(folder: Path) -> int:
    """Remove what processes left that were killed; return how many files."""
    swept = 0
    for path in sorted(folder.glob(f"{_PREFIX}*")):
        with suppress(OSError), path.open("rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            swept += 1
    return swept
