"""研判: what every rule works with: the case as it stands, the facts, and the events so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import msgspec

from domain.acting import Acting as Acting
from domain.case import NOTHING, Case, Seat, StepState, split_key
from domain.commands import Command, StepCommand
from domain.duedates import DueDate, deadline, earliest
from domain.events import Event
from domain.evolve import evolve
from domain.meeting_dates import meeting_held
from domain.meeting_sessions import MeetingSession
from domain.nodes import role_seats
from domain.plan import Plan, StepPlan, View
from domain.programme import Due, FromEvidence, FromMeeting
from domain.refusal import refuse
from domain.skipped_days import Skip
from domain.states import OPEN, STATUS_TITLES, CaseStatus
from domain.work_kinds import ANY_POSITION, ONE_PERSON, one_person
from domain.workdays import WorkCalendar


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """行为人: a person with the positions held on the day, or the machine (a flow, the clock)."""

    person: str
    positions: frozenset[tuple[str, str]] = frozenset()
    """(body, position)."""
    machine: bool = False
    acting_for: tuple[Acting, ...] = ()
    """请假代理: for whom the actor may act today; never part of `positions`: no right of its own."""

    def acts_for(self, seat: Seat, programme: str, work: str = "") -> str:
        """代理的是谁: for whom the actor may act in this seat; empty where for nobody.

        Separation of duties sees through it: neither what that person submitted nor what the deputy did may
        be decided so (`persons_behind`).
        """
        return next((each.person for each in self.acting_for if each.covers(seat, programme, work)), "")

    def persons_behind(self, seat: Seat, programme: str, work: str = "") -> frozenset[str]:
        """Who stands behind an act in this seat: the actor, and whom they act for where it is not theirs."""
        acted_for = "" if self.holds(seat) else self.acts_for(seat, programme, work)
        return frozenset({self.person, acted_for} - {""})

    def holds(self, seat: Seat) -> bool:
        """Whether one of the positions is the seat's."""
        if seat.position == ANY_POSITION:
            return self.works_in(seat.body)
        if seat.position.startswith(ONE_PERSON):
            return seat.position == one_person(self.person) and self.works_in(seat.body)
        return (seat.body, seat.position) in self.positions

    def works_in(self, body: str) -> bool:
        """Whether any position is in this body."""
        return any(held == body for held, _ in self.positions)


class Acted(NamedTuple):
    """以何身份: the seat an act is done in, and whom the actor acts for there; empty if their own."""

    seat: Seat
    acting_for: str = ""

    def behind(self, person: str) -> frozenset[str]:
        """Who stands behind the act: separation of duties is tested on all of them."""
        return frozenset({person, self.acting_for} - {""})


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """事实: all that a rule may know beside the case. Values and look-ups, loaded beforehand."""

    today: date
    """The legal date on the business clock."""
    actor: Actor
    calendar: WorkCalendar
    bodies: Mapping[str, tuple[str, ...]] = {}
    """Role → bodies for this unit; needed where a case is opened."""
    decider: Actor | None = None
    """The person named as decider in a recording, where the organisation knows them."""
    named: Actor | None = None
    """The person whom the command names as receiver, where the organisation knows them."""
    body_kinds: Mapping[str, str] = {}
    """Programme body id → account, no-account, external."""
    session: MeetingSession | None = None
    """The session that the command names, where there is one."""
    known_bodies: Mapping[str, str] = {}
    """Body code → name, of all that are registered; needed where bodies are chosen at run time."""


