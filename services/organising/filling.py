"""补位: a body that has been registered takes the places in open cases that had none (无人承办).

A place in a body that stands needs nothing: whoever holds the position today finds the work. Only where there
was no body at all does the case have to be told which one it is now; that is an event of the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from domain.case import Case
from domain.commands_reorganising import CarryOver
from domain.states import CaseStatus
from models.tables import CaseRow, ReformUnitRow
from services.act_loading import decode_case
from services.notices import Notices
from services.organisation import Organisation, load_organisation, place_of
from services.organising.inside import InsideActs
from services.organising.office import Registry
from services.world import LoadedPlan, world_of

BASIS = "登记机构后补位"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """补位所随的办理: the act that registered the body, and what it tells people."""

    notices: Notices
    on: date
    command_id: str


def fill_places(registry: Registry, session: Session, filling: Filling) -> tuple[str, ...]:
    """补位: in every open case that lacks a body which stands now; return the cases."""
    session.flush()
    organisation: Organisation | None = None
    filled = []
    for case in _lacking(registry, session):
        loaded = _plan(registry, case)
        row = session.get(ReformUnitRow, case.unit)
        if row is None:
            continue
        organisation = organisation or load_organisation(session, -1)
        found = organisation.resolve(loaded.plan.programme, place_of(row), filling.on)
        if any(found.get(role) for role, held in case.bodies.items() if not held):
            filled.append(case)
    if filled:
        acts = InsideActs(registry, session, filling.notices)
        for case in filled:
            acts.do(
                CarryOver(
                    command_id=f"{filling.command_id}:fill:{case.id}",
                    case=case.id,
                    occurred_on=filling.on,
                    unit=case.unit,
                    unit_name=case.unit_name,
                    fills=True,
                    basis=BASIS,
                )
            )
    return tuple(case.id for case in filled)


def _lacking(registry: Registry, session: Session) -> Iterator[Case]:
    """Open cases with a role that has no body; a role of register rows or areas may have none."""
    open_cases = select(CaseRow.snapshot).where(CaseRow.state == CaseStatus.OPEN).order_by(CaseRow.id)  # type: ignore[call-overload]
    for snapshot in session.execute(open_cases).scalars().all():
        case = decode_case(snapshot)
        empty = {role for role, held in case.bodies.items() if not held}
        if empty:
            plan = _plan(registry, case).plan
            if empty - plan.item_roles - plan.participating:
                yield case


def _plan(registry: Registry, case: Case) -> LoadedPlan:
    loaded = world_of(registry.db).plan(case.programme, case.version)
    if loaded is None:
        raise LookupError(f"{case.programme}/{case.version} 没有发布")
    return loaded
