"""登记改革单位: townships and other units that no catalogue lists, stated in full."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action, Target
from domain.refusal import Refused
from domain.units import ReformUnit, UnitKind
from models.database import Database
from models.ledger import ORGANISATION
from models.tables import ReformUnitRow
from services.authority import allow, units_target
from services.noting import in_turn, note
from services.permits import unit_target


@dataclass(frozen=True, slots=True)
class UnitsWritten:
    """登记结果: how many units were new, changed, and left as they were."""

    added: int
    changed: int
    unchanged: int


def register_units(
    db: Database,
    units: Sequence[ReformUnit],
    *,
    source: str,
    actor: Doer,
    wall: WallClock,
    command_id: str,
) -> UnitsWritten | Refused:
    """登记改革单位: all or nothing, one ledger row; none where nothing changes. Zones: `register_zones`.

    Raises `ValueError` for a zone, whose printed facts this function does not know.
    """
    if any(unit.kind is UnitKind.ZONE for unit in units):
        raise ValueError("zones are registered by register_zones")
    allowed = allow(db, actor, Action.UNIT_CHANGE, _target(db, units), wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    with in_turn(db, ORGANISATION) as session:
        added = changed = 0
        for unit in units:
            held = session.get(ReformUnitRow, unit.id)
            if held is None:
                session.add(_row(unit, 1))
                added += 1
            elif held.row_digest != unit_digest(unit):
                session.merge(_row(unit, held.version + 1))
                changed += 1
        written = UnitsWritten(added, changed, len(units) - added - changed)
        if added or changed:
            event = {
                "type": "units_registered",
                "source": source,
                "added": added,
                "changed": changed,
                "unchanged": written.unchanged,
                "root": units_root(units),
            }
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
    return written


def _target(db: Database, units: Sequence[ReformUnit]) -> Target:
    """Where the units lie now and will lie."""
    known = [unit_target(db, unit.id).division for unit in units]
    stated = [unit.lead_area or unit.division_code or "" for unit in units]
    return units_target(db, (*stated, *(division for division in known if division)))


def unit_digest(unit: ReformUnit) -> str:
    """SHA-256 over a unit's facts in canonical form."""
    facts = {
        "id": unit.id,
        "kind": unit.kind.value,
        "name": unit.name,
        "division_code": unit.division_code,
        "supervising_level": unit.supervising_level.value if unit.supervising_level else None,
        "lead_area": unit.lead_area,
        "participating_areas": list(unit.participating_areas),
    }
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def units_root(units: Sequence[ReformUnit]) -> str:
    """One root over the units, in the order of their ids."""
    lines = sorted(f"{unit.id} {unit_digest(unit)}\n" for unit in units)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _row(unit: ReformUnit, version: int) -> ReformUnitRow:
    return ReformUnitRow(
        id=unit.id,
        kind=unit.kind.value,
        name=unit.name,
        division_code=unit.division_code or "",
        supervising_level=unit.supervising_level.value if unit.supervising_level else None,
        lead_area=unit.lead_area,
        participating=json.dumps(list(unit.participating_areas)),
        row_digest=unit_digest(unit),
        version=version,
    )
