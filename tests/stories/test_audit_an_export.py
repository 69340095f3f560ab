"""故事: an auditor takes an export and a seal home and checks both without this system."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.stories.clerk import Clerk

GUIDE = ROOT / "docs" / "how-to" / "verify-the-ledger.md"


@pytest.fixture
def exported(clerk: Clerk, tmp_path: Path) -> Path:
    """The export of a case on its way."""
    file = tmp_path / "留痕.jsonl"
    data = clerk.done("--json", "ledger", "export", str(file), by="auditor").data
    assert data["rows"] == len(file.read_text(encoding="utf-8").splitlines()) - 2
    assert sorted(data) == ["file", "rows", "streams"]
    return file


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The program that the guide prints, as an auditor copies it."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "check.py"
    path.write_text(code, encoding="utf-8")
    return path


def alone(script: Path, file: Path) -> subprocess.CompletedProcess[str]:
    """Run it with nothing but the standard library: isolated, no site packages."""
    command = [sys.executable, "-I", "-S", str(script), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_the_guide_s_program_agrees_with_ours(clerk: Clerk, exported: Path, script: Path) -> None:
    theirs, ours = alone(script, exported), clerk.done("ledger", "verify", "--export", str(exported))
    assert theirs.returncode == 0, theirs.stderr
    assert "0 处不符" in theirs.stdout
    counted = re.findall(r"(\d+) 条,(\d+) 条链", theirs.stdout)
    assert counted == re.findall(r"(\d+) 条,(\d+) 条链", ours.out)


def test_both_name_what_was_changed_in_a_file(clerk: Clerk, exported: Path, script: Path) -> None:
    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if '"submit' in line and line.startswith('["case:'))
    stream, seq = json.loads(lines[number])[:2]
    lines[number] = lines[number].replace("2021", "2020", 1)
    exported.write_text("".join(lines), encoding="utf-8")

    theirs, ours = alone(script, exported), clerk("--json", "ledger", "verify", "--export", str(exported))
    assert (theirs.returncode, ours.code) == (1, 1)
    assert f"{stream} 第 {seq} 条不符" in theirs.stdout
    named = json.loads(ours.out)["data"]["findings"]
    assert [(each["stream"], each["seq"]) for each in named] == [(stream, seq)]


def test_both_miss_what_was_cut_off(clerk: Clerk, exported: Path, script: Path) -> None:
    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
    exported.write_text("".join(lines[:-3]), encoding="utf-8")
    theirs, ours = alone(script, exported), clerk("ledger", "verify", "--export", str(exported))
    assert (theirs.returncode, ours.code) == (1, 1)
    assert "文件不全" in theirs.stdout
    assert "文件没有结尾行:后面的内容被截去" in ours.out


def test_an_export_is_compared_with_a_seal(clerk: Clerk, exported: Path, tmp_path: Path) -> None:
    made = clerk.done("--json", "ledger", "seal", "--to", str(tmp_path / "usb"), by="auditor").data
    assert sorted(made) == ["file", "hash", "number", "rehearsal", "root", "rows", "streams"]
    assert (made["number"], made["rehearsal"]) == (1, True)
    words = ("ledger", "verify", "--export", str(exported), "--seal", made["file"])
    assert "与第 1 号封存相符" in clerk.done(*words).out

    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(n for n, line in enumerate(lines) if line.startswith('["case:'))
    trailer = json.loads(lines[-1])
    del lines[last]
    exported.write_text("".join(lines[:-1]) + json.dumps(trailer | {"rows": trailer["rows"] - 1}), "utf-8")
    assert clerk("ledger", "verify", "--export", str(exported)).code == 0
    cut = clerk(*words)
    assert cut.code == 1
    assert "尾部被截去" in cut.out


def test_a_changed_seal_is_no_witness(clerk: Clerk, tmp_path: Path) -> None:
    file = Path(clerk.done("--json", "ledger", "seal", "--to", str(tmp_path), by="auditor").data["file"])
    file.write_bytes(file.read_bytes().replace(b'"rows": ', b'"rows": 1'))
    answer = clerk("ledger", "verify", "--seal", str(file))
    assert (answer.code, answer.out) == (1, "")
    assert "封存文件被改动过" in answer.err
    assert "换一份未经改动的副本" in answer.err


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("verify", "--seal", "没有.json"), 3, "file.missing"),
        (("verify", "--export", "."), 2, "usage.not_a_file"),
        (("verify", "--export", "坏.jsonl"), 1, "ledger.file"),
        (("verify", "--seal", "坏.jsonl"), 1, "ledger.file"),
        (("export", "坏.jsonl"), 2, "usage.file_exists"),
        (("export", "没有/留痕.jsonl"), 3, "file.missing"),
        (("export", ".", "--force"), 2, "usage.not_a_file"),
        (("export", "/proc/留痕.jsonl"), 5, "file.unwritable"),
        (("seal", "--to", "坏.jsonl"), 5, "file.unwritable"),
    ],
)
def test_a_wrong_file_is_told_in_words(
    clerk: Clerk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    error: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("坏.jsonl").write_bytes(b"\x00\xff")
    answer = clerk("--json", "ledger", *words, by="auditor")
    assert (answer.code, answer.error["code"]) == (code, error)
    assert answer.error["remedy"]
    assert not re.search(r"Errno|directory|denied", answer.error["message"])
    assert Path("坏.jsonl").read_bytes() == b"\x00\xff"
