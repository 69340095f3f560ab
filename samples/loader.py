"""样例读取: the files of a sample folder as typed values; pure reading, nothing is written.

Scalars are read as strings and converted by the types below, for YAML's own guesses (`1.10`, `no`) are traps.
A list of bodies or persons is given by templates, so that a new county is one line; this module expands them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from domain.programme import BodyKind
from domain.units import outside_zone_id, zone_id
from samples.files import (
    AccountsFile,
    BodiesFile,
    BodyTemplate,
    PilotLine,
    PilotsFile,
    ZonesFile,
    read,
)
from samples.values import Area, Body, Holding, Person, Sample, SampleZone, TownshipPilot

__all__ = [
    "CATALOGUE_2018",
    "XUCHANG",
    "Area",
    "Body",
    "Holding",
    "Person",
    "Sample",
    "SampleZone",
    "TownshipPilot",
    "load_divisions",
    "load_sample",
]

SAMPLES: Final = Path(__file__).parent
XUCHANG: Final = SAMPLES / "xuchang"
CATALOGUE_2018: Final = SAMPLES / "catalogue" / "development_zones_2018.csv"


def load_sample(folder: Path = XUCHANG) -> Sample:
    """The sample in `folder`.

    Raises `msgspec.ValidationError` or `yaml.YAMLError` where a file is not what it should be.
    """
    bodies_file = read(folder / "bodies.yaml", BodiesFile)
    divisions = load_divisions(folder / bodies_file.divisions_file)
    zones = tuple(_zones(read(folder / "zones.yaml", ZonesFile)))
    pilots_file = read(folder / "township_pilots.yaml", PilotsFile)
    pilots = tuple(_pilot(line) for line in pilots_file.pilots)
    bodies = (
        *_area_bodies(bodies_file),
        *_zone_bodies(bodies_file.zone_templates, zones),
        *_receivers(bodies_file, divisions),
        *_pilot_bodies(pilots_file, pilots, divisions),
    )
    accounts = read(folder / "accounts.yaml", AccountsFile)
    persons, holdings = _people(accounts, bodies)
    return Sample(
        label=bodies_file.label,
        divisions=divisions,
        areas=bodies_file.areas,
        bodies=bodies,
        zones=zones,
        pilots=pilots,
        persons=persons,
        holdings=holdings,
    )


def load_divisions(path: Path) -> dict[str, str]:
    """行政区划: code → name of the city (six digits), its county-level areas, townships and streets."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    city = {raw["city"]["code"].ljust(6, "0"): raw["city"]["name"]}
    return city | {entry["code"]: entry["name"] for key in ("areas", "streets") for entry in raw[key]}


# --- expansion ---


def _area_bodies(file: BodiesFile) -> Iterator[Body]:
    for area in file.areas:
        for template in file.templates:
            if area.level not in template.levels:
                continue
            body = _body(template.type, template, area)
            yield body
            if template.above and area.level != "county":
                yield _seen_from_below(_body(template.above, template, area), body, template.above_kind)


def _body(type_: str, template: BodyTemplate, area: Area) -> Body:
    return Body(
        code=f"body:{area.division}:{type_}",
        slug=f"{area.slug}-{type_.replace('_', '-')}",
        name=template.name.format(name=area.name, party=area.party),
        type=type_,
        kind=template.kind,
        division=area.division,
        level=area.level,
        temporary=template.temporary,
        confidence=template.confidence,
    )


def _seen_from_below(above: Body, body: Body, kind: BodyKind | None) -> Body:
    if kind is None or kind is body.kind:
        return msgspec.structs.replace(above, same_as=body.code)
    # It has persons of its own then, since the body itself has none.
    return msgspec.structs.replace(above, kind=kind)


