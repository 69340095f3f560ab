"""建库与升级: bring a database to the shape of this program.

Apart from ``models.database`` because Alembic is slow to import and only upgrading needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

import migrations
from models.database import Database, translated
from models.tables import metadata
from models.triggers import assert_triggers, install
from models.version import HEAD, refuse_newer

APPEND_ONLY: Final = frozenset({"event", "programme"})
"""Tables whose rows the application's own user may add and read, not change."""


def upgrade(url: str, *, application_url: str | None = None) -> str:
    """Create or upgrade the database at ``url`` and return its revision. Nothing happens where it is current.

    Args:
        url: address of the tables' owner (``ZR_MIGRATION_DATABASE_URL``).
        application_url: address the running system uses. Where its user is another one (PostgreSQL), it is
            granted what it needs, and of the ledger only reading and adding.

    Raises:
        DatabaseNewer: the database was written by a newer program; nothing is changed.
    """
    database = Database(url, check=False)
    try:
        if database.path is not None:
            database.path.parent.mkdir(parents=True, exist_ok=True)
        revision = database.revision()
        if revision is not None:
            refuse_newer(revision)
        with translated(), database.writer_turn(), database.engine.connect() as connection:
            _run(connection, application_url)
        return HEAD
    finally:
        database.close()


def restore_triggers(url: str) -> None:
    """Put the ledger's triggers back, as the tables' owner at ``url``; upgrading alone never does."""
    database = Database(url)
    try:
        with translated(), database.writer_turn(), database.engine.connect() as connection:
            connection = connection.execution_options(zr_write=True)
            with connection.begin():
                install(connection)
                assert_triggers(connection)
    finally:
        database.close()


def alembic_config() -> Config:
    """Return Alembic's configuration; the scripts lie in the installed package ``migrations``."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


def known_revisions() -> tuple[str, ...]:
    """Return the revisions of the scripts, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))


def _run(connection: Connection, application_url: str | None) -> None:
    connection = connection.execution_options(zr_write=True)
    with connection.begin():
        if connection.dialect.name == "postgresql":
            # Several machines may start at once: the others wait for this one, however long it takes.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zone-reform upgrade'))"))
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if application_url is not None:
            _grant(connection, application_url)
        assert_triggers(connection)


def _grant(connection: Connection, application_url: str) -> None:
    role = make_url(application_url).username
    if connection.dialect.name != "postgresql" or not role:
        return
    if connection.execute(text("SELECT current_user")).scalar_one() == role:
        return
    name = connection.dialect.identifier_preparer.quote(role)
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {name}"))
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {name}"))
    for table in metadata.sorted_tables:
        rights = "SELECT, INSERT" if table.name in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(text(f"REVOKE ALL ON {table.name} FROM {name}"))
        connection.execute(text(f"GRANT {rights} ON {table.name} TO {name}"))
