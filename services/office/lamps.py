"""查看亮灯: the lamps of a case in sight, and those of an area, the worst first."""

from __future__ import annotations

import sys
from collections.abc import Sequence

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


def show_lamps(counter: Counter, case_id: str) -> CaseLamps | Refused:
    """一个改革任务的灯: each with its reason, and the whole red past."""
    case = counter.case(case_id)
    return case if isinstance(case, Refused) else case_lamps(counter.db, case, counter.today())


def list_lamps(counter: Counter, *, area: str = "", colour: str = "") -> tuple[CaseLampLine, ...] | Refused:
    """亮灯名单 of the cases in sight, of an area (a division code) or of all; the worst first."""
    refused = counter.out_of_scope(str(Action.CASE_READ))
    if refused is not None:
        return refused
    seen = visible_cases(
        counter.db, counter.standing(), Action.CASE_READ, CaseFilter(), after="", limit=sys.maxsize
    )
    found = lamp_lines(counter.db, cases_in_area(counter.db, seen, area), counter.today())
    return worst_first([each for each in found if colour in ("", str(each.colour))])


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
