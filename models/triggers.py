"""留痕保护: triggers on both databases that keep every ledger row as it was written.

They refuse UPDATE, DELETE and TRUNCATE, a second row for a (stream, seq), and a row that is not the next one
of its stream. SQLite's ``INSERT OR REPLACE`` would delete the row in its way without firing a delete
trigger, so the insert trigger looks for every key that could be in the way. They stop mistakes and honest
programs; the hash chain and the seals find what someone with the owner's rights did.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from models.faults import TriggersMissing

_SQLITE: Final = {
    "event_no_update": (
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'ledger rows are never changed'); END"
    ),
    "event_no_delete": (
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'ledger rows are never deleted'); END"
    ),
    "event_next_only": (
        "CREATE TRIGGER event_next_only BEFORE INSERT ON event "
        "WHEN NEW.seq <> 1 + (SELECT coalesce(max(seq), 0) FROM event WHERE stream = NEW.stream) "
        "OR EXISTS (SELECT 1 FROM event WHERE command_id = NEW.command_id) "
        "OR EXISTS (SELECT 1 FROM event WHERE rowid = NEW.rowid) "
        "BEGIN SELECT RAISE(ABORT, 'a ledger row is only added as the next of its stream'); END"
    ),
}

_FUNCTIONS: Final = {
    "event_refuse": "BEGIN RAISE EXCEPTION 'ledger rows are never changed: %', TG_OP; END",
    "event_check_next": (
        "BEGIN IF NEW.seq <> 1 + (SELECT coalesce(max(seq), 0) FROM event WHERE stream = NEW.stream) THEN "
        "RAISE EXCEPTION 'a ledger row is only added as the next of its stream' USING ERRCODE = '23505'; "
        "END IF; RETURN NEW; END"
    ),
}

_POSTGRESQL: Final = {
    "event_no_change": (
        "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_refuse()"
    ),
    "event_no_truncate": (
        "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()"
    ),
    "event_next_only": (
        "CREATE TRIGGER event_next_only BEFORE INSERT ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_check_next()"
    ),
}


def install(connection: Connection) -> None:
    """Create the triggers, replacing older ones. Called by migrations and repairs, as the table's owner."""
    if connection.dialect.name == "sqlite":
        for name, statement in _SQLITE.items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(statement)
        return
    for name, body in _FUNCTIONS.items():
        connection.execute(
            text(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $body$ {body} $body$"
            )
        )
    for name, statement in _POSTGRESQL.items():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON event"))
        connection.execute(text(statement))
        # ALWAYS: also where a session plays a replica to switch ordinary triggers off.
        connection.execute(text(f"ALTER TABLE event ENABLE ALWAYS TRIGGER {name}"))


def assert_triggers(connection: Connection) -> None:
    """Check that every trigger stands, switched on and with the text it was given.

    Raises:
        TriggersMissing: one is missing, changed or switched off; the fault names it.
    """
    if missing := missing_triggers(connection):
        raise TriggersMissing(detail="、".join(missing))


def missing_triggers(connection: Connection) -> tuple[str, ...]:
    """Names of the triggers that are missing, changed or switched off."""
    stands = _standing_sqlite if connection.dialect.name == "sqlite" else _standing_postgresql
    wanted = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    return tuple(sorted(set(wanted) - stands(connection)))


def _standing_sqlite(connection: Connection) -> set[str]:
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
    )
    return {name for name, statement in found if _SQLITE.get(name) == statement}


def _standing_postgresql(connection: Connection) -> set[str]:
    found = connection.execute(
        text(
            "SELECT t.tgname, p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = to_regclass('event') AND NOT t.tgisinternal AND t.tgenabled = 'A'"
        )
    )
    return {trigger for trigger, function, source in found if _FUNCTIONS.get(function, "") == source.strip()}
