"""轮到写: taking SQLite's one write lock, with a short wait between two tries.

Why: SQLite's own patience (``busy_timeout``) grows its pauses up to a tenth of a second. Beside a relay that
writes often, a person's act would sleep through many moments at which the lock was free.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Final

PATIENCE_S: Final = 10.0
"""How long a transaction waits for another one's lock, and a caller for a free connection."""
PAUSE_S: Final = 0.002
_KIND: Final = 0xFF
"""SQLite's extended codes keep the kind of error in the lowest byte."""


def begin_writing(connection: sqlite3.Connection) -> None:
    """Begin a write transaction as soon as no other process holds the lock.

    Raises:
        sqlite3.OperationalError: the lock was not free for ``PATIENCE_S``, or something else is wrong.
    """
    until = time.monotonic() + PATIENCE_S
    connection.execute("PRAGMA busy_timeout=0").close()
    try:
        while not _began(connection, last=time.monotonic() >= until):
            time.sleep(PAUSE_S)
    finally:
        connection.execute(f"PRAGMA busy_timeout={round(PATIENCE_S * 1000)}").close()


def _began(connection: sqlite3.Connection, *, last: bool) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE").close()
    except sqlite3.OperationalError as error:
        if last or error.sqlite_errorcode & _KIND != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
