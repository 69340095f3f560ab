"""小结: what a section chief wants to know of the reforms, computed from the database and nothing else.

What the source page says of its zones and townships is here a question to the data: which steps stand for
which fact, whether they are done, and since when. Reads only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import func, select

from domain.case import Case, StepState, split_key
from domain.decisions import MEDIUM_TITLES
from domain.events import Decided, Event, StepClosed, StepOpened
from domain.lamps import WORDS, step_lamp
from domain.notices.channels import PEOPLE
from domain.open_work import WORK_TITLES, WorkItem, open_work
from domain.plan import Plan, StepPlan
from domain.states import DONE, CaseStatus
from domain.workdays import WorkCalendar
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import CASE, EVENT, MESSAGE
from models.tables import ReformUnitRow
from services.act_loading import decode_case
from services.mirroring import body_names
from services.reading import keys_of, plan_of
from services.world import world_of

ZONES: Final = "development-zone"
TOWNSHIPS: Final = "township-enforcement"

FACTS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("plan_filed", "方案已修改完善并备案", ("1.10", "1.11", "1.13")),
    ("plan_issued", "实施方案已印发", ("1.12",)),
    ("competition", "全员竞聘已完成", ("stage:competition",)),
    ("restructuring", "机构重组已完成", ("stage:restructuring_design", "stage:restructuring_carried_out")),
    ("company", "公司组建已完成", ("stage:company",)),
    ("spin_off", "社会职能已全部剥离", ("stage:spin_off",)),
    ("committee_and_company", "“管委会+公司”已运行", ("4.9", "4.10", "3b.4")),
    ("accepted", "改革已验收", ("6.2",)),
)
"""What the source page says of a zone that has reformed, and the steps or stages that stand for it."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """一句话: whether it holds, and the legal date on which the last step behind it was closed."""

    id: str
    title: str
    holds: bool
    on: date | None = None


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """环节进度 under one heading of the programme."""

    title: str
    done: int
    total: int
    closed_on: date | None = None


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """卡在哪里: an open step, whom it waits for, and its lamp."""

    step: str
    title: str
    act: str
    who: str
    due_on: date | None
    lamp: str
    lamp_shape: str
    lamp_line: str


class ZoneSummary(msgspec.Struct, frozen=True, kw_only=True):
    """一个开发区."""

    case: str
    unit: str
    name: str
    complete: bool
    opened_on: date
    closed_on: date | None
    done: int
    total: int
    stage: str
    facts: tuple[Fact, ...]
    headings: tuple[Heading, ...]
    waits: tuple[Waits, ...] = ()
    adapters: dict[str, str] = {}


class TownshipMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """乡镇矩阵: by area and step, how many of its units have done it."""

    steps: tuple[str, ...]
    rows: dict[str, tuple[int, ...]]
    """Area → how many are done, step by step."""
    units: dict[str, int]
    done: int
    total: int
    closed_on: date | None

    @property
    def complete(self) -> bool:
        """Whether every unit has done every step."""
        return self.done == self.total > 0


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """数字."""

    units: int
    cases: int
    steps_opened: int
    steps_closed: int
    decisions: int
    by_medium: dict[str, int]
    """The medium's title → decisions entered, those of earlier rounds included."""
    notices: int
    notices_sent: int
    ledger_rows: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """小结."""

    today: date
    zones: tuple[ZoneSummary, ...]
    townships: TownshipMatrix
    counts: Counts

    @property
    def finished(self) -> tuple[ZoneSummary, ...]:
        """The zones whose reform is complete."""
        return tuple(zone for zone in self.zones if zone.complete)

    @property
    def in_progress(self) -> tuple[ZoneSummary, ...]:
        """The zones in mid-reform."""
        return tuple(zone for zone in self.zones if not zone.complete)


