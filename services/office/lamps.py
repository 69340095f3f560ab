"""查看亮灯: the lamps of a case in sight, and the cases of an area by their worst."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select

from domain.lamps import WORST
from domain.permissions import Action, within
from domain.refusal import Refused
from models.database import Database
from models.statements import CASE
from models.tables import ReformUnitRow
from services.lamps.showing import CaseLampLine, CaseLamps, case_lamps, lamp_lines
from services.office.counter import Counter
from services.office.visible import CaseFilter, visible_cases
from services.planning import PlanLine, plan_lines


def show_lamps(counter: Counter, case_id: str) -> CaseLamps | Refused:
    """一个改革任务的灯: each with its reason, and the whole red past."""
    case = counter.case(case_id)
    return case if isinstance(case, Refused) else case_lamps(counter.db, case, counter.today())


def show_plan(counter: Counter, case_id: str) -> tuple[PlanLine, ...] | Refused:
    """一个改革任务的计划节点, with every date it was planned for before."""
    case = counter.case(case_id)
    return case if isinstance(case, Refused) else plan_lines(counter.db, case, counter.today())


class LampFilter(NamedTuple):
    """筛选: a division code and what lies in it, a colour; empty takes all."""

    area: str = ""
    colour: str = ""


def list_lamps(
    counter: Counter, wanted: LampFilter, *, after: str = "", limit: int = 50
) -> tuple[CaseLampLine, ...] | Refused:
    """亮灯名单: cases in sight, by id, each with the worst of its lamps."""
    refused = counter.out_of_scope(str(Action.CASE_READ))
    if refused is not None:
        return refused
    seen = visible_cases(
        counter.db, counter.standing(), Action.CASE_READ, CaseFilter(), after=after, limit=sys.maxsize
    )
    lines = lamp_lines(counter.db, cases_in_area(counter.db, seen, wanted.area), counter.today())
    return tuple(islice((each for each in lines if wanted.colour in ("", str(each.colour))), limit))


def cases_in_area(db: Database, cases: Sequence[str] | None, area: str) -> list[str]:
    """Those of ``cases``, or of all, whose unit is led from within ``area``; all where it is empty."""
    statement = (
        select(CASE.c.id, ReformUnitRow.lead_area, ReformUnitRow.division_code)  # type: ignore[call-overload]
        .select_from(CASE.join(ReformUnitRow, ReformUnitRow.id == CASE.c.unit_id))  # type: ignore[arg-type]
        .order_by(CASE.c.id)
    )
    wanted = None if cases is None else set(cases)
    with db.read() as session:
        rows = session.connection().execute(statement).all()
    return [
        case
        for case, lead, division in rows
        if (wanted is None or case in wanted) and (not area or within(lead or division or "", area))
    ]


def worst_first(found: Sequence[CaseLampLine]) -> tuple[CaseLampLine, ...]:
    """By colour, then by how long it has been red in all, then by id."""
    return tuple(sorted(found, key=lambda each: (WORST.index(each.colour), -each.record.total, each.case)))
