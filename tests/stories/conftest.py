"""What stories share: the prepared sample, and a clerk at a copy of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loguru import logger

from tests.stories.clerk import Clerk, SampleOffice, copy

At = Callable[[str], Clerk]


@pytest.fixture(scope="session")
def sample_office(tmp_path_factory: pytest.TempPathFactory) -> SampleOffice:
    """The sample, prepared once in the whole run."""
    return SampleOffice(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def _quiet_after() -> Iterator[None]:
    """A command writes its log into the test's folder; nothing may write there afterwards."""
    yield
    logger.remove()


@pytest.fixture
def clerk(sample_office: SampleOffice, data_dir: Path, _quiet_after: None) -> Clerk:
    """A clerk where 1.1 and 1.2 are submitted and nothing is decided."""
    copy(sample_office.submitted(), data_dir)
    return Clerk(data_dir)


@pytest.fixture
def after_the_demo(sample_office: SampleOffice, data_dir: Path, _quiet_after: None) -> Clerk:
    """A clerk at what the demonstration leaves."""
    copy(sample_office.demonstrated(), data_dir)
    return Clerk(data_dir)


@pytest.fixture
def clerk_at(sample_office: SampleOffice, data_dir: Path, _quiet_after: None) -> At:
    """A clerk at the pilot's story as far as the day that tells of the words given."""

    def at(words: str) -> Clerk:
        copy(sample_office.played_until(words), data_dir)
        return Clerk(data_dir)

    return at
