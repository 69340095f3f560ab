"""登记簿比对: what a zone list would change in the register of zones, before anything is written.

An officer sees this as the preview; the same comparison then decides what is written, so that a second import
of the same list changes nothing. 主管级 and lead area are touched only where the list states them: a later
import of the bare catalogue must not wipe what was filled in since. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from domain.catalogue_row import CatalogueRow
from domain.cells import decimal_text
from domain.tabular import Fault
from domain.units import CatalogueLevel, FormerName, UnitKind, Zone, zone_id

_FIELD_TITLES: Final[Mapping[str, str]] = {
    "code": "代码",
    "name": "名称",
    "zone_type": "类型",
    "province": "省份",
    "approved_ym": "批准时间",
    "area_ha": "面积",
    "industries": "主导产业",
    "supervising_level": "主管级",
    "lead_area": "牵头县区",
    "division_code": "所在地区",
    "participating_areas": "参与地区",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """一处改动: a field's title, the value in the register, the value in the list."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """一区的改动: the zone as it is and as it would be."""

    before: Zone
    after: Zone
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """比对结果: what a list would add and change, and the zones it would leave as they are."""

    added: tuple[Zone, ...]
    changed: tuple[ZoneChange, ...]
    unchanged: tuple[Zone, ...]

    @property
    def any(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.added or self.changed)

    def afterwards(self) -> tuple[Zone, ...]:
        """Every zone of the list as the register holds it once the changes are written."""
        return (*self.added, *(change.after for change in self.changed), *self.unchanged)


def number_rows(
    rows: Iterable[CatalogueRow], register: Mapping[str, Zone]
) -> tuple[tuple[CatalogueRow, ...], tuple[Fault, ...]]:
    """Every row with its catalogue number, taken from the register by code where the sheet has none.

    A bare 序号 is not trusted: in an office's excerpt it counts the excerpt's own lines, and row 1 would
    otherwise overwrite the first zone of the country. A number that the register gives to another code is a
    fault for the same reason.
    """
    by_code: dict[tuple[str, str], list[Zone]] = {}
    for zone in register.values():
        by_code.setdefault((zone.edition, zone.code), []).append(zone)
    numbered: list[CatalogueRow] = []
    faults: list[Fault] = []
    for row in rows:
        found = _numbered(row, by_code.get((row.edition, row.code), []), register)
        (faults if isinstance(found, Fault) else numbered).append(found)  # type: ignore[arg-type]
    return tuple(numbered), tuple(faults)


def _numbered(row: CatalogueRow, same_code: list[Zone], register: Mapping[str, Zone]) -> CatalogueRow | Fault:
    if row.catalogue_no is not None:
        held = register.get(zone_id(row.edition, row.level, row.catalogue_no))
        if held is None or held.code == row.code:
            return row
        message = (
            f"{row.level.label}第{row.catalogue_no}号在登记簿中是{held.code} {held.name},本行是{row.code}"
        )
        return Fault(row.row, "目录序号", row.cell, message, "请核对目录序号和代码", "number.contradicts")
    if len(same_code) > 1:
        same_code = [zone for zone in same_code if zone.name == row.name]
    if len(same_code) == 1:
        return replace(row, catalogue_no=same_code[0].catalogue_no)
    message = f"登记簿中没有代码{row.code},表中也没有“目录序号”一列,无法确定是目录的哪一条"
    mend = "如“序号”就是公告目录的序号,请把列名改为“目录序号”;否则请先导入全国目录"
    return Fault(row.row, "代码", row.cell, message, mend, "number.unknown")


def compare(rows: Iterable[CatalogueRow], register: Mapping[str, Zone], source: str) -> Changes:
    """What numbered `rows` would change in `register` (zones by id); `source` goes into a name's history."""
    listed = (zone_of(row) for row in rows)
    return compare_zones((_onto(register.get(zone.id), zone) for zone in listed), register, source)


