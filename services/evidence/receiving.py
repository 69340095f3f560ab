"""接收材料: from a stream of bytes to a version of evidence, or to a refusal that leaves nothing behind.

In this order, so that nothing is written that need not be: name, secrecy and marking; whether the person may;
whether the act itself would be refused; only then the bytes, their kind, the scanner; last the file and the
act that names it, under one lock. A web entry must read the form fields before the file for this to hold.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, Protocol

import msgspec
from sqlalchemy import select

from config.clock import WallClock
from domain.case import NOTHING
from domain.commands import AddEvidence
from domain.events import EvidenceAdded
from domain.evidence_files import marking_of, name_refusal, secrecy_refusal
from domain.permissions import Action
from domain.programme import Marking
from domain.refusal import Refused
from models.database import Database
from models.statements import EVENT
from models.tables import EvidenceFileRow
from services.acts import Done, Enclosures, Entry, act, would_refuse
from services.clock import today
from services.enclosures import NewFile
from services.evidence.files import StoredFile, file_of, out_of_sight, units_with
from services.evidence.inspecting import Inspected, inspect
from services.evidence.scanning import Scanning
from services.evidence.store import ByteStream, EvidenceStore, Incoming, too_large
from services.notices import Notices
from services.permits import case_target, permit
from services.private_texts import NewText, new_text
from services.reading import load_case, plan_of

_NOT_YET: Final = "sha256:" + "0" * 64
"""Stands for the digest while the act is judged beforehand: no file has it."""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """上传登记: what is said of a file that comes in.

    ``size`` and ``digest`` are what the sender declares, checked against what arrives. ``reason`` is asked
    for where something lies in the slot already.
    """

    command_id: str
    case: str
    step: str
    round: int
    slot: str
    name: str
    occurred_on: date
    title: str = ""
    """Goes into the ledger: a document's title, no person's name. Empty takes the slot's."""
    fields: Mapping[str, str] = {}
    marking: str = ""
    reason: str = ""
    as_decided: bool = False
    size: int | None = None
    digest: str = ""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """已接收: the act that filed it, the file, and what is odd."""

    done: Done
    file: StoredFile
    warnings: tuple[str, ...] = ()


class Surroundings(Protocol):
    """接收所需: the parts of a runtime that receiving uses."""

    @property
    def db(self) -> Database:
        """Database."""
        ...

    @property
    def wall(self) -> WallClock:
        """Wall clock."""
        ...

    @property
    def notices(self) -> Notices:
        """Which notices an act leaves."""
        ...

    @property
    def evidence(self) -> EvidenceStore:
        """材料库."""
        ...

    @property
    def scanning(self) -> Scanning:
        """病毒查杀."""
        ...

    @property
    def allow_macros(self) -> bool:
        """Whether macros may come in."""
        ...


def receive(around: Surroundings, entry: Entry, upload: Upload, stream: ByteStream) -> Received | Refused:
    """接收材料: store what ``stream`` gives and file it as the slot's next version, all or nothing.

    Raises:
        DatabaseFault: the database could not take it. Whether the act was done is then unknown, so the file
            stays until a sweep finds that no row names it; sending the same command again is safe.
    """
    command = _command(upload)
    refused = _before(around, entry, upload, command)
    if refused is not None:
        return refused
    with around.evidence.incoming() as incoming:
        if isinstance(incoming, Refused):
            return incoming
        refused = incoming.fill(stream, size=upload.size, digest=upload.digest)
        if refused is not None:
            return refused
        inspected = inspect(incoming.file, incoming.size, upload.name, allow_macros=around.allow_macros)
        if isinstance(inspected, Refused):
            return inspected
        scan = around.scanning.scan(incoming.file)
        if isinstance(scan, Refused):
            return scan
        return _file(around, entry, upload, command, incoming, inspected, scan)


def receive_path(around: Surroundings, entry: Entry, upload: Upload, path: Path) -> Done | Refused:
    """接收本机文件: a file of this machine, received as from anywhere else."""
    try:
        with path.open("rb") as stream:
            received = receive(around, entry, upload, stream)
    except OSError as error:
        return Refused(
            code="file.missing",
            message=f"打不开文件“{path.name}”:{error.strerror}",
            remedy="请核对文件位置和权限",
        )
    if isinstance(received, Refused):
        return received
    return msgspec.structs.replace(received.done, warnings=received.warnings)


def _command(upload: Upload) -> AddEvidence:
    return AddEvidence(
        command_id=upload.command_id,
        case=upload.case,
        occurred_on=upload.occurred_on,
        step=upload.step,
        round=upload.round,
        slot=upload.slot,
        mode="upload",
        title=upload.title,
        digest=_NOT_YET,
        fields=dict(upload.fields),
        as_decided=upload.as_decided,
        marking=marking_of(upload.marking) if upload.marking else "",
    )


