"""演练: the days of a story in order, over all its cases. The business clock goes from day to day.

On each day first what the clock and outside systems owe, then what people do, case by case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from cli.demo.case_player import CasePlayer
from cli.demo.engines import Engine
from cli.demo.stage import Stage, StoryError
from domain.permissions import AccessRole
from domain.refusal import Refused
from services.access.administrators import FIRST_NAMES
from services.clock import today
from services.rehearsing import move_clock

MOVER = FIRST_NAMES[AccessRole.SYSTEM_ADMIN]
"""Who moves the business clock of the rehearsal."""
LONGEST = 2000
"""Days of interest that a story may have; more means that it does not end."""


@dataclass
class Driving:
    """演练的进行."""

    stage: Stage
    engine: Engine
    players: Sequence[CasePlayer]
    days: int = 0
    _next: dict[str, date | None] = field(default_factory=dict)

    def run(self) -> date:
        """Play to the end of the story; return its last business date."""
        day = today(self.stage.runtime.db, self.stage.runtime.wall)
        last = self.stage.story.ends_on
        self._next = {player.case_id: player.next_day(day) for player in self.players}
        while True:
            coming = min((day for day in self._next.values() if day is not None), default=None)
            if coming is None or coming > last:
                break
            day = max(day, coming)
            self._play(day)
        self._move(last)
        self.engine.timers()
        for player in self.players:
            player.reload(last)
        return last

    def _play(self, day: date) -> None:
        self.days += 1
        if self.days > LONGEST:
            raise StoryError(f"演练走了 {LONGEST} 天仍未结束,剧本有误")
        self._move(day)
        self.engine.timers()
        for player in self.players:
            due = self._next[player.case_id]
            if due is not None and due <= day:
                self._play_one(player, day)
                self._next[player.case_id] = self._after(player, day)

    def _play_one(self, player: CasePlayer, day: date) -> None:
        player.reload(day)
        player.play_day(day)
        while player.machine_waits():
            self._outside(player, day)
            player.play_day(day)

    def _outside(self, player: CasePlayer, day: date) -> None:
        def answered() -> bool:
            player.reload(day)
            return not player.machine_waits()

        self.engine.outside(answered)

    def _after(self, player: CasePlayer, day: date) -> date | None:
        coming = player.next_day(day)
        if coming is not None and coming <= day:
            # Done for today; whatever still falls on today would be asked for again and again.
            coming = self.stage.calendar.add_workdays(day, 1)
        return coming

    def _move(self, day: date) -> None:
        runtime = self.stage.runtime
        moved = move_clock(
            runtime.db, day, actor=MOVER, wall=runtime.wall, command_id=f"demo:clock:{day.isoformat()}"
        )
        if isinstance(moved, Refused):
            raise StoryError(moved.message, moved)


def nothing_left(players: Sequence[CasePlayer]) -> list[str]:
    """Cases that should have ended and have not, with the step they stand at."""
    return [
        f"{player.unit.name}({player.case_id})" for player in players if player.completes and not player.done
    ]
