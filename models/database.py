"""数据库: one way in for SQLite and PostgreSQL.

``read()`` and ``write()`` give SQLModel sessions for everything but the act path; ``act_connection()``
gives a bare driver connection for it. On SQLite every write transaction begins IMMEDIATE under one lock per
process: with SQLAlchemy's defaults the read would fall outside the transaction, or “database is locked”
would come at once. Settings of SQLite: WAL, ``synchronous=FULL``, foreign keys on, 10 s of patience with
other processes.
"""

from __future__ import annotations

import selectors
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from sqlmodel import Session

from models import turns
from models.faults import DatabaseBusy, DatabaseForeign, from_driver
from models.version import check_revision

if TYPE_CHECKING:
    import psycopg

    ActConnection = sqlite3.Connection | psycopg.Connection[tuple[Any, ...]]

MOST_CONNECTIONS: Final = 40
"""Sessions at once in one process: as many as the web application has threads."""
_SPARE_CONNECTIONS: Final = 16
_WRITE: Final = "zr_write"

_writers: dict[str, threading.RLock] = {}
_writers_guard = threading.Lock()


class Database:
    """数据库: an engine, a pool of bare connections for acts, and the process's one writer lock.

    ``url`` is ``sqlite:///FILE`` or ``postgresql+psycopg://…``. The shape of the database is checked at the
    first use, once; ``check=False`` leaves that out (for upgrading).
    """

    def __init__(self, url: str, *, check: bool = True) -> None:
        self.url: URL = _with_driver(make_url(url))
        self.dialect: str = self.url.get_backend_name()
        if self.dialect not in ("sqlite", "postgresql"):
            raise DatabaseForeign(detail=f"不支持的数据库类型 {self.dialect}")
        self.path: Path | None = None
        if self.dialect == "sqlite":
            self.path = Path(self.url.database or "").absolute()
        self.writer: threading.RLock = _writer_of(str(self.path)) if self.path else threading.RLock()
        self.engine: Engine = _engine(self.url)
        self._writing = self.engine.execution_options(**{_WRITE: True})
        self._spare: deque[ActConnection] = deque()
        self._unchecked = check
        self._check_guard = threading.Lock()

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string(hide_password=True)!r})"

    def check(self) -> None:
        """Check that the database exists and has the shape this program knows.

        Raises:
            DatabaseMissing, DatabaseOlder, DatabaseNewer, DatabaseForeign, DatabaseUnreachable.
        """
        with self._check_guard:
            if self._unchecked:
                check_revision(self.revision())
                self._unchecked = False

    def revision(self) -> str | None:
        """Return the revision of the database's shape, ``None`` where there is none yet."""
        if self.path is not None and not self.path.exists():
            return None
        with translated(), self.engine.connect() as connection:
            if not _has_table(connection, "alembic_version"):
                if _has_any_table(connection):
                    raise DatabaseForeign
                return None
            row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return None if row is None else str(row[0])

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading; nothing done in it is kept."""
        if self._unchecked:
            self.check()
        with translated(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in one write transaction; commit at the end, roll back at an exception."""
        if self._unchecked:
            self.check()
        with (
            translated(),
            self.writer_turn(),
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            session.connection()
            yield session

    @contextmanager
    def writer_turn(self) -> Iterator[None]:
        """Hold the process's writer lock on SQLite; on PostgreSQL rows are locked instead."""
        if self.path is None:
            yield
            return
        with self.writer:
            yield

    @contextmanager
    def act_connection(self) -> Iterator[ActConnection]:
        """Lend a bare driver connection, outside any transaction, for the act path.

        SQLite: autocommit mode, the act itself says BEGIN IMMEDIATE and COMMIT. PostgreSQL: psycopg's own
        transactions. A connection that comes back broken or inside a transaction is thrown away.
        """
        if self._unchecked:
            self.check()
        with translated():
            connection = self._lend()
            try:
                yield connection
            finally:
                self._take_back(connection)

    def _lend(self) -> ActConnection:
        """A spare connection that still stands, or a new one."""
        while self._spare:
            try:
                connection = self._spare.pop()
            except IndexError:
                break
            if isinstance(connection, sqlite3.Connection) or _stands(connection):
                return connection
            connection.close()
        return self._connect()

    def _take_back(self, connection: ActConnection) -> None:
        if isinstance(connection, sqlite3.Connection):
            idle = not connection.in_transaction
        else:
            idle = not connection.closed and connection.info.transaction_status == 0
        if idle and len(self._spare) < _SPARE_CONNECTIONS:
            self._spare.append(connection)
        else:
            connection.close()

    def _connect(self) -> ActConnection:
        if self.path is not None:
            lite = sqlite3.connect(
                self.path,
                timeout=turns.PATIENCE_S,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
            _prepare_sqlite(lite)
            return lite
        import psycopg

        connection = psycopg.connect(**_psycopg_arguments(self.url))
        connection.prepare_threshold = 2
        _prepare_postgresql(connection)
        return connection

    def close(self) -> None:
        """Close every connection. The object can be used again afterwards."""
        while self._spare:
            self._spare.pop().close()
        self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn a driver's error into the ``DatabaseFault`` it means; programming faults pass unchanged."""
    try:
        yield
    except NoConnectionFreeError as error:
        raise DatabaseBusy(detail="连接都在使用") from error
    except Exception as error:
        fault = from_driver(error.orig if isinstance(error, DBAPIError) and error.orig else error)
        if fault is None:
            raise
        raise fault from error


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _writer_of(path: str) -> threading.RLock:
    with _writers_guard:
        return _writers.setdefault(path, threading.RLock())


def _engine(url: URL) -> Engine:
    spare = min(_SPARE_CONNECTIONS, MOST_CONNECTIONS)
    pool: dict[str, Any] = {
        "pool_size": spare,
        "max_overflow": MOST_CONNECTIONS - spare,
        "pool_timeout": turns.PATIENCE_S,
        # A fault's text goes to the log: opinions, names and digests of secrets must not go with it.
        "hide_parameters": True,
    }
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, **pool)
        event.listen(engine, "connect", lambda connection, _record: _prepare_postgresql(connection))
        return engine
    engine = create_engine(url, connect_args={"timeout": turns.PATIENCE_S}, **pool)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        _prepare_sqlite(connection)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        writing = connection.get_execution_options().get(_WRITE)
        if writing:
            turns.begin_writing(driver)
        else:
            driver.execute("BEGIN").close()

    return engine


def _prepare_sqlite(connection: sqlite3.Connection) -> None:
    """Set what SQLite does not keep in the file, and WAL, which it does."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_postgresql(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Let a statement wait for another one's lock as long as on SQLite, not for ever."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {max(1, round(turns.PATIENCE_S * 1000))}")
    connection.commit()


def _stands(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    """Whether an idle connection still stands, without a question to the server.

    The server says something to an idle connection only when it closes it, so a look at the socket does.
    """
    if connection.closed:
        return False
    with selectors.DefaultSelector() as socket:
        socket.register(connection.fileno(), selectors.EVENT_READ)
        return not socket.select(0)


def _psycopg_arguments(url: URL) -> dict[str, Any]:
    named = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    return {**{key: value for key, value in named.items() if value is not None}, **dict(url.query)}


def _has_table(connection: Connection, name: str) -> bool:
    return bool(connection.dialect.has_table(connection, name))


def _has_any_table(connection: Connection) -> bool:
    try:
        return bool(connection.dialect.get_table_names(connection))
    except OperationalError as error:
        raise DatabaseForeign from error


def current_revision(url: str) -> str | None:
    """Return the revision of the database at ``url``; ``None`` where there is none yet."""
    database = Database(url, check=False)
    try:
        return database.revision()
    finally:
        database.close()
