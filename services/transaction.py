"""办理事务: one write transaction of the act path, on the bare driver.

SQLite: BEGIN IMMEDIATE under the process's writer lock, so that what was read is still true at the commit.
PostgreSQL: psycopg's pipeline; reading takes one round trip, all writing and the commit another, and the case
row is locked meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import Connection

from models.database import Database
from models.statements import Statement
from models.turns import begin_writing

if TYPE_CHECKING:
    import psycopg

Row = tuple[Any, ...]


_RACED: Final = frozenset({"23505", "40P01", "40001"})
"""Unique violation, deadlock, serialisation failure."""


class RacedError(Exception):
    """Another process wrote what this transaction was about to: trying again shows what it did."""


class Transaction(Protocol):
    """事务: what an act needs of a database."""

    def one(self, statement: Statement, parameters: Row) -> Row | None:
        """Return the first row of a query."""
        ...

    def all(self, statement: Statement, parameters: Row) -> list[Row]:
        """Return all rows of a query."""
        ...

    def run(self, statement: Statement, parameters: Row) -> None:
        """Run a writing statement; on PostgreSQL its fault may come only with a later call or the commit."""
        ...


class _Lite:
    __slots__ = ("_execute", "_many")

    def __init__(self, connection: sqlite3.Connection) -> None:
        cursor = connection.cursor()
        self._execute = cursor.execute
        self._many = cursor.fetchall

    def one(self, statement: Statement, parameters: Row) -> Row | None:
        found = self._execute(statement.sqlite, parameters).fetchone()
        return found if found is None else tuple(found)

    def all(self, statement: Statement, parameters: Row) -> list[Row]:
        return self._execute(statement.sqlite, parameters).fetchall()

    def run(self, statement: Statement, parameters: Row) -> None:
        self._execute(statement.sqlite, parameters)


class _Post:
    __slots__ = ("_cursor",)

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._cursor = connection.cursor(binary=True)

    def one(self, statement: Statement, parameters: Row) -> Row | None:
        return self._cursor.execute(statement.postgresql, parameters).fetchone()

    def all(self, statement: Statement, parameters: Row) -> list[Row]:
        return self._cursor.execute(statement.postgresql, parameters).fetchall()

    def run(self, statement: Statement, parameters: Row) -> None:
        self._cursor.execute(statement.postgresql, parameters)


def joined(connection: Connection) -> Transaction:
    """Give the bare driver inside a session's write transaction, for acts that belong to what it changes."""
    driver: Any = connection.connection.driver_connection
    return _Lite(driver) if isinstance(driver, sqlite3.Connection) else _Post(driver)


@contextmanager
def reading(db: Database) -> Iterator[Transaction]:
    """Give the bare driver for queries, each of which sees what is committed when it runs."""
    with db.act_connection() as connection:
        if isinstance(connection, sqlite3.Connection):
            yield _Lite(connection)
            return
        connection.autocommit = True
        try:
            yield _Post(connection)
        finally:
            connection.autocommit = False


@contextmanager
def snapshot_reading(db: Database) -> Iterator[Transaction]:
    """Give a transaction for queries that all see the same state of the database; nothing is kept."""
    with db.act_connection() as connection:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("BEGIN")
            try:
                yield _Lite(connection)
            finally:
                connection.execute("ROLLBACK")
            return
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield _Post(connection)
        finally:
            connection.rollback()


@contextmanager
def writing(db: Database) -> Iterator[Transaction]:
    """Give one write transaction; it is committed at the end, rolled back at an exception."""
    with db.act_connection() as connection:
        if isinstance(connection, sqlite3.Connection):
            with db.writer:
                yield from _lite(connection)
        else:
            yield from _post(connection)


def _lite(connection: sqlite3.Connection) -> Iterator[Transaction]:
    begin_writing(connection)
    try:
        yield _Lite(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _post(connection: psycopg.Connection[Row]) -> Iterator[Transaction]:
    """Roll back once the pipeline is left: inside it, statements after the failed one would speak up."""
    try:
        with connection.pipeline():
            yield _Post(connection)
            connection.commit()
    except BaseException as error:
        connection.rollback()
        if getattr(error, "sqlstate", None) in _RACED:
            raise RacedError(str(error)) from error
        raise
