"""机构改革办理: a preview of everything an act touches, then the act with all its cases in one transaction.

Cases go on under the new name or place, are merged into the surviving unit's, or end; their rows in the
ledger are written beside the one of the organisation, or none of them is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.case import Case
from domain.commands_reorganising import AbsorbRegisters, CarryOver, EndReorganised
from domain.organisation.reorganising import (
    Kind,
    Outcome,
    ReorganiseUnits,
    UnitsReorganised,
    judge_units,
)
from domain.permissions import Action, common_division
from domain.refusal import RefusalError, Refused
from domain.states import CaseStatus
from domain.units import FormerName
from models.tables import CaseRow, ReformUnitRow
from services.act_loading import decode_case
from services.notices import Notices, no_notices
from services.organisation import UnitPlace
from services.organising.absorbing import absorb
from services.organising.bodies import encode
from services.organising.ending import end_body
from services.organising.inside import InsideActs
from services.organising.office import Enacted, Registry, enact
from services.organising.previewing import Preview, Touched, named, touched_cases, touched_positions
from services.organising.reading import all_bodies, unit_data, unit_facts
from services.organising.units import changed
from services.permits import unit_target
from services.world import unpublished, world_of


def preview_units(registry: Registry, asked: ReorganiseUnits) -> Preview | Refused:
    """预览改革单位调整; also before the effective day. Nothing is written."""
    refused = _units_refused(registry, asked)
    if refused is not None:
        return refused
    with registry.db.read() as session:
        event = _judge_units(session, asked, asked.effective)
        if isinstance(event, Refused):
            return event
        touched = [*touched_cases(session, event.cases), *_touched_bodies(session, asked)]
        return named(registry.db, session, touched)


def reorganise_units(
    registry: Registry, asked: ReorganiseUnits, *, command_id: str, notices: Notices = no_notices
) -> Enacted[UnitsReorganised] | Refused:
    """改革单位调整: units, bodies and cases in one transaction."""
    refused = _units_refused(registry, asked)
    if refused is not None:
        return refused

    def write(session: Session, event: UnitsReorganised) -> None:
        _write_units(session, event)
        acts = InsideActs(registry, session, notices)
        for outcome in event.cases:
            _carry_out(registry, session, acts, outcome, event, command_id)

    return enact(
        registry,
        asked,
        UnitsReorganised,
        lambda session, on: _judge_units(session, asked, on),
        write,
        command_id=command_id,
    )


def _units_refused(registry: Registry, asked: ReorganiseUnits) -> Refused | None:
    """Whoever does it must reach every unit where it stands, and the level and area it goes to."""
    for each in filter(None, (*asked.units, asked.into)):
        target = unit_target(registry.db, each)
        place = world_of(registry.db).unit(each)
        if place is not None and (asked.supervising_level or asked.lead_area):
            goes_to = UnitPlace(
                id=each,
                supervising_level=asked.supervising_level or place.supervising_level,
                lead_area=asked.lead_area or place.lead_area or place.division_code,
            )
            target = msgspec.structs.replace(
                target, division=common_division((target.division, goes_to.own_division))
            )
        refused = registry.may(Action.UNIT_REORGANISE, target)
        if refused is not None:
            return refused
    return None


def _judge_units(session: Session, asked: ReorganiseUnits, on: date) -> UnitsReorganised | Refused:
    rows = {each: session.get(ReformUnitRow, each) for each in (*asked.units, asked.into) if each}
    facts = {each: unit_facts(row) for each, row in rows.items() if row is not None}
    taken = [part.id for part in asked.parts if session.get(ReformUnitRow, part.id) is not None]
    if taken:
        return Refused(
            code="unit.exists",
            message=f"编号“{taken[0]}”已登记",
            remedy="请换一个编号",
            facts={"unit": taken[0]},
        )
    return judge_units(asked, facts, tuple(_outcomes(session, asked)), on)


def _outcomes(session: Session, asked: ReorganiseUnits) -> Iterable[Outcome]:
    survivors = {case.programme: case.id for case in _open_cases(session, (asked.into,))}
    for case in _open_cases(session, asked.units):
        if asked.kind is Kind.ABOLISH:
            yield Outcome(case=case.id, what="end")
        elif asked.kind is not Kind.MERGE:
            yield Outcome(case=case.id, what="continue")
        elif case.programme in survivors:
            yield Outcome(case=case.id, what="merge", into=survivors[case.programme])
        else:
            yield Outcome(case=case.id, what="end")
    if asked.kind is Kind.MERGE and asked.name:
        for id_ in survivors.values():
            yield Outcome(case=id_, what="continue")


def _open_cases(session: Session, units: Iterable[str]) -> list[Case]:
    rows = session.execute(
        select(CaseRow.snapshot)  # type: ignore[call-overload]
        .where(CaseRow.unit_id.in_([each for each in units if each]), CaseRow.state == CaseStatus.OPEN)  # type: ignore[attr-defined]
        .order_by(CaseRow.id)
    ).scalars()
    return [decode_case(snapshot) for snapshot in rows]


def _write_units(session: Session, event: UnitsReorganised) -> None:
    last = event.effective - timedelta(days=1)
    renamed = event.into or event.units[0]
    if event.name or event.supervising_level or event.lead_area or event.into:
        row = session.get_one(ReformUnitRow, renamed)
        if event.name and event.name != row.name:
            former = FormerName(row.name, until=last.isoformat(), source=event.basis)
            history = msgspec.json.decode(row.name_history, type=list[FormerName])
            row.name_history = msgspec.json.encode([*history, former]).decode()
            row.name = event.name
        row.supervising_level = event.supervising_level or row.supervising_level
        row.lead_area = event.lead_area or row.lead_area
        _kin(row, predecessors=event.units if event.into else ())
        changed(session, row)
    if event.into or event.kind == Kind.ABOLISH:
        for each in event.units:
            row = session.get_one(ReformUnitRow, each)
            row.ended_on = last
            _kin(row, successors=(event.into,) if event.into else (), ended_by=event.basis)
            changed(session, row)
        _end_own_bodies(session, event, last)
    if event.parts:
        _write_parts(session, event, session.get_one(ReformUnitRow, event.units[0]))


def _kin(row: ReformUnitRow, **more: object) -> None:
    data = unit_data(row)
    facts = {
        "predecessors": (*data.predecessors, *more.get("predecessors", ())),  # type: ignore[misc]
        "successors": (*data.successors, *more.get("successors", ())),  # type: ignore[misc]
        "ended_by": more.get("ended_by", data.ended_by),
    }
    row.data = encode(msgspec.structs.replace(data, **facts))


def _write_parts(session: Session, event: UnitsReorganised, origin: ReformUnitRow) -> None:
    for part in event.parts:
        row = ReformUnitRow(
            id=part.id,
            kind=origin.kind,
            name=part.name,
            edition=origin.edition,
            province=origin.province,
            level=origin.level and "outside",
            division_code=part.lead_area or origin.division_code,
            supervising_level=origin.supervising_level,
            lead_area=part.lead_area or origin.lead_area,
            version=0,
        )
        _kin(row, predecessors=(origin.id,))
        changed(session, row)
    _kin(origin, successors=tuple(part.id for part in event.parts))
    changed(session, origin)


def _end_own_bodies(session: Session, event: UnitsReorganised, last: date) -> None:
    """The units' own bodies end with them; one of the same kind of the surviving unit has their functions."""
    bodies = all_bodies(session)
    heirs = {each.type: each.code for each in bodies.values() if each.unit == event.into and event.into}
    for body in bodies.values():
        if body.unit in event.units and body.stands(event.effective):
            end_body(session, body.code, heirs.get(body.type, ""), last, event.basis)


