"""One real `zonectl up` for all tests of this folder: it takes a quarter of a minute to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.clock import SystemClock
from tests.deployments.running_up import RunningUp
from tests.services.acting import prepare


@pytest.fixture(scope="session")
def _one_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("up"))
    prepare(running.settings.database_url, SystemClock()).close()
    yield running
    running.end()


@pytest.fixture
def up(_one_up: RunningUp) -> RunningUp:
    """Prefect, worker, relay and web on a data folder with one programme and eight zones (示例).

    A test that ends it does not take it from the next one, whichever that is.
    """
    if not _one_up.child.runs:
        _one_up.start()
    return _one_up