def summarise(db: Database, today: date, areas: Mapping[str, str] | None = None) -> Summary:
    """小结 on ``today``. ``areas`` gives names of areas by division code, where the codes are not enough."""
    world = world_of(db)
    calendar = world.calendar(world.heads())
    names = body_names(db)
    zones: list[ZoneSummary] = []
    townships = _Matrix(_areas_of(db), areas or {})
    cases = 0
    for case in _cases(db):
        cases += 1
        plan = plan_of(db, case)
        if plan.programme.unit == "zone":
            zones.append(_zone(plan, case, today, calendar, names))
        if case.programme == TOWNSHIPS:
            townships.add(plan, case)
    return Summary(
        today=today,
        zones=tuple(sorted(zones, key=lambda zone: (not zone.complete, zone.opened_on, zone.unit))),
        townships=townships.counted(),
        counts=_counts(db, cases),
    )


def _cases(db: Database) -> Iterator[Case]:
    """All cases, one after the other: a whole country's do not fit into memory."""
    statement = select(CASE.c.snapshot).order_by(CASE.c.id).execution_options(yield_per=100)
    with db.read() as session:
        for snapshot in session.connection().execute(statement).scalars():
            yield decode_case(snapshot)


# --- zones ---


def _zone(
    plan: Plan, case: Case, today: date, calendar: WorkCalendar, names: Mapping[str, str]
) -> ZoneSummary:
    states = [(step, case.steps.get(key) or StepState()) for step, key in keys_of(plan, case)]
    return ZoneSummary(
        case=case.id,
        unit=case.unit,
        name=case.unit_name,
        complete=case.status is CaseStatus.COMPLETED,
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        done=sum(state.status in DONE for _, state in states),
        total=len(states),
        stage=_stage(plan, case),
        facts=tuple(_fact(states, *fact) for fact in FACTS) if case.programme == ZONES else (),
        headings=tuple(_headings(plan, states)),
        waits=tuple(_waits(plan, case, today, calendar, names)),
        adapters=case.adapters,
    )


def _stage(plan: Plan, case: Case) -> str:
    """The stage of the first step that is not done."""
    for step, key in keys_of(plan, case):
        state = case.steps.get(key)
        if state is None or state.status not in DONE:
            return next(stage.title for stage in plan.programme.stages if stage.id == step.stage)
    return ""


def _fact(states: list[tuple[StepPlan, StepState]], id_: str, title: str, behind: tuple[str, ...]) -> Fact:
    behind_it = [state for step, state in states if step.id in behind or f"stage:{step.stage}" in behind]
    holds = bool(behind_it) and all(state.status in DONE for state in behind_it)
    return Fact(id=id_, title=title, holds=holds, on=_last(behind_it) if holds else None)


def _last(states: Iterable[StepState]) -> date | None:
    return max((state.closed_on for state in states if state.closed_on is not None), default=None)


def _headings(plan: Plan, states: list[tuple[StepPlan, StepState]]) -> Iterator[Heading]:
    """In the programme's order; stages of one heading count together."""
    heading = {stage.id: stage.heading or stage.title for stage in plan.programme.stages}
    under: dict[str, list[StepState]] = {}
    for step, state in states:
        under.setdefault(heading[step.stage], []).append(state)
    for title, found in under.items():
        done = [state for state in found if state.status in DONE]
        closed_on = _last(done) if len(done) == len(found) else None
        yield Heading(title=title, done=len(done), total=len(found), closed_on=closed_on)


def _waits(
    plan: Plan, case: Case, today: date, calendar: WorkCalendar, names: Mapping[str, str]
) -> Iterator[Waits]:
    by_step: dict[str, list[WorkItem]] = defaultdict(list)
    for item in open_work(plan, case).values():
        by_step[item.step].append(item)
    for key, items in by_step.items():
        state, step = case.steps[key], plan.step(split_key(key)[0])
        shown = step_lamp(plan, case, key, today, calendar)
        if shown is None:
            continue
        yield Waits(
            step=key,
            title=step.title if step else key,
            act="、".join(dict.fromkeys(WORK_TITLES[item.kind] for item in items)),
            who="、".join(dict.fromkeys(_who(plan, item, names) for item in items)),
            due_on=state.due.date if state.due else None,
            lamp=WORDS[shown.colour][0],
            lamp_shape=shown.shape,
            lamp_line=shown.line,
        )


