"""推演: plays a programme through the engine: everyone does what the open work asks, until nothing is left.

Nothing here knows a step of a programme: evidence is made from the fields asked for, decisions from the kind
of node, recordings where the body does not sign in, checks by a third person. The tests play in memory with
it; the benchmarks send every act through the services.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, TypeVar

from domain import commands as c
from domain.case import Case, Item, Seat, split_key
from domain.decide import Accepted, decide
from domain.decisions import Adoption, Medium, Outcome
from domain.judging import Actor, Facts
from domain.open_work import WorkItem, WorkKind, open_work
from domain.plan import Plan, StepPlan, compile_plan
from domain.programme import (
    EVIDENCE_FIELD_TYPES,
    BodyKind,
    Evidence,
    EvidenceField,
    FieldType,
    Level,
    Moment,
    NodeKind,
    Programme,
)
from domain.refusal import Refused
from domain.workdays import work_calendar

CODE: Final = "91411002MA0000007L"
"""The credit code of the sample's company (示例); its check character is right."""
ITEMS: Final = {"companies": 2, "functions": 3}
"""Register → rows that get a copy of a block of steps."""
LAST_DAY: Final = date(2025, 12, 1)
_T = TypeVar("_T")


class StuckError(Exception):
    """演不下去: an act that the open work asked for was refused, or there is no end."""


