"""材料库维护: find files that are damaged or missing, and sweep what no row names."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import select

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action
from domain.refusal import Refused
from models.database import Database
from models.tables import EvidenceFileRow
from services.authority import allow
from services.evidence.files import StoredFile, stored_file
from services.evidence.receiving import is_named
from services.evidence.store import DamagedFileError, EvidenceStore


class DamagedFile(msgspec.Struct, frozen=True, kw_only=True):
    """损坏的材料: which content, why, and every version that rests on it."""

    digest: str
    why: str
    files: tuple[StoredFile, ...]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """检查结果."""

    checked: int
    damaged: tuple[DamagedFile, ...] = ()


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """清理结果: half files of writers that died, and whole ones that no row names."""

    unfinished: int
    unnamed: int


def check_files(db: Database, store: EvidenceStore) -> Checked:
    """材料检查: read every file that a row names through, and name those that are not what they were."""
    digests = list(_named(db))
    damaged = []
    for digest in digests:
        try:
            store.verify(digest)
        except DamagedFileError as error:
            damaged.append(DamagedFile(digest=digest, why=error.why, files=_resting_on(db, digest)))
    return Checked(checked=len(digests), damaged=tuple(damaged))


def sweep(db: Database, store: EvidenceStore, *, actor: Doer, wall: WallClock) -> Swept | Refused:
    """材料清理: remove what a crash left: unfinished files, and files whose act was never committed.

    Safe at any time: what is being written is locked, and between placing a file and committing its row the
    digest is.
    """
    allowed = allow(db, actor, Action.DATABASE_REPAIR, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    unfinished, unnamed = store.sweep_incoming(), 0
    for digest in list(store.digests()):
        if is_named(db, digest):
            continue
        with store.locked(digest):
            if not is_named(db, digest):
                store.discard(digest)
                unnamed += 1
    return Swept(unfinished=unfinished, unnamed=unnamed)


def _named(db: Database) -> Iterator[str]:
    with db.read() as session:
        statement = select(EvidenceFileRow.digest).distinct().order_by(EvidenceFileRow.digest)  # type: ignore[call-overload]
        yield from [str(digest) for digest in session.execute(statement).scalars()]


def _resting_on(db: Database, digest: str) -> tuple[StoredFile, ...]:
    with db.read() as session:
        statement = select(EvidenceFileRow).where(EvidenceFileRow.digest == digest)  # type: ignore[arg-type]
        return tuple(stored_file(session, row) for row in session.execute(statement).scalars())
