"""样例的值: what a sample folder holds once it is read and its templates are expanded."""

from __future__ import annotations

import msgspec

from domain.programme import BodyKind, Position
from domain.units import CatalogueLevel, SupervisingLevel, UnitKind


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value of a sample file; an unknown key is an error, for a misspelt one would be lost."""


class Area(Struct, frozen=True, kw_only=True):
    """地区: a province, city or county-level area; `party` is its committee's short name."""

    division: str
    slug: str
    name: str
    party: str
    level: str
    confidence: str


class Body(Struct, frozen=True, kw_only=True):
    """机构: one body with its register code."""

    code: str
    slug: str
    name: str
    type: str
    """The id that programmes name."""
    same_as: str = ""
    """The code of the body that this one is, seen from below: 许昌市委改革办 is `city_reform` to a county and
    `reform_office` to a zone run by the city; the same persons hold the positions of both."""
    kind: BodyKind
    division: str
    level: str
    """province, city, county, unit (belongs to one reform unit) or receiver."""
    unit_id: str = ""
    temporary: bool = False
    confidence: str = "known"


class SampleZone(Struct, frozen=True, kw_only=True):
    """开发区(样例): what the catalogue does not say of a zone: who runs it, and which area leads."""

    id: str
    slug: str
    kind: UnitKind = UnitKind.ZONE
    edition: str
    level: CatalogueLevel
    catalogue_no: int | None
    code: str
    name: str
    division: str
    supervising_level: SupervisingLevel
    lead_area: str
    pilot: bool
    confidence: str
    note: str


class TownshipPilot(Struct, frozen=True, kw_only=True):
    """试点乡镇街道: a unit of the township programme; `division` is empty where its name is not known."""

    id: str
    serial: int
    name: str
    county: str
    division: str
    confidence: str
    kind: UnitKind = UnitKind.TOWNSHIP


class Person(Struct, frozen=True, kw_only=True):
    """示例用户: a person with an account of the same id; nobody real."""

    id: str
    name: str


class Holding(Struct, frozen=True, kw_only=True):
    """任职: a person holds a position in a body."""

    person: str
    body: str
    position: Position


class Sample(Struct, frozen=True, kw_only=True):
    """样例: everything of one sample folder; bodies, persons and holdings are already expanded."""

    label: str
    divisions: dict[str, str]
    """Division code → name, counties and townships."""
    areas: tuple[Area, ...]
    bodies: tuple[Body, ...]
    zones: tuple[SampleZone, ...]
    pilots: tuple[TownshipPilot, ...]
    persons: tuple[Person, ...]
    holdings: tuple[Holding, ...]

    def zone(self, slug: str) -> SampleZone:
        """The zone with this slug; `KeyError` where there is none."""
        return {zone.slug: zone for zone in self.zones}[slug]

    def body(self, code: str) -> Body:
        """The body with this code; `KeyError` where there is none."""
        return {body.code: body for body in self.bodies}[code]
