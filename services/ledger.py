"""留痕: verify, export, seal. Rebuilding the projections is in ``services.rebuilding``.

An export is one file of JSON lines that an outsider can verify without this system, by the recipe in
``docs/explanation/ledger.md``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action
from domain.refusal import Refused
from models.base import microseconds
from models.chain import FORMAT
from models.database import Database
from models.faults import DatabaseFault
from models.ledger import is_rehearsal
from models.statements import ALL_EVENTS, EVENT_COLUMNS
from models.tables import SealRow
from models.triggers import assert_triggers
from services.authority import allow
from services.seals import Seal, SealFault, SealWitness, make_seal, read_seal
from services.verification import Finding, Head, Row, Verification, verify_rows

__all__ = [
    "Finding",
    "Head",
    "Seal",
    "SealFault",
    "Verification",
    "export",
    "make_seal",
    "verify",
    "verify_export",
]

EXPORT_FORMAT: Final = "zone-reform-ledger-1"
_encode = msgspec.json.Encoder().encode
_PAGE: Final = 4000


class ExportFault(Exception):
    """导出文件有误: it cannot be read as an export; the message is Chinese."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """导出结果."""

    file: str
    rows: int
    streams: int


Told = Callable[[int], None]
"""Told now and then how many rows were walked."""


def verify(db: Database, *, seal: Path | None = None, told: Told | None = None) -> Verification:
    """留痕核验: walk the whole ledger as it is stored; with a seal also compare what it witnessed.

    Reads one state of the database and holds up nobody.

    Raises:
        SealFault: the seal itself cannot be used.
    """
    witness = None if seal is None else SealWitness(read_seal(seal))
    result = _walk(db, witness, told)
    if witness is not None:
        witness.testify(result)
        _compare_seal_row(db, read_seal(seal), result)  # type: ignore[arg-type]
    _note_triggers(db, result)
    return result


def _walk(db: Database, witness: SealWitness | None, told: Told | None) -> Verification:
    with db.act_connection() as connection:

        def rows() -> Iterator[Row]:
            stored = _stored(connection)
            return stored if told is None else _telling(stored, told)

        try:
            return verify_rows(rows(), witness)
        except sqlite3.OperationalError as error:
            if not isinstance(connection, sqlite3.Connection) or "decode" not in str(error).lower():
                raise
            # A text that is no UTF-8 any more: read again so that its row can be named.
            connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
            try:
                return verify_rows(rows(), witness)
            finally:
                connection.text_factory = str


def _telling(rows: Iterator[Row], told: Told) -> Iterator[Row]:
    for count, row in enumerate(rows, 1):
        yield row
        if count % _PAGE == 0:
            told(count)


def _stored(connection: Any) -> Iterator[Row]:
    """The rows by stream and seq, on the bare driver: the ORM would take longer than the hashing."""
    if isinstance(connection, sqlite3.Connection):
        cursor = connection.cursor()
        cursor.arraysize = _PAGE
        yield from cursor.execute(ALL_EVENTS.sqlite)
        return
    with connection.transaction(), connection.cursor(name="verify", binary=True) as cursor:
        cursor.itersize = _PAGE
        yield from cursor.execute(ALL_EVENTS.postgresql)


def _compare_seal_row(db: Database, seal: Seal, result: Verification) -> None:
    """The database's own note of the seal: gone or other means that the seals' table was touched."""
    with db.read() as session:
        row = session.get(SealRow, seal.number)
        if row is None or bytes(row.hash).hex() != seal.hash:
            result.add("seal", seal.number, "hash", "数据库中的封存记录与封存文件不符或已被删去")


def _note_triggers(db: Database, result: Verification) -> None:
    with db.read() as session:
        try:
            assert_triggers(session.connection())
        except DatabaseFault as fault:
            result.add("event", 0, "trigger", str(fault))


def export(db: Database, file: Path, *, actor: Doer, wall: WallClock) -> Exported | Refused:
    """留痕导出: write every row to ``file`` as JSON lines: a header, one array a row, a trailer."""
    allowed = allow(db, actor, Action.LEDGER_EXPORT, wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    with db.read() as session:
        rehearsal = is_rehearsal(session.connection())
    streams, count = set(), 0
    with file.open("wb") as out, db.act_connection() as connection:
        header = {
            "format": EXPORT_FORMAT,
            "row_format": FORMAT,
            "columns": EVENT_COLUMNS,
            "exported_at": microseconds(wall.now()),
            "rehearsal": rehearsal,
        }
        out.write(_encode(header) + b"\n")
        for row in _stored(connection):
            out.write(_encode((*row[:14], row[14].hex(), row[15].hex())) + b"\n")
            streams.add(row[0])
            count += 1
        out.write(_encode({"rows": count, "streams": len(streams)}) + b"\n")
    return Exported(file=str(file), rows=count, streams=len(streams))


def verify_export(file: Path, *, seal: Path | None = None) -> Verification:
    """核验导出文件: the same walk over an exported file, with no database at hand.

    Raises:
        ExportFault: the file is no export.
        SealFault: the seal itself cannot be used.
    """
    witness = None if seal is None else SealWitness(read_seal(seal))
    lines = _Lines(file)
    result = verify_rows(lines, witness)
    if lines.trailer is None:
        result.add("export", result.rows, "tail", "文件没有结尾行:后面的内容被截去")
    elif lines.trailer.get("rows") != result.rows:
        result.add(
            "export", result.rows, "rows", f"结尾行说有 {lines.trailer.get('rows')} 条,实有 {result.rows} 条"
        )
    if witness is not None:
        witness.testify(result)
    return result


class _Lines(Iterable[Row]):
    """The rows of an exported file; ``trailer`` is there once all were read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.trailer: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[Row]:
        try:
            with self._file.open("rb") as lines:
                header = msgspec.json.decode(next(lines, b"null"))
                if not isinstance(header, dict) or header.get("format") != EXPORT_FORMAT:
                    raise ExportFault(f"这不是留痕导出文件:{self._file.name}")
                for line in lines:
                    row = msgspec.json.decode(line)
                    if isinstance(row, dict):
                        self.trailer = row
                        return
                    yield (*row[:14], bytes.fromhex(row[14]), bytes.fromhex(row[15]))
        except (OSError, ValueError, TypeError, IndexError) as error:
            raise ExportFault(f"导出文件读不出来:{self._file.name}({error})") from error
