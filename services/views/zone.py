"""开发区页: one zone in one programme: who is responsible, what comes next and whose turn it is, when what
is due, all tasks, what was found, what the registers add up to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from domain.case import NOTHING, Case, split_key
from domain.open_work import WORK_TITLES, WorkItem, WorkKind, open_work
from domain.permissions import Action
from domain.plan import Plan, StepPlan
from domain.programme import BodyKind
from domain.refusal import Refused
from domain.states import CASE_STATUS_TITLES, CaseStatus
from services.checking.as_of import case_as_of
from services.office.counter import Counter
from services.organising.vacancies import Gaps
from services.reading import plan_of
from services.views.accounts import RegisterSummary, register_summaries
from services.views.asking import READING_TITLES, Asked, Reading, ask
from services.views.board import Board, Unit
from services.views.cells import Cell, Mark, mark_of, zone_row
from services.views.chain import ChainLink, chain_of, person_names_of
from services.views.digest import CaseDigest, StepDigest
from services.views.filters import TaskFilter
from services.views.findings import FindingLine, finding_lines, open_findings
from services.views.tallies import case_tally
from services.views.tasklist import TaskRow, task_row
from services.views.timeline import Timeline, timeline
from services.views.waiting import NOBODY, waiting_words

_COMING: Final = 3


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """下一步: a piece of open work, whose it is and why it waits there."""

    step: str
    step_title: str
    act: str
    body: str
    body_name: str
    role: str
    holders: tuple[str, ...]
    """Names of those who may do it."""
    vacant: str
    """无人承办: why nobody can; empty where somebody can."""
    recorded: bool
    """Decided outside the system and recorded by others (代录)."""
    since: date
    waited: int
    """Working days since it came there."""
    due_on: date | None
    left: int | None
    line: str
    """The line that explains the deadline."""


class ComingStep(msgspec.Struct, frozen=True, kw_only=True):
    """随后: a task that opens once these are done."""

    step: str
    title: str
    after: tuple[str, ...]


class ZoneTask(msgspec.Struct, frozen=True, kw_only=True):
    """任务表的一行."""

    row: TaskRow
    item: str
    """分项, as it is called; empty where the task has none."""
    approvals: tuple[str, ...]
    """审批到: the bodies of its nodes, in order."""
    papers: int
    papers_asked: int
    due_line: str
    returned: int


class ZonePage(msgspec.Struct, frozen=True, kw_only=True):
    """开发区页."""

    case: str
    unit: Unit
    programme: str
    programme_title: str
    version: int
    status_title: str
    opened_on: date
    planned_on: date | None
    """计划完成: the last planned day of the last stage."""
    on: date
    reading: Reading
    reading_title: str
    past: bool
    left_out: int
    """Acts in the ledger that this reading of a day in the past leaves out."""
    mark: Mark
    over: int
    whole: Cell
    stages: dict[str, Cell]
    chain: tuple[ChainLink, ...]
    next: tuple[NextStep, ...]
    coming: tuple[ComingStep, ...]
    timeline: Timeline
    tasks: tuple[ZoneTask, ...]
    findings: tuple[FindingLine, ...]
    registers: tuple[RegisterSummary, ...]


def show_zone(
    counter: Counter, case_id: str, *, on: date | None = None, reading: Reading = Reading.SITUATION
) -> ZonePage | Refused:
    """开发区页 of a case in sight, as it is or was on a day."""
    now = counter.case(case_id)
    if isinstance(now, Refused):
        return now
    wanted = TaskFilter(programme=now.programme, case=now.id)
    asked = ask(counter, wanted, on=on, reading=reading)
    if isinstance(asked, Refused):
        return asked
    case, left_out = now, 0
    if asked.past or reading is Reading.KNOWN:
        past = case_as_of(counter.db, case_id, asked.on, known=reading is Reading.KNOWN)
        if past is None:
            return _not_yet(now, asked.on)
        case, left_out = past.case, past.left_out
    digest = next(iter(asked.cases), None) or asked.board.digest(case_id)
    if digest is None:
        return _not_yet(now, asked.on)
    return _Page(counter, asked, case, digest, left_out).page()


def _not_yet(case: Case, on: date) -> Refused:
    if on >= case.opened_on:
        return Refused(
            code="view.not_recorded",
            message=f"{on} 时系统里还没有“{case.unit_name}”改革任务的记录,当时的事是后来补录的",
            remedy="请改看“当时情况”,或选记录之后的日期",
            facts={"case": case.id, "on": on.isoformat()},
        )
    return Refused(
        code="view.not_opened",
        message=f"{on} 时“{case.unit_name}”的改革任务还没有启动",
        remedy=f"启动日期是 {case.opened_on},请选这一天或以后的日期",
        facts={"case": case.id, "on": on.isoformat()},
    )


class _Page:
    def __init__(self, counter: Counter, asked: Asked, case: Case, digest: CaseDigest, left_out: int) -> None:
        self._counter, self._asked, self._case, self._digest = counter, asked, case, digest
        self._left_out = left_out
        self._board: Board = asked.board
        self._on = asked.on
        self._plan: Plan = plan_of(counter.db, case)
        self._calendar = asked.board.borders.calendar
        self._work = list(open_work(self._plan, case).values())

    def page(self) -> ZonePage:
        case, board, on = self._case, self._board, self._on
        tally = case_tally(self._digest, on)
        wanted = TaskFilter(programme=case.programme)
        unit = board.unit(case.unit)
        row = zone_row(self._digest, unit, tally, on, self._calendar, wanted)
        axis = timeline(self._plan, case, self._digest, tally.stages, on, self._calendar)
        return ZonePage(
            case=case.id,
            unit=unit,
            programme=case.programme,
            programme_title=self._plan.programme.title,
            version=case.version,
            status_title=CASE_STATUS_TITLES[CaseStatus(case.status)],
            opened_on=case.opened_on,
            planned_on=max((bar.planned.last for bar in axis.stages if bar.planned), default=None),
            on=on,
            reading=self._asked.reading,
            reading_title=READING_TITLES[self._asked.reading],
            past=self._asked.past,
            left_out=self._left_out,
            mark=mark_of(tally.step, tally.worst, on),
            over=sum(each.due_on is not None and each.due_on < on for each in tally.hot),
            whole=row.whole,
            stages=row.cells,
            chain=chain_of(board, case.unit, case.programme, on),
            next=self._next(),
            coming=tuple(self._coming()),
            timeline=axis,
            tasks=tuple(self._tasks()),
            findings=self._findings(),
            registers=self._registers(),
        )

    # --- whose turn it is ---

    def _next(self) -> tuple[NextStep, ...]:
        gaps = Gaps(self._board.db, self._board.organisation, self._on)
        # What stands beside a decision for its recorders is the same matter, told once.
        mine = [each for each in self._work if each.kind is not WorkKind.RECORD]
        able = {each.key: self._able(each) for each in mine}
        with self._board.db.read() as session:
            names = person_names_of(session, {person for found in able.values() for person in found})
        lines = [self._line(each, tuple(names.get(p, p) for p in able[each.key]), gaps) for each in mine]
        return tuple(sorted(lines, key=lambda line: (line.due_on or date.max, line.step)))

    def _able(self, item: WorkItem) -> list[str]:
        holders = self._board.organisation.holders(item.body, item.position, self._on)
        return [person for person in holders if item.may(person)]

    def _line(self, item: WorkItem, holders: tuple[str, ...], gaps: Gaps) -> NextStep:
        role, state = self._plan.roles.get(item.role), self._case.steps.get(item.step, NOTHING)
        due = state.node_due if item.node and state.node_due is not None else state.due
        return NextStep(
            step=item.step,
            step_title=self._title(item.step),
            act=WORK_TITLES[item.kind],
            body=item.body,
            body_name=self._board.body_name(item.body) if item.body else NOBODY,
            role=role.title if role else item.role,
            holders=holders,
            vacant=gaps.why(item, self._case.programme),
            recorded=self._recorded(item),
            since=item.opened_on,
            waited=self._calendar.workdays_between(item.opened_on, self._on),
            due_on=item.due_on,
            left=None if item.due_on is None else self._calendar.remaining_workdays(self._on, item.due_on),
            line=due.line if due is not None else "",
        )

    def _recorded(self, item: WorkItem) -> bool:
        place = self._board.organisation.places.get(item.body)
        return item.kind is WorkKind.DECIDE and place is not None and place.kind != BodyKind.ACCOUNT

    def _title(self, key: str) -> str:
        step = self._plan.step(split_key(key)[0])
        return step.title if step is not None else self._plan.programme.title

    def _coming(self) -> Iterator[ComingStep]:
        """Tasks that wait for nothing but what is open now, in the programme's order."""
        view = self._plan.view(self._case.choices)
        undone = {split_key(each.key)[0] for each in self._digest.steps if not each.done}
        running = {split_key(each.key)[0] for each in self._digest.steps if each.open}
        found = 0
        for step in view.steps:
            after = [each for each in step.after if each in undone]
            if step.id in undone - running and after and set(after) <= running and found < _COMING:
                found += 1
                yield ComingStep(step=step.id, title=step.step.title, after=tuple(after))

    # --- tasks ---

    def _tasks(self) -> Iterator[ZoneTask]:
        view = self._plan.view(self._case.choices).by_id
        stages = {each.id: each.title for each in self._plan.programme.stages}
        waits: dict[str, list[str]] = {}
        for item in self._work:
            words = waiting_words(self._board, item.kind, item.body, item.position)
            waits.setdefault(item.step, []).append(words)
        titles = {
            (name, each.key): each.title
            for name, register in self._case.registers.items()
            for each in register.items
        }
        for step in self._digest.steps:
            id_, item_key = split_key(step.key)
            row = task_row(self._asked, self._digest, step, stages, dict.fromkeys(waits.get(step.key, ())))
            yield self._task(row, step, view.get(id_), titles, item_key)

    def _task(
        self,
        row: TaskRow,
        step: StepDigest,
        declared: StepPlan | None,
        titles: dict[tuple[str, str], str],
        item: str,
    ) -> ZoneTask:
        state = self._case.steps.get(step.key, NOTHING)
        slots = declared.slots if declared is not None else ()
        asked = [each.id for each in slots if each.required]
        return ZoneTask(
            row=row,
            item=self._item(titles.get((declared.items_of, item), item)) if declared and item else "",
            approvals=self._approvals(declared),
            papers=len(state.evidence),
            papers_asked=len({*asked, *state.evidence}),
            due_line=state.due.line if state.due is not None else "",
            returned=sum(state.returns.values()),
        )

    def _item(self, title: str) -> str:
        """An item that is a body goes by the body's name."""
        return self._board.body_name(title)

    def _approvals(self, declared: StepPlan | None) -> tuple[str, ...]:
        if declared is None:
            return ()
        bodies = (
            body
            for node in declared.nodes
            for role in node.node.roles
            for body in self._case.bodies.get(role, ())
        )
        return tuple(self._board.body_name(body) for body in dict.fromkeys(bodies) if body)

    # --- beside the tasks ---

    def _findings(self) -> tuple[FindingLine, ...]:
        if self._counter.out_of_scope(str(Action.SUPERVISION_READ)) is not None:
            return ()
        found = open_findings(self._board, self._counter.standing(), {self._case.unit}, self._on)
        return finding_lines(self._board, found, self._on)

    def _registers(self) -> tuple[RegisterSummary, ...]:
        if self._counter.refuses(Action.REGISTER_READ, self._board.target(self._digest)) is not None:
            return ()
        return register_summaries(self._plan, self._case)
