"""A process that acts and is killed: ``python -m tests.services.acting_alone URL WHEN``; for crash tests."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from typing import NoReturn

from config.clock import FixedClock
from models.database import Database
from tests.services.acting import Office, submitting


def _die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("killed, and still here")


def main() -> None:
    """Submit step 1.1 of case 0, and die before the commit or between commit and answer."""
    url, when = sys.argv[1:3]
    office = Office(Database(url), FixedClock(datetime(2022, 3, 2, 1, 0, tzinfo=UTC)))
    # Notices are asked for when everything of the act is written and nothing is committed.
    if when == "before":
        office.send(submitting(), "clerk-0", notices=_die)
    office.send(submitting(), "clerk-0")
    _die()


if __name__ == "__main__":
    main()
