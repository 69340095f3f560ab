"""演练一个改革年: the sample's story (示例) day by day through the services, and what came of each day."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

import programmes
from benchmarks.year_oracle import Facts, Oracle, Reminder, Rung
from cli.demo.driving import Driving
from cli.demo.engines import ByServices
from cli.demo.setting_up import fill_database, make_database, players
from cli.demo.stage import Stage
from config.settings import Settings
from domain.states import OPEN
from models.statements import CASE, MESSAGE, RED_LAMP, STEP, WORK_ITEM
from samples.loader import load_sample
from samples.story import load_story
from services.bootstrap import Runtime, open_runtime
from services.clock import today
from services.lamps.showing import red_lamps
from services.routine import morning

REMIND: Final = '"kind":"remind"'


@dataclass
class Found:
    """What the engine did, by day."""

    acts: int = 0
    seconds: float = 0.0
    days: list[tuple[date, Facts, Facts]] = field(default_factory=list)
    """Each day with what was open in the morning and in the evening."""
    reminders: set[Reminder] = field(default_factory=set)
    red: set[tuple[date, str, str]] = field(default_factory=set)
    rungs: set[Rung] = field(default_factory=set)
    spells: set[tuple[str, str, date, date | None]] = field(default_factory=set)


class EveryDay(Driving):
    """The story, with a morning on every day of the calendar."""

    found: Found

    def play(self, first: date, last: date) -> Found:
        """From ``first`` to ``last``, whatever day it is in the database before."""
        self.found, began = Found(), time.perf_counter()
        runtime = self.stage.runtime
        rng = random.Random(0)  # noqa: S311 (spreads retries)
        self._next = {player.case_id: player.next_day(first) for player in self.players}
        seen: set[str] = set()
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            self._move(day)
            self.engine.timers()
            early = facts(runtime)
            morning(runtime, rng)
            self._look(day, seen)
            for player in self.players:
                due = self._next[player.case_id]
                if due is not None and due <= day:
                    self._play_one(player, day)
                    self._next[player.case_id] = self._after(player, day)
            self.found.days.append((day, early, facts(runtime)))
        self.found.acts = sum(player.acts for player in self.players)
        self.found.spells = set(spells(runtime))
        self.found.seconds = time.perf_counter() - began
        return self.found

    def _look(self, day: date, seen: set[str]) -> None:
        """What the morning has left behind."""
        runtime = self.stage.runtime
        with runtime.db.read() as session:
            rows = session.connection().execute(
                select(MESSAGE.c.id, MESSAGE.c.case_id, MESSAGE.c.payload).where(
                    MESSAGE.c.channel == "in_app", MESSAGE.c.payload.contains(REMIND)
                )
            )
            for row in rows:
                if row.id not in seen:
                    seen.add(row.id)
                    said = json.loads(row.payload)
                    due_on = date.fromisoformat(said["due_on"])
                    left = int(said["left"])
                    self.found.reminders.add(
                        Reminder(day, row.case_id, said["work"], due_on, said["occasion"], left)
                    )
        for lamp in red_lamps(runtime.db, day):
            self.found.red.add((day, lamp.case, lamp.step))
            for rung in lamp.reached:
                if rung.on == day:
                    self.found.rungs.add(Rung(day, lamp.case, lamp.step, rung.draft))


def facts(runtime: Runtime) -> Facts:
    """The open work and the open steps, off their tables."""
    work = select(WORK_ITEM.c.case_id, WORK_ITEM.c.key, WORK_ITEM.c.opened_on, WORK_ITEM.c.due_on).where(
        WORK_ITEM.c.due_on.is_not(None), WORK_ITEM.c.body != ""
    )
    steps = (
        select(STEP.c.case_id, STEP.c.step, STEP.c.due_on)
        .select_from(STEP.join(CASE, CASE.c.id == STEP.c.case_id))
        .where(STEP.c.state.in_([str(each) for each in OPEN]), STEP.c.due_on.is_not(None))
        .where(CASE.c.state == "open")
    )
    with runtime.db.read() as session:
        connection = session.connection()
        return Facts(
            {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(work)},
            {(row[0], row[1]): row[2] for row in connection.execute(steps)},
        )


def spells(runtime: Runtime) -> Iterator[tuple[str, str, date, date | None]]:
    """The history of red lamps as it is written, those that are open cut at the last look."""
    with runtime.db.read() as session:
        for row in session.connection().execute(select(RED_LAMP).where(RED_LAMP.c.rule == "overdue")):
            yield row.case_id, row.step, row.began_on, row.ended_on


def rehearse(folder: Path, zones: list[str], first: date | None = None, last: date | None = None) -> Found:
    """Play the sample's story, or these zones of it, from day to day."""
    settings = Settings(data_dir=folder, demo=True, _env_file=None)
    make_database(settings)
    with open_runtime(settings) as runtime:
        filled = fill_database(runtime, Path(programmes.__file__).parent, lambda _: None)
        stage = Stage(runtime, load_story(), lambda *_: None, folder / "papers")
        wanted = [
            player
            for player, case in zip(players(stage, load_sample()), stage.story.cases, strict=True)
            if not zones or case.unit in zones
        ]
        begins, ends = first or today(runtime.db, runtime.wall), last or filled.story.ends_on
        return EveryDay(stage, ByServices(runtime), wanted).play(begins, ends)


def differences(found: Found) -> list[str]:
    """Where the engine and the oracle do not agree, a line each."""
    oracle = Oracle()
    for day, early, late in found.days:
        oracle.morning(day, early)
        oracle.evening(day, late)
    return oracle.differences(found.reminders, found.red, found.rungs, found.spells)