@dataclass(slots=True)
class Judgement:
    """One command being judged. `case` moves on with every event emitted."""

    plan: Plan
    case: Case
    facts: Facts
    command: Command
    events: list[Event] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def view(self) -> View:
        """The programme under the choices made so far."""
        return self.plan.view(self.case.choices)

    @property
    def late_days(self) -> int:
        """补录迟几日: calendar days between the act and its recording."""
        return max(0, (self.facts.today - self.command.occurred_on).days)

    def emit(self, event: Event) -> None:
        """Something has happened."""
        self.case = evolve(self.case, event)
        self.events.append(event)

    def warn(self, text: str) -> None:
        """Something is odd and does not stop the act."""
        self.warnings.append(text)

    def seats(self, key: str, role: str) -> tuple[Seat, ...]:
        """The places a role has in this case."""
        return role_seats(self.plan, self.case, key, role)

    def state(self, key: str) -> StepState:
        """The state of a step; one never opened has the empty state."""
        return self.case.steps.get(key, NOTHING)

    def step(self, key: str) -> StepPlan:
        """The plan of a step that applies, or a refusal."""
        found = self.view.by_id.get(split_key(key)[0])
        if found is None:
            refuse(
                "step.unknown",
                f"本改革任务中没有任务“{key}”",
                "请核对任务编号,或用 case show 查看全部任务",
                step=key,
            )
        return found

    def open_step(self, command: StepCommand) -> tuple[StepPlan, StepState]:
        """The step of an act, which must be open and in the round the actor saw."""
        self.require_open_case()
        step = self.step(command.step)
        state = self.state(command.step)
        if state.status not in OPEN:
            refuse(
                "step.not_open",
                f"任务 {command.step}“{step.step.title}”现为“{STATUS_TITLES[state.status]}”,不能办理此项",
                "请等待前置任务办结;已办结的请先申请重新办理",
                step=command.step,
                status=str(state.status),
            )
        self.require_round(command, state)
        return step, state

    def require_round(self, command: StepCommand, state: StepState) -> None:
        """An act is on what the actor saw."""
        if command.round != state.round:
            refuse(
                "step.round",
                f"任务 {command.step} 现为第{state.round}轮,您所见为第{command.round}轮",
                "请刷新后按最新内容办理",
                step=command.step,
                round=state.round,
                seen=command.round,
            )

    def require_open_case(self) -> None:
        """A case that has ended takes no more acts."""
        if self.case.status is not CaseStatus.OPEN:
            refuse(
                "case.ended", "本改革任务已结束,不能再办理", "确需办理的,请申请重新办理", case=self.case.id
            )

    def require_seat(self, key: str, role: str, doing: str) -> Seat:
        """The actor's own seat in a role, or a refusal."""
        seats = role_seats(self.plan, self.case, key, role)
        return self.require_any(seats, doing)

    def acted(self, seats: tuple[Seat, ...], work: str) -> Acted | None:
        """In which of these seats the actor acts: one of their own first, else one they are a proxy in."""
        actor = self.facts.actor
        own = next((seat for seat in seats if actor.holds(seat)), None)
        if own is not None:
            return Acted(own)
        for seat in seats:
            acted_for = actor.acts_for(seat, self.case.programme, work)
            if acted_for:
                return Acted(seat, acted_for)
        return None

    def require_acted(self, seats: tuple[Seat, ...], doing: str, work: str) -> Acted:
        """As `require_any`, also for who acts for a holder on leave (请假代理)."""
        return self.acted(seats, work) or Acted(self.require_any(seats, doing))

    def require_any(self, seats: tuple[Seat, ...], doing: str) -> Seat:
        """The first of these seats that the actor holds, or a refusal that names who holds them."""
        for seat in seats:
            if self.facts.actor.holds(seat):
                return seat
        titles = "、".join(dict.fromkeys(self.role_title(seat) for seat in seats)) or "(无人承办)"
        refuse(
            "actor.not_entitled",
            f"{doing}由{titles}办理,您不在该岗位",
            "请转请承办岗位办理,或由管理员核对您的岗位",
            person=self.facts.actor.person,
            seats="; ".join(seat.key for seat in seats),
        )

    def role_title(self, seat: Seat) -> str:
        """The role in words; 无人承办 where no body is registered for it."""
        role = self.plan.roles.get(seat.role)
        title = role.title if role else seat.body
        return title if seat.body else f"{title}(无人承办)"

    def participants(self) -> frozenset[str]:
        """Every body that takes part in the case."""
        bodies = {body for held in self.case.bodies.values() for body in held}
        for register in self.case.registers.values():
            bodies.update(item.body for item in register.items if item.body)
        return frozenset(bodies)

    def due(
        self,
        key: str,
        due: Due,
        opening: date | None,
        submission: date | None = None,
        skips: tuple[Skip, ...] = (),
    ) -> DueDate:
        """A period's end with its line, or 待定 while nothing has started it."""
        start, waits = self.start_of(key, due, opening, submission)
        found = deadline(start, due.amount, due.unit, self.facts.calendar, waits_for=waits, skips=skips)
        return self._tentative(key, due, found)

    def _tentative(self, key: str, due: Due, found: DueDate) -> DueDate:
        """暂定 as long as it counts from a planned meeting."""
        source = due.start
        if not isinstance(source, FromMeeting) or found.date is None:
            return found
        if meeting_held(self.case, key, source.meeting) is not None:
            return found
        line = f"{found.line}(暂定:以会议实际召开日期为准)"
        return msgspec.structs.replace(found, line=line, provisional=True)

    def earliest(self, key: str, due: Due, opening: date | None) -> DueDate:
        """The first day after a period that has to run in full."""
        start, waits = self.start_of(key, due, opening, None)
        return earliest(start, due.amount, due.unit, self.facts.calendar, waits_for=waits)

    def start_of(
        self, key: str, due: Due, opening: date | None, submission: date | None
    ) -> tuple[date | None, str]:
        """The date a period counts from, and what it waits for where that is not known."""
        if due.start == "submission":
            return submission, "提交"
        if isinstance(due.start, FromEvidence):
            return self.evidence_date(key, due.start), f"登记“{due.start.slot}”的日期"
        if isinstance(due.start, FromMeeting):
            return self._meeting_date(key, due.start)
        return opening, ""

    def _meeting_date(self, key: str, source: FromMeeting) -> tuple[date | None, str]:
        """The day of the meeting; before it the planned one, where that is registered."""
        held = meeting_held(self.case, key, source.meeting)
        if held is None and source.planned is not None:
            held = self.evidence_date(key, source.planned)
        owner, _, name = source.meeting.partition("/")
        step = self.plan.step(owner)
        title = next((node.title for node in step.nodes if node.id == name), name) if step else name
        return held, f"“{title}”会议议定"

    def evidence_date(self, key: str, source: FromEvidence) -> date | None:
        """The date written in a piece of evidence, of this step or another."""
        owner, _, slot = source.slot.rpartition("/")
        state = self.case.steps.get(owner) or self.state(key)
        item = state.evidence.get(slot)
        text = item.fields.get(str(source.field), "") if item else ""
        return date.fromisoformat(text) if text else None
