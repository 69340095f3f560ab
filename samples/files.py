"""样例文件: the files of a sample folder as they are written, before their templates are expanded."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from domain.programme import BodyKind, Position
from domain.units import CatalogueLevel, SupervisingLevel
from samples.values import Area, Holding, Struct

Read = TypeVar("Read")


class BodyTemplate(Struct, frozen=True, kw_only=True):
    """机构模板: one body in every area of `levels`."""

    type: str
    name: str
    kind: BodyKind
    levels: tuple[str, ...] = ()
    above: str = ""
    above_kind: BodyKind | None = None
    temporary: bool = False
    confidence: str


class Department(Struct, frozen=True, kw_only=True):
    """接收部门."""

    slug: str
    name: str


class ReceiversPart(Struct, frozen=True, kw_only=True):
    """接收单位: areas whose townships and departments receive functions."""

    areas: tuple[str, ...]
    type: str
    departments: tuple[Department, ...]


class BodiesFile(Struct, frozen=True, kw_only=True):
    """bodies.yaml."""

    label: str
    divisions_file: str
    areas: tuple[Area, ...]
    templates: tuple[BodyTemplate, ...]
    zone_templates: tuple[BodyTemplate, ...]
    receivers: ReceiversPart


class ZoneLine(Struct, frozen=True, kw_only=True):
    """一个开发区: `catalogue_no`, or `serial` outside the catalogue."""

    slug: str
    level: CatalogueLevel
    code: str
    division: str
    supervising_level: SupervisingLevel
    lead_area: str
    pilot: bool
    confidence: str
    note: str
    catalogue_no: int | None = None
    serial: int | None = None
    name: str


class ZonesFile(Struct, frozen=True, kw_only=True):
    """zones.yaml."""

    label: str
    edition: str
    zones: tuple[ZoneLine, ...]


class PilotLine(Struct, frozen=True, kw_only=True):
    """一个试点乡镇街道."""

    serial: int
    name: str
    county: str
    confidence: str
    division: str = ""


class PilotsFile(Struct, frozen=True, kw_only=True):
    """township_pilots.yaml."""

    label: str
    source: str
    pilots: tuple[PilotLine, ...]
    bodies: tuple[BodyTemplate, ...]


class PositionLine(Struct, frozen=True, kw_only=True):
    """岗位: who holds it in every body with accounts."""

    position: Position
    who: str
    title: str


class AccountsFile(Struct, frozen=True, kw_only=True):
    """accounts.yaml."""

    label: str
    positions: tuple[PositionLine, ...]
    also: tuple[Holding, ...]


def read(path: Path, kind: type[Read]) -> Read:
    """One YAML file as `kind`; scalars are strings until the type converts them."""
    # BaseLoader makes nothing but strings, lists and mappings.
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return msgspec.convert(raw, kind, strict=False)
