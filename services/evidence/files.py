"""材料清单: files with the names they came under, the versions of a slot, one file in several zones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session

from domain.case import EvidenceItem
from domain.events import EvidenceAdded
from domain.evidence_files import MARKING_TITLES, kind_of
from domain.permissions import Action, Standing, judge
from domain.programme import Marking
from domain.refusal import Refused
from models.base import instant
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream, rows
from models.tables import CaseRow, EvidenceFileRow
from services.permits import case_target, permit
from services.private_texts import read_text
from services.reading import load_case

ERASED_NAME = "(文件名已删除)"


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """已存文件: what is known of an uploaded file, with the name it came under."""

    id: str
    case: str
    step: str
    slot: str
    version: int
    digest: str
    size: int
    kind: str
    marking: str
    macros: bool
    scan: str
    name: str
    reason: str
    uploaded_by: str
    uploaded_at: datetime

    @property
    def algorithm(self) -> str:
        """摘要算法."""
        return self.digest.partition(":")[0]

    @property
    def marking_title(self) -> str:
        """标注 in words."""
        return MARKING_TITLES[Marking(self.marking)]

    @property
    def safe_name(self) -> str:
        """The name for a download: with a suffix that is true to the content, and never empty."""
        kind = kind_of(self.kind)
        name = f"材料-{self.id[:8]}" if self.name == ERASED_NAME else self.name
        right = name.rpartition(".")[2].lower() in kind.suffixes
        return name if right else f"{name}.{kind.suffixes[0]}"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """一个版本: what lay in a slot from this act on, uploaded or only registered."""

    item: EvidenceItem
    occurred_on: date
    recorded_at: datetime
    reason: str
    as_decided: bool
    file: StoredFile | None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """出现处: where a file was uploaded."""

    case: str
    unit: str
    unit_name: str
    step: str
    slot: str
    file: str
    uploaded_by: str
    uploaded_at: datetime


class SameFile(msgspec.Struct, frozen=True, kw_only=True):
    """同一文件: one content that lies in the papers of several reform units."""

    digest: str
    places: tuple[Place, ...]


def stored_file(session: Session, row: EvidenceFileRow) -> StoredFile:
    """The row with its texts."""
    return StoredFile(
        id=row.id,
        case=row.case_id,
        step=row.step,
        slot=row.slot,
        version=row.version,
        digest=row.digest,
        size=row.size,
        kind=row.kind,
        marking=row.marking,
        macros=row.macros,
        scan=row.scan,
        name=read_text(session, row.name_id) or ERASED_NAME,
        reason=(read_text(session, row.reason_id) or "(已删除)") if row.reason_id else "",
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
    )


def out_of_sight() -> Refused:
    """What is not there, in the words of what a person may not see."""
    refused = judge(Standing(person=""), Action.EVIDENCE_READ)
    if refused is None:
        raise LookupError("the permission table lets nobody in particular read evidence")
    return refused


def may_read(db: Database, person: str, case_id: str, *, on: date) -> Refused | None:
    """Whether ``person`` may see a case's evidence; a case that is not there is refused in the same words."""
    case = load_case(db, case_id)
    if case is None:
        return out_of_sight()
    return permit(db, person, Action.EVIDENCE_READ, case_target(db, case), on=on)


def find_file(db: Database, file_id: str) -> StoredFile | None:
    """Return a file by its id."""
    with db.read() as session:
        row = session.get(EvidenceFileRow, file_id)
        return None if row is None else stored_file(session, row)


def file_of(db: Database, case: str, added: EvidenceAdded) -> StoredFile | None:
    """Return the file that an act filed."""
    with db.read() as session:
        found = _files(session, case, added.step, added.slot)
        return next(
            (f for f in found if (f.version, f.digest) == (added.item.version, added.item.digest)), None
        )


