"""直读: a read-only way into the database on the bare driver, for the shortest commands.

Why: importing SQLAlchemy and SQLModel takes 0.6 s, more than `zonectl inbox` may take in all. What is read
here is plain SELECTs over text and integers, the same on both databases; nothing is ever written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from models.faults import DatabaseFault, DatabaseForeign, DatabaseMissing, from_driver
from models.turns import PATIENCE_S
from models.version import check_revision

Row = tuple[Any, ...]


class Reader(Protocol):
    """读: SELECTs with ``?`` for each value, all of one state of the database."""

    def all(self, statement: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return all rows."""
        ...


class _Lite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, statement: str, values: tuple[Any, ...] = ()) -> list[Row]:
        return self._connection.execute(statement, values).fetchall()


class _Post:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def all(self, statement: str, values: tuple[Any, ...] = ()) -> list[Row]:
        rows: list[Row] = self._connection.execute(statement.replace("?", "%s"), values).fetchall()
        return rows


@contextmanager
def reading(url: str) -> Iterator[Reader]:
    """Give a reader over one state of the database at ``url``, whose shape is checked first.

    Raises:
        DatabaseFault: it is missing, older, newer, no database of ours, in use or out of reach.
    """
    opened = _lite(url) if url.startswith("sqlite:///") else _post(url)
    try:
        with opened as reader:
            _check_shape(reader, url)
            yield reader
    except DatabaseFault:
        raise
    except Exception as error:
        fault = from_driver(error)
        if fault is None:
            raise
        raise fault from error


@contextmanager
def _lite(url: str) -> Iterator[Reader]:
    path = Path(url.removeprefix("sqlite:///"))
    if not path.exists():
        raise DatabaseMissing
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
    try:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        yield _Lite(connection)
    finally:
        connection.close()


@contextmanager
def _post(url: str) -> Iterator[Reader]:
    import psycopg

    address = "postgresql://" + url.partition("://")[2]
    with psycopg.connect(address) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield _Post(connection)


def _check_shape(reader: Reader, url: str) -> None:
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if url.startswith("sqlite:///")
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    )
    tables = {row[0] for row in reader.all(catalogue)}
    if "alembic_version" not in tables:
        raise DatabaseForeign if tables else DatabaseMissing
    found = reader.all("SELECT version_num FROM alembic_version")
    check_revision(str(found[0][0]) if found else None)
