"""An office (示例) whose clerk and head are told through channels that a test scripts."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from config.clock import BUSINESS_TIMEZONE, FixedClock
from config.settings import Settings
from domain.notices.channels import Mode
from domain.notices.letters import LetterState
from domain.outside import DeliveryOutcome, DeliveryResult, Letter
from models.database import Database
from models.statements import LETTER
from services.bootstrap import Runtime, open_runtime
from services.notices import IN_APP, notices_by
from services.notifying.claiming import claim_letters
from services.notifying.driving import go_round
from services.notifying.sending import send_letters
from services.notifying.wishes import SetWish, set_wish
from tests.services.acting import Office, done, opening, prepare

CLERK: Final = "clerk-0"
ADDRESSES: Final = {
    "dingtalk": "p1",
    "wecom": "p1",
    "feishu": "p1",
    "email": "p1@example.invalid",
    "sms": "13800000001",
}
LOST: Final = DeliveryResult(message_id="", outcome=DeliveryOutcome.UNKNOWN, detail="没有答复", down=True)
DOWN: Final = DeliveryResult(
    message_id="", outcome=DeliveryOutcome.FAILED, retry_after=1.0, detail="连不上", down=True
)
BUSY: Final = DeliveryResult(
    message_id="", outcome=DeliveryOutcome.FAILED, retry_after=1.0, detail="太快", tried=False, down=True
)
NO: Final = DeliveryResult(message_id="", outcome=DeliveryOutcome.FAILED, detail="拒收")


class Scripted:
    """A channel that answers as it was told to, then well; it keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[Letter] = []
        self.answers: list[DeliveryResult] = []
        self.before: Callable[[], None] | None = None

    def send(self, letter: Letter) -> DeliveryResult:
        """Take one letter."""
        if self.before is not None:
            self.before()
        self.given.append(letter)
        if self.answers:
            return self.answers.pop(0)
        return DeliveryResult(message_id=letter.id, outcome=DeliveryOutcome.SENT)

    @property
    def titles(self) -> list[str]:
        """The titles of what it was given."""
        return [letter.title for letter in self.given]


class Told:
    """The office with its channels."""

    def __init__(self, url: str, wall: FixedClock, *channels: str, **settings: Any) -> None:
        self.db: Database = prepare(url, wall, units=2)
        self.wall = wall
        self.ports = {name: Scripted() for name in channels}
        runtime = open_runtime(Settings(database_url=url, **settings), wall)
        people = ("people",) if channels else ()
        self.runtime: Runtime = dataclasses.replace(
            runtime,
            notifying=dataclasses.replace(runtime.notifying, ports=self.ports),
            notices=notices_by(IN_APP, *people),
        )
        self.office = Office(self.db, wall)
        self.rng = random.Random(7)  # noqa: S311 (spreads retries)

    def wish(self, channel: str, mode: Mode = Mode.ALL, person: str = CLERK) -> None:
        """A person says what they want."""
        asked = SetWish(person=person, channel=channel, mode=mode, address=ADDRESSES[channel])
        refused = set_wish(
            self.runtime.notifying, person, asked, command_id=f"wish-{person}-{channel}-{mode}"
        )
        assert refused is None, refused

    def open(self, unit: int = 0) -> None:
        """Open a case: eight steps wait for its clerk."""
        done(self.office.send(opening(unit), "head", notices=self.runtime.notices))

    def go(self) -> int:
        """One round of everything that can go now."""
        return go_round(self.runtime, "relay", self.rng)

    def send(self, channel: str) -> list[str]:
        """Send what one channel has; the states that came of it."""
        claims = claim_letters(self.runtime.notifying, "relay", 30.0, channel)
        return [each.state for each in send_letters(self.runtime.notifying, channel, claims, self.rng)]

    def at(self, day: str, hour: str) -> None:
        """Set both clocks to an instant of Beijing."""
        self.wall.set(datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=BUSINESS_TIMEZONE))

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.wall.advance(timedelta(seconds=seconds))

    def states(self, channel: str = "") -> dict[LetterState, int]:
        """How many letters are in which state."""
        found: dict[LetterState, int] = {}
        for row in self.rows(channel):
            state = LetterState(row["state"])
            found[state] = found.get(state, 0) + 1
        return found

    def rows(self, channel: str = "") -> list[Mapping[str, Any]]:
        """The letters."""
        wanted = select(LETTER).order_by(LETTER.c.created_at, LETTER.c.id)
        if channel:
            wanted = wanted.where(LETTER.c.channel == channel)
        with self.db.read() as session:
            return [dict(row) for row in session.connection().execute(wanted).mappings()]

    def close(self) -> None:
        """Give everything back."""
        self.runtime.close()
        self.db.close()
