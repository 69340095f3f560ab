"""What conftest promises: databases are fresh, the network is shut, a skip in CI is a failure."""

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from config.settings import get_settings

ROOT = Path(__file__).parents[2]


def test_database_is_empty_and_writable(db_url: str) -> None:
    engine = create_engine(db_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE only_here (n INTEGER)"))
            connection.execute(text("INSERT INTO only_here VALUES (1)"))
            assert connection.execute(text("SELECT count(*) FROM only_here")).scalar_one() == 1
    finally:
        engine.dispose()


def test_another_machine_is_out_of_reach() -> None:
    with pytest.raises(RuntimeError, match="only this machine"):
        urllib.request.urlopen("http://198.51.100.7/", timeout=2)
    with pytest.raises(RuntimeError, match="only this machine"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_is_in_reach() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_settings_point_into_the_folder_of_the_test(data_dir: Path) -> None:
    assert get_settings().data_dir == data_dir


@pytest.mark.parametrize(("ci", "code", "word"), [("true", 1, "1 failed"), ("", 0, "1 skipped")])
def test_skip_fails_only_in_ci(tmp_path: Path, ci: str, code: int, word: str) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "test_it.py").write_text("import pytest\n\ndef test_it():\n    pytest.skip('not today')\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            str(tmp_path),
        ],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, word in done.stdout) == (code, True), done.stdout


def test_migrated_database_has_its_tables(migrated_db_url: str) -> None:
    engine = create_engine(migrated_db_url)
    try:
        assert {"event", "alembic_version"} <= set(inspect(engine).get_table_names())
    finally:
        engine.dispose()
