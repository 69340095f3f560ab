"""样例入库: bodies, persons, zones and townships of a sample, brought in by the ways of every import.

The catalogue is imported first, by itself; the sample adds what it does not say: who runs a zone, which area
leads, the zone outside it, the bodies around, and 示例 accounts. Doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from config.clock import WallClock
from domain.catalogue_changes import Changes
from domain.doers import Doer
from domain.refusal import Refused
from domain.units import ReformUnit, SupervisingLevel, Zone
from models.database import Database
from samples.loader import Sample, SampleZone
from services.importing.units import UnitsWritten, register_units
from services.importing.zones import load_zones, register_zones
from services.roster import NewBody, NewHolding, NewPerson, Roster, RosterWritten, write_roster


@dataclass(frozen=True, slots=True)
class SampleWritten:
    """入库结果."""

    zones: Changes
    pilots: UnitsWritten
    roster: RosterWritten


class CatalogueMissingError(LookupError):
    """目录未导入: the sample names a zone of the catalogue that the register does not have."""


def bring_in_sample(
    db: Database, sample: Sample, *, since: date, actor: Doer, wall: WallClock, command_id: str
) -> SampleWritten | Refused:
    """Bring a sample in; positions are held from `since` on. `command_id` opens the three ledger rows' ids.

    Raises `CatalogueMissingError` before anything is written where the catalogue was not imported.
    """
    with db.read() as session:
        zones = sample_zones(sample, load_zones(session))
    source = f"样例({sample.label})"
    stated = register_zones(
        db, zones, source=source, actor=actor, wall=wall, command_id=f"{command_id}:zones"
    )
    if isinstance(stated, Refused):
        return stated
    pilots = register_units(
        db, sample_pilots(sample), source=source, actor=actor, wall=wall, command_id=f"{command_id}:pilots"
    )
    if isinstance(pilots, Refused):
        return pilots
    roster = write_roster(
        db, sample_roster(sample, since), actor=actor, wall=wall, command_id=f"{command_id}:roster"
    )
    return roster if isinstance(roster, Refused) else SampleWritten(stated, pilots, roster)


def sample_zones(sample: Sample, register: Mapping[str, Zone]) -> tuple[Zone, ...]:
    """The sample's zones: printed facts from the register, the rest from the sample."""
    return tuple(_zone(line, register) for line in sample.zones)


def _zone(line: SampleZone, register: Mapping[str, Zone]) -> Zone:
    held = register.get(line.id)
    if held is None and line.catalogue_no is not None:
        raise CatalogueMissingError(line.id)
    if held is None:
        held = Zone(id=line.id, kind=line.kind, name=line.name, edition=line.edition, level=line.level)
    return replace(
        held,
        division_code=line.division,
        supervising_level=line.supervising_level,
        lead_area=line.lead_area,
    )


def sample_pilots(sample: Sample) -> tuple[ReformUnit, ...]:
    """The sample's townships, run by their counties."""
    return tuple(
        ReformUnit(
            id=pilot.id,
            kind=pilot.kind,
            name=pilot.name,
            division_code=pilot.division or pilot.county,
            supervising_level=SupervisingLevel.COUNTY,
            lead_area=pilot.county,
        )
        for pilot in sample.pilots
    )


def sample_roster(sample: Sample, since: date) -> Roster:
    """The sample's bodies, persons and positions."""
    return Roster(
        bodies=tuple(
            NewBody(
                code=body.code,
                name=body.name,
                type=body.type,
                kind=body.kind.value,
                division=body.division,
                level=body.level,
                unit_id=body.unit_id,
            )
            for body in sample.bodies
        ),
        persons=tuple(NewPerson(id=person.id, name=person.name) for person in sample.persons),
        holdings=tuple(
            NewHolding(person=held.person, body=held.body, position=held.position.value, valid_from=since)
            for held in sample.holdings
        ),
    )
