"""故事: what the machine does to a clerk: another version, a lock, a full disk, Ctrl-C. All or nothing."""

from __future__ import annotations

import errno
import signal
import sqlite3
from contextlib import closing
from typing import Any

import pytest

import models.database
import models.turns
from services.act_path import ActPath
from tests.stories.clerk import FILE, MINUTES, OFFICE, ZONE, Clerk, evidence_of_the_survey, write_paper

RECORD = ("step", "record", "鄢陵", "1.2", *MINUTES)


@pytest.mark.parametrize("words", [RECORD, ("case", "show", "鄢陵"), ("inbox",)])
def test_a_database_of_a_newer_version(clerk: Clerk, words: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(clerk.folder / FILE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    clerk.refused(
        5,
        "database.newer",
        *words,
        by=OFFICE,
        says=["数据库版本较新,本程序不认识", "请升级程序后再打开;数据没有改动"],
    )


def test_a_database_that_somebody_holds(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.turns, "PATIENCE_S", 0.2)
    with closing(sqlite3.connect(clerk.folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        clerk.refused(
            5,
            "database.busy",
            *RECORD,
            by=OFFICE,
            says=["数据库正被占用,本次操作没有保存", "请稍后重做一次"],
        )
        assert clerk("case", "show", "鄢陵").code == 0, "looking needs no lock"
    clerk.done(*RECORD, by=OFFICE)


def _no_room(connection: sqlite3.Connection) -> None:
    """The database may not grow by a page: SQLite then says what it says of a full disk."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}").close()


def test_a_disk_that_fills_up_while_writing(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = models.database._prepare_sqlite

    def prepare_full(connection: sqlite3.Connection) -> None:
        prepare(connection)
        _no_room(connection)

    long = "示例意见。" * 4000
    with monkeypatch.context() as patched:
        patched.setattr(models.database, "_prepare_sqlite", prepare_full)
        clerk.refused(
            5,
            "database.full",
            *(*RECORD, "--opinion", long),
            by=OFFICE,
            says=["磁盘空间不足,本次操作没有保存", "请清理磁盘后重做一次;以前的数据完好"],
        )
    clerk.done(*RECORD, "--opinion", long, by=OFFICE)


def test_a_disk_that_has_no_room_for_the_file(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.done("step", "withdraw", "鄢陵", "1.1", by=ZONE)
    replaced = (*evidence_of_the_survey(write_paper(clerk.folder, "示例补充.docx")), "--reason", "示例:补正")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        clerk.refused(5, "file.not_kept", *replaced, by=ZONE, says=["磁盘空间"])
    clerk.done(*replaced, by=ZONE)


def test_ctrl_c_in_the_middle_of_writing(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    write = ActPath._write_case

    def interrupted(*given: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        write(*given)

    before = clerk.stored()
    listening = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job behind a shell is deaf
    try:
        with monkeypatch.context() as patched:
            patched.setattr(ActPath, "_write_case", interrupted)
            answer = clerk(*RECORD, by=OFFICE)
    finally:
        signal.signal(signal.SIGINT, listening)
    assert (answer.code, answer.out) == (130, "")
    assert "已中断。已经提交的办理都保存了,没有提交的没有发生。" in answer.err
    assert clerk.stored() == before
    clerk.done(*RECORD, by=OFFICE)
