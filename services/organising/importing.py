"""名册导入: bodies, people and positions from an office's workbook: preview, faults by cell, all or nothing.

One ledger row with a root over what was written; a second import of the same list changes nothing. A person
without a number is known again by name and body; a new one gets a number of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from sqlmodel import Session

from domain.cells import fold
from domain.organisation.events import (
    OrganisationEvent,
)
from domain.organisation.sheet import read_roster
from domain.permissions import Action, judge
from domain.refusal import Refused
from services.importing.limits import DEFAULT_LIMITS, Limits
from services.importing.tables import read_file, read_table_bytes
from services.notices import Notices, no_notices
from services.organising.bodies import places, write_changed, write_registered
from services.organising.filling import Filling, fill_places
from services.organising.import_comparing import RosterImport, as_facts, compared
from services.organising.office import Enacted, Registry, enact
from services.organising.persons import write_begun, write_person
from services.organising.reading import all_bodies
from services.permits import standing_of
from services.private_texts import new_text
from services.programmes import list_published, load_published


class RosterImported(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="roster_imported"):
    """导入机构人员名册."""

    source: str
    file_sha256: str
    bodies: int
    bodies_changed: int
    persons: int
    holdings: int
    root: str


class RosterFile(msgspec.Struct, frozen=True, kw_only=True):
    """导入的文件: what tells one import command from another."""

    name: str
    sha256: str


def import_roster(
    registry: Registry,
    path: Path,
    *,
    command_id: str,
    dry_run: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    notices: Notices = no_notices,
) -> RosterImport | Refused:
    """导入名册; with `dry_run` only the preview."""
    data = read_file(path, limits)
    if isinstance(data, Refused):
        return data
    grids = read_table_bytes(data, limits)
    if isinstance(grids, Refused):
        return grids
    reading = read_roster(grids, _types(registry))
    today = registry.today
    with registry.db.read() as session:
        preview = compared(session, reading, path.name, today)
    if dry_run or preview.faults or not preview.any:
        return preview
    refused = _permitted(registry, preview)
    if refused is not None:
        return refused
    digest = hashlib.sha256(data).hexdigest()
    made: list[RosterImport] = []

    def judge_all(session: Session, _on: object) -> RosterImported | Refused:
        # Judged again in turn: what another one wrote since the preview counts.
        now = compared(session, reading, path.name, today)
        if now.faults:
            fault = now.faults[0]
            return Refused(code="import.changed", message=f"名册已变动:{fault.line()}", remedy="请重新预览")
        made.append(now)
        return RosterImported(
            source=path.name,
            file_sha256=digest,
            bodies=len(now.bodies),
            bodies_changed=len(now.changed),
            persons=len(now.persons),
            holdings=len(now.holdings),
            root=_root(now),
        )

    done: Enacted[RosterImported] | Refused = enact(
        registry,
        RosterFile(name=path.name, sha256=digest),
        RosterImported,
        judge_all,
        lambda session, _event: _write(
            registry, session, made[-1], Filling(notices=notices, on=today, command_id=command_id)
        ),
        command_id=command_id,
    )
    if isinstance(done, Refused):
        return done
    result = made[-1] if made else preview
    result.written = True
    return result


def _types(registry: Registry) -> Mapping[str, str]:
    """Chinese names of kinds of bodies in the published programmes → their ids."""
    types: dict[str, str] = {}
    for line in list_published(registry.db):
        found = load_published(registry.db, line.code, line.version)
        if not isinstance(found, Refused):
            types |= {body.title: body.id for body in found.bodies}
    return types


def _permitted(registry: Registry, result: RosterImport) -> Refused | None:
    """Every row must be within the person's reach: one import gives nobody more than single acts would."""
    standing = standing_of(registry.db, registry.person, registry.today)
    with registry.db.read() as session:
        bodies = all_bodies(session)
    bodies |= {event.code: as_facts(event) for event in result.bodies}
    names = {fold(text): code for code, facts in bodies.items() for text in (code, facts.name)}
    asked = {(Action.BODY_CHANGE, event.code) for event in result.bodies}
    asked |= {(Action.BODY_CHANGE, event.code) for event in result.changed}
    asked |= {(Action.PERSON_CHANGE, names[fold(line.body)]) for _, line in result.persons}
    asked |= {(Action.HOLDING_CHANGE, event.body) for event in result.holdings}
    moved = {event.code: event.after for event in result.changed}
    for action, code in sorted(asked):
        facts, after = bodies[code], moved.get(code, {})
        targets = [*places(registry.db, facts.division, facts.unit)]
        if "division" in after or "unit" in after:
            targets += places(registry.db, after.get("division", ""), after.get("unit", ""))
        for target in targets:
            refused = judge(standing, action, msgspec.structs.replace(target, bodies=frozenset({code})))
            if refused is not None:
                return msgspec.structs.replace(refused, message=f"{facts.name}:{refused.message}")
    return None


def _write(registry: Registry, session: Session, result: RosterImport, filling: Filling) -> None:
    for registered in result.bodies:
        write_registered(session, registered)
    for changed in result.changed:
        write_changed(session, changed)
    for person, line in result.persons:
        contact = new_text("contact", line.contact, person) if line.contact else None
        name = new_text("name", line.name, person)
        write_person(session, registry, person, name, contact, account=line.account)
    for begun in result.holdings:
        write_begun(session, begun)
    if result.bodies or result.changed:
        fill_places(registry, session, filling)


def _root(result: RosterImport) -> str:
    """One digest over what is written, without names of persons."""
    digest = hashlib.sha256()
    for event in (*result.bodies, *result.changed, *result.holdings):
        digest.update(msgspec.json.encode(event, order="sorted"))
    for person, line in result.persons:
        digest.update(msgspec.json.encode([person, line.account]))
    return f"sha256:{digest.hexdigest()}"