def _before(around: Surroundings, entry: Entry, upload: Upload, command: AddEvidence) -> Refused | None:
    """Whatever can be said before the first byte is read."""
    said = (upload.name, upload.title, upload.reason, *upload.fields.values())
    refused = name_refusal(upload.name) or secrecy_refusal(command.marking or Marking.INTERNAL, said)
    if refused is None and upload.size is not None and upload.size > around.evidence.largest:
        refused = too_large(around.evidence.largest)
    return (
        refused
        or _may(around, entry, upload)
        or _reason_missing(around.db, upload)
        or would_refuse(around.db, command, entry, wall=around.wall)
    )


def _may(around: Surroundings, entry: Entry, upload: Upload) -> Refused | None:
    """The table's right; an unknown case is refused as one out of sight, so that nobody learns of it."""
    db, on = around.db, today(around.db, around.wall)
    case = load_case(db, upload.case)
    if case is None:
        return out_of_sight()
    if entry.machine:
        return None
    target = case_target(db, case)
    return permit(db, entry.actor, Action.CASE_READ, target, on=on) or permit(
        db, entry.actor, Action.EVIDENCE_UPLOAD, target, on=on
    )


def _reason_missing(db: Database, upload: Upload) -> Refused | None:
    case = load_case(db, upload.case)
    lies = case.steps.get(upload.step, NOTHING).evidence.get(upload.slot) if case else None
    if lies is None or upload.reason.strip() or _done_before(db, upload.command_id):
        return None
    return Refused(
        code="evidence.no_reason",
        message=f"“{lies.title}”已有第 {lies.version} 版,更换须写明原因",
        remedy="请写明为什么更换,如“按退回意见修改”",
        facts={"slot": upload.slot, "version": lies.version},
    )


def _done_before(db: Database, command_id: str) -> bool:
    with db.read() as session:
        found = session.execute(select(EVENT.c.seq).where(EVENT.c.command_id == command_id)).first()
    return found is not None


def _file(
    around: Surroundings,
    entry: Entry,
    upload: Upload,
    command: AddEvidence,
    incoming: Incoming,
    inspected: Inspected,
    scan: str,
) -> Received | Refused:
    """Put the file in its place and do the act that names it; take it back where the act is refused."""
    name = new_text("file_name", upload.name, upload.case)
    reason = new_text("opinion", upload.reason, upload.case) if upload.reason.strip() else None
    command = msgspec.structs.replace(
        command, digest=incoming.digest, reason=None if reason is None else reason.ref
    )
    enclosed = Enclosures(
        texts=(name,) if reason is None else (name, reason),
        file=_row(around, entry, command, incoming, inspected, scan, name, reason),
    )
    with around.evidence.locked(incoming.digest):
        answer = incoming.place() or act(
            around.db, command, entry, wall=around.wall, enclosed=enclosed, notices=around.notices
        )
        if isinstance(answer, Refused):
            if not is_named(around.db, incoming.digest):
                around.evidence.discard(incoming.digest)
            return answer
    return _received(around, upload, answer, inspected)


def _row(
    around: Surroundings,
    entry: Entry,
    command: AddEvidence,
    incoming: Incoming,
    inspected: Inspected,
    scan: str,
    name: NewText,
    reason: NewText | None,
) -> NewFile:
    return NewFile(
        id=secrets.token_hex(12),
        digest=incoming.digest,
        size=incoming.size,
        kind=inspected.kind.code,
        marking=command.marking or _usual_marking(around.db, command),
        macros=inspected.macros,
        scan=scan,
        name_id=name.id,
        reason_id=None if reason is None else reason.id,
        uploaded_by=entry.actor,
    )


def _usual_marking(db: Database, command: AddEvidence) -> str:
    """The slot's own marking, which the act takes too where none is given."""
    case = load_case(db, command.case)
    view = None if case is None else plan_of(db, case).view(case.choices)
    step = None if view is None else view.by_id.get(command.step.partition("#")[0])
    slot = None if step is None else step.slot(command.slot)
    return str(Marking.INTERNAL if slot is None else slot.marking)


def _received(around: Surroundings, upload: Upload, done: Done, inspected: Inspected) -> Received:
    added = next(event for event in done.events if isinstance(event, EvidenceAdded))
    file = file_of(around.db, upload.case, added)
    if file is None:
        raise LookupError(f"{upload.case} {added.step} {added.slot}: an act without its file row")
    others = units_with(around.db, file.digest, done.case.unit)
    same = (f"内容完全相同的文件在另外 {others} 个改革单位也上传过,请核对是否传错",) if others else ()
    unscanned = ("查杀服务不可用,本文件已注明“未查毒”",) if file.scan == "not_scanned" else ()
    return Received(done=done, file=file, warnings=(*done.warnings, *inspected.warnings, *unscanned, *same))


def is_named(db: Database, digest: str) -> bool:
    """Whether any row names the file of this digest."""
    with db.read() as session:
        statement = select(EvidenceFileRow.id).where(EvidenceFileRow.digest == digest).limit(1)  # type: ignore[call-overload]
        return session.execute(statement).first() is not None
