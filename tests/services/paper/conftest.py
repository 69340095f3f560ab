"""An office that prints, on both databases or on SQLite alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.clock import FixedClock
from tests.services.paper.office import Printing, printing


@pytest.fixture
def office(migrated_db_url: str, data_dir: Path, wall_clock: FixedClock) -> Iterator[Printing]:
    with printing(migrated_db_url, data_dir, wall_clock) as opened:
        yield opened


@pytest.fixture
def small(migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock) -> Iterator[Printing]:
    """Where the kind of database does not matter."""
    with printing(migrated_sqlite_url, data_dir, wall_clock) as opened:
        yield opened
