"""舞台: what every player of the rehearsal needs: the system, the people, the calendar, numbers for papers.

Nothing here writes a table; acts go through `services.desk`, as anybody's do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from domain.programme import BodyKind
from domain.refusal import Refused
from domain.workdays import WorkCalendar
from samples.story import Story
from services.acts import Entry
from services.bootstrap import Runtime
from services.desk import Desk
from services.mirroring import body_names
from services.organisation import Organisation
from services.world import world_of

CHANNEL = "cli"


class StoryError(Exception):
    """演练中断: an act of the script was refused, or the story does not go on; the message is Chinese."""

    def __init__(self, message: str, refused: Refused | None = None) -> None:
        super().__init__(message)
        self.refused = refused


@dataclass
class Stage:
    """舞台."""

    runtime: Runtime
    story: Story
    say: Callable[[date, str, str], None]
    """Tells what happened: day, unit, words."""
    papers: Path
    """Where 示例 files are written before they are handed in."""
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        world = world_of(self.runtime.db)
        heads = world.heads()
        self.calendar: WorkCalendar = world.calendar(heads)
        self.organisation: Organisation = world.organisation(heads)
        self.names = body_names(self.runtime.db)
        self.papers.mkdir(parents=True, exist_ok=True)

    def holder(self, body: str, position: str, on: date, *, other_than: str = "") -> str:
        """A person who holds a position, none of those who may not do it, who stand between spaces."""
        for person in self.organisation.holders(body, position, on):
            if f" {person} " not in f" {other_than} ":
                return person
        raise StoryError(f"“{self.names.get(body, body)}”的岗位 {position} 在 {on} 没有人,样例不完整")

    def desk(self, person: str, case_id: str) -> Desk:
        """A person's desk at a case."""
        return Desk(self.runtime, Entry(actor=person, channel=CHANNEL), case_id)

    def number(self, of: str, on: date) -> str:
        """The next 示例 document number of an issuer in a year."""
        self.numbers[of, on.year] += 1
        return f"示例〔{on.year}〕{self.numbers[of, on.year]}号"

    def signs_in(self, body: str, declared: BodyKind) -> bool:
        """Whether a body works in the system, or others record what it decides."""
        place = self.organisation.places.get(body)
        return (place.kind if place else declared) == BodyKind.ACCOUNT
