"""导入开发区名单: preview, faults by cell, all or nothing; a second import of the same list changes nothing.

An import of n rows is one row of the ledger, on the stream of the organisation: it holds counts, the digest
of the file and one root over the rows, while the rows lie in `reform_unit`. `zones_root` computes the root
again from the register, so that anyone can see whether it still is what was imported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import RowMapping, Table, insert, select, update
from sqlmodel import Session

from config.clock import WallClock
from domain.catalogue import EDITION_2018, Reading, read_workbook
from domain.catalogue_changes import (
    Changes,
    compare,
    compare_zones,
    number_rows,
    rows_root,
    zone_digest,
)
from domain.cells import decimal_text
from domain.doers import Doer
from domain.identifiers import ZoneCode, parse_zone_code
from domain.permissions import Action
from domain.refusal import Refused
from domain.tabular import Fault, Oddity, Skipped
from domain.units import CatalogueLevel, FormerName, SupervisingLevel, UnitKind, Zone
from models.database import Database
from models.ledger import ORGANISATION
from models.tables import ReformUnitRow
from services.authority import Allowed, allow, units_target
from services.importing.limits import DEFAULT_LIMITS, Limits
from services.importing.tables import read_file, read_table_bytes
from services.noting import in_turn, note

_UNITS: Final[Table] = ReformUnitRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """名单文件: what was read from a file, and the file's digest."""

    name: str
    digest: str
    """SHA-256 of the file's bytes."""
    reading: Reading


