"""What the triggers refuse, on both databases, and that it is seen when one is missing."""

from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.chain import LedgerRow, row_hash
from models.database import Database
from models.faults import TriggersMissing
from models.ledger import SETTINGS, ReusedCommandError, append, count, head, rows
from models.statements import INSERT_EVENT
from models.triggers import assert_triggers
from models.upgrading import upgrade

NOW = datetime(2022, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def db(migrated_db_url: str):  # type: ignore[no-untyped-def]
    with closing(Database(migrated_db_url)) as database:
        _add(database, "c1")
        _add(database, "c2")
        yield database


def _add(db: Database, command_id: str, value: int = 1) -> None:
    with db.write() as session:
        append(
            session,
            SETTINGS,
            [{"type": "set", "value": value}],
            command_id=command_id,
            actor="admin",
            recorded_at=NOW,
            occurred_on=date(2022, 3, 2),
        )


CHANGES = {
    "update": "UPDATE event SET actor = 'somebody' WHERE seq = 1",
    "update of nothing new": "UPDATE event SET actor = actor",
    "delete": "DELETE FROM event WHERE seq = 2",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_rows_stay_as_they_are(db: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="never"), db.write() as session:
        session.execute(text(statement))
    with db.read() as session:
        assert [row.actor for row in rows(session.connection())] == ["admin", "admin"]


def test_truncate_is_refused(db: Database) -> None:
    statement = "DELETE FROM event" if db.dialect == "sqlite" else "TRUNCATE event"
    with pytest.raises(DBAPIError, match="never"), db.write() as session:
        session.execute(text(statement))


def _insert(db: Database, verb: str = "INSERT", **changes: object) -> None:
    with db.read() as session:
        last = list(rows(session.connection()))[-1]
    row = last._replace(seq=3, command_id="c3", prev_hash=last.hash)._replace(**changes)
    row = row._replace(hash=row_hash(row))
    sql = INSERT_EVENT.sqlite if db.dialect == "sqlite" else INSERT_EVENT.postgresql
    with db.write() as session:
        session.connection().exec_driver_sql(sql.replace("INSERT", verb, 1), tuple(row))


def test_the_next_row_is_taken(db: Database) -> None:
    _insert(db)
    with db.read() as session:
        assert head(session.connection(), SETTINGS)[0] == 3


@pytest.mark.parametrize("seq", [1, 2, 4, 100])
def test_only_the_next_row_is_taken(db: Database, seq: int) -> None:
    with pytest.raises(DBAPIError, match=r"next of its stream|unique"):
        _insert(db, seq=seq)
    with db.read() as session:
        assert count(session.connection()) == 2


@pytest.mark.parametrize("changes", [{"seq": 1}, {"command_id": "c1"}, {"seq": 2, "command_id": "c2"}])
def test_nothing_is_replaced(db: Database, changes: dict[str, object]) -> None:
    verb = "INSERT OR REPLACE" if db.dialect == "sqlite" else "INSERT"
    with db.read() as session:
        before = list(rows(session.connection()))
    with pytest.raises(DBAPIError, match=r"next of its stream|unique"):
        _insert(db, verb, **changes)
    with db.read() as session:
        assert list(rows(session.connection())) == before


def test_a_row_number_is_no_way_round(migrated_sqlite_url: str) -> None:
    with closing(Database(migrated_sqlite_url)) as db:
        _add(db, "c1")
        with db.read() as session:
            row = next(rows(session.connection()))
        columns = ", ".join(LedgerRow._fields)
        marks = ", ".join("?" for _ in LedgerRow._fields)
        other = row._replace(stream="security", command_id="c9")
        with pytest.raises(DBAPIError, match="next of its stream"), db.write() as session:
            session.connection().exec_driver_sql(
                f"INSERT OR REPLACE INTO event (rowid, {columns}) VALUES (1, {marks})",  # noqa: S608
                tuple(other),
            )


def test_triggers_stand_after_every_migration(db_url: str) -> None:
    upgrade(db_url)
    with closing(Database(db_url)) as db, db.read() as session:
        assert_triggers(session.connection())


DROPS = {
    "sqlite": [
        "DROP TRIGGER event_no_update",
        "DROP TRIGGER event_no_delete",
        "DROP TRIGGER event_next_only",
    ],
    "postgresql": [
        "DROP TRIGGER event_no_change ON event",
        "ALTER TABLE event DISABLE TRIGGER event_no_truncate",
        "ALTER TABLE event ENABLE TRIGGER event_next_only",
        "CREATE OR REPLACE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NEW; END'",
    ],
}


def test_a_missing_or_weakened_trigger_is_seen(migrated_db_url: str) -> None:
    with closing(Database(migrated_db_url)) as db:
        for statement in DROPS[db.dialect]:
            with db.write() as session:
                session.execute(text(statement))
            with db.read() as session, pytest.raises(TriggersMissing, match="event_"):
                assert_triggers(session.connection())
            _repair(db)


def _repair(db: Database) -> None:
    from models.triggers import install

    with db.write() as session:
        install(session.connection())
    with db.read() as session:
        assert_triggers(session.connection())


def test_the_same_command_again_changes_nothing(db: Database) -> None:
    _add(db, "c2")
    with db.read() as session:
        assert count(session.connection()) == 2


def test_a_command_id_is_used_once(db: Database) -> None:
    with pytest.raises(ReusedCommandError):
        _add(db, "c2", value=2)
