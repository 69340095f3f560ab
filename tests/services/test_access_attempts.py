"""Counting tries beside other transactions: what is forgotten meanwhile is begun anew, never an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import delete, event

from config.clock import FixedClock
from models.database import Database
from models.tables import AttemptRow
from services.access.attempts import factor_key, reserve
from tests.services.signing_in import CLERK, access_office


def test_a_count_forgotten_between_finding_and_locking_it_begins_anew(
    migrated_postgres_url: str, wall_clock: FixedClock, tmp_path: Path
) -> None:
    key = factor_key(CLERK)
    with access_office(migrated_postgres_url, wall_clock, tmp_path) as office:
        access = office.access
        with access.db.write() as session:
            session.add(AttemptRow(key=key, failures=3, last_at=wall_clock.now()))
        forgotten: list[int] = []

        def forget(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if "FOR UPDATE" in statement and not forgotten:
                forgotten.append(1)
                other = Database(migrated_postgres_url)
                with other.write() as session:
                    session.execute(delete(AttemptRow))
                other.close()

        event.listen(access.db.engine, "before_cursor_execute", forget)
        try:
            assert reserve(access, key) is None
        finally:
            event.remove(access.db.engine, "before_cursor_execute", forget)
        assert forgotten
        with access.db.read() as session:
            assert session.get_one(AttemptRow, key).failures == 1
