"""One way into the database: what is refused, what is rolled back, what the faults say."""

import resource
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command as alembic_command
from psycopg import sql as pg_sql
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, ProgrammingError

from models import database as database_module
from models import turns, version
from models.base import instant, microseconds
from models.database import Database, current_revision
from models.faults import (
    DatabaseBusy,
    DatabaseFault,
    DatabaseForeign,
    DatabaseFull,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseOlder,
    DatabaseUnreachable,
    from_driver,
)
from models.tables import BodyRow, SettingRow
from models.upgrading import alembic_config, known_revisions, upgrade
from models.version import HEAD, KNOWN


def test_known_revisions_are_those_of_the_scripts() -> None:
    assert known_revisions() == KNOWN


def test_upgrade_creates_once_and_then_changes_nothing(db_url: str) -> None:
    assert current_revision(db_url) is None
    assert upgrade(db_url) == HEAD
    assert upgrade(db_url) == HEAD == current_revision(db_url)
    with closing(Database(db_url)) as db, db.read() as session:
        assert session.get(SettingRow, "application") == SettingRow(key="application", value="zone-reform")


def test_tables_are_those_of_the_migrations(migrated_db_url: str) -> None:
    with closing(Database(migrated_db_url)) as db, db.engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        alembic_command.check(config)


def test_a_missing_database_is_not_created_by_reading(tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite3"
    with (
        closing(Database(f"sqlite:///{file}")) as db,
        pytest.raises(DatabaseMissing, match="zonectl db upgrade"),
        db.read(),
    ):
        pass
    assert not file.exists()


def test_an_empty_database_says_what_to_do(db_url: str) -> None:
    with closing(Database(db_url)) as db, pytest.raises(DatabaseMissing), db.write():
        pass


def test_a_newer_database_is_refused_before_anything_is_touched(migrated_db_url: str) -> None:
    _set_revision(migrated_db_url, "9999")
    with closing(Database(migrated_db_url)) as db:
        for way in (db.read, db.write, db.act_connection):
            with pytest.raises(DatabaseNewer, match="请升级程序"), way():
                pass
    with pytest.raises(DatabaseNewer):
        upgrade(migrated_db_url)
    assert current_revision(migrated_db_url) == "9999"


def test_an_older_database_asks_for_the_upgrade(
    migrated_db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "KNOWN", (*KNOWN, "9998"))
    monkeypatch.setattr(version, "HEAD", "9998")
    with closing(Database(migrated_db_url)) as db, pytest.raises(DatabaseOlder, match="备份"), db.read():
        pass


def test_somebody_else_s_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE thing (id INTEGER)")
        other.commit()
    with closing(Database(f"sqlite:///{file}")) as db, pytest.raises(DatabaseForeign), db.read():
        pass
    file.write_bytes(b"this is no database" * 100)
    with closing(Database(f"sqlite:///{file}")) as db, pytest.raises(DatabaseForeign), db.read():
        pass


def test_an_unreachable_server_is_named() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    with closing(Database(url)) as db, pytest.raises(DatabaseUnreachable, match="连不上"), db.read():
        pass


def test_a_write_is_whole_or_nothing(migrated_db_url: str) -> None:
    with closing(Database(migrated_db_url)) as db:
        with pytest.raises(IntegrityError):
            _write_twice(db)
        with db.read() as session:
            assert session.execute(select(BodyRow)).all() == []


def _write_twice(db: Database) -> None:
    with db.write() as session:
        session.add(BodyRow(code="b1", name="示例一"))
        session.flush()
        session.execute(text("INSERT INTO body (code) VALUES ('b1')"))


def test_reading_keeps_nothing(migrated_db_url: str) -> None:
    with closing(Database(migrated_db_url)) as db:
        with db.read() as session:
            session.add(BodyRow(code="b1", name="示例一"))
            session.flush()
        with db.read() as session:
            assert session.get(BodyRow, "b1") is None


def test_sqlite_keeps_what_was_committed(migrated_sqlite_url: str) -> None:
    with closing(Database(migrated_sqlite_url)) as db:
        for connection in _both_connections(db):
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
            assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert connection.execute("PRAGMA busy_timeout").fetchone() == (10_000,)


def _both_connections(db: Database) -> list[sqlite3.Connection]:
    found = []
    with db.act_connection() as bare:
        assert isinstance(bare, sqlite3.Connection)
        found.append(bare)
    with db.read() as session:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        found.append(driver)
    return found


def test_a_full_disk_is_named_and_nothing_is_kept(migrated_sqlite_url: str) -> None:
    with closing(Database(migrated_sqlite_url)) as db:
        with pytest.raises(DatabaseFull, match="磁盘空间不足"):
            _fill(db)
        with db.read() as session:
            assert session.execute(select(BodyRow)).all() == []


def _fill(db: Database) -> None:
    with db.write() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages + 3}"))
        session.add_all(BodyRow(code=f"b{number}", name="示" * 500) for number in range(200))