def _carry_out(
    registry: Registry,
    session: Session,
    acts: InsideActs,
    outcome: Outcome,
    event: UnitsReorganised,
    command_id: str,
) -> None:
    case = decode_case(session.get_one(CaseRow, outcome.case, populate_existing=True).snapshot)
    common = {"occurred_on": event.effective, "basis": event.basis}
    if outcome.what == "continue":
        row = session.get_one(ReformUnitRow, case.unit)
        acts.do(
            CarryOver(
                command_id=f"{command_id}:carry:{case.id}",
                case=case.id,
                unit=case.unit,
                unit_name=row.name,
                supervising_level=row.supervising_level or "",
                **common,  # type: ignore[arg-type]
            )
        )
        return
    if outcome.what == "merge":
        into = decode_case(session.get_one(CaseRow, outcome.into, populate_existing=True).snapshot)
        loaded = world_of(registry.db).plan(into.programme, into.version)
        if loaded is None:
            raise RefusalError(unpublished(into.programme, into.version))
        registers, _left = absorb(session, loaded.plan, into, case)
        acts.do(
            AbsorbRegisters(
                command_id=f"{command_id}:absorb:{case.id}",
                case=into.id,
                origin=case.id,
                registers=registers,
                **common,  # type: ignore[arg-type]
            )
        )
    acts.do(
        EndReorganised(
            command_id=f"{command_id}:end:{case.id}",
            case=case.id,
            merged_into=outcome.into,
            **common,  # type: ignore[arg-type]
        )
    )


def _touched_bodies(session: Session, asked: ReorganiseUnits) -> Iterable[Touched]:
    ends = asked.kind in (Kind.MERGE, Kind.ABOLISH)
    bodies = all_bodies(session)
    heirs = {each.type: each.code for each in bodies.values() if asked.into and each.unit == asked.into}
    for body in bodies.values():
        if body.unit in asked.units and body.stands(asked.effective):
            heir = heirs.get(body.type, "")
            yield Touched(kind="body", id=body.code, what="end" if ends else "continue", into=heir)
            yield from touched_positions(session, body.code, asked.effective, ends=ends)
