"""留痕: add a row to a stream inside a session's write transaction, and read rows as they are stored.

The act path adds its rows by itself (``services.acts``); this is the way of everything else: organisation,
programmes, calendar, settings, security, supervision, meetings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select, text
from sqlmodel import Session

from models.base import microseconds
from models.chain import GENESIS, SCHEMA_VERSION, LedgerRow, canonical_untyped, row_hash
from models.setting import REHEARSAL
from models.statements import EVENT, INSERT_EVENT
from models.tables import SettingRow

ORGANISATION: Final = "organisation"
CALENDAR: Final = "calendar"
SETTINGS: Final = "settings"
SECURITY: Final = "security"
SUPERVISION: Final = "supervision"
MEETINGS: Final = "meetings"
CHANNELS: Final = frozenset({"console", "cli", "api", "flow", "import"})


class Appended(NamedTuple):
    """What was written: the place in the stream and the hash."""

    stream: str
    seq: int
    hash: bytes


class ReusedCommandError(Exception):
    """指令号已用过: the same command id came with other content."""


def case_stream(case_id: str) -> str:
    """Return the stream of a case."""
    return f"case:{case_id}"


def programme_stream(code: str) -> str:
    """Return the stream of a programme."""
    return f"programme:{code}"


def append(
    session: Session,
    stream: str,
    events: Sequence[object],
    *,
    command_id: str,
    actor: str,
    recorded_at: datetime,
    occurred_on: date,
    channel: str = "cli",
    position: str = "",
    run_id: str | None = None,
    programme_version: str = "",
) -> Appended:
    """留痕: add one row with ``events`` to ``stream``, in the transaction of ``session`` (``db.write()``).

    ``events`` are tagged structs or dictionaries with a ``type``; they hold account ids and digests, never a
    person's name. The same ``command_id`` with the same events again returns the row that stands.

    Args:
        recorded_at: the wall clock's instant, aware.
        occurred_on: when it happened, a legal date.

    Raises:
        ReusedCommandError: the command id stands with other events.
        NotCanonicalError: an event holds a float or something JSON does not have.
    """
    if channel not in CHANNELS:
        raise ValueError(f"unknown entry channel {channel!r}")
    connection = session.connection()
    take_turn(session, stream)
    body = canonical_untyped(list(events)).decode()
    standing = connection.execute(
        select(EVENT.c.stream, EVENT.c.seq, EVENT.c.body, EVENT.c.hash).where(
            EVENT.c.command_id == command_id
        )
    ).first()
    if standing is not None:
        if (standing.stream, standing.body) != (stream, body):
            raise ReusedCommandError(command_id)
        return Appended(stream, standing.seq, standing.hash)
    seq, prev_hash = head(connection, stream)
    row = LedgerRow(
        stream=stream,
        seq=seq + 1,
        command_id=command_id,
        command_digest="",
        schema_version=SCHEMA_VERSION,
        actor=actor,
        position=position,
        channel=channel,
        rehearsal=int(is_rehearsal(connection)),
        run_id=run_id,
        recorded_at=microseconds(recorded_at),
        occurred_on=occurred_on.isoformat(),
        programme_version=programme_version,
        body=body,
        prev_hash=prev_hash,
        hash=b"",
    )
    row = row._replace(hash=row_hash(row))
    # Pending rows of the session first: a fault in them must not leave a ledger row that claims them.
    session.flush()
    lite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(INSERT_EVENT.sqlite if lite else INSERT_EVENT.postgresql, tuple(row))
    return Appended(stream, row.seq, row.hash)


def head(connection: Connection, stream: str) -> tuple[int, bytes]:
    """Return seq and hash of the last row of ``stream``; ``(0, GENESIS)`` where it has none."""
    last = connection.execute(
        select(EVENT.c.seq, EVENT.c.hash)
        .where(EVENT.c.stream == stream)
        .order_by(EVENT.c.seq.desc())
        .limit(1)
    ).first()
    return (0, GENESIS) if last is None else (last.seq, bytes(last.hash))


def is_rehearsal(connection: Connection) -> bool:
    """演练: whether this database is marked as a rehearsal, which it stays for ever."""
    mark = connection.execute(select(SettingRow.value).where(SettingRow.key == REHEARSAL)).scalar()  # type: ignore[call-overload]
    return mark == "1"


def rows(connection: Connection, stream: str | None = None, after_seq: int = 0) -> Iterator[LedgerRow]:
    """Yield the rows of one stream from ``after_seq`` on, or of all streams in order, as they are stored."""
    statement = select(*EVENT.columns).order_by(EVENT.c.stream, EVENT.c.seq)
    if stream is not None:
        statement = statement.where(EVENT.c.stream == stream, EVENT.c.seq > after_seq)
    found = connection.execution_options(yield_per=2000).execute(statement)
    for row in found:
        yield LedgerRow(*row)


def count(connection: Connection) -> int:
    """Return how many rows the ledger has."""
    return int(connection.execute(select(func.count()).select_from(EVENT)).scalar_one())


def take_turn(session: Session, name: str) -> None:
    """轮到: until this transaction ends, no other one writes what goes by ``name`` (mostly a stream).

    Called before reading what a write rests on, so that it is still true at the commit. PostgreSQL waits for
    the other one; on SQLite a write transaction is the only writer already.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:stream, 0))"), {"stream": name}
        )