def test_another_process_s_lock_is_named(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    with closing(Database(migrated_sqlite_url)) as db, closing(sqlite3.connect(db.path or "")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="稍后"), db.write():
            pass
        other.rollback()
        with db.write() as session:
            session.add(BodyRow(code="b1", name="示例一"))


def test_a_lock_that_is_given_up_is_taken(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    with closing(Database(migrated_sqlite_url)) as db, closing(sqlite3.connect(db.path or "")) as other:

        def pause(seconds: float) -> None:
            paused.append(seconds)
            if len(paused) == 3:
                other.rollback()

        monkeypatch.setattr(turns.time, "sleep", pause)
        other.execute("BEGIN IMMEDIATE")
        with db.write() as session:
            session.add(BodyRow(code="b1", name="示例一"))
    assert paused == [turns.PAUSE_S] * 3


def test_another_connection_s_lock_is_not_waited_for_without_end(
    migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    change = "UPDATE setting SET value = value WHERE key = 'application'"
    with closing(Database(migrated_postgres_url)) as db, _plain(migrated_postgres_url) as other:
        other.execute("BEGIN")
        other.execute(change)
        with pytest.raises(DatabaseBusy, match="稍后"), db.write() as session:
            session.execute(text(change))
        with pytest.raises(DatabaseBusy, match="稍后"), db.act_connection() as connection:
            connection.execute(change)


def test_connections_that_the_server_dropped_are_not_lent_again(migrated_postgres_url: str) -> None:
    with closing(Database(migrated_postgres_url)) as db:
        with db.act_connection() as one, db.act_connection() as two:
            dropped = (one, two)
        with _plain(migrated_postgres_url) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with db.act_connection() as fresh:
            assert fresh not in dropped
            assert fresh.execute("SELECT 1").fetchone() == (1,)


def _plain(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_more_at_once_than_there_are_connections_are_told_to_come_back(
    migrated_db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "MOST_CONNECTIONS", 1)
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    with closing(Database(migrated_db_url)) as db, db.read() as first:
        first.connection()
        with pytest.raises(DatabaseBusy, match="稍后"), db.read() as second:
            second.connection()


@pytest.mark.parametrize(
    ("state", "fault"),
    [("53100", DatabaseFull), ("53200", DatabaseFault), ("55P03", DatabaseBusy), ("25006", DatabaseFault)],
)
def test_what_postgresql_lacks_is_named(state: str, fault: type[DatabaseFault]) -> None:
    class LackError(Exception):
        sqlstate = state

    assert type(from_driver(LackError("lack"))) is fault


def test_a_disk_too_full_to_open_the_log_is_a_full_disk(tmp_path: Path) -> None:
    """The process may not let a file grow meanwhile, which SQLite meets as it meets a full disk."""
    file = tmp_path / "full.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3, limits[1]))
    try:
        with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.Error) as met:
            connection.execute("BEGIN IMMEDIATE")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert type(from_driver(met.value)) is DatabaseFull


def test_writers_of_one_process_take_turns(migrated_db_url: str) -> None:
    with closing(Database(migrated_db_url)) as db:
        with db.write() as session:
            session.add(SettingRow(key="count", value="0"))

        def add() -> None:
            for _ in range(10):
                with db.write() as session:
                    row = session.get(SettingRow, "count", with_for_update=True)
                    assert row is not None
                    row.value = str(int(row.value) + 1)

        threads = [threading.Thread(target=add) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with db.read() as session:
            row = session.get(SettingRow, "count")
            assert row is not None
            assert row.value == "80"


def test_a_broken_connection_is_not_lent_again(migrated_db_url: str) -> None:
    with closing(Database(migrated_db_url)) as db:
        with db.act_connection() as first:
            first.execute("BEGIN")
        with db.act_connection() as second:
            assert second is not first
        with db.act_connection() as third:
            assert third is second


def test_instants_are_exact_microseconds() -> None:
    value = 1_646_182_800_123_457
    assert microseconds(instant(value)) == value
    with pytest.raises(ValueError, match="time zone"):
        microseconds(instant(value).replace(tzinfo=None))


@pytest.mark.parametrize("db_url", ["postgresql"], indirect=True)
def test_the_application_s_user_cannot_touch_the_ledger(db_url: str, request: pytest.FixtureRequest) -> None:
    admin = request.getfixturevalue("postgres_admin_url")
    role = make_url(db_url).database or ""
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(pg_sql.SQL("CREATE ROLE {} LOGIN").format(pg_sql.Identifier(role)))
    own = make_url(db_url).set(username=role, password=None).render_as_string(hide_password=False)
    try:
        upgrade(db_url, application_url=own)
        _try_as_application(own)
    finally:
        with psycopg.connect(db_url.replace("+psycopg", ""), autocommit=True) as server:
            server.execute(pg_sql.SQL("DROP OWNED BY {}").format(pg_sql.Identifier(role)))
            server.execute(pg_sql.SQL("DROP ROLE {}").format(pg_sql.Identifier(role)))


def _try_as_application(url: str) -> None:
    with closing(Database(url)) as db:
        with db.write() as session:
            session.add(BodyRow(code="b1", name="示例一"))
        for statement in (
            "UPDATE event SET actor = 'x'",
            "DELETE FROM event",
            "TRUNCATE event",
            "ALTER TABLE event DISABLE TRIGGER ALL",
            "DROP TRIGGER event_no_change ON event",
        ):
            with (
                pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
                db.write() as session,
            ):
                session.execute(text(statement))


def _set_revision(url: str, revision: str) -> None:
    with closing(Database(url, check=False)) as db, db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