def compare_zones(zones: Iterable[Zone], register: Mapping[str, Zone], source: str) -> Changes:
    """As `compare`, for zones stated in full: what they leave empty becomes empty."""
    added: list[Zone] = []
    changed: list[ZoneChange] = []
    unchanged: list[Zone] = []
    for zone in zones:
        held = register.get(zone.id)
        change = _change(held, zone, source) if held is not None else None
        if held is None:
            added.append(zone)
        elif change is None:
            unchanged.append(held)
        else:
            changed.append(change)
    return Changes(tuple(added), tuple(changed), tuple(unchanged))


def zone_of(row: CatalogueRow) -> Zone:
    """A numbered row as a zone of the register."""
    if row.catalogue_no is None:
        raise ValueError(f"row {row.row} has no catalogue number: number_rows comes first")
    return Zone(
        id=zone_id(row.edition, row.level, row.catalogue_no),
        kind=UnitKind.ZONE,
        name=row.name,
        supervising_level=row.supervising_level,
        lead_area=row.lead_area,
        division_code=row.lead_area,
        edition=row.edition,
        level=row.level,
        catalogue_no=row.catalogue_no,
        code=row.code,
        zone_type=row.zone_type,
        province=row.province,
        approved_ym="/".join(row.approved),
        area_ha=row.area_ha,
        industries=row.industries,
    )


def _onto(held: Zone | None, listed: Zone) -> Zone:
    """A listed zone with what the list does not know taken from the register."""
    if held is None:
        return listed
    return replace(
        held,
        code=listed.code,
        name=listed.name,
        zone_type=listed.zone_type,
        province=listed.province,
        approved_ym=listed.approved_ym,
        area_ha=listed.area_ha,
        industries=listed.industries,
        supervising_level=listed.supervising_level or held.supervising_level,
        lead_area=listed.lead_area or held.lead_area,
        division_code=held.division_code or listed.division_code,
    )


def _change(held: Zone, after: Zone, source: str) -> ZoneChange | None:
    old, new = _shown(held), _shown(after)
    fields = tuple(
        FieldChange(title, old[key], new[key]) for key, title in _FIELD_TITLES.items() if old[key] != new[key]
    )
    if not fields:
        return None
    if after.name != held.name:
        after = replace(after, name_history=(*held.name_history, FormerName(held.name, source=source)))
    return ZoneChange(held, after, fields)


def _shown(zone: Zone) -> dict[str, str]:
    return {
        "code": zone.code,
        "name": zone.name,
        "zone_type": zone.zone_type,
        "province": zone.province,
        "approved_ym": zone.approved_ym,
        "area_ha": decimal_text(zone.area_ha) if zone.area_ha is not None else "",
        "industries": zone.industries,
        "supervising_level": zone.supervising_level.label if zone.supervising_level else "待补",
        "lead_area": zone.lead_area or "待补",
        "division_code": zone.division_code or "待补",
        "participating_areas": "、".join(zone.participating_areas),
    }


def zone_facts(zone: Zone) -> dict[str, str | None]:
    """A zone's facts as text: what is hashed into the ledger and stored beside it."""
    return {
        "id": zone.id,
        "edition": zone.edition,
        "level": zone.level.value,
        "catalogue_no": None if zone.level is CatalogueLevel.OUTSIDE else str(zone.catalogue_no),
        "code": zone.code,
        "name": zone.name,
        "zone_type": zone.zone_type,
        "province": zone.province,
        "approved_ym": zone.approved_ym,
        "area_ha": decimal_text(zone.area_ha) if zone.area_ha is not None else None,
        "industries": zone.industries,
        "division_code": zone.division_code,
        "supervising_level": zone.supervising_level.value if zone.supervising_level else None,
        "lead_area": zone.lead_area,
        "participating_areas": "、".join(zone.participating_areas),
    }


def zone_digest(zone: Zone) -> str:
    """SHA-256 over a zone's facts in canonical form: the digest of its register row."""
    text = json.dumps(zone_facts(zone), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rows_root(zones: Iterable[Zone]) -> str:
    """One root over many rows: an import of n rows is one event, and this binds it to each of them.

    SHA-256 over the lines “id digest” in the order of ids: the order of the sheet does not matter.
    """
    lines = sorted(f"{zone.id} {zone_digest(zone)}\n" for zone in zones)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
