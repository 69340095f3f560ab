"""At the command line: replace a paper with its reason, list versions, fetch one, look after the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.stops import NOT_FOUND, REFUSED
from samples.papers import sample_document
from tests.stories.clerk import UNIT, ZONE, Clerk

PAPER = ("step", "evidence", UNIT, "1.1", "摸底台账")


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A second version of the survey."""
    path = tmp_path / "台账二稿.docx"
    path.write_bytes(sample_document(["示例", "第二稿"]))
    return path


def _versions(clerk: Clerk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = clerk.done(
        "--json", "evidence", "versions", UNIT, "1.1", "摸底台账", by=ZONE
    ).data
    return found


def test_a_replacement_needs_a_reason_and_is_listed_with_it(clerk: Clerk, second: Path) -> None:
    clerk.refused(REFUSED, "evidence.no_reason", *PAPER, "--file", str(second), by=ZONE, says=["--reason"])
    clerk.done(*PAPER, "--file", str(second), "--reason", "示例:补两个内设机构", by=ZONE)
    shown = clerk.done("evidence", "versions", UNIT, "1.1", "摸底台账", by=ZONE).out
    assert "第2版" in shown
    assert [each["reason"] for each in _versions(clerk)] == ["", "示例:补两个内设机构"]


def test_a_file_is_fetched_as_it_was_sent(clerk: Clerk, second: Path, tmp_path: Path) -> None:
    clerk.done(*PAPER, "--file", str(second), "--reason", "示例:补充", by=ZONE)
    stored = _versions(clerk)[-1]["file"]
    assert isinstance(stored, dict)
    target = tmp_path / "取回.docx"
    clerk.done("evidence", "fetch", stored["id"], "--to", str(target), by=ZONE)
    assert target.read_bytes() == second.read_bytes()
    assert any(row[0] == "security" for row in clerk.stored())
    clerk.refused(
        NOT_FOUND,
        "access.not_found",
        "evidence",
        "fetch",
        stored["id"],
        "--to",
        str(tmp_path / "x"),
        by="demo-weidu-reform-office-handler",
    )
    assert not (tmp_path / "x").exists()


def test_what_is_no_paper_is_refused_in_words(clerk: Clerk, tmp_path: Path) -> None:
    disguised = tmp_path / "批复.pdf"
    disguised.write_bytes(b"MZ\x90\x00" + bytes(200))
    more = ("--file", str(disguised), "--reason", "示例")
    clerk.refused(REFUSED, "file.kind", *PAPER, *more, by=ZONE, says=["按内容判断", "pdf"])
    secret = ("--file", str(disguised), "--reason", "示例", "--marking", "机密")
    clerk.refused(REFUSED, "file.state_secret", *PAPER, *secret, by=ZONE, says=["国家秘密"])


def test_the_store_is_checked_and_swept(clerk: Clerk, second: Path) -> None:
    clerk.done(*PAPER, "--file", str(second), "--reason", "示例:补充", by=ZONE)
    stored = _versions(clerk)[-1]["file"]
    assert isinstance(stored, dict)
    store = clerk.folder / "evidence"
    (store / "incoming" / "half").write_bytes(b"half")
    orphan = store / "sha256" / "00" / ("0" * 64)
    orphan.parent.mkdir()
    orphan.write_bytes(b"no row names it")
    assert clerk.done("--json", "evidence", "sweep", by="sysadmin").data == {"unfinished": 1, "unnamed": 1}
    path = store / "sha256" / stored["digest"][7:9] / stored["digest"][7:]
    path.chmod(0o600)
    path.write_bytes(b"rotten")
    answer = clerk("evidence", "check")
    assert answer.code == REFUSED
    assert "摘要不符" in answer.out
    assert "代码:file.damaged" in answer.err
