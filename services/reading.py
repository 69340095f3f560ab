"""查看: what a case looks like to a person: each step, whom it waits for, and until when.

Reads snapshots and projections; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
from sqlalchemy import or_, select
from sqlmodel import Session

from domain.case import Case, Seat, StepState, split_key, step_key
from domain.circulation import Urging
from domain.nodes import filled_seats
from domain.open_work import WORK_TITLES, WorkItem, WorkKind, open_work
from domain.plan import Plan, StepPlan
from domain.programme import BodyKind
from domain.refusal import Refused
from domain.states import CASE_STATUS_TITLES, DONE, STATUS_TITLES, StepStatus
from domain.step_dates import DateLine, date_lines
from models import statements as s
from models.database import Database
from models.tables import BodyRow, CaseRow, PersonRow, PrivateTextRow, ReformUnitRow
from services.act_loading import decode_case
from services.near import did_you_mean
from services.organising.menders import named_menders
from services.organising.vacancies import Gaps
from services.transaction import reading
from services.world import world_of


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """等待谁: an open piece of work and who has to do it."""

    act: str
    role: str
    body: str
    holders: tuple[str, ...]
    """Names of those who hold the position."""
    recorders: tuple[str, ...] = ()
    """Bodies that record what a body decides which does not work in the system: a meeting, a leader."""
    vacant: str = ""
    """无人承办: why nobody can do it now; empty where somebody can."""
    menders: tuple[str, ...] = ()
    """Where nobody can: who may register the body or appoint somebody, each with the office."""
    node: str
    seat: str
    key: str
    due_on: date | None

    @property
    def words(self) -> str:
        """One phrase for a list."""
        who = self.body or self.role
        if self.vacant:
            return f"{self.act} · {who}(无人承办:{self.vacant};可补:{'、'.join(self.menders)})"
        if not self.holders and self.recorders:
            return f"{self.act} · {who}(不在系统内办理,由{'、'.join(self.recorders)}登记)"
        return f"{self.act} · {who}({'、'.join(self.holders) or '无人承办'})"


class StepLine(msgspec.Struct, frozen=True, kw_only=True):
    """任务行."""

    key: str
    title: str
    stage: str
    heading: str
    status: StepStatus
    words: str
    round: int
    opened_on: date | None = None
    due_on: date | None = None
    due_line: str = ""
    dates: tuple[DateLine, ...] = ()
    """The other dates that run on it, each with its line."""
    submitted_on: date | None = None
    closed_on: date | None = None
    overdue: bool = False
    urged: str = ""
    """催办 in this round: when last, and how often."""
    waits: tuple[Waiting, ...] = ()


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """改革任务一览."""

    id: str
    unit: str
    unit_name: str
    programme: str
    version: int
    status: str
    opened_on: date
    closed_on: date | None
    choices: dict[str, str]
    done: int
    total: int
    steps: tuple[StepLine, ...]


def load_case(db: Database, case_id: str) -> Case | None:
    """The case as its last act left it."""
    with reading(db) as tx:
        row = tx.one(s.READ_SNAPSHOT, (case_id,))
    return None if row is None else decode_case(row[1])


def find_case(db: Database, words: str, programme: str = "") -> Case | Refused:
    """Find a case by its id, the unit's id, code or name; a part of the name does where it is one only."""
    with db.read() as session:
        ids = _matching(session, words, programme)
        if len(ids) == 1:
            row = session.get(CaseRow, ids[0])
            if row is not None:
                return decode_case(row.snapshot)
        if not ids:
            return unknown_case(words, did_you_mean(words, _unit_names(session, programme)))
    return Refused(
        code="case.ambiguous",
        message=f"“{words}”对应 {len(ids)} 个改革任务",
        remedy=f"请写明其中一个:{'、'.join(ids[:5])}",
        facts={"case": words, "found": len(ids)},
    )


