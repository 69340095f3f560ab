"""任务页: all of one step that its people need: what is asked, until when and why, papers, checks, trail.

What the person may do here now is what waits for them in this step (``services.inbox``); the rules judge it
again when it is done.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from domain.case import NOTHING, Case, StepState, split_key
from domain.decisions import Decision, Outcome
from domain.lamps import step_lamp
from domain.open_work import open_work
from domain.permissions import Action
from domain.plan import Plan, StepPlan
from domain.programme import NodeKind
from domain.refusal import Refused
from domain.states import OPEN, STATUS_TITLES, StepStatus
from domain.step_dates import DateLine, date_lines
from domain.work_kinds import WORK_TITLES, WorkKind
from services.inbox import WorkEntry, person_inbox
from services.office.counter import Counter
from services.pages.inbox import MOST, lamp_of
from services.pages.task_history import HistoryLine, history_of
from services.pages.task_parts import KINDS, CheckView, NodeView, PaperView, checks_of, papers_of, trail_of
from services.permits import case_target, permit
from services.private_texts import read_text
from services.reading import keys_of, plan_of
from services.views.board import Board, board_of
from services.views.chain import person_names_of
from services.views.waiting import waiting_words

CHOICES: Final[dict[NodeKind, tuple[tuple[Outcome, str], ...]]] = {
    NodeKind.APPROVE: (
        (Outcome.AGREE, "转下一节点;最后一个节点的,本任务办结"),
        (Outcome.AGREE_WITH_CHANGES, "写明怎么改;改好并确认后才算数"),
        (Outcome.RETURN, "退到承办人修改,须写明理由"),
        (Outcome.DISAGREE, "本任务停止,须写明理由"),
    ),
    NodeKind.COUNTERSIGN: (
        (Outcome.AGREE, "会签通过"),
        (Outcome.RESERVE, "不挡住,分歧随件上报,须写明理由"),
        (Outcome.REVISE, "退到承办人修改,须写明理由"),
    ),
    NodeKind.CONSULT: (
        (Outcome.NO_OPINION, "不提意见"),
        (Outcome.OPINION, "写明意见,承办人逐条答复采纳情况"),
    ),
    NodeKind.MEETING: (),
}
"""What may be answered at a node of each kind, in the order of the panel, and what follows."""


class GateView(msgspec.Struct, frozen=True, kw_only=True):
    """前置: a step that has to be done before."""

    step: str
    title: str
    done: bool
    closed_on: date | None


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """我的席位: one piece of work here that waits for the person."""

    kind: WorkKind
    act: str
    node: str
    node_title: str
    node_kind: str
    seat: str
    place: str
    acting_for: str
    choices: tuple[tuple[Outcome, str], ...]


class Adoptable(msgspec.Struct, frozen=True, kw_only=True):
    """待答复的意见."""

    id: str
    who: str
    opinion: str


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """任务页."""

    case: str
    key: str
    number: str
    title: str
    unit_name: str
    programme_title: str
    stage_title: str
    asks: str
    basis: str
    lamp: str
    word: str
    lamp_line: str
    status: StepStatus
    status_title: str
    round: int
    open: bool
    due_on: date | None
    due_line: str
    remaining: int | None
    dates: tuple[DateLine, ...]
    doer: str
    submitted_by: str
    submitted_on: date | None
    waits: tuple[str, ...]
    gates: tuple[GateView, ...]
    papers: tuple[PaperView, ...]
    checks: tuple[CheckView, ...]
    trail: tuple[NodeView, ...]
    history: tuple[HistoryLine, ...]
    seats: tuple[Seat, ...]
    opinions: tuple[Adoptable, ...]
    dissents: tuple[str, ...]
    may_withdraw: bool
    may_read_papers: bool
    registers: tuple[str, ...]

    @property
    def submits(self) -> bool:
        """Whether the person hands it in now."""
        return any(each.kind is WorkKind.SUBMIT for each in self.seats)

    @property
    def decides(self) -> tuple[Seat, ...]:
        """The seats that the person answers in now."""
        return tuple(each for each in self.seats if each.kind is WorkKind.DECIDE and each.choices)

    @property
    def missing(self) -> tuple[PaperView, ...]:
        """Papers that are asked for and not there."""
        return tuple(each for each in self.papers if each.required and not each.there)


def show_task(counter: Counter, case_id: str, key: str) -> TaskView | Refused:
    """任务页 of a step in sight."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    plan = plan_of(counter.db, case)
    step = next((step for step, each in keys_of(plan, case) if each == key), None)
    if step is None:
        return unknown_step(key)
    board, state = board_of(counter.db), case.steps.get(key, NOTHING)
    today, mine = counter.today(), my_work(counter, case_id, key)
    calendar = board.borders.calendar
    lamp = step_lamp(plan, case, key, today, calendar)
    digest = board.digest(case_id)
    steps = {each.key: each for each in digest.steps} if digest else {}
    colour, word = lamp_of(steps.get(key), None, today)
    trail = trail_of(counter, board, plan, case, key, step, state)
    stage = next(each for each in plan.programme.stages if each.id == step.stage)
    due = state.due.date if state.due else None
    reads = permit(counter.db, counter.person, Action.EVIDENCE_READ, case_target(counter.db, case), on=today)
    registers = {each.id: each.title for each in plan.programme.registers}
    return TaskView(
        case=case.id,
        key=key,
        number=step.id,
        title=_title(board, step, key),
        unit_name=case.unit_name,
        programme_title=plan.programme.title,
        stage_title=stage.heading or stage.title,
        asks=step.step.asks,
        basis=step.step.basis.text if step.step.basis else "",
        lamp=colour,
        word=word,
        lamp_line=lamp.line if lamp else "",
        status=state.status,
        status_title=STATUS_TITLES[state.status],
        round=state.round,
        open=state.status in OPEN,
        due_on=due,
        due_line=state.due.line if state.due else "",
        remaining=calendar.remaining_workdays(today, due) if due and state.status in OPEN else None,
        dates=date_lines(state),
        doer=board.body_name(state.doer.body) if state.doer else "",
        submitted_by=_names(counter, state.submitters),
        submitted_on=state.submitted_on,
        waits=_waits(board, plan, case, key),
        gates=_gates(plan, case, step),
        papers=papers_of(counter, case, key, step, state),
        checks=checks_of(plan, case, step),
        trail=trail,
        history=history_of(counter, board, plan, case, key),
        seats=tuple(_seat(board, step, each, counter) for each in mine),
        opinions=_opinions(counter, board, step, state, mine),
        dissents=tuple(seat.who for node in trail for seat in node.seats if seat.against),
        may_withdraw=_may_withdraw(counter, state),
        may_read_papers=reads is None,
        registers=tuple(registers[each] for each in step.step.fills),
    )


