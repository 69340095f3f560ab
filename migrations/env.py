"""Alembic's entry: runs the migrations on the connection that ``models.upgrading`` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from models.tables import metadata


def run(connection: Connection) -> None:
    """Run the migrations in one transaction; SQLite and PostgreSQL both take DDL into it."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        # No batch mode: it would rebuild a table by copying, which the ledger must never suffer.
        render_as_batch=False,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
