"""Alembic migrations: every change of the database's shape, in order."""