class Player:
    """One case, played to its end."""

    def __init__(self, programme: Programme, choices: dict[str, str], areas: int = 0) -> None:
        self.plan: Plan = compile_plan(programme)
        self.wanted = choices
        self.day = date(2022, 1, 4)
        self.case: Case | None = None
        self.acts = 0
        self.values: dict[str, str] = {}
        """step/slot.field → value, where another is wanted than the first that fits."""
        levels = {body.id: body.level for body in programme.bodies}
        self.kinds = {body.id: body.kind for body in programme.bodies}
        bodies: dict[str, tuple[str, ...]] = {
            role.id: (role.body,)
            for role in programme.roles
            if levels[role.body] not in (Level.ITEM, Level.PARTICIPATING)
        }
        for role in programme.roles:
            if levels[role.body] is Level.PARTICIPATING:
                bodies[role.id] = tuple(f"area-{n}" for n in range(areas))
        self.bodies = bodies
        launch = {c.id: choices[c.id] for c in programme.choices if c.at == "launch" and c.id in choices}
        overseer = self.plan.roles[programme.overseer]
        self.do(
            "launcher", overseer.body, str(overseer.position),
            c.OpenCase(command_id="0", case="c", occurred_on=self.day, unit="u", unit_name="示例",
                       choices=launch),
        )  # fmt: skip

    @property
    def now(self) -> Case:
        """The case as it stands."""
        return _there(self.case, "the case")

    def try_(self, person: str, body: str, position: str, command: c.Command) -> Accepted | Refused:
        """One act, judged; the case moves on where it is accepted."""
        facts = Facts(
            today=LAST_DAY,
            actor=Actor(person=person, positions=frozenset({(body, position)})),
            calendar=work_calendar(),
            bodies=self.bodies,
            known_bodies={body: body for held in self.bodies.values() for body in held},
        )
        result = decide(self.plan, self.case, command, facts)
        if isinstance(result, Accepted):
            self.case = result.case
            self.acts += 1
        return result

    def do(self, person: str, body: str, position: str, command: c.Command) -> None:
        """One act that has to be accepted.

        Raises:
            StuckError: it was refused.
        """
        result = self.try_(person, body, position, command)
        if isinstance(result, Refused):
            raise StuckError(f"{command}: {result}")

    def play(self, until: str = "") -> Case:
        """Do all open work, always the first item, until none is left or the step `until` is open.

        Raises:
            StuckError: an act was refused, or the work never ends.
        """
        for _ in range(3000):
            found = open_work(self.plan, self.now).values()
            work = sorted((item for item in found if item.kind is not WorkKind.RECORD), key=_order)
            if not work or any(item.step == until for item in work):
                return self.now
            self.day += timedelta(days=1) if self.day < LAST_DAY else timedelta()
            self.one(work[0])
        raise StuckError(f"does not end: {work[0]}")

    def one(self, item: WorkItem) -> None:
        """Do one piece of open work."""
        {
            WorkKind.SUBMIT: self._submit,
            WorkKind.INVITE: self._invite,
            WorkKind.DECIDE: self._decide,
            WorkKind.CHECK: self._check,
            WorkKind.ADOPT: self._adopt,
            WorkKind.VERIFY: self._verify,
            WorkKind.FILE: self._file,
            WorkKind.CHECK_FILING: self._check_filing,
        }[item.kind](item)

    def _step(self, item: WorkItem) -> StepPlan:
        return self.plan.view(self.now.choices).by_id[split_key(item.step)[0]]

    def _say(self, item: WorkItem) -> dict[str, object]:
        return {
            "command_id": str(self.acts), "case": "c", "occurred_on": self.day,
            "step": item.step, "round": item.round,
        }  # fmt: skip

    def _as_holder(self, item: WorkItem, kind: type[c.StepCommand], **more: object) -> None:
        position = "member" if item.position == "any" else item.position
        command = kind(**self._say(item), **more)  # type: ignore[arg-type]
        self.do(f"{item.body}-{position}", item.body, position, command)

    def submit_at_once(self, step: str) -> Accepted | Refused:
        """Hand in a step on the day its papers are entered, without waiting for a period to end."""
        item = next(item for item in open_work(self.plan, self.now).values() if item.step == step)
        self._prepare(item)
        command = c.Submit(**self._say(item))  # type: ignore[arg-type]
        return self.try_(f"{item.body}-{item.position}", item.body, item.position, command)

    def _submit(self, item: WorkItem) -> None:
        self._prepare(item)
        period = self.now.steps[item.step].period
        if period is not None:
            self.day = max(self.day, period.ends_on + timedelta(days=1))
        self._as_holder(item, c.Submit)

    def _prepare(self, item: WorkItem) -> None:
        _there(item.body or None, f"somebody to do {item.step}")
        self._choices(split_key(item.step)[0])
        step = self._step(item)
        for register in step.step.fills:
            if not self.now.registers.get(register) or not self.now.registers[register].frozen:
                self._as_holder(item, c.FillRegister, register=register, rows=4, root="r",
                                items=_items(register))  # fmt: skip
        for slot in step.slots:
            if slot.required and slot.moment is not Moment.FILING:
                self._as_holder(item, c.AddEvidence, slot=slot.id, mode=str(slot.mode), title=slot.title,
                                digest="sha256:0" if slot.mode == "upload" else "",
                                fields=self._fields(item.step, slot))  # fmt: skip

    def _choices(self, step: str) -> None:
        for choice in self.plan.programme.choices:
            if choice.at == step and choice.set_by:
                role = self.plan.roles[choice.set_by]
                self.do(
                    f"{role.body}-{role.position}", role.body, str(role.position),
                    c.SetChoice(command_id=str(self.acts), case="c", occurred_on=self.day, choice=choice.id,
                                value=self.wanted.get(choice.id, next(iter(choice.values)))),
                )  # fmt: skip

    def _fields(self, step: str, slot: Evidence) -> dict[str, str]:
        step_id = split_key(step)[0]
        return {
            str(field): self.values.get(f"{step_id}/{slot.id}.{field}", self._value(slot, field))
            for field in slot.fields
        }

    def _value(self, slot: Evidence, field: EvidenceField) -> str:
        kind = EVIDENCE_FIELD_TYPES[field][0]
        return {
            FieldType.TEXT: "示例",
            FieldType.DATE: self.day.isoformat(),
            FieldType.INTEGER: "1",
            FieldType.DOCUMENT_NUMBER: "示例〔2022〕1号",
            FieldType.CREDIT_CODE: CODE,
            FieldType.CHOICE: next(iter(slot.options), ""),
        }[kind]

    def _invite(self, item: WorkItem) -> None:
        node = _there(self._step(item).node(item.node), item.node)
        bodies = tuple(body for role in node.node.roles[:2] for body in self.now.bodies[role])
        self._as_holder(item, c.InviteParticipants, node=item.node, bodies=bodies)

    def _decide(self, item: WorkItem) -> None:
        step = self._step(item)
        node = _there(step.node(item.node), item.node)
        outcome = {
            NodeKind.APPROVE: Outcome.AGREE,
            NodeKind.COUNTERSIGN: Outcome.AGREE,
            NodeKind.CONSULT: Outcome.NO_OPINION,
            NodeKind.MEETING: Outcome.PASSED,
        }[node.node.kind]
        role = self.plan.roles[item.role]
        if self.kinds[role.body] is BodyKind.ACCOUNT:
            self._as_holder(item, c.Decide, node=item.node, seat=item.seat, outcome=outcome)
            return
        recorder = self._recorder(item, role.recorders, step.step.doer)
        self.do(
            f"{recorder.body}-{recorder.position}", recorder.body, recorder.position,
            c.Decide(**self._say(item), node=item.node, seat=item.seat, outcome=outcome,  # type: ignore[arg-type]
                     decided_by=item.body, medium=Medium.MINUTES, number="示例〔2022〕1号"),
        )  # fmt: skip

    def _recorder(self, item: WorkItem, recorders: list[str], doer: str) -> Seat:
        role = doer if doer in recorders or not recorders else recorders[0]
        found = self.now.steps[item.step].doer if role == doer else None
        named = self.plan.roles[role]
        return found or Seat(role, self.bodies[role][0], str(named.position))

    def _check(self, item: WorkItem) -> None:
        waiting = [d for d in self.now.steps[item.step].decisions if d.unchecked]
        self._as_holder(item, c.CheckDecision, decision=waiting[0].id)

    def _adopt(self, item: WorkItem) -> None:
        decision = item.key.rpartition(":")[2]
        self._as_holder(item, c.AdoptOpinion, decision=decision, adoption=Adoption.ADOPTED)

    def _verify(self, item: WorkItem) -> None:
        self._as_holder(item, c.RecordVerification, outcome="matched")

    def _file(self, item: WorkItem) -> None:
        step = self._step(item)
        receipt = _there(step.step.machine.file, f"a filing of {item.step}").receipt
        slot = _there(step.slot(receipt), receipt)
        self._as_holder(item, c.RecordFiling, outcome="accepted", fields=self._fields(item.step, slot))

    def _check_filing(self, item: WorkItem) -> None:
        self.do(
            "checker", item.body, "head", c.CheckFiling(**self._say(item))  # type: ignore[arg-type]
        )  # fmt: skip


def _there(value: _T | None, what: str) -> _T:
    if value is None:
        raise StuckError(f"there is no {what}")
    return value


def _order(item: WorkItem) -> tuple[bool, str]:
    """What is in review goes first, as people do it; within that by name."""
    return item.kind is WorkKind.SUBMIT, item.key


def _items(register: str) -> tuple[Item, ...]:
    return tuple(
        Item(key=f"{register}-{n}", title=f"示例{n}", body=f"body-{register}-{n}")
        for n in range(ITEMS.get(register, 0))
    )