def versions(
    db: Database, person: str, case: str, step: str, slot: str, *, on: date
) -> tuple[Version, ...] | Refused:
    """版本清单: every version of a slot, oldest first, off the ledger, with its file where it has one."""
    refused = may_read(db, person, case, on=on)
    if refused is not None:
        return refused
    found = []
    with db.read() as session:
        files = {(f.version, f.digest): f for f in _files(session, case, step, slot)}
        for row in rows(session.connection(), case_stream(case)):
            for event in decode_events(row.body, row.schema_version):
                if not isinstance(event, EvidenceAdded) or (event.step, event.slot) != (step, slot):
                    continue
                reason = event.reason and (read_text(session, event.reason.id) or "(已删除)")
                found.append(
                    Version(
                        item=event.item,
                        occurred_on=date.fromisoformat(row.occurred_on),
                        recorded_at=instant(row.recorded_at),
                        reason=reason or "",
                        as_decided=event.as_decided,
                        file=files.get((event.item.version, event.item.digest)),
                    )
                )
    return tuple(found)


def units_with(db: Database, digest: str, other_than: str) -> int:
    """In how many other reform units the same content was uploaded."""
    with db.read() as session:
        statement = (
            select(func.count(func.distinct(CaseRow.unit_id)))
            .select_from(EvidenceFileRow)
            .join(CaseRow, CaseRow.id == EvidenceFileRow.case_id)  # type: ignore[arg-type]
            .where(EvidenceFileRow.digest == digest, CaseRow.unit_id != other_than)  # type: ignore[arg-type]
        )
        return int(session.execute(statement).scalar_one())


def same_files(db: Database, person: str, *, on: date) -> tuple[SameFile, ...] | Refused:
    """同一文件查询: contents that lie in the papers of more than one reform unit; for the auditor.

    A form filled in by copying a neighbour's is the commonest way of having a reform on paper only. Some
    files are rightly the same (a city's own document), so this lists and judges nothing.
    """
    refused = permit(db, person, Action.SECURITY_READ, on=on)
    if refused is not None:
        return refused
    with db.read() as session:
        several = (
            select(EvidenceFileRow.digest)  # type: ignore[call-overload]
            .join(CaseRow, CaseRow.id == EvidenceFileRow.case_id)
            .group_by(EvidenceFileRow.digest)
            .having(func.count(func.distinct(CaseRow.unit_id)) > 1)
        )
        statement = (
            select(EvidenceFileRow, CaseRow.unit_id, CaseRow.unit_name)  # type: ignore[call-overload]
            .join(CaseRow, CaseRow.id == EvidenceFileRow.case_id)
            .where(EvidenceFileRow.digest.in_(several))  # type: ignore[attr-defined]
            .order_by(
                EvidenceFileRow.digest,
                EvidenceFileRow.uploaded_at,
                EvidenceFileRow.case_id,
                EvidenceFileRow.id,
            )
        )
        return _grouped((row, _place(row, unit, name)) for row, unit, name in session.execute(statement))


def _place(row: EvidenceFileRow, unit: str, unit_name: str) -> Place:
    return Place(
        case=row.case_id,
        unit=unit,
        unit_name=unit_name,
        step=row.step,
        slot=row.slot,
        file=row.id,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
    )


def _grouped(found: Iterable[tuple[EvidenceFileRow, Place]]) -> tuple[SameFile, ...]:
    groups: dict[str, list[Place]] = {}
    for row, place in found:
        groups.setdefault(row.digest, []).append(place)
    return tuple(SameFile(digest=digest, places=tuple(places)) for digest, places in groups.items())


def _files(session: Session, case: str, step: str, slot: str) -> list[StoredFile]:
    statement = select(EvidenceFileRow).where(
        EvidenceFileRow.case_id == case,  # type: ignore[arg-type]
        EvidenceFileRow.step == step,  # type: ignore[arg-type]
        EvidenceFileRow.slot == slot,  # type: ignore[arg-type]
    )
    return [stored_file(session, row) for row in session.execute(statement).scalars()]