def unknown_step(key: str) -> Refused:
    """No such step in the case."""
    return Refused(
        code="step.unknown",
        message=f"本改革任务中没有任务“{key}”",
        remedy="请从开发区页进入,或核对任务编号和分项",
        facts={"step": key},
    )


def my_work(counter: Counter, case_id: str, key: str) -> list[WorkEntry]:
    """What waits for the person in this step."""
    found = person_inbox(counter.db, counter.person, wall=counter.wall, limit=MOST)
    if isinstance(found, Refused):
        return []
    return [each for each in found if each.case_id == case_id and each.step == key]


def _title(board: Board, step: StepPlan, key: str) -> str:
    item = split_key(key)[1]
    return f"{step.step.title}({board.body_name(item)})" if item else step.step.title


def _names(counter: Counter, people: tuple[str, ...]) -> str:
    if not people:
        return ""
    with counter.db.read() as session:
        names = person_names_of(session, people)
    return "、".join(names.get(each, each) for each in people)


def _waits(board: Board, plan: Plan, case: Case, key: str) -> tuple[str, ...]:
    items = [item for item in open_work(plan, case).values() if item.step == key]
    return tuple(
        dict.fromkeys(waiting_words(board, str(item.kind), item.body, item.position) for item in items)
    )


def _gates(plan: Plan, case: Case, step: StepPlan) -> tuple[GateView, ...]:
    view = plan.view(case.choices)
    found = []
    for id_ in step.after:
        before, state = view.by_id.get(id_), case.steps.get(id_)
        if before is not None:
            closed = state.closed_on if state else None
            found.append(
                GateView(step=id_, title=before.step.title, done=closed is not None, closed_on=closed)
            )
    return tuple(found[-4:])


def _seat(board: Board, step: StepPlan, entry: WorkEntry, counter: Counter) -> Seat:
    node = step.node(entry.node) if entry.node else None
    kind = WorkKind(entry.kind)
    return Seat(
        kind=kind,
        act=WORK_TITLES[kind],
        node=entry.node,
        node_title=node.node.title if node else "",
        node_kind=KINDS[node.node.kind] if node else "",
        seat=entry.seat,
        place=waiting_words(board, entry.kind, entry.body, entry.position).rpartition(" · ")[0],
        acting_for=_names(counter, (entry.acting_for,)) if entry.acting_for else "",
        choices=CHOICES[node.node.kind] if node and kind is WorkKind.DECIDE else (),
    )


def _opinions(
    counter: Counter, board: Board, step: StepPlan, state: StepState, mine: list[WorkEntry]
) -> tuple[Adoptable, ...]:
    """Opinions of a consultation that the person answers now."""
    nodes = {each.node for each in mine if each.kind == WorkKind.ADOPT}
    asked = [each for each in state.decisions if _to_answer(each, nodes)]
    if not asked:
        return ()
    with counter.db.read() as session:
        return tuple(
            Adoptable(
                id=each.id,
                who=board.body_name(each.seat.partition("@")[2]),
                opinion=(read_text(session, each.opinion.id) if each.opinion else None) or "(已依法删除)",
            )
            for each in asked
        )


def _to_answer(decision: Decision, nodes: set[str]) -> bool:
    return decision.node in nodes and decision.outcome is Outcome.OPINION and decision.adoption is None


def _may_withdraw(counter: Counter, state: StepState) -> bool:
    """撤回: as long as nobody has answered in this round."""
    return (
        state.status in OPEN
        and state.submitted_by == counter.person
        and state.submitted_on is not None
        and not state.decisions
        and bool(state.node)
    )
