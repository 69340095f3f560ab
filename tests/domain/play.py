"""A small programme and its people, played through `decide` as the services would, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from domain import commands as c
from domain import events as e
from domain.case import NOTHING, Case, StepState
from domain.decide import Accepted, decide
from domain.decisions import Decision, Medium, Outcome, TextRef
from domain.evolve import evolve
from domain.judging import Acting, Actor, Facts
from domain.open_work import Timer, WorkItem, open_timers, open_work
from domain.plan import Plan, compile_plan
from domain.programme import Programme
from domain.programme_check import check
from domain.refusal import Refused
from domain.workdays import WorkCalendar, work_calendar

START = date(2022, 3, 1)
REASON = TextRef(id="t1", digest="sha256:00")
ROLE_BODIES: dict[str, tuple[str, ...]] = {
    "zone_handler": ("b-zone",),
    "zone_head": ("b-zone",),
    "county_handler": ("b-county",),
    "county_head": ("b-county",),
    "city_handler": ("b-city",),
    "city_head": ("b-city",),
    "reform_handler": ("b-reform",),
    "committee": ("b-committee",),
    "area_head": ("b-area1", "b-area2"),
    "letterbox": ("b-letterbox",),
}
"""Role → bodies, as the organisation resolves them for the unit; the company's come from register rows."""
KNOWN = {"b-zone": "管委会", "b-county": "县编办", "b-city": "市编办", "b-reform": "改革办"}
"""Bodies that the register has, by code and name."""
POSITIONS = {"handler": "handler", "head": "head", "member": "member"}


def basis() -> dict[str, str]:
    return {"text": "示例"}


def programme(
    steps: Iterable[dict[str, Any]] = (), *, stages: list[dict[str, Any]] | None = None, **more: Any
) -> Programme:
    """A programme of these steps, with the bodies and roles of `ROLE_BODIES` and a company for each row."""
    bodies = [
        {"id": "zone", "title": "管委会", "level": "unit"},
        {"id": "county", "title": "县编办"},
        {"id": "city", "title": "市编办", "level": "above"},
        {"id": "reform", "title": "改革办"},
        {"id": "committee", "title": "县委常委会", "kind": "no-account"},
        {"id": "area", "title": "参与地区", "level": "participating"},
        {"id": "letterbox", "title": "收文单位", "kind": "external"},
        {"id": "company", "title": "运营公司", "level": "item"},
    ]
    roles = [
        {"id": f"{body}_{position}", "title": f"{title}{word}", "body": body, "position": position}
        for body, title in (("zone", "管委会"), ("county", "县编办"), ("city", "市编办"))
        for position, word in (("handler", "经办"), ("head", "负责人"))
    ]
    roles += [
        {"id": "reform_handler", "title": "改革办经办", "body": "reform"},
        {
            "id": "committee",
            "title": "县委常委会",
            "body": "committee",
            "position": "member",
            "recorders": ["county_handler"],
        },
        {"id": "area_head", "title": "参与地区负责人", "body": "area", "position": "head"},
        {"id": "letterbox", "title": "收文单位", "body": "letterbox", "position": "head"},
        {"id": "company_handler", "title": "公司经办", "body": "company"},
    ]
    whole = {
        "programme": "play",
        "version": "1",
        "title": "示例专项",
        "unit": "zone",
        "overseer": "reform_handler",
        "bodies": bodies,
        "roles": roles,
        "stages": stages or [{"id": "s1", "title": "环节一", "steps": list(steps)}],
        **more,
    }
    return Programme.model_validate(whole)


def step(step_id: str, *, after: Iterable[str] = (), **more: Any) -> dict[str, Any]:
    """One step done by the zone's handler."""
    gates = [{"step": earlier} for earlier in after]
    given = {"id": step_id, "title": f"任务{step_id}", "doer": "zone_handler", **more}
    return {**given, "gates": [*gates, *more.get("gates", [])]}


def node(node_id: str, *roles: str, **more: Any) -> dict[str, Any]:
    """One node."""
    return {"id": node_id, "title": f"节点{node_id}", "roles": list(roles), **more}