def unknown_case(words: str, near: str = "") -> Refused:
    """No such case, or none that the person may see."""
    return Refused(
        code="case.unknown",
        message=f"没有找到“{words}”的改革任务",
        remedy=f"{near}请用 zonectl case list 核对名称或编号;尚未启动的请先启动",
        facts={"case": words},
    )


def _matching(session: Session, words: str, programme: str) -> list[str]:
    base = select(CaseRow.id).join(ReformUnitRow, ReformUnitRow.id == CaseRow.unit_id)  # type: ignore[call-overload]
    if programme:
        base = base.where(CaseRow.programme == programme)
    exact = or_(
        CaseRow.id == words,  # type: ignore[arg-type]
        CaseRow.unit_id == words,  # type: ignore[arg-type]
        ReformUnitRow.code == words,  # type: ignore[arg-type]
        ReformUnitRow.name == words,  # type: ignore[arg-type]
    )
    found = list(session.execute(base.where(exact).order_by(CaseRow.id)).scalars())
    if not found and words:
        like = ReformUnitRow.name.contains(words, autoescape=True)  # type: ignore[attr-defined]
        found = list(session.execute(base.where(like).order_by(CaseRow.id).limit(20)).scalars())
    return found


def _unit_names(session: Session, programme: str) -> list[str]:
    """Names of the units that have a case."""
    base = select(CaseRow.unit_name)  # type: ignore[call-overload]
    if programme:
        base = base.where(CaseRow.programme == programme)
    return [str(name) for name in session.execute(base.order_by(CaseRow.id)).scalars()]


def plan_of(db: Database, case: Case) -> Plan:
    """The plan a case runs on."""
    loaded = world_of(db).plan(case.programme, case.version)
    if loaded is None:
        raise LookupError(f"{case.programme}/{case.version} 没有发布")
    return loaded.plan


def view_case(db: Database, case: Case, today: date) -> CaseView:
    """改革任务一览, every step that applies in the programme's order."""
    plan = plan_of(db, case)
    names = Names(db, today)
    waits: dict[str, list[Waiting]] = {}
    for item in open_work(plan, case).values():
        waits.setdefault(item.step, []).append(names.waiting(plan, case, item))
    lines = tuple(
        _line(plan, step, key, case.steps.get(key), tuple(waits.get(key, ())), names)
        for step, key in keys_of(plan, case)
    )
    return CaseView(
        id=case.id,
        unit=case.unit,
        unit_name=case.unit_name,
        programme=case.programme,
        version=case.version,
        status=_status(db, case),
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        choices=case.choices,
        done=sum(line.status in DONE for line in lines),
        total=len(lines),
        steps=lines,
    )


def _status(db: Database, case: Case) -> str:
    """改革任务状态; of one that was merged, into which."""
    if not case.merged_into:
        return CASE_STATUS_TITLES[case.status]
    with db.read() as session:
        into = session.get(CaseRow, case.merged_into)
    return f"已并入{into.unit_name if into else case.merged_into}"


def find_line(db: Database, case: Case, key: str, names: Names) -> StepLine | None:
    """The line of one step; ``None`` where the case has no such step."""
    plan = plan_of(db, case)
    step = next((step for step, each in keys_of(plan, case) if each == key), None)
    if step is None:
        return None
    waits = [names.waiting(plan, case, item) for item in open_work(plan, case).values() if item.step == key]
    return _line(plan, step, key, case.steps.get(key), tuple(waits), names)


def keys_of(plan: Plan, case: Case) -> Iterator[tuple[StepPlan, str]]:
    """Every step that applies with the keys it has; one whose rows are not fixed yet stands once."""
    for step in plan.view(case.choices).steps:
        register = case.registers.get(step.items_of) if step.items_of else None
        if register is not None and register.frozen:
            for item in register.items:
                if step.id not in item.not_for:
                    yield step, step_key(step.id, item.key)
        else:
            yield step, step.id


