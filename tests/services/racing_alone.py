"""Racers, each a process that opens the database on its own, waits for the start, acts, tells its answers.

`python -m tests.services.racing_alone URL START PERSON:ID …` with `ID` in the command ids, or `same`; prints
the answers of all in the order in which they were named. They are forked from one process, which loads the
program once and opens nothing.
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


def racer(url: str, start: Path, name: str) -> int:
    """Fork one racer, whose answers come through a pipe; return the end to read from."""
    out, into = os.pipe()
    if os.fork() == 0:
        person, number = name.split(":")
        os.write(into, json.dumps(race(url, start, person, number)).encode())
        os._exit(0)
    os.close(into)
    return out


if __name__ == "__main__":
    ends = [racer(sys.argv[1], Path(sys.argv[2]), name) for name in sys.argv[3:]]
    answers = [json.loads(Path(f"/dev/fd/{end}").read_bytes()) for end in ends]
    assert all(os.wait()[1] == 0 for _ in ends), "a racer fell"
    sys.stdout.write(json.dumps(answers))
