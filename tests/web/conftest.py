"""What tests of the API share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.clock import FixedClock
from tests.web.office import WebOffice, web_office


@pytest.fixture
def office(migrated_sqlite_url: str, wall_clock: FixedClock) -> Iterator[WebOffice]:
    """The deployment, served."""
    with web_office(migrated_sqlite_url, wall_clock) as opened:
        yield opened