def _who(plan: Plan, item: WorkItem, names: Mapping[str, str]) -> str:
    """The position that has to act; never a person."""
    role = plan.roles.get(item.role)
    body = names.get(item.body, item.body)
    return (
        body if role is None or role.title in body or body.endswith(role.title) else f"{body}({role.title})"
    )


# --- townships ---


def _areas_of(db: Database) -> dict[str, str]:
    columns = (ReformUnitRow.id, ReformUnitRow.lead_area)
    with db.read() as session:
        rows = session.execute(select(*columns).where(ReformUnitRow.kind == "township"))  # type: ignore[call-overload]
        return {unit: area or "" for unit, area in rows}


class _Matrix:
    """Counts the townships, one case at a time."""

    def __init__(self, area_of: Mapping[str, str], names: Mapping[str, str]) -> None:
        self._area_of = area_of
        self._names = names
        self._titles: dict[str, str] = {}
        self._done: dict[str, Counter[str]] = defaultdict(Counter)
        self._units: Counter[str] = Counter()
        self._closed_on: date | None = None

    def add(self, plan: Plan, case: Case) -> None:
        """Count one more case."""
        area = self._area_of.get(case.unit, "")
        name = self._names.get(area, area)
        self._units[name] += 1
        states = []
        for step, key in keys_of(plan, case):
            state = case.steps.get(key) or StepState()
            self._titles.setdefault(step.id, step.step.title)
            self._done[name][step.id] += state.status in DONE
            states.append(state)
        days = [day for day in (self._closed_on, _last(states)) if day is not None]
        self._closed_on = max(days, default=None)

    def counted(self) -> TownshipMatrix:
        """The matrix of all that were added."""
        rows = {name: tuple(done[step] for step in self._titles) for name, done in sorted(self._done.items())}
        return TownshipMatrix(
            steps=tuple(self._titles.values()),
            rows=rows,
            units=dict(sorted(self._units.items())),
            done=sum(sum(row) for row in rows.values()),
            total=sum(self._units.values()) * len(self._titles),
            closed_on=self._closed_on,
        )


# --- numbers ---


def _counts(db: Database, cases: int) -> Counts:
    media: Counter[str] = Counter()
    opened = closed = 0
    for event in case_events(db):
        if isinstance(event, Decided):
            media[MEDIUM_TITLES[event.decision.medium]] += 1
        opened += isinstance(event, StepOpened)
        closed += isinstance(event, StepClosed)
    with db.read() as session:
        connection = session.connection()
        notices = select(MESSAGE.c.state, func.count()).where(MESSAGE.c.channel != PEOPLE)
        counted = connection.execute(notices.group_by(MESSAGE.c.state))
        states: dict[str, int] = {state: number for state, number in counted}
        units = connection.execute(select(func.count()).select_from(ReformUnitRow)).scalar_one()
        rows = connection.execute(select(func.count()).select_from(EVENT)).scalar_one()
    return Counts(
        units=units,
        cases=cases,
        steps_opened=opened,
        steps_closed=closed,
        decisions=sum(media.values()),
        by_medium=dict(media.most_common()),
        notices=sum(states.values()),
        notices_sent=states.get("sent", 0),
        ledger_rows=rows,
    )


def case_events(db: Database, case_id: str = "") -> Iterator[Event]:
    """All events of one case, or of all, in the order of their streams."""
    wanted = EVENT.c.stream == case_stream(case_id) if case_id else EVENT.c.stream.like("case:%")
    columns = (EVENT.c.body, EVENT.c.schema_version)
    statement = select(*columns).where(wanted).order_by(EVENT.c.stream, EVENT.c.seq)
    with db.read() as session:
        rows = session.connection().execute(statement.execution_options(yield_per=1000))
        for row in rows:
            yield from decode_events(row.body, row.schema_version)
