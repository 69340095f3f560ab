"""Trouble with time on a walk: objections in time and late, and notices that move every date."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from domain import commands as c
from domain.objections import ObjectionResult
from domain.refusal import Refused
from domain.workdays import DayKind, DayOverride, WorkCalendar, work_calendar
from tests.domain.play import MACHINE, REASON, calendar
from tests.domain.walk import PEOPLE
from tests.domain.walk_fair import Fair

SOURCE = "示例办〔2022〕1号"
OTHER: WorkCalendar = work_calendar(
    "示例",
    overrides=[
        DayOverride(day, DayKind.HOLIDAY, SOURCE, "示例节")
        for year in range(2022, 2032)
        for month in range(1, 13)
        for day in (date(year, month, number) for number in range(1, 8))
        if day.weekday() == 0
    ],
)
"""The calendar with every first Monday of a month off."""


class Timely(Fair):
    """A walk with hands that object, and on which the calendar changes."""

    def any_step(self, rng: Random) -> str:
        keys = [*self.now.steps, *(s for s in self.model.steps if s not in self.now.steps)]
        return rng.choice(keys)

    def objecting(self, rng: Random) -> None:
        """异议: in time, late, anonymous or by name, answered by anyone, to anything."""
        open_ = [key for key, state in self.now.steps.items() if state.period is not None]
        key = rng.choice(open_) if open_ and rng.randint(1, 5) > 1 else self.any_step(rng)
        by = rng.choice(["zone.handler", "reform.handler", rng.choice(PEOPLE)])
        on = self.today - timedelta(days=rng.choice([0, 0, 2, 9]))
        if rng.randint(1, 3) == 1:
            objection = rng.choice([*self.state(key).objections, "0"])
            told = {"objection": objection, "result": rng.choice(list(ObjectionResult)), "opinion": REASON}
            self.act(c.AnswerObjection, by, step=key, on=on, **told)
            return
        who = rng.choice([{"anonymous": True}, {"objector": REASON}, {}])
        self.act(c.RaiseObjection, by, step=key, on=on, opinion=REASON, **who)

    def recounting(self, rng: Random) -> None:
        """A notice is loaded, or taken back; a second recount finds nothing more to move."""
        self.calendar = calendar() if self.calendar is OTHER else OTHER
        for _ in range(2):
            result = self.act(c.RecountDates, MACHINE, source=SOURCE)
        assert isinstance(result, Refused), "a second recount found something to move"
        assert result.code in ("recount.nothing", "case.ended"), result
