"""One random walk through one case: every act goes through `decide`, and after each everything is checked."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import msgspec

from domain import commands as c
from domain import events as e
from domain.case import NOTHING, Case, StepState
from domain.decide import Accepted, decide
from domain.evolve import evolve
from domain.gates import awaited_checks
from domain.judging import Actor, Facts, Judgement
from domain.open_work import Timer, WorkItem, open_timers, open_work
from domain.plan import compile_plan
from domain.programme import Programme
from domain.refusal import Refused
from domain.settle import settle
from domain.touched import touched
from tests.domain.play import KNOWN, ROLE_BODIES, START, calendar, person
from tests.domain.walk_model import Model

BY_ITSELF = {e.SignedBefore}
"""Events that no command asks for, and that the walks must come to."""
CHINESE = re.compile("[\u4e00-\u9fff]")
BODIES = ("zone", "county", "city", "reform")
PEOPLE = [f"{body}.{place}{n}" for body in BODIES for place in ("handler", "head") for n in ("", "2")]
PEOPLE += [
    "area1.head",
    "area2.head",
    "a.handler",
    "b.handler",
    "a.handler2",
    "b.handler2",
    "nobody.x",
    "both.zone",
    *(f"{body}.proxy" for body in BODIES),
]
PROXY_KINDS = {
    "submit",
    "invite",
    "decide",
    "record",
    "check",
    "adopt",
    "change",
    "confirm_changes",
    "reread",
    "read",
    "follow_up",
}
ROWS = (
    {"name": "a", "body": "b-a", "way": "new"},
    {"name": "b", "body": "b-b", "way": "merged"},
)
_CASES = msgspec.msgpack.Decoder(Case)
_EVENTS = msgspec.msgpack.Decoder(list[e.AnyEvent])
_COMMANDS = msgspec.msgpack.Decoder(c.AnyCommand)


def first(actor: Actor, item: WorkItem) -> str:
    """For whom a deputy of several acts in a place: the first of them."""
    return next(
        away.person
        for away in actor.acting_for
        if away.body == item.body and item.position in (away.position, "any")
    )


class Walk:
    """A case, the model beside it, and the count of what happened."""

    def __init__(self, programme: Programme, rng: Random) -> None:
        self.programme = programme
        self.plan = compile_plan(programme)
        self.model = Model(programme)
        self.today = START
        self.calendar = calendar()
        self.case: Case | None = None
        self.stream: list[e.Event] = []
        self.count = 0
        self.told: Counter[str] = Counter()
        self.last: tuple[c.Command, str | Actor] | None = None
        adapters = {s: rng.choice(["manual", "http"]) for s in ("company_registry", "filing")}
        opened = self.act(c.OpenCase, "reform.handler", unit="u", unit_name="示例开发区", adapters=adapters)
        assert isinstance(opened, Accepted), opened

    # --- acting

    def act(self, kind: type[c.Command], by: str | Actor, /, **fields: Any) -> Accepted | Refused:
        """One command, as the services would bring it."""
        self.count += 1
        on = fields.pop("on", self.today)
        if issubclass(kind, c.StepCommand):
            fields.setdefault("round", self.state(fields["step"]).round)
        return self.bring(kind(command_id=f"c{self.count}", case="k", occurred_on=on, **fields), by)

    def bring(self, command: c.Command, by: str | Actor) -> Accepted | Refused:
        """Judge, take over, check."""
        actor = person(by) if isinstance(by, str) else by
        named = getattr(command, "decided_by", "")
        facts = Facts(
            today=self.today,
            actor=actor,
            calendar=self.calendar,
            bodies=ROLE_BODIES,
            decider=person(named) if "." in named else None,
            named=person(command.to) if isinstance(command, c.HandOver | c.Delegate) else None,
            known_bodies=KNOWN,
        )
        assert _COMMANDS.decode(msgspec.msgpack.encode(command)) == command
        before = self.case
        result = decide(self.plan, before, command, facts)
        self.last = (command, by)
        if isinstance(result, Refused):
            self._check_refusal(result)
        else:
            again = Judgement(self.plan, result.case, facts, command)
            settle(again, command.occurred_on)
            assert not again.events, "something that was ready did not go on"
            self._take(command, actor, before, result)
        return result

    def _check_refusal(self, refused: Refused) -> None:
        self.told[refused.code] += 1
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", refused.code), refused
        assert CHINESE.search(refused.message), refused
        assert CHINESE.search(refused.remedy), refused

    def _take(self, command: c.Command, actor: Actor, before: Case | None, result: Accepted) -> None:
        self.told[type(command).__name__] += 1
        self.told.update(type(event).__name__ for event in result.events if type(event) in BY_ITSELF)
        replayed = before
        for event in result.events:
            replayed = evolve(replayed, event)
        assert replayed == result.case, "the events do not make the case"
        stored = _EVENTS.decode(msgspec.msgpack.encode(result.events))
        assert tuple(stored) == result.events, "an event changes when it is stored"
        assert _CASES.decode(msgspec.msgpack.encode(result.case)) == result.case
        if before is not None:
            self._check_touched(before, result.case)
        self.case = result.case
        self.stream.extend(stored)
        self.model.accepted(command, actor.person, before, result.case)
        self.check(result.events)

    def _check_touched(self, before: Case, after: Case) -> None:
        """The few steps that an act looks at tell the whole difference."""
        few = touched(self.plan, before, after)
        for look in (open_work, open_timers):
            whole = look(self.plan, before).items() ^ look(self.plan, after).items()
            seen = look(self.plan, before, few).items() ^ look(self.plan, after, few).items()
            assert seen == whole, f"what differs beside {few}: {seen ^ whole}"

    def check(self, events: tuple[e.Event, ...]) -> None:
        """All that must hold after every accepted command."""
        case = self.now
        assert not list(self.model.faults(case))
        for event in events:
            if isinstance(event, e.StepClosed) and str(self.state(event.step).status) in (
                "closed",
                "accepted",
            ):
                assert not list(self.model.closing_faults(case, event.step))
        work = Counter(
            (str(w.kind), w.step, str(w.round), w.node, w.role, w.body, w.position, w.not_person)
            for w in self.work.values()
        )
        expected = self.model.work(case)
        assert work == expected, f"too much: {work - expected}; lost: {expected - work}"
        clocks = {(str(t.kind), t.step, t.node, t.on) for t in self.timers.values()}
        assert clocks == self.model.clocks(case)
        if case.status == "open":
            held = any(s.status == "suspended" for s in case.steps.values())
            awaited = list(awaited_checks(self.plan, case))
            assert awaited == self.model.awaited(case)
            some = held or clocks or awaited or any(self.holders(w) for w in self.work.values())
            assert some, "a stall"

    def replay(self) -> None:
        """The whole stream, from nothing, gives the case."""
        case: Case | None = None
        for event in self.stream:
            case = evolve(case, event)
        assert case == self.case

    # --- looking

    @property
    def now(self) -> Case:
        assert self.case is not None
        return self.case

    @property
    def work(self) -> dict[str, WorkItem]:
        return open_work(self.plan, self.now)

    @property
    def timers(self) -> dict[str, Timer]:
        return open_timers(self.plan, self.now)

    def state(self, key: str) -> StepState:
        return self.case.steps.get(key, NOTHING) if self.case else NOTHING

    def holders(self, item: WorkItem) -> list[str]:
        """Who of the cast may take an item up; for a committee, those who may record for it."""
        if item.kind == "decide" and item.role == "committee":
            return ["county.handler", "county.handler2"]
        found = []
        if item.position.startswith("@"):
            return [name for name in PEOPLE if item.position == f"@{name}" and item.may(name)]
        for name in PEOPLE:
            actor = person(name)
            place = (item.body, item.position) in actor.positions
            if item.may(name) and (place or (item.position == "any" and actor.works_in(item.body))):
                found.append(name)
            elif name.endswith(".proxy") and item.kind in PROXY_KINDS and item.may(name):
                for away in actor.acting_for:
                    here = away.body == item.body and item.position in (away.position, "any")
                    if here and item.may(away.person) and away.person == first(actor, item):
                        found.append(name)
        return found

    def days(self, count: int) -> None:
        self.today += timedelta(days=count)