def due(amount: int, unit: str = "day", **more: Any) -> dict[str, Any]:
    return {"amount": amount, "unit": unit, "basis": basis(), **more}


def paper(slot: str, **more: Any) -> dict[str, Any]:
    """An evidence slot that is only registered, so that a test needs no file."""
    return {"id": slot, "title": f"材料{slot}", "mode": "reference", **more}


@cache
def calendar() -> WorkCalendar:
    return work_calendar()


@cache
def person(name: str) -> Actor:
    """`zone.handler`, `zone.handler2`, `county.head`: the name says body and position; `nobody` has none,
    `both.zone` is the zone's handler and head at once, `zone.proxy` acts for `zone.handler` and `zone.head`.
    """
    if name == "both.zone":
        return Actor(person=name, positions=frozenset({("b-zone", "handler"), ("b-zone", "head")}))
    body, _, position = name.partition(".")
    if position == "proxy":
        away = [Acting(person=f"{body}.{p}", body=f"b-{body}", position=p) for p in ("handler", "head")]
        return Actor(person=name, acting_for=tuple(away))
    kind = position.rstrip("0123456789")
    held = frozenset({(f"b-{body}", POSITIONS[kind])}) if kind in POSITIONS else frozenset()
    return Actor(person=name, positions=held)


MACHINE = Actor(person="flow", machine=True)


