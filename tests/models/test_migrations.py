"""Migrations: one line of them, data kept from whatever version it comes, and the shape the models say."""

from contextlib import closing
from typing import Any

import pytest
from alembic import command as alembic_command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    inspect,
    select,
    text,
)

from models.database import Database, current_revision
from models.tables import metadata
from models.triggers import assert_triggers
from models.upgrading import alembic_config, upgrade
from models.version import HEAD, KNOWN

OURS = {"alembic_version", "setting"}
"""Tables that a migration itself fills."""


def test_there_is_one_line_of_migrations() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


@pytest.mark.parametrize("first", KNOWN)
def test_data_of_every_version_are_kept(db_url: str, first: str) -> None:
    with closing(Database(db_url, check=False)) as db:
        with db.engine.connect().execution_options(zr_write=True) as connection, connection.begin():
            config = alembic_config()
            config.attributes["connection"] = connection
            alembic_command.upgrade(config, first)
            before = _fill(connection)
        assert current_revision(db_url) == first
        assert upgrade(db_url) == HEAD
        with db.engine.connect() as connection:
            assert_triggers(connection)
            assert {name: _only_row(connection, name, kept) for name, kept in before.items()} == before


def _fill(connection: Connection) -> dict[str, dict[str, Any]]:
    """Put one row into each table; foreign keys fit, for all texts are the same."""
    found = MetaData()
    found.reflect(connection)
    rows = {}
    for table in found.sorted_tables:
        if table.name not in OURS:
            rows[table.name] = {column.name: _value(column.type) for column in table.columns}
            connection.execute(table.insert().values(rows[table.name]))
    return rows


def _value(kind: Any) -> object:
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, BigInteger | Integer):
        return 1
    return b"x" if isinstance(kind, LargeBinary) else "2022-03-02"


def _only_row(connection: Connection, name: str, kept: dict[str, Any]) -> dict[str, Any]:
    table = Table(name, MetaData(), autoload_with=connection)
    return dict(connection.execute(select(*(table.c[column] for column in kept))).one()._mapping)


def test_the_migrated_shape_is_the_one_the_models_say(db_url: str) -> None:
    with closing(Database(db_url, check=False)) as db:
        with db.engine.connect().execution_options(zr_write=True) as connection, connection.begin():
            metadata.create_all(connection)
            wanted = _shape(connection)
            metadata.drop_all(connection)
        upgrade(db_url)
        with db.engine.connect() as connection:
            assert _shape(connection) == wanted


def _shape(connection: Connection) -> dict[str, Any]:
    """All of a shape: columns, keys, constraints, indexes with their conditions, ways of storing."""
    look = inspect(connection)
    names = sorted(set(look.get_table_names()) - {"alembic_version"})
    return {name: _table(connection, look, name) for name in names}


def _table(connection: Connection, look: Any, name: str) -> dict[str, Any]:
    columns = [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)]
    shape = {
        "columns": sorted(columns),
        "key": look.get_pk_constraint(name),
        "foreign": sorted(map(repr, look.get_foreign_keys(name))),
        "unique": sorted(map(repr, look.get_unique_constraints(name))),
        "checks": sorted(map(repr, look.get_check_constraints(name))),
        "indexes": sorted(map(_plain, look.get_indexes(name))),
    }
    if connection.dialect.name == "sqlite":
        without = text("SELECT wr FROM pragma_table_list WHERE name = :name AND schema = 'main'")
        shape["without_rowid"] = connection.execute(without, {"name": name}).scalar_one()
    return shape


def _plain(index: dict[str, Any]) -> str:
    """As text, a condition in its words."""
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return repr({**index, "dialect_options": options})
