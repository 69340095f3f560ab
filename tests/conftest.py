"""What all tests share: a clock that stands, own folders and databases, no network but this machine."""

import os
import secrets
import sqlite3
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql

from config.clock import FixedClock
from config.settings import get_settings

CI = os.environ.get("CI", "").lower() in {"true", "1"}
LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
NO_POSTGRES = (
    "没有可用的 PostgreSQL,跳过;要跑请设 ZR_TEST_POSTGRES_URL / "
    "no PostgreSQL reachable, skipped; set ZR_TEST_POSTGRES_URL to run it"
)
QUIET_PREFECT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
os.environ.update(QUIET_PREFECT)

hypothesis_settings.register_profile("ci", max_examples=200, stateful_step_count=50, deadline=None)
hypothesis_settings.register_profile(
    "soak",
    max_examples=2000,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile("dev", max_examples=50, stateful_step_count=30, deadline=None)
hypothesis_settings.load_profile(os.environ.get("ZR_TEST_PROFILE", "ci" if CI else "dev"))


# --- no network but this machine ---


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    return name is None or name in {"", "localhost", "::1", "0.0.0.0", "::"} or str(name).startswith("127.")  # noqa: S104


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    """Audit hook: a test that reaches for another machine fails at the line that does it."""
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if not _is_here(host):
        raise RuntimeError(f"a test may not reach {host!r}: only this machine (127.0.0.1) is allowed")


sys.addaudithook(_refuse_network)


# --- in CI nothing is skipped ---


def _skip_is_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    if CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"in CI nothing may be skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _skip_is_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _skip_is_failure(report)
    return report


# --- what takes long first, and one Prefect server for what shares it ---

SHARE_A_SERVER = ("tests/deployments/", "tests/flows/")
"""Folders whose files run in one process, so that what they share is started once."""
FIRST = ("tests/deployments/", "tests/flows/", "tests/web/test_described.py")
"""What takes minutes, most of it waiting: begun last, all other processes would wait for it."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than there are cores: a good third of the suite is waiting for servers."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal out whole files, as ``--dist loadfile`` does, but for the folders that share a server."""
    from xdist.scheduler import LoadFileScheduling

    if config.getvalue("dist") != "loadfile":
        return None

    class Sharing(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            shared = [folder for folder in SHARE_A_SERVER if nodeid.startswith(folder)]
            return shared[0] if shared else str(super()._split_scope(nodeid))

    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order of the files but for those that come first."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


# --- settings, clock, folder ---


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """The data folder of this test; settings and processes started by the test use it too."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _own_settings(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine reaches a test, and none of a test reaches the next."""
    for name in list(os.environ):
        if name.startswith("ZR_") and not name.startswith("ZR_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ZR_DATA_DIR", str(data_dir))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def wall_clock() -> FixedClock:
    """A wall clock that stands at 2022-03-02 09:00 in Beijing until the test moves it."""
    return FixedClock(datetime(2022, 3, 2, 1, 0, tzinfo=UTC))


# --- databases ---


@contextmanager
def copied_postgres(admin_url: str, template: str) -> Iterator[str]:
    """A PostgreSQL database copied from ``template``, for as long as it is wanted."""
    name = _fresh_name()
    _on_server(admin_url, "CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield _sqlalchemy_url(admin_url, name)
    finally:
        _drop(admin_url, name)


@pytest.fixture(scope="session")
def postgres_admin_url() -> str:
    """The server on which tests make their databases; skips where none is reachable."""
    url = os.environ.get("ZR_TEST_POSTGRES_URL", LOCAL_POSTGRES)
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as fault:
        pytest.skip(f"{NO_POSTGRES} ({fault})")
    return url


def _on_server(admin_url: str, statement: str, *names: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _sqlalchemy_url(admin_url: str, database: str) -> str:
    return urlunsplit(urlsplit(admin_url)._replace(scheme="postgresql+psycopg", path=f"/{database}"))


def _fresh_name() -> str:
    return f"zr_test_{secrets.token_hex(6)}"


def _drop(admin_url: str, name: str) -> None:
    _on_server(admin_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[str]:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{data_dir / 'zone-reform.sqlite3'}"
        return
    admin_url = request.getfixturevalue("postgres_admin_url")
    name = _fresh_name()
    _on_server(admin_url, "CREATE DATABASE {}", name)
    yield _sqlalchemy_url(admin_url, name)
    _drop(admin_url, name)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from models.upgrading import upgrade

    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres_admin_url: str) -> Iterator[str]:
    from models.upgrading import upgrade

    name = _fresh_name()
    _on_server(postgres_admin_url, "CREATE DATABASE {}", name)
    try:
        upgrade(_sqlalchemy_url(postgres_admin_url, name))
        yield name
    finally:
        _drop(postgres_admin_url, name)


@pytest.fixture
def migrated_sqlite_url(_sqlite_template: Path, data_dir: Path) -> str:
    """The URL of a SQLite database with all tables, for tests where the kind of database does not matter."""
    path = data_dir / "zone-reform.sqlite3"
    with closing(sqlite3.connect(_sqlite_template)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return f"sqlite:///{path}"


@pytest.fixture
def migrated_postgres_url(postgres_admin_url: str, _postgres_template: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with all tables, copied from the migrated template."""
    with copied_postgres(postgres_admin_url, _postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_db_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with all tables, once on SQLite and once on PostgreSQL."""
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    url: str = request.getfixturevalue(f"migrated_{kind}_url")
    return url
