"""A clerk prints a form, a leader signs it, the scan finds its step; the recording is checked by another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document

from domain.paper import LETTERS, read_code
from tests.services.paper import scanner
from tests.stories.clerk import OFFICE, SIGNED, UNIT, ZONE, ZONE_CHECKER, Clerk


def printed(clerk: Clerk, to: Path, *more: str, step: str = "1.1", by: str = ZONE) -> str:
    """Print a form; the code on it."""
    answer: dict[str, Any] = clerk.done(
        "--json", "step", "print", UNIT, step, "--to", str(to), *more, by=by
    ).data
    assert answer["to"] == str(to)
    return str(answer["code"])


def signed(code: str, file: Path) -> str:
    """The scan of a signed form."""
    letters = read_code(code)
    assert isinstance(letters, str)
    page = scanner.sign(scanner.drawn_code(letters), scanner.HEAD_CODE, seed=3)
    file.write_bytes(scanner.scan(page, turn=180, tilt=4))
    return str(file)


def test_printed_signed_scanned_recorded_and_checked(clerk: Clerk, tmp_path: Path) -> None:
    code = printed(clerk, tmp_path / "呈批件.docx")
    assert Document(str(tmp_path / "呈批件.docx")).core_properties.title.startswith("呈批件")
    before = clerk.stored()
    found = clerk.done("scan", "match", signed(code, tmp_path / "scan.jpg"), by=ZONE)
    assert clerk.stored() == before
    assert "呈批件 · 鄢陵县产业集聚区 · 1.1 全面摸底" in found.out
    assert "管委会负责人签批 · 第1轮" in found.out
    assert f"zonectl step record {UNIT} 1.1 --medium 手签呈批件 --round 1" in found.err
    clerk.done("step", "record", UNIT, "1.1", *SIGNED, "--round", "1", by=ZONE)
    again = clerk.done("scan", "code", code, by=ZONE)
    assert "已登记过 2021-01-18 的意见" in again.err
    assert "待核对" in again.err
    clerk.done("step", "check", UNIT, "1.1", by=ZONE_CHECKER)
    assert "任务已办结" in clerk.done("scan", "code", code, by=ZONE).err


def test_a_page_for_a_meeting(clerk: Clerk, tmp_path: Path) -> None:
    page = tmp_path / "议题单.html"
    code = printed(clerk, page, step="1.2", by=OFFICE)
    text = page.read_text(encoding="utf-8")
    assert code in text
    assert "演练" in text
    (found,) = clerk.done("--json", "scan", "match", signed(code, tmp_path / "s.jpg"), by=OFFICE).data[
        "prefills"
    ]
    assert (found["form"], found["medium"], found["recordable"]) == ("agenda", "minutes", True)


def test_a_letter_typed_wrong_is_told(clerk: Clerk, tmp_path: Path) -> None:
    code = printed(clerk, tmp_path / "a.html")
    wrong = code[:-1] + LETTERS[(LETTERS.index(code[-1]) + 1) % len(LETTERS)]
    clerk.refused(1, "paper.code_wrong", "scan", "code", wrong, by=ZONE, says=("至少有一位与纸上不同",))


def test_what_cannot_be_printed_is_told_and_nothing_is_written(clerk: Clerk, tmp_path: Path) -> None:
    to = tmp_path / "a.html"
    words = ("step", "print", UNIT, "1.1", "--to")
    clerk.refused(1, "paper.form_unfit", *words, str(to), "--form", "议题单", by=ZONE, says=("会议议定",))
    clerk.refused(3, "case.unknown", *words, str(to), by="demo-weidu-handler", says=("没有找到",))
    clerk.refused(2, "usage.suffix", *words, str(tmp_path / "a.odt"), by=ZONE, says=(".docx",))
    assert not to.exists()
    printed(clerk, to)
    clerk.refused(2, "usage.file_exists", *words, str(to), by=ZONE, says=("--force",))
    printed(clerk, to, "--force")


def test_a_scan_that_is_none_is_told(clerk: Clerk, tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    clerk.refused(3, "file.missing", "scan", "match", str(file), by=ZONE)
    file.write_bytes(b"no scan")
    clerk.refused(1, "scan.unreadable", "scan", "match", str(file), by=ZONE, says=("PDF、JPEG",))
