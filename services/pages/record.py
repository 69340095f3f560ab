"""代录页: what may be recorded for people and meetings that do not sign in, and all that is known beforehand.

Who may record, who decided and who has to check are the rules' own (``domain.acts.recording``,
``domain.checking``); here they are only asked beforehand, so that nothing is typed that the system holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from domain.agenda_standing import item_at
from domain.case import Case, Seat, StepState, split_key
from domain.decisions import Medium, Outcome
from domain.judging import Actor
from domain.nodes import NodeStanding, filled_seats, first_lacking
from domain.paper import MEDIA
from domain.plan import NodePlan, Plan, StepPlan
from domain.programme import BodyKind, NodeKind
from domain.refusal import Refused
from domain.states import StepStatus
from domain.work_kinds import ANY_POSITION
from models.tables import MeetingSessionRow
from services.meetings.rows import decode_session
from services.office.counter import Counter
from services.office.printing import match_typed
from services.pages.task import CHOICES
from services.pages.task_parts import KINDS
from services.paper.matching import Prefill
from services.reading import load_case, plan_of
from services.views.board import Board, board_of
from services.views.chain import person_names_of

MOST: Final = 100
"""Decisions listed; who waits for more finds the step first."""
MEETING_CHOICES: Final = (
    (Outcome.PASSED, "照此执行"),
    (Outcome.PASSED_WITH_CHANGES, "修改后印发,改好并确认后才算数"),
    (Outcome.DEFERRED, "下次再议,时限照走,写明原因"),
    (Outcome.REJECTED, "任务停止,写明原因"),
)
"""What minutes may say; nobody votes here."""


class Recordable(msgspec.Struct, frozen=True, kw_only=True):
    """待代录的决定: one seat that waits, for which the person may record."""

    case: str
    step: str
    number: str
    title: str
    unit_name: str
    node: str
    node_title: str
    node_kind: str
    seat: str
    body_name: str
    meeting: bool
    due_on: date | None


class Decider(msgspec.Struct, frozen=True, kw_only=True):
    """可能的决定人: a body that decides as such, or who holds the position."""

    id: str
    name: str


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """代录页."""

    of: Recordable
    round: int
    own_draft: bool
    """Whether the person drafted what was decided: allowed, and said."""
    choices: tuple[tuple[Outcome, str], ...]
    deciders: tuple[Decider, ...]
    medium: Medium
    meeting_name: str
    held_on: date | None
    checkers: tuple[str, ...]
    check_where: str
    paper: Prefill | None
    paper_refused: Refused | None


class RecordList(msgspec.Struct, frozen=True, kw_only=True):
    """代录: everything that may be recorded now."""

    lines: tuple[Recordable, ...]
    more: bool


def list_recordable(counter: Counter) -> RecordList:
    """What waits for a decision that the person may record, the most urgent first."""
    board = board_of(counter.db)
    actor = board.organisation.actor(counter.person, counter.today())
    if actor is None:
        return RecordList(lines=(), more=False)
    mine = {body for body, _ in actor.positions}
    found: list[Recordable] = []
    for digest in board.seen(counter.standing()):
        keys = [each.key for each in digest.steps if each.status is StepStatus.IN_REVIEW]
        case = load_case(counter.db, digest.id) if keys and mine & digest.bodies else None
        if case is not None:
            plan = plan_of(counter.db, case)
            found += [line for key in keys for line in _At.lines_of(counter, board, plan, case, key, actor)]
        if len(found) > MOST:
            break
    found.sort(key=lambda each: (each.due_on or date.max, each.unit_name, each.step))
    return RecordList(lines=tuple(found[:MOST]), more=len(found) > MOST)


def show_record(
    counter: Counter, case_id: str, key: str, seat: str = "", code: str = ""
) -> RecordView | Refused:
    """代录页 of a step in sight; ``code`` is the one on the paper."""
    case = counter.case_to_act_on(case_id)
    if isinstance(case, Refused):
        return case
    board, plan = board_of(counter.db), plan_of(counter.db, case)
    actor = board.organisation.actor(counter.person, counter.today())
    at = _At.find(counter, board, plan, case, key, actor) if actor else None
    lines = list(at.lines()) if at else []
    if at is None or not lines:
        return nothing_to_record(key)
    of = next((each for each in lines if each.seat == seat), lines[0])
    return at.view(of, match_typed(counter, code) if code else None)


def nothing_to_record(key: str) -> Refused:
    """Nothing waits there that this person may record."""
    return Refused(
        code="record.nothing",
        message=f"任务 {split_key(key)[0]} 现在没有可由您代录的决定",
        remedy="还没有提交的请先提交;已登记的请等核对;由别处代录的转请承办单位或会议办理机构",
        facts={"step": key},
    )


@dataclass(frozen=True)
class _At:
    """一个等待决定的节点, with all that is read for it."""

    counter: Counter
    board: Board
    plan: Plan
    case: Case
    key: str
    step: StepPlan
    state: StepState
    node: NodePlan
    standing: NodeStanding
    actor: Actor

    @classmethod
    def find(
        cls, counter: Counter, board: Board, plan: Plan, case: Case, key: str, actor: Actor
    ) -> _At | None:
        """The node of a step that waits; ``None`` where none does."""
        step, state = plan.view(case.choices).by_id.get(split_key(key)[0]), case.steps.get(key)
        if step is None or state is None or state.status is not StepStatus.IN_REVIEW:
            return None
        lacking = first_lacking(plan, case, key, step, state)
        return cls(counter, board, plan, case, key, step, state, *lacking, actor) if lacking else None

    @classmethod
    def lines_of(
        cls, counter: Counter, board: Board, plan: Plan, case: Case, key: str, actor: Actor
    ) -> Iterator[Recordable]:
        """The seats of a step for which ``actor`` may record."""
        at = cls.find(counter, board, plan, case, key, actor)
        return at.lines() if at else iter(())

    def lines(self) -> Iterator[Recordable]:
        """The seats for which the person may record."""
        due, item = self.state.node_due or self.state.due, split_key(self.key)[1]
        title = self.step.step.title
        for seat in self.standing.open:
            if self.actor.works_in(seat.body) or any(self.actor.holds(each) for each in self._places(seat)):
                yield Recordable(
                    case=self.case.id,
                    step=self.key,
                    number=self.step.id,
                    title=f"{title}({self.board.body_name(item)})" if item else title,
                    unit_name=self.case.unit_name,
                    node=self.node.id,
                    node_title=self.node.node.title,
                    node_kind=KINDS[self.node.node.kind],
                    seat=seat.key,
                    body_name=self.board.body_name(seat.body),
                    meeting=self.node.node.kind is NodeKind.MEETING,
                    due_on=due.date if due else None,
                )

    def view(self, of: Recordable, paper: Prefill | Refused | None) -> RecordView:
        """代录页 of one of the seats."""
        seat = next(each for each in self.standing.open if each.key == of.seat)
        on, holders = self.counter.today(), self.board.organisation.holders
        held = [each for each in holders(seat.body, seat.position, on) if each != self.counter.person]
        places = self._check_places(seat)
        checkers = [who for each in places for who in holders(each.body, each.position, on)]
        checkers = [who for who in dict.fromkeys(checkers) if who != self.counter.person]
        with self.counter.db.read() as session:
            names = person_names_of(session, {*held, *checkers})
        body = Decider(id=seat.body, name=of.body_name)
        people = tuple(Decider(id=each, name=names.get(each, each)) for each in held)
        meeting_name, held_on = self._session(of)
        matched = paper if isinstance(paper, Prefill) and self._is_of(paper) else None
        return RecordView(
            of=of,
            round=self.state.round,
            own_draft=self.counter.person in self.state.submitters,
            choices=MEETING_CHOICES if of.meeting else CHOICES[self.node.node.kind],
            deciders=(body, *people) if self._decides_as_body(seat) else people,
            medium=matched.medium if matched else MEDIA[self.node.node.kind],
            meeting_name=meeting_name,
            held_on=held_on if held_on and held_on <= on else None,
            checkers=tuple(names.get(each, each) for each in checkers),
            check_where="、".join(dict.fromkeys(self.board.body_name(each.body) for each in places)),
            paper=matched,
            paper_refused=None if matched is paper else _other(paper),
        )

    def _is_of(self, paper: Prefill) -> bool:
        return (paper.case, paper.step) == (self.case.id, self.key)

    def _places(self, seat: Seat) -> list[Seat]:
        """Where it may be recorded: the role's recorders, and who does the step."""
        role = self.plan.roles.get(seat.role)
        roles = (*(role.recorders if role else ()), self.step.step.doer)
        return [each for r in roles for each in filled_seats(self.plan, self.case, self.key, r)]

    def _check_places(self, seat: Seat) -> tuple[Seat, ...]:
        """Where it will be checked, as ``domain.checking.check_seats`` finds it afterwards."""
        check_by = self.step.step.check_by
        named = filled_seats(self.plan, self.case, self.key, check_by) if check_by else ()
        mine = next((each for each in self._places(seat) if self.actor.holds(each)), seat)
        return named or (Seat(mine.role, mine.body, ANY_POSITION),)

    def _decides_as_body(self, seat: Seat) -> bool:
        """Whether the body of the seat does not sign in itself: it may be named as the decider."""
        role = self.plan.roles.get(seat.role)
        if role is None:
            return True
        place = self.board.organisation.places.get(seat.body)
        declared = next(body.kind for body in self.plan.programme.bodies if body.id == role.body)
        return (place.kind if place else declared) != BodyKind.ACCOUNT

    def _session(self, of: Recordable) -> tuple[str, date | None]:
        """会议名称 and day of the session on whose agenda it stands; else the body's name alone."""
        if not of.meeting:
            return "", None
        item = item_at(self.state, of.node, of.seat)
        with self.counter.db.read() as session:
            row = session.get(MeetingSessionRow, item.session) if item.session else None
        if row is None:
            return f"{of.body_name}会议", None
        found = decode_session(row.snapshot)
        return f"{of.body_name}{found.name}", found.held_on or found.planned_on


def _other(paper: Prefill | Refused | None) -> Refused | None:
    """What is wrong with a code that does not lead here."""
    if not isinstance(paper, Prefill):
        return paper
    return Refused(
        code="paper.other_step",
        message=f"编码 {paper.code} 是{paper.unit} {paper.step} {paper.step_title}的文书",
        remedy="请从“代录与核对”按编码进入该任务",
        facts={"step": paper.step},
    )
