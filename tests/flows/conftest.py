"""One Prefect server for the tests of flows that need one and leave it up: each start costs ten seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.stack import Stack


@pytest.fixture(scope="session")
def _one_prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("prefect"))
    made.start_server()
    yield made
    made.leave()


@pytest.fixture
def stack(_one_prefect: Stack, tmp_path: Path) -> Stack:
    """The shared server, with a database of this test's own. Others' runs stand there too: ask by tag."""
    return _one_prefect.beside(tmp_path)
