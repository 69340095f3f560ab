"""改革单位办理: 主管级, areas and parks by hand with their basis; chains of responsibility."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

import msgspec
from sqlalchemy import delete, or_, select
from sqlmodel import Session

from domain.catalogue_changes import zone_digest
from domain.organisation.events import ChainSet, Link, UnitPlaced
from domain.organisation.units import PlaceUnit, SetChain, judge_chain, judge_placing
from domain.permissions import Action, Target, common_division
from domain.refusal import Refused
from domain.units import ReformUnit, SupervisingLevel, UnitKind
from models.database import Database
from models.tables import ReformUnitRow, ResponsibilityRow
from services.importing.units import unit_digest
from services.importing.zones import load_zones
from services.launching import unknown_unit
from services.organising.bodies import encode
from services.organising.office import Enacted, Registry, enact
from services.organising.reading import all_bodies, person_ids, unit_data, unit_facts
from services.permits import unit_target
from services.world import world_of

CITY_DIGITS = 4


def place_unit(registry: Registry, asked: PlaceUnit, *, command_id: str) -> Enacted[UnitPlaced] | Refused:
    """填定主管级、牵头地区、参与地区、园区."""
    refused = registry.may(Action.UNIT_CHANGE, _placing_target(registry, asked))
    if refused is not None:
        return refused

    def judge(session: Session, _on: date) -> UnitPlaced | Refused:
        row = session.get(ReformUnitRow, asked.unit)
        return unknown_unit(asked.unit) if row is None else judge_placing(asked, unit_facts(row))

    return enact(registry, asked, UnitPlaced, judge, write_placed, command_id=command_id)


def _placing_target(registry: Registry, asked: PlaceUnit) -> Target:
    """Where it stands and where it is put; one that stands nowhere yet is placed by the city at least."""
    unit = world_of(registry.db).unit(asked.unit)
    held = "" if unit is None else unit.lead_area or unit.division_code
    if not held:
        city = (asked.lead_area or "")[:CITY_DIGITS].ljust(6, "0") if asked.lead_area else ""
        return Target(division=city, unit=asked.unit)
    return Target(division=common_division((held, asked.lead_area or held)), unit=asked.unit)


def write_placed(session: Session, event: UnitPlaced) -> None:
    """The row of a unit that was placed."""
    row = session.get_one(ReformUnitRow, event.unit)
    row.supervising_level, row.lead_area = event.supervising_level, event.lead_area
    row.division_code = row.division_code or event.lead_area
    row.participating = msgspec.json.encode(event.participating).decode()
    row.data = encode(msgspec.structs.replace(unit_data(row), parks=event.parks, basis=event.basis))
    changed(session, row)


def changed(session: Session, row: ReformUnitRow) -> None:
    """Count a unit's change and bring the digest of its row up to date."""
    row.version += 1
    session.add(row)
    session.flush()
    row.row_digest = digest_of(session, row)
    session.add(row)
    session.flush()


def digest_of(session: Session, row: ReformUnitRow) -> str:
    """The digest by which an import knows whether a row says what its list says."""
    if row.kind == UnitKind.ZONE and row.level:
        return zone_digest(load_zones(session, row.id)[row.id])
    level = SupervisingLevel(row.supervising_level) if row.supervising_level else None
    return unit_digest(
        ReformUnit(
            id=row.id,
            kind=UnitKind(row.kind),
            name=row.name,
            division_code=row.division_code or None,
            supervising_level=level,
            lead_area=row.lead_area,
            participating_areas=tuple(msgspec.json.decode(row.participating, type=list[str])),
        )
    )


def set_chain(registry: Registry, asked: SetChain, *, command_id: str) -> Enacted[ChainSet] | Refused:
    """设置责任链条 from a day on; what stood before ends the day before, and stays to be read."""
    refused = registry.may(Action.UNIT_CHANGE, unit_target(registry.db, asked.unit))
    if refused is not None:
        return refused

    def judge(session: Session, _on: date) -> ChainSet | Refused:
        row = session.get(ReformUnitRow, asked.unit)
        if row is None:
            return unknown_unit(asked.unit)
        return judge_chain(asked, unit_facts(row), all_bodies(session), person_ids(session))

    return enact(registry, asked, ChainSet, judge, _write_chain, command_id=command_id)


def _write_chain(session: Session, event: ChainSet) -> None:
    same = (
        ResponsibilityRow.unit_id == event.unit,
        ResponsibilityRow.programme == event.programme,
        ResponsibilityRow.step == event.step,
    )
    # What was to begin on this day or later never came into force: the new chain stands in its place.
    session.execute(delete(ResponsibilityRow).where(*same, ResponsibilityRow.valid_from >= event.first))  # type: ignore[arg-type]
    standing = session.execute(
        select(ResponsibilityRow).where(
            *same,  # type: ignore[arg-type]
            or_(ResponsibilityRow.valid_to.is_(None), ResponsibilityRow.valid_to >= event.first),  # type: ignore[union-attr, operator, arg-type]
        )
    ).scalars()
    for row in standing:
        row.valid_to = event.first - timedelta(days=1)
        session.add(row)
    session.add_all(
        ResponsibilityRow(
            id=secrets.token_hex(12),
            unit_id=event.unit,
            programme=event.programme,
            step=event.step,
            part=link.part,
            ordinal=number,
            person=link.person or None,
            body=link.body or None,
            valid_from=event.first,
            basis=event.basis,
        )
        for number, link in enumerate(event.links)
    )
    session.flush()


def chain_on(db: Database, unit: str, on: date, *, programme: str = "", step: str = "") -> tuple[Link, ...]:
    """责任链条 of a day: the step's own, else the programme's, else the unit's."""
    with db.read() as session:
        rows = session.execute(
            select(ResponsibilityRow)
            .where(
                ResponsibilityRow.unit_id == unit,  # type: ignore[arg-type]
                ResponsibilityRow.valid_from <= on,  # type: ignore[arg-type]
                or_(ResponsibilityRow.valid_to.is_(None), ResponsibilityRow.valid_to >= on),  # type: ignore[union-attr, operator, arg-type]
            )
            .order_by(ResponsibilityRow.ordinal)  # type: ignore[arg-type]
        ).scalars()
        found: dict[tuple[str, str], list[Link]] = {}
        for row in rows:
            link = Link(part=row.part, person=row.person or "", body=row.body or "")
            found.setdefault((row.programme, row.step), []).append(link)
    for scope in ((programme, step), (programme, ""), ("", "")):
        if scope in found:
            return tuple(found[scope])
    return ()