def _unit_body(template: BodyTemplate, owner: str, name: str, slug: str, division: str, unit: str) -> Body:
    # The unit's own body takes the unit's slug: demo-yanling-handler, demo-yanling-company-handler.
    own = template.type in {"zone", "township"}
    return Body(
        code=f"body:{owner}:{template.type}",
        slug=slug if own else f"{slug}-{template.type.replace('_', '-')}",
        name=name,
        type=template.type,
        kind=template.kind,
        division=division,
        level="unit",
        unit_id=unit,
        confidence=template.confidence,
    )


def _zone_bodies(templates: Iterable[BodyTemplate], zones: Iterable[SampleZone]) -> Iterator[Body]:
    for zone in zones:
        for template in templates:
            name = template.name.format(zone=zone.name)
            yield _unit_body(template, zone.division, name, zone.slug, zone.division, zone.id)


def _receivers(file: BodiesFile, divisions: Mapping[str, str]) -> Iterator[Body]:
    part = file.receivers
    for area in file.areas:
        if area.division not in part.areas:
            continue
        for code, name in divisions.items():
            if len(code) == 9 and code.startswith(area.division):
                yield _receiver(
                    part.type, f"body:{code}:{part.type}", f"{area.slug}-{code[6:]}", area, name, code
                )
        for department in part.departments:
            code = f"body:{area.division}:{part.type}-{department.slug}"
            name = department.name.format(name=area.name)
            yield _receiver(part.type, code, f"{area.slug}-{department.slug}", area, name, area.division)


def _receiver(kind: str, code: str, slug: str, area: Area, name: str, division: str) -> Body:
    full = name if name.startswith(area.name) else area.name + name
    return Body(
        code=code,
        slug=slug,
        name=full,
        type=kind,
        kind=BodyKind.ACCOUNT,
        division=division,
        level="receiver",
    )


def _zones(file: ZonesFile) -> Iterator[SampleZone]:
    for line in file.zones:
        if line.catalogue_no is not None:
            unit = zone_id(file.edition, line.level, line.catalogue_no)
        else:
            unit = outside_zone_id(line.division, line.serial or 0)
        yield SampleZone(
            id=unit,
            slug=line.slug,
            edition=file.edition if line.catalogue_no is not None else "",
            level=line.level,
            catalogue_no=line.catalogue_no,
            code=line.code,
            name=line.name,
            division=line.division,
            supervising_level=line.supervising_level,
            lead_area=line.lead_area,
            pilot=line.pilot,
            confidence=line.confidence,
            note=line.note,
        )


def _pilot(line: PilotLine) -> TownshipPilot:
    return TownshipPilot(
        id=f"township:{line.division or f'demo:{line.serial:02d}'}",
        serial=line.serial,
        name=line.name,
        county=line.county,
        division=line.division,
        confidence=line.confidence,
    )


def _pilot_bodies(
    file: PilotsFile, pilots: Iterable[TownshipPilot], divisions: Mapping[str, str]
) -> Iterator[Body]:
    for pilot in pilots:
        full = divisions[pilot.county] + pilot.name
        owner, slug = f"pilot-{pilot.serial:02d}", f"pilot-{pilot.serial:02d}"
        for template in file.bodies:
            name = template.name.format(township=full)
            yield _unit_body(template, owner, name, slug, pilot.division or pilot.county, pilot.id)


def _people(file: AccountsFile, bodies: Sequence[Body]) -> tuple[tuple[Person, ...], tuple[Holding, ...]]:
    persons: list[Person] = []
    holdings: list[Holding] = []
    slugs = {body.code: body.slug for body in bodies}
    for body in bodies:
        if body.kind is not BodyKind.ACCOUNT:
            continue
        for line in file.positions:
            slug = slugs[body.same_as or body.code]
            person = Person(id=f"demo-{slug}-{line.position.value}", name=f"{line.who}({body.name})")
            if not body.same_as:
                persons.append(person)
            holdings.append(Holding(person=person.id, body=body.code, position=line.position))
    known = {person.id for person in persons}
    lost = [line.person for line in file.also if line.person not in known]
    if lost:
        raise msgspec.ValidationError(f"accounts.yaml: also names persons that do not exist: {lost}")
    return tuple(persons), (*holdings, *file.also)
