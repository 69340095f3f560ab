"""红灯记录: when a step became red, when that ended, how often and how long; worked out from the ledger.

The same acts give the same record, whenever and however often it is worked out: a day on which nothing ran is
made up by looking back, and a lamp that has turned back keeps its red past. What the system showed is kept
too: a step that was done in time, and recorded only after it had turned red, has a record marked 误亮, which
counts in no figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import msgspec

from domain.case import NOTHING, Case
from domain.events import Event
from domain.evolve import evolve
from domain.lamp_policy import LampPolicy, Rung
from domain.lamps import LampRule, Red, red_from
from domain.plan import Plan
from domain.states import CASE_STATUS_TITLES, OPEN, STATUS_TITLES, CaseStatus
from domain.term_changes import standing
from domain.workdays import WorkCalendar


class Act(msgspec.Struct, frozen=True):
    """一次办理: the events of one ledger row, when it happened and when the system learnt of it."""

    events: tuple[Event, ...]
    occurred_on: date
    known_on: date


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """一段红灯: one step, one rule, first and last day."""

    step: str
    began_on: date
    rule: LampRule
    due_on: date | None = None
    checks: tuple[str, ...] = ()
    ended_on: date | None = None
    """The day on which it ended, by when that happened; None while it is red."""
    ended_by: str = ""
    mistaken: bool = False
    """误亮: what ended it had happened before it began, and was recorded late."""

    def workdays(self, today: date, calendar: WorkCalendar) -> int:
        """How many working days it was red, first and last included; at least one, none where 误亮."""
        if self.mistaken:
            return 0
        before = self.began_on - timedelta(days=1)
        return max(calendar.workdays_between(before, min(self.ended_on or today, today)), 1)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """红灯统计 of a step or a case: how often, how long in all and at longest, in working days."""

    times: int = 0
    total: int = 0
    longest: int = 0
    red: bool = False


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """到级: a rung of the ladder that a spell of red has come to, and the day on which it did."""

    rung: Rung
    on: date


PlanFor = Callable[[Case], Plan | None]
"""Which plan a case runs on; None where its version was never published."""


class History:
    """红灯记录 of one case: take its acts in the order of the ledger, then ask."""

    def __init__(self, plan_for: PlanFor) -> None:
        self._plan_for = plan_for
        self._case: Case | None = None
        self._plan: Plan | None = None
        self._since: dict[str, date] = {}
        """Step → when what its lamp rests on last changed."""
        self._open: dict[str, Spell] = {}
        self._closed: list[Spell] = []

    def take(self, act: Act) -> None:
        """Go on by one act: first what had turned red until it was known, then what it changed."""
        before, after = self._case, self._case
        for event in act.events:
            after = evolve(after, event)
        plan = self._plan_for(after) if after is not None else None
        if after is None or plan is None:
            return
        changed = _changed(before, after) if plan is self._plan else list(after.steps)
        was = {key: red_from(self._plan or plan, before, key) for key in changed} if before else {}
        for key, red in was.items():
            self._turn(key, red, max(act.occurred_on, act.known_on))
        self._case, self._plan = after, plan
        for key in changed:
            self._settle(key, was.get(key), red_from(plan, after, key), after, act)

    def _turn(self, key: str, red: Red | None, until: date) -> None:
        """Open the record of a step that was red by ``until``."""
        if red is None or key in self._open:
            return
        began = max(red.on, self._since.get(key, red.on))
        if began <= until:
            self._open[key] = Spell(
                step=key, began_on=began, rule=red.rule, due_on=red.due_on, checks=red.checks
            )

    def _settle(self, key: str, was: Red | None, red: Red | None, after: Case, act: Act) -> None:
        if red != was:
            self._since[key] = act.occurred_on
        spell = self._open.get(key)
        if spell is None or (red is not None and _goes_on(spell, red, act.occurred_on)):
            return
        mistaken = _effective(after, key, act) < spell.began_on
        self._closed.append(
            msgspec.structs.replace(
                self._open.pop(key),
                ended_on=act.known_on if mistaken else act.occurred_on,
                ended_by=_why(after, key),
                mistaken=mistaken,
            )
        )

    def spells(self, today: date) -> tuple[Spell, ...]:
        """红灯记录 up to the end of ``today``, in order of their first days; what is red then is open."""
        if self._case is not None and self._plan is not None:
            for key in self._case.steps:
                self._turn(key, red_from(self._plan, self._case, key), today)
        found = [*self._closed, *self._open.values()]
        return tuple(sorted(found, key=lambda each: (each.began_on, each.step)))

    def next_red(self, today: date) -> date | None:
        """The next day on which a step turns red if nobody does anything; None where none will."""
        if self._case is None or self._plan is None:
            return None
        coming = (red_from(self._plan, self._case, key) for key in self._case.steps)
        return min((red.on for red in coming if red is not None and red.on > today), default=None)


def _changed(before: Case | None, after: Case) -> list[str]:
    """The steps whose lamp may have changed: compared by identity, for a state not written is the same."""
    if before is None:
        return list(after.steps)
    if before.checks is not after.checks or before.held != after.held or before.status is not after.status:
        return list(dict.fromkeys([*before.steps, *after.steps]))
    return [
        key
        for key in dict.fromkeys([*before.steps, *after.steps])
        if before.steps.get(key) is not after.steps.get(key)
    ]


def _goes_on(spell: Spell, red: Red, on: date) -> bool:
    return red.rule is spell.rule and red.on <= max(spell.began_on, on)


def _effective(after: Case, key: str, act: Act) -> date:
    """When what ended a spell took effect: a clock may be stopped from an earlier day on."""
    stop = standing(after.steps.get(key, NOTHING).stops)
    return min(act.occurred_on, stop.since) if stop is not None else act.occurred_on


def _why(case: Case, key: str) -> str:
    state = case.steps.get(key, NOTHING)
    if case.status is CaseStatus.TERMINATED:
        return CASE_STATUS_TITLES[case.status]
    if state.due is not None and state.status in OPEN:
        return "时限顺延" if state.due.date else "停止计时"
    return STATUS_TITLES[state.status]


def record(found: Iterable[Spell], today: date, calendar: WorkCalendar) -> Record:
    """红灯统计; 误亮 counts nowhere."""
    real = [each for each in found if not each.mistaken]
    days = [each.workdays(today, calendar) for each in real]
    return Record(
        times=len(real),
        total=sum(days),
        longest=max(days, default=0),
        red=any(each.ended_on is None for each in real),
    )


def rungs(policy: LampPolicy, spell: Spell, today: date, calendar: WorkCalendar) -> tuple[Reached, ...]:
    """到级: the rungs that a spell has come to by ``today``, the lowest first; each on a working day."""
    if spell.mistaken:
        return ()
    before = spell.began_on - timedelta(days=1)
    last = min(spell.ended_on or today, today)
    reached = [Reached(rung=rung, on=calendar.add_workdays(before, rung.after)) for rung in policy.escalation]
    return tuple(each for each in reached if each.on <= last)
