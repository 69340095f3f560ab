"""名单查询: lists of reform units and of cases, for people who look for one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Select, Subquery, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session

from domain.refusal import Refused
from domain.states import CASE_STATUS_TITLES, DONE, OPEN, CaseStatus
from domain.units import CatalogueLevel, SupervisingLevel, UnitKind
from models.database import Database
from models.statements import CASE
from models.tables import CaseRow, ReformUnitRow, StepRow

NAMED = 5
"""Of many that fit, so many are named."""


class UnitLine(msgspec.Struct, frozen=True, kw_only=True):
    """改革单位行."""

    id: str
    kind: str
    kind_title: str
    name: str
    code: str
    province: str
    level: str
    supervising: str
    """省管, 市管 or 县管; empty while 待补."""
    lead_area: str
    cases: int


class UnitView(msgspec.Struct, frozen=True, kw_only=True):
    """改革单位 in full."""

    line: UnitLine
    former_names: tuple[str, ...]
    edition: str
    catalogue_no: str
    division: str
    participating: tuple[str, ...]
    approved_ym: str
    area_ha: str
    industries: str


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """改革任务行."""

    id: str
    unit: str
    unit_name: str
    programme: str
    version: int
    status: str
    status_title: str
    opened_on: date
    done: int
    open: int
    overdue: int
    next_due: date | None


def list_units(
    db: Database, *, words: str = "", kind: str = "", province: str = "", limit: int = 50
) -> tuple[int, tuple[UnitLine, ...]]:
    """改革单位名单: how many there are, and the first ``limit`` by id."""
    wanted: list[ColumnElement[bool]] = []
    if words:
        wanted.append(_named(words))
    if kind:
        wanted.append(ReformUnitRow.kind == kind)  # type: ignore[arg-type]
    if province:
        wanted.append(ReformUnitRow.province.contains(province, autoescape=True))  # type: ignore[attr-defined]
    with db.read() as session:
        total, rows = _fitting(session, wanted, limit)
        return total, _lines(session, rows)


def units_after(
    db: Database, *, words: str = "", kind: str = "", after: str = "", limit: int = 50
) -> tuple[UnitLine, ...]:
    """改革单位名单: up to ``limit`` whose id follows ``after``, by id."""
    wanted: list[ColumnElement[bool]] = [ReformUnitRow.id > after]  # type: ignore[list-item]
    if words:
        wanted.append(_named(words))
    if kind:
        wanted.append(ReformUnitRow.kind == kind)  # type: ignore[arg-type]
    with db.read() as session:
        rows = session.execute(select(ReformUnitRow).where(*wanted).order_by(ReformUnitRow.id).limit(limit))
        return _lines(session, rows.scalars())


def find_unit(db: Database, words: str) -> UnitView | Refused:
    """Find a unit by its id, its code or its name; a part of the name does where it is one only."""
    with db.read() as session:
        exact = or_(
            ReformUnitRow.id == words,  # type: ignore[arg-type]
            ReformUnitRow.code == words,  # type: ignore[arg-type]
            ReformUnitRow.name == words,  # type: ignore[arg-type]
        )
        total, rows = _fitting(session, [exact], NAMED)
        if not total and words:
            total, rows = _fitting(session, [_named(words)], NAMED)
        if total == 1:
            return _view(session, rows[0])
    if not total:
        return Refused(
            code="unit.unknown",
            message=f"没有找到改革单位“{words}”",
            remedy="请用 zonectl zone list 核对名称或编号;还没有导入的请先导入名单",
            facts={"unit": words},
        )
    return Refused(
        code="unit.ambiguous",
        message=f"“{words}”对应 {total} 个改革单位",
        remedy=f"请写明其中一个:{'、'.join(f'{row.name}({row.id})' for row in rows)}",
        facts={"unit": words, "found": total},
    )


def _fitting(
    session: Session, wanted: Sequence[ColumnElement[bool]], limit: int
) -> tuple[int, list[ReformUnitRow]]:
    """How many units there are that fit, and the first of them by id."""
    total = session.execute(select(func.count()).select_from(ReformUnitRow).where(*wanted)).scalar_one()
    rows = session.execute(select(ReformUnitRow).where(*wanted).order_by(ReformUnitRow.id).limit(limit))
    return int(total), list(rows.scalars())


def unit_ids(db: Database, kind: str) -> tuple[str, ...]:
    """All units of a kind, by id."""
    with db.read() as session:
        statement = select(ReformUnitRow.id).where(ReformUnitRow.kind == kind).order_by(ReformUnitRow.id)  # type: ignore[call-overload]
        return tuple(session.execute(statement).scalars())


def list_cases(
    db: Database,
    today: date,
    *,
    words: str = "",
    unit: str = "",
    programme: str = "",
    status: str = "",
    overdue: bool = False,
    only: Sequence[str] | None = None,
    limit: int = 50,
) -> tuple[int, tuple[CaseLine, ...]]:
    """改革任务名单: how many there are, and the first ``limit``; the most overdue first."""
    counts = _step_counts(today)
    wanted: list[ColumnElement[bool]] = []
    if words:
        wanted.append(or_(CASE.c.id == words, CASE.c.unit_name.contains(words, autoescape=True)))
    if unit:
        wanted.append(CASE.c.unit_id == unit)
    if programme:
        wanted.append(CASE.c.programme == programme)
    if status:
        wanted.append(CASE.c.state == status)
    if only is not None:
        wanted.append(CASE.c.id.in_(only))
    if overdue:
        wanted.append(counts.c.overdue > 0)
    joined = CASE.outerjoin(counts, counts.c.case_id == CASE.c.id)
    with db.read() as session:
        connection = session.connection()
        total = connection.execute(select(func.count()).select_from(joined).where(*wanted)).scalar_one()
        late = func.coalesce(counts.c.overdue, 0)
        rows = connection.execute(
            _case_lines(counts).where(*wanted).order_by(late.desc(), CASE.c.id).limit(limit)
        ).all()
    return total, tuple(_case_line(*row) for row in rows)


def cases_by_id(db: Database, ids: Sequence[str], today: date) -> tuple[CaseLine, ...]:
    """The lines of these cases, by id."""
    counts = _step_counts(today, ids)
    with db.read() as session:
        statement = _case_lines(counts).where(CASE.c.id.in_(ids)).order_by(CASE.c.id)
        rows = session.connection().execute(statement).all()
    return tuple(_case_line(*row) for row in rows)


def _case_lines(counts: Subquery) -> Select[Any]:
    """Cases with what ``counts`` says of their steps."""
    return select(
        CASE.c.id,
        CASE.c.unit_id,
        CASE.c.unit_name,
        CASE.c.programme,
        CASE.c.version,
        CASE.c.state,
        CASE.c.opened_on,
        func.coalesce(counts.c.done, 0),
        func.coalesce(counts.c.open, 0),
        func.coalesce(counts.c.overdue, 0),
        counts.c.next_due,
    ).select_from(CASE.outerjoin(counts, counts.c.case_id == CASE.c.id))


def _step_counts(today: date, ids: Sequence[str] | None = None) -> Subquery:
    """Of each case, or of these: steps done, open, overdue, and the next deadline."""
    is_open = StepRow.state.in_([str(each) for each in OPEN])  # type: ignore[attr-defined]
    is_done = StepRow.state.in_([str(each) for each in DONE])  # type: ignore[attr-defined]
    late = is_open & (StepRow.due_on < today)  # type: ignore[operator]
    wanted = () if ids is None else (StepRow.case_id.in_(ids),)  # type: ignore[attr-defined]
    counts: Subquery = (
        select(  # type: ignore[call-overload]
            StepRow.case_id,
            func.sum(sql_case((is_done, 1), else_=0)).label("done"),
            func.sum(sql_case((is_open, 1), else_=0)).label("open"),
            func.sum(sql_case((late, 1), else_=0)).label("overdue"),
            func.min(sql_case((is_open, StepRow.due_on))).label("next_due"),
        )
        .where(*wanted)
        .group_by(StepRow.case_id)
        .subquery()
    )
    return counts


def _case_line(
    id_: str,
    unit: str,
    unit_name: str,
    programme: str,
    version: int,
    status: str,
    opened_on: date,
    done: int,
    open_: int,
    overdue: int,
    next_due: date | None,
) -> CaseLine:
    return CaseLine(
        id=id_,
        unit=unit,
        unit_name=unit_name,
        programme=programme,
        version=version,
        status=status,
        status_title=CASE_STATUS_TITLES[CaseStatus(status)],
        opened_on=opened_on,
        done=done,
        open=open_,
        overdue=overdue,
        next_due=next_due,
    )


def _named(words: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = ReformUnitRow.name.contains(words, autoescape=True)  # type: ignore[attr-defined]
    return found


def _lines(session: Session, rows: Iterable[ReformUnitRow]) -> tuple[UnitLine, ...]:
    found = list(rows)
    counted = session.execute(
        select(CaseRow.unit_id, func.count())  # type: ignore[call-overload]
        .where(CaseRow.unit_id.in_([row.id for row in found]))  # type: ignore[attr-defined]
        .group_by(CaseRow.unit_id)
    )
    cases: dict[str, int] = {unit: number for unit, number in counted}
    return tuple(_line(row, cases.get(row.id, 0)) for row in found)


def _line(row: ReformUnitRow, cases: int) -> UnitLine:
    return UnitLine(
        id=row.id,
        kind=row.kind,
        kind_title=UnitKind(row.kind).label,
        name=row.name,
        code=row.code or "",
        province=row.province,
        level=CatalogueLevel(row.level).label if row.level else "",
        supervising=SupervisingLevel(row.supervising_level).label if row.supervising_level else "",
        lead_area=row.lead_area or "",
        cases=cases,
    )


def _view(session: Session, row: ReformUnitRow) -> UnitView:
    return UnitView(
        line=_lines(session, [row])[0],
        former_names=tuple(each["name"] for each in json.loads(row.name_history)),
        edition=row.edition,
        catalogue_no=row.catalogue_no,
        division=row.division_code,
        participating=tuple(json.loads(row.participating)),
        approved_ym=row.approved_ym,
        area_ha=row.area_ha,
        industries=row.industries,
    )
