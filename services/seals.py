"""封存: a root over the last row of every stream, chained to the seal before it, written to a file.

The file is the witness: copied to another machine or printed, it proves later that nothing before it was cut
off or changed. It names streams and hashes, no person and no text.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action
from domain.refusal import Refused
from models.base import instant, microseconds
from models.chain import GENESIS
from models.database import Database
from models.ledger import is_rehearsal
from models.statements import EVENT
from models.tables import SealRow
from services.authority import allow
from services.noting import in_turn
from services.verification import Verification, Witness

SEAL_FORMAT: Final = "zone-reform-seal-1"
SEALS: Final = "seal"
"""Not a stream, but written one after the other like one: each seal is chained to the one before."""
_encode = msgspec.json.Encoder().encode


class SealedStream(msgspec.Struct, frozen=True, array_like=True):
    """被封存的链: a stream with its last seq and that row's hash in hexadecimal."""

    stream: str
    seq: int
    hash: str


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """封存文件. ``made_at`` is in microseconds since 1970, UTC; roots and hashes are hexadecimal."""

    format: str = SEAL_FORMAT
    number: int
    made_at: int
    rehearsal: bool
    rows: int
    root: str
    prev_hash: str
    hash: str
    streams: tuple[SealedStream, ...]


class SealFault(Exception):
    """封存文件有误: it cannot be read, or is not as it was written; the message is Chinese."""


def root_of(streams: Iterable[SealedStream]) -> str:
    """Return the root: SHA-256 over one JSON line a stream, in the order of the streams' names."""
    digest = sha256()
    for each in sorted(streams, key=lambda one: one.stream):
        digest.update(_encode(each))
        digest.update(b"\n")
    return digest.hexdigest()


def seal_hash(seal: Seal) -> str:
    """Return the hash a seal must have: over its own fields and the seal before it."""
    parts = (seal.format, seal.number, seal.made_at, seal.rehearsal, seal.rows, seal.root, seal.prev_hash)
    return sha256(_encode((*parts, len(seal.streams)))).hexdigest()


def make_seal(db: Database, folder: Path, *, actor: Doer, wall: WallClock) -> tuple[Seal, Path] | Refused:
    """封存: seal all streams as they stand now; return the seal and the file it was written to.

    The file is on the disk before the row is, so a seal that the database knows always exists outside it.
    """
    allowed = allow(db, actor, Action.LEDGER_SEAL, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    folder.mkdir(parents=True, exist_ok=True)
    with in_turn(db, SEALS) as session:
        seal = _seal(session, wall)
        path = folder / f"seal-{seal.number:06d}-{seal.hash[:12]}.json"
        _write_durably(path, msgspec.json.format(_encode(seal), indent=1) + b"\n")
        session.add(
            SealRow(
                number=seal.number,
                made_at=instant(seal.made_at),
                streams=len(seal.streams),
                rows=seal.rows,
                rehearsal=seal.rehearsal,
                root=bytes.fromhex(seal.root),
                prev_hash=bytes.fromhex(seal.prev_hash),
                hash=bytes.fromhex(seal.hash),
                file=path.name,
            )
        )
    return seal, path


def last_seal(db: Database) -> tuple[int, datetime] | None:
    """Return number and instant of the last seal; ``None`` where there is none."""
    statement = select(SealRow.number, SealRow.made_at).order_by(SealRow.number.desc()).limit(1)  # type: ignore[call-overload, attr-defined]
    with db.read() as session:
        found = session.execute(statement).first()
    return None if found is None else (found.number, found.made_at)


def _seal(session: Session, wall: WallClock) -> Seal:
    connection = session.connection()
    last = (
        select(EVENT.c.stream.label("stream"), func.max(EVENT.c.seq).label("seq"))
        .group_by(EVENT.c.stream)
        .subquery()
    )
    found = connection.execute(
        select(EVENT.c.stream, EVENT.c.seq, EVENT.c.hash)
        .join(last, (EVENT.c.stream == last.c.stream) & (EVENT.c.seq == last.c.seq))
        .order_by(EVENT.c.stream)
    )
    streams = tuple(SealedStream(stream, seq, bytes(hash_).hex()) for stream, seq, hash_ in found)
    before = session.execute(
        select(SealRow.number, SealRow.hash).order_by(SealRow.number.desc()).limit(1)  # type: ignore[call-overload, attr-defined]
    ).first()
    seal = Seal(
        number=1 if before is None else before[0] + 1,
        made_at=microseconds(wall.now()),
        rehearsal=is_rehearsal(connection),
        rows=sum(each.seq for each in streams),
        root=root_of(streams),
        prev_hash=(GENESIS if before is None else bytes(before[1])).hex(),
        hash="",
        streams=streams,
    )
    return msgspec.structs.replace(seal, hash=seal_hash(seal))


def _write_durably(path: Path, content: bytes) -> None:
    """Write so that after a power cut there is the whole file or none."""
    beside = path.with_suffix(".partial")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_seal(path: Path) -> Seal:
    """Read a seal and check that it is as it was written.

    Raises:
        SealFault: not readable, or changed.
    """
    try:
        seal = msgspec.json.decode(path.read_bytes(), type=Seal)
    except (OSError, msgspec.MsgspecError) as error:
        raise SealFault(f"封存文件读不出来:{path.name}。请核对文件,或换一份副本") from error
    if seal.format != SEAL_FORMAT or seal.root != root_of(seal.streams) or seal.hash != seal_hash(seal):
        raise SealFault(f"封存文件被改动过:{path.name}。请换一份未经改动的副本")
    return seal


class SealWitness(Witness):
    """封存见证: compares the rows a seal tells of with those that are walked."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._sealed = {each.stream: each for each in seal.streams}
        self._seen: dict[str, str] = {}

    def wants(self, stream: str) -> int:
        """Return the seq at which ``stream`` was sealed."""
        sealed = self._sealed.get(stream)
        return 0 if sealed is None else sealed.seq

    def saw(self, stream: str, seq: int, hash_: bytes) -> None:
        """Take what stands where the seal looks."""
        self._seen[stream] = hash_.hex()

    def testify(self, result: Verification) -> None:
        """Add what the seal knows better."""
        result.seal = self._seal.number
        for stream, sealed in self._sealed.items():
            seen = self._seen.get(stream)
            if seen is None:
                result.add(
                    stream, sealed.seq, "tail", f"封存第 {self._seal.number} 号时有此条,现在没有:尾部被截去"
                )
            elif seen != sealed.hash:
                result.add(
                    stream, sealed.seq, "hash", f"与封存第 {self._seal.number} 号不符:本条或其前各条被改写"
                )
