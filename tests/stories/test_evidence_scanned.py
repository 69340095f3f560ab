"""A file with a virus in it is not kept; a scanner that is silent lets in what the deployment says."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.clock import FixedClock
from config.settings import Settings
from integrations.sandbox.clamd import EICAR
from integrations.sandbox.process import start_clamd
from tests.services.evidence import made
from tests.services.evidence.office import Filing, filing

INFECTED = made.pdf() + EICAR + b"\n%%EOF\n"


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with start_clamd(*getattr(request, "param", ())) as url:
        yield url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def scanned(url: str, data_dir: Path, wall: FixedClock, clamd: str, **more: object) -> Iterator[Filing]:
    with filing(url, data_dir, wall, clamav_address=clamd, **more) as office:
        yield office


def test_a_virus_is_found_and_nothing_is_kept(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock, address: str
) -> None:
    with scanned(migrated_sqlite_url, data_dir, wall_clock, address) as office:
        answer = office.refused(INFECTED, slot="note", name="说明.pdf")
        assert answer.code == "file.infected"
        assert "Eicar-Test-Signature" in answer.message
        assert office.lying() == []
        assert office.filed(made.docx()).file.scan == "clean"


def test_a_virus_across_two_pieces_is_found(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock, address: str
) -> None:
    with scanned(migrated_sqlite_url, data_dir, wall_clock, address) as office:
        head = made.pdf()
        for cut in (1, 30, len(EICAR) - 1):
            padded = head + b"x" * (64 * 1024 - len(head) - cut) + EICAR + b"\n%%EOF\n"
            assert office.refused(padded, slot="note").code == "file.infected"


def test_over_a_unix_socket(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("s") / "clamd"
    with (
        start_clamd("--unix", str(path)) as address,
        scanned(migrated_sqlite_url, data_dir, wall_clock, address) as office,
    ):
        assert address == f"unix://{path}"
        assert office.refused(INFECTED, slot="note").code == "file.infected"
        assert office.filed(made.docx()).file.scan == "clean"


@pytest.mark.parametrize(
    "address", [("--mode", "silent"), ("--mode", "garbage"), ("--mode", "error")], indirect=True
)
def test_a_scanner_that_gives_no_verdict_refuses_or_marks(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock, address: str
) -> None:
    with scanned(migrated_sqlite_url, data_dir, wall_clock, address, clamav_timeout_s=0.5) as office:
        answer = office.refused(made.docx())
        assert answer.code == "file.scanner_down"
        assert office.lying() == []


def test_a_scanner_that_is_down_refuses(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock
) -> None:
    clamd = f"tcp://127.0.0.1:{_free_port()}"
    with scanned(migrated_sqlite_url, data_dir, wall_clock, clamd) as office:
        assert office.refused(made.docx()).code == "file.scanner_down"
        assert office.lying() == []


def test_a_scanner_that_is_down_lets_through_with_a_mark_where_the_deployment_says_so(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock
) -> None:
    clamd = f"tcp://127.0.0.1:{_free_port()}"
    with scanned(migrated_sqlite_url, data_dir, wall_clock, clamd, clamav_unavailable="mark") as office:
        received = office.filed(made.docx())
        assert received.file.scan == "not_scanned"
        assert any("未查毒" in warning for warning in received.warnings)


@pytest.mark.parametrize("address", ["127.0.0.1:3310", "http://127.0.0.1", "unix:", "tcp://"])
def test_an_address_that_is_none_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="查杀服务的地址"):
        Settings(clamav_address=address)