class Play:
    """One case. Every act goes through `decide`; what it emits is replayed and must give the same case."""

    bodies = ROLE_BODIES

    def __init__(self, built: Programme, *, sound: bool = True, **opening: Any) -> None:
        if sound:
            faults = [fault for fault in check(built) if fault.severity == "fault"]
            assert not faults, faults
        self.plan: Plan = compile_plan(built)
        self.today = START
        self.count = 0
        self.case: Case | None = None
        self.events: list[e.Event] = []
        self.body_kinds: dict[str, str] = {}
        self.named: Actor | None = None
        self.last: Accepted | None = None
        self.given(
            c.OpenCase,
            "reform.handler",
            unit="u",
            unit_name="示例开发区",
            **opening,
        )

    # --- acting

    def facts(self, actor: Actor, decider: Actor | None = None) -> Facts:
        return Facts(
            today=self.today,
            actor=actor,
            calendar=calendar(),
            bodies=self.bodies,
            decider=decider,
            named=self.named,
            body_kinds=self.body_kinds,
            known_bodies=KNOWN,
        )

    def act(self, kind: type[c.Command], by: str | Actor, /, **fields: Any) -> Accepted | Refused:
        """Judge one command; an accepted one moves the case on."""
        self.count += 1
        on = fields.pop("on", self.today)
        if issubclass(kind, c.StepCommand):
            fields.setdefault("round", self.state(fields["step"]).round)
        command = kind(command_id=f"c{self.count}", case="k", occurred_on=on, **fields)
        actor = person(by) if isinstance(by, str) else by
        named = getattr(command, "decided_by", "")
        decider = person(named) if named and not named.startswith("b-") and "." in named else None
        self.named = person(command.to) if isinstance(command, c.HandOver | c.Delegate) else None
        result = decide(self.plan, self.case, command, self.facts(actor, decider))
        if isinstance(result, Accepted):
            self._take(result)
        return result

    def _take(self, result: Accepted) -> None:
        replayed = self.case
        for event in result.events:
            replayed = evolve(replayed, event)
        assert replayed == result.case
        self.case, self.last = result.case, result
        self.events.extend(result.events)

    def given(self, kind: type[c.Command], by: str | Actor, /, **fields: Any) -> Accepted:
        """An act that must be accepted."""
        result = self.act(kind, by, **fields)
        assert isinstance(result, Accepted), str(result)
        return result

    def refused(self, code: str, kind: type[c.Command], by: str | Actor, /, **fields: Any) -> Refused:
        """An act that must be refused with this code, and change nothing."""
        before = self.case
        result = self.act(kind, by, **fields)
        assert isinstance(result, Refused), f"accepted: {[type(x).__name__ for x in result.events]}"
        assert result.code == code, str(result)
        assert self.case is before
        return result

    def submit(self, step_id: str, by: str = "zone.handler", **fields: Any) -> Accepted:
        return self.given(c.Submit, by, step=step_id, **fields)

    def decide(self, step_id: str, by: str, outcome: Outcome = Outcome.AGREE, **fields: Any) -> Accepted:
        fields.setdefault("node", self.state(step_id).node)
        if outcome is not Outcome.AGREE:
            fields.setdefault("opinion", REASON)
        return self.given(c.Decide, by, step=step_id, outcome=outcome, **fields)

    def record(self, step_id: str, by: str, decided_by: str, **fields: Any) -> Accepted:
        """代录 on signed paper."""
        fields.setdefault("medium", Medium.SIGNED_PAPER)
        return self.decide(step_id, by, decided_by=decided_by, **fields)

    def check_last(self, step_id: str, by: str, *, agrees: bool = True) -> Accepted:
        decision = self.state(step_id).decisions[-1]
        return self.given(c.CheckDecision, by, step=step_id, decision=decision.id, agrees=agrees)

    def check_last_of(self, seat: str, by: str) -> Accepted:
        """核对原件 of what was recorded for a seat."""
        for key, state in self.now.steps.items():
            for decision in state.decisions:
                if decision.seat == seat and decision.unchecked:
                    return self.given(c.CheckDecision, by, step=key, decision=decision.id)
        raise AssertionError(f"nothing recorded for {seat} waits for its check")

    def evidence(self, step_id: str, slot: str, title: str = "一稿", **fields: Any) -> Accepted:
        by = fields.pop("by", "zone.handler")
        return self.given(c.AddEvidence, by, step=step_id, slot=slot, mode="reference", title=title, **fields)

    def register(self, step_id: str, name: str, items: Iterable[Any] = (), **fields: Any) -> Accepted:
        rows = tuple(items)
        fields.setdefault("rows", len(rows))
        fields.setdefault("root", f"root{self.count}")
        by = fields.pop("by", "zone.handler")
        return self.given(c.FillRegister, by, step=step_id, register=name, items=rows, **fields)

    def exception(self, kind: str, step_id: str, **fields: Any) -> Accepted:
        """One proposes, the overseer confirms."""
        self.propose(kind, step_id, **fields)
        return self.confirm()

    def propose(self, kind: str, step_id: str, by: str = "zone.handler", **fields: Any) -> Accepted:
        fields.setdefault("number", "示编〔2022〕1号")
        fields.setdefault("approver", "示例批准人")
        return self.given(c.Propose, by, step=step_id, kind=kind, reason=REASON, **fields)

    def confirm(self, by: str = "reform.handler", *, agrees: bool = True) -> Accepted:
        proposal = list(self.now.proposals.values())[-1]
        return self.given(
            c.ConfirmProposal,
            by,
            step=proposal.step,
            round=proposal.round,
            proposal=proposal.id,
            agrees=agrees,
        )

    def fire(self, key: str) -> Accepted:
        """The clock reaches a timer."""
        timer = self.timers[key]
        self.today = max(self.today, timer.on)
        return self.given(c.FireTimer, MACHINE, key=key, generation=timer.generation)

    def days(self, count: int) -> None:
        self.today += timedelta(days=count)

    # --- looking

    @property
    def now(self) -> Case:
        assert self.case is not None
        return self.case

    def state(self, step_id: str) -> StepState:
        return self.now.steps.get(step_id, NOTHING) if self.case else NOTHING

    def status(self, step_id: str) -> str:
        return str(self.state(step_id).status)

    @property
    def work(self) -> dict[str, WorkItem]:
        return open_work(self.plan, self.now)

    def kinds(self, step_id: str = "") -> list[str]:
        return sorted(str(w.kind) for w in self.work.values() if not step_id or w.step == step_id)

    @property
    def timers(self) -> dict[str, Timer]:
        return open_timers(self.plan, self.now)

    def decision(self, step_id: str, node_id: str) -> Decision | None:
        return next((d for d in self.state(step_id).decisions if d.node == node_id), None)

    def emitted(self) -> list[str]:
        """The names of the events of the last accepted act."""
        assert self.last is not None
        return [type(event).__name__ for event in self.last.events]