@dataclass(frozen=True, slots=True)
class ZoneImport:
    """导入结果: what an import did, or in a preview would do; with one fault it does nothing."""

    source: str
    rows: int
    changes: Changes
    faults: tuple[Fault, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unused_columns: tuple[str, ...] = ()
    written: bool = False
    root: str = ""
    """The root over the rows as the register holds them; empty where nothing was imported."""

    def summary(self) -> str:
        """One Chinese sentence for the officer."""
        if self.faults:
            return f"共{len(self.faults)}处差错,未导入任何一行。请按所列单元格改正后重新导入"
        added, changed = len(self.changes.added), len(self.changes.changed)
        counts = f"新增{added}个,变更{changed}个,不变{len(self.changes.unchanged)}个"
        odd = f";另有{len(self.oddities)}处请留意" if self.oddities else ""
        if not self.changes.any:
            return f"共{self.rows}行,与登记簿一致,没有变化{odd}"
        return f"{'已导入' if self.written else '预览'}:共{self.rows}行,{counts}{odd}"

    def as_json(self) -> dict[str, object]:
        """The same for machines: counts, and each fault with row, column and cell."""
        return {
            "source": self.source,
            "rows": self.rows,
            "written": self.written,
            "added": len(self.changes.added),
            "changed": len(self.changes.changed),
            "unchanged": len(self.changes.unchanged),
            "changes": [
                {
                    "id": change.before.id,
                    "fields": [{"field": f.title, "old": f.old, "new": f.new} for f in change.fields],
                }
                for change in self.changes.changed
            ],
            "faults": [
                {
                    "row": fault.row,
                    "column": fault.column,
                    "cell": fault.cell,
                    "code": fault.code,
                    "message": fault.message,
                    "mend": fault.mend,
                }
                for fault in self.faults
            ],
            "oddities": [
                {
                    "row": odd.row,
                    "column": odd.column,
                    "cell": odd.cell,
                    "code": odd.code,
                    "message": odd.message,
                }
                for odd in self.oddities
            ],
            "skipped": [{"cell": s.cell, "reason": s.reason, "text": s.text} for s in self.skipped],
            "unused_columns": list(self.unused_columns),
            "root": self.root,
        }


def read_zone_file(
    path: Path,
    *,
    edition: str = EDITION_2018,
    divisions: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ZoneFile | Refused:
    """Read a CSV or .xlsx file as a zone list; a refusal where it is no table at all.

    `divisions` gives names of areas → six-digit codes, for the column 牵头县区.
    """
    data = read_file(path, limits)
    if isinstance(data, Refused):
        return data
    return read_zone_upload(path.name, data, edition=edition, divisions=divisions, limits=limits)


def read_zone_upload(
    name: str,
    data: bytes,
    *,
    edition: str = EDITION_2018,
    divisions: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ZoneFile | Refused:
    """As `read_zone_file`, for an upload."""
    grids = read_table_bytes(data, limits)
    if isinstance(grids, Refused):
        return grids
    return ZoneFile(name, hashlib.sha256(data).hexdigest(), read_workbook(grids, edition, divisions))


def preview_zones(db: Database, file: ZoneFile) -> ZoneImport:
    """预览: what importing `file` would do; nothing is written."""
    with db.read() as session:
        return _compared(file, load_zones(session))


def import_zones(
    db: Database, file: ZoneFile, *, actor: Doer, wall: WallClock, command_id: str
) -> ZoneImport | Refused:
    """导入: bring `file` into the register, all or nothing, in one transaction.

    With faults, or where the register already says the same, nothing is written and no ledger row is added.
    """
    with db.read() as session:
        foreseen = _compared(file, load_zones(session)).changes
    allowed = _allowed(db, actor, foreseen, wall)
    if isinstance(allowed, Refused):
        return allowed
    with in_turn(db, ORGANISATION) as session:
        result = _compared(file, load_zones(session))
        if result.faults or not result.changes.any:
            return result
        event = {
            "type": "zones_imported",
            "source": file.name,
            "file_sha256": file.digest,
            "rows": result.rows,
            "oddities": len(result.oddities),
            **_told(result.changes),
        }
        _write(session, result.changes, event, allowed, wall, command_id)
    return replace(result, written=True)


def register_zones(
    db: Database,
    zones: Iterable[Zone],
    *,
    source: str,
    actor: Doer,
    wall: WallClock,
    command_id: str,
) -> Changes | Refused:
    """登记开发区: state zones in full, for what no catalogue says: 主管级, lead area, a zone outside it.

    `source` is the paper or the decision it rests on. One ledger row; none where nothing changes.
    """
    stated = tuple(zones)
    with db.read() as session:
        foreseen = compare_zones(stated, load_zones(session), source)
    allowed = _allowed(db, actor, foreseen, wall)
    if isinstance(allowed, Refused):
        return allowed
    with in_turn(db, ORGANISATION) as session:
        changes = compare_zones(stated, load_zones(session), source)
        if changes.any:
            event = {"type": "zones_registered", "source": source, **_told(changes)}
            _write(session, changes, event, allowed, wall, command_id)
    return changes


def _allowed(db: Database, doer: Doer, changes: Changes, wall: WallClock) -> Allowed | Refused:
    """Whoever registers zones must reach every one of them, where it was and where it will be."""
    touched = (*changes.added, *(zone for each in changes.changed for zone in (each.before, each.after)))
    target = units_target(db, (zone.lead_area or zone.division_code or "" for zone in touched))
    return allow(db, doer, Action.UNIT_CHANGE, target, wall=wall)


def load_zones(session: Session, only: str = "") -> dict[str, Zone]:
    """The register of zones, by id; with `only` no other than that one."""
    wanted = select(_UNITS).where(_UNITS.c.kind == UnitKind.ZONE.value)
    found = session.execute(wanted.where(_UNITS.c.id == only) if only else wanted)
    return {row.id: _zone(row._mapping) for row in found}


def zones_root(session: Session, ids: Iterable[str] | None = None) -> str:
    """The root over the register's zones (or those with `ids`), to be held against a ledger row."""
    zones = load_zones(session)
    return rows_root(zones[unit] for unit in (zones if ids is None else ids))


def _compared(file: ZoneFile, register: Mapping[str, Zone]) -> ZoneImport:
    reading = file.reading
    rows, unnumbered = number_rows(reading.rows, register)
    faults = (*reading.faults, *unnumbered)
    changes = Changes((), (), ()) if faults else compare(rows, register, file.name)
    return ZoneImport(
        source=file.name,
        rows=len(reading.rows),
        changes=changes,
        faults=faults,
        oddities=reading.oddities,
        skipped=reading.skipped,
        unused_columns=reading.unused_columns,
        root="" if faults else rows_root(changes.afterwards()),
    )


def _told(changes: Changes) -> dict[str, object]:
    return {
        "added": len(changes.added),
        "changed": [
            {"id": change.after.id, "before": zone_digest(change.before), "after": zone_digest(change.after)}
            for change in changes.changed
        ],
        "unchanged": len(changes.unchanged),
        "root": rows_root(changes.afterwards()),
    }


def _write(
    session: Session,
    changes: Changes,
    event: dict[str, object],
    allowed: Allowed,
    wall: WallClock,
    command_id: str,
) -> None:
    connection = session.connection()
    if changes.added:
        connection.execute(insert(_UNITS), [_columns(zone) | {"version": 1} for zone in changes.added])
    for change in changes.changed:
        connection.execute(
            update(_UNITS)
            .where(_UNITS.c.id == change.after.id)
            .values(**_columns(change.after), version=_UNITS.c.version + 1)
        )
    note(
        session,
        ORGANISATION,
        event,
        actor=allowed.actor,
        wall=wall,
        command_id=command_id,
        channel="import",
        position=allowed.position,
    )


def _columns(zone: Zone) -> dict[str, object]:
    history = [{"name": n.name, "until": n.until, "source": n.source} for n in zone.name_history]
    return {
        "id": zone.id,
        "kind": zone.kind.value,
        "code": zone.code or None,
        "edition": zone.edition,
        "level": zone.level.value,
        "catalogue_no": "" if zone.catalogue_no is None else str(zone.catalogue_no),
        "name": zone.name,
        "name_history": json.dumps(history, ensure_ascii=False),
        "province": zone.province,
        "division_code": zone.division_code or "",
        "supervising_level": zone.supervising_level.value if zone.supervising_level else None,
        "lead_area": zone.lead_area,
        "participating": json.dumps(list(zone.participating_areas)),
        "approved_ym": zone.approved_ym,
        "area_ha": decimal_text(zone.area_ha) if zone.area_ha is not None else "",
        "industries": zone.industries,
        "row_digest": zone_digest(zone),
    }


def _zone(row: RowMapping) -> Zone:
    code = parse_zone_code(row["code"]) if row["code"] else None
    return Zone(
        id=row["id"],
        kind=UnitKind(row["kind"]),
        name=row["name"],
        division_code=row["division_code"] or None,
        supervising_level=SupervisingLevel(row["supervising_level"]) if row["supervising_level"] else None,
        lead_area=row["lead_area"],
        participating_areas=tuple(json.loads(row["participating"])),
        name_history=tuple(FormerName(**former) for former in json.loads(row["name_history"])),
        edition=row["edition"],
        level=CatalogueLevel(row["level"]),
        catalogue_no=int(row["catalogue_no"]) if row["catalogue_no"] else None,
        code=row["code"] or "",
        zone_type=code.type_name if isinstance(code, ZoneCode) else "",
        province=row["province"],
        approved_ym=row["approved_ym"],
        area_ha=Decimal(row["area_ha"]) if row["area_ha"] else None,
        industries=row["industries"],
    )
