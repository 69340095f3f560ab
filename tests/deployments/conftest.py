"""One real `zonectl up` for all tests of this folder: it takes a quarter of a minute to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.clock import SystemClock
from tests.deployments.running_up import RunningUp
from tests.services.acting import prepare


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    """Prefect, worker, relay and web on a data folder with one programme and eight zones (示例)."""
    running = RunningUp(tmp_path_factory.mktemp("up"))
    prepare(running.settings.database_url, SystemClock()).close()
    running.start()
    yield running
    running.end()