def _line(
    plan: Plan,
    step: StepPlan,
    key: str,
    state: StepState | None,
    waits: tuple[Waiting, ...],
    names: Names,
) -> StepLine:
    found = state or StepState()
    stage = next(s for s in plan.programme.stages if s.id == step.stage)
    item = split_key(key)[1]
    return StepLine(
        key=key,
        title=f"{step.step.title}({names.body(item)})" if item else step.step.title,
        stage=stage.title,
        heading=stage.heading or stage.title,
        status=found.status,
        words=STATUS_TITLES[found.status],
        round=found.round,
        opened_on=found.opened_on,
        due_on=found.due.date if found.due else None,
        due_line=found.due.line if found.due else "",
        dates=date_lines(found),
        submitted_on=found.submitted_on,
        closed_on=found.closed_on,
        overdue=found.overdue,
        urged=_urged(found.urged),
        waits=waits,
    )


def _urged(urged: Urging | None) -> str:
    if urged is None:
        return ""
    return f"{urged.on} 催办" + (f"(本轮第{urged.times}次)" if urged.times > 1 else "")


class Names:
    """名称: names of bodies and of holders, read once for one view."""

    def __init__(self, db: Database, today: date) -> None:
        self._today = today
        world = world_of(db)
        self._organisation = world.organisation(world.heads())
        self._gaps = Gaps(db, self._organisation, today)
        with db.read() as session:
            self._bodies = {
                code: name
                for code, name in session.execute(select(BodyRow.code, BodyRow.name))  # type: ignore[call-overload]
            }
            self._people = _person_names(session)

    def body(self, code: str) -> str:
        """The name of a body; its code where it has none."""
        return str(self._bodies.get(code, code))

    def person(self, id_: str) -> str:
        """The name of a person; the id where it was erased."""
        return self._people.get(id_, id_)

    def holders(self, seat: Seat) -> tuple[str, ...]:
        """Names of those who hold a seat."""
        held = self._organisation.holders(seat.body, seat.position, self._today)
        return tuple(self.person(each) for each in held)

    def waiting(self, plan: Plan, case: Case, item: WorkItem) -> Waiting:
        """Who an item waits for."""
        role = plan.roles.get(item.role)
        holders = self._organisation.holders(item.body, item.position, self._today)
        why = self._gaps.why(item, case.programme)
        menders = (
            self._gaps.menders(why, self._gaps.target(item.body, item.role, case.unit, plan)) if why else ()
        )
        return Waiting(
            act=WORK_TITLES[item.kind],
            role=role.title if role else item.role,
            body=self.body(item.body),
            holders=tuple(self.person(each) for each in holders if item.may(each)),
            recorders=self._recorders(plan, case, item),
            vacant=why,
            menders=named_menders(menders, self._people) if why else (),
            node=item.node,
            seat=item.seat,
            key=item.key,
            due_on=item.due_on,
        )

    def _recorders(self, plan: Plan, case: Case, item: WorkItem) -> tuple[str, ...]:
        role = plan.roles.get(item.role)
        state = case.steps.get(item.step)
        if role is None or state is None or item.kind is not WorkKind.DECIDE:
            return ()
        declared = next(body.kind for body in plan.programme.bodies if body.id == role.body)
        place = self._organisation.places.get(item.body)
        if (place.kind if place else declared) == BodyKind.ACCOUNT:
            return ()
        bodies = [seat.body for each in role.recorders for seat in filled_seats(plan, case, item.step, each)]
        doer = [state.doer.body] if state.doer else []
        return tuple(self.body(body) for body in dict.fromkeys([*doer, *bodies]))


def _person_names(session: Session) -> dict[str, str]:
    rows = session.execute(
        select(PersonRow.id, PrivateTextRow.text).join(  # type: ignore[call-overload]
            PrivateTextRow,
            PrivateTextRow.id == PersonRow.name_id,
        )
    )
    return {id_: name for id_, name in rows}
