"""故事: the administrator builds, checks and upgrades the database, and is told what is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from loguru import logger
from sqlalchemy import text

from models.database import Database
from models.version import HEAD
from tests.stories.clerk import FILE, Clerk

OPERATOR = "founding"


@pytest.fixture
def administrator(data_dir: Path) -> Iterator[Clerk]:
    """Someone on a machine without any database."""
    yield Clerk(data_dir)
    logger.remove()


@pytest.fixture
def built(migrated_sqlite_url: str, administrator: Clerk) -> Clerk:
    """The same with an empty database."""
    return administrator


def change(url: str, statement: str) -> None:
    """Change the database past the program."""
    with closing(Database(url, check=False)) as db, db.engine.connect() as connection:
        connection.execution_options(zr_write=True).execute(text(statement))
        connection.commit()


def test_a_database_is_built_once(administrator: Clerk, db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZR_DATABASE_URL", db_url)
    before = administrator("--json", "db", "check")
    assert (before.code, before.error["code"]) == (5, "database.missing")
    assert "zonectl db upgrade" in before.error["remedy"]

    made = administrator.done("--json", "db", "upgrade").data
    assert made == {"before": None, "after": HEAD, "changed": True}
    assert administrator.done("--json", "db", "upgrade").data["changed"] is False
    assert administrator.done("--json", "db", "current").data == {"database": HEAD, "program": HEAD}
    checked = administrator.done("--json", "db", "check", "--deep").data
    assert (sorted(checked), checked["rehearsal"]) == (["ok", "rehearsal", "today"], False)
    assert "数据库完好" in administrator.done("db", "check").out


def test_a_newer_database_is_left_alone_by_an_older_program(
    administrator: Clerk, migrated_db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZR_DATABASE_URL", migrated_db_url)
    change(migrated_db_url, "UPDATE alembic_version SET version_num = '9999'")
    for words in (("db", "upgrade"), ("db", "check"), ("status",), ("ledger", "verify"), ("ledger", "seal")):
        answer = administrator("--json", *words, by=OPERATOR)
        assert (answer.code, answer.error["code"]) == (5, "database.newer"), words
        assert "请升级程序" in answer.error["remedy"]
    assert administrator.done("--json", "db", "current").data["database"] == "9999"


def test_somebody_else_s_file_and_a_dead_server_are_told_apart(
    administrator: Clerk, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_dir / FILE).write_bytes(b"this is no database" * 100)
    for words in (("db", "upgrade"), ("db", "check"), ("status",)):
        answer = administrator("--json", *words)
        assert (answer.code, answer.error["code"]) == (5, "database.foreign")
    assert (data_dir / FILE).read_bytes() == b"this is no database" * 100
    monkeypatch.setenv("ZR_DATABASE_URL", "postgresql://127.0.0.1:1/nothing")
    answer = administrator("--json", "db", "check")
    assert (answer.code, answer.error["code"]) == (5, "database.unreachable")
    monkeypatch.setenv("ZR_DATABASE_URL", "mysql://x")
    answer = administrator("--json", "db", "check")
    assert (answer.code, answer.error["code"]) == (2, "settings.fault")


def test_missing_protection_is_seen_by_the_check(built: Clerk, migrated_sqlite_url: str) -> None:
    change(migrated_sqlite_url, "DROP TRIGGER event_no_delete")
    answer = built("--json", "db", "check")
    assert (answer.code, answer.error["code"]) == (5, "ledger.triggers")
    assert "event_no_delete" in answer.error["message"]


def test_a_changed_programme_is_seen_by_the_deep_check(clerk: Clerk, data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        connection.execute("UPDATE programme SET yaml = replace(yaml, '全面摸底', '全面摸排')")
        connection.commit()
    assert clerk("db", "check").code == 0
    answer = clerk("--json", "db", "check", "--deep")
    assert (answer.code, answer.error["code"]) == (5, "programme.damaged")
    assert "development-zone" in answer.error["message"]


def test_the_clock_of_a_rehearsal_goes_forward_only(built: Clerk) -> None:
    real = built("--json", "clock", "move", "2021-03-01", by=OPERATOR)
    assert (real.code, real.error["code"]) == (1, "clock.not_rehearsal")
    unasked = built("--json", "clock", "start-rehearsal", "2021-03-01", by=OPERATOR)
    assert (unasked.code, unasked.error["code"]) == (2, "usage.confirm")
    assert "--yes" in unasked.error["remedy"]
    assert built.done("--json", "clock", "show").data["rehearsal"] is False

    started = built.done("--json", "clock", "start-rehearsal", "2021-03-01", "--yes", by=OPERATOR).data
    assert started == {"today": "2021-03-01", "rehearsal": True}
    assert built.done("--json", "clock", "move", "2021年4月1日", by=OPERATOR).data["today"] == "2021-04-01"
    back = built("--json", "clock", "move", "2021-03-31", by=OPERATOR)
    assert (back.code, back.error["code"]) == (1, "clock.backwards")
    twice = built("--json", "clock", "start-rehearsal", "2021-05-01", "--yes", by=OPERATOR)
    assert (twice.code, twice.error["code"]) == (4, "clock.already_rehearsal")
    assert "演练库" in built.done("clock", "show").out
    assert built("clock", "move", "2021-06-01").code == 2, "who moves it must be said"


def test_a_folder_that_is_none_is_told(built: Clerk, data_dir: Path) -> None:
    answer = built("--json", "--data", str(data_dir / FILE), "status")
    assert (answer.code, answer.error["code"]) == (5, "data_dir.unwritable")
