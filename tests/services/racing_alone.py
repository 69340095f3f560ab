"""One racer: opens the database on its own, waits for the start, acts, prints what it was answered.

`python -m tests.services.racing_alone URL START PERSON ID` with `ID` in the command ids, or `same`.
"""

import json
import os
import sys
import time
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from config.clock import SystemClock
from domain.refusal import Refused
from models.database import Database
from services.acts import Entry, act
from services.notices import no_notices
from tests.services.acting import CODE, STEPS, agreeing


def race(url: str, start: Path, person: str, name: str) -> list[str]:
    """Agree to every step, as the others do in the same moment."""
    told: list[str] = []
    with closing(Database(url)) as db:
        Path(f"{start}.{os.getpid()}").touch()
        while not start.exists():
            time.sleep(0.001)
        for step in STEPS:
            command = agreeing(step)
            if name != "same":
                command = replace(command, command_id=f"{command.command_id}-{name}")
            answer = act(
                db, command, Entry(actor=person), wall=SystemClock(), programme=(CODE, 1), notices=no_notices
            )
            told.append(answer.code if isinstance(answer, Refused) else f"done {answer.repeated}")
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(race(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4])))
