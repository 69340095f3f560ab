"""故事: an office writes its flow down as an Excel sheet; it becomes a programme, or its faults by cell."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from tests.services.test_programme_sheet import HEAD, ROWS, write
from tests.stories.clerk import Clerk

SHEET = "流程.xlsx"
MAKE = ("programme", "from-sheet", SHEET, "--code", "sheet-sample")


@pytest.fixture
def author(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    """Someone in the folder of the sheet."""
    monkeypatch.chdir(data_dir)
    yield Clerk(data_dir)
    logger.remove()


def test_a_sheet_becomes_a_programme_that_is_published(author: Clerk, migrated_sqlite_url: str) -> None:
    write(Path(SHEET))
    author.done(*MAKE, "--to", "流程.yaml")
    assert "检查通过" in author.done("programme", "check", "流程.yaml").out
    assert "已发布" in author.done("programme", "publish", "流程.yaml", by="founding").out
    text = Path("流程.yaml").read_text(encoding="utf-8")
    assert author.done(*MAKE).out == text
    data = author.done("--json", *MAKE).data
    assert (sorted(data), data["yaml"]) == (["file", "warnings", "yaml"], text)


def test_what_the_author_has_changed_is_not_overwritten(author: Clerk) -> None:
    write(Path(SHEET))
    Path("流程.yaml").write_text("改过的", encoding="utf-8")
    answer = author("--json", *MAKE, "--to", "流程.yaml")
    assert (answer.code, answer.error["code"]) == (2, "usage.file_exists")
    assert Path("流程.yaml").read_text(encoding="utf-8") == "改过的"
    author.done(*MAKE, "--to", "流程.yaml", "--force")
    assert Path("流程.yaml").read_text(encoding="utf-8").startswith("# 由表格生成")


@pytest.mark.parametrize(
    ("to", "code", "error"),
    [
        ("没有/流程.yaml", 3, "file.missing"),
        (".", 2, "usage.not_a_file"),
        ("/proc/流程.yaml", 5, "file.unwritable"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(author: Clerk, to: str, code: int, error: str) -> None:
    write(Path(SHEET))
    answer = author("--json", *MAKE, "--to", to)
    assert (answer.code, answer.error["code"]) == (code, error)


def test_faults_are_named_by_cell_all_at_once(author: Clerk) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][5], rows[1][6], rows[2][3] = "尽快", "甲局、乙局", ""
    write(Path(SHEET), rows)
    answer = author(*MAKE, "--to", "流程.yaml")
    assert (answer.code, answer.out) == (1, "")
    assert [line.partition(":")[0] for line in answer.err.splitlines()[:3]] == [
        "单元格 F4 问题",
        "单元格 G5 问题",
        "单元格 D6 问题",
    ]
    assert not Path("流程.yaml").exists()
    data = author("--json", *MAKE)
    assert data.code == 1
    assert data.error["code"] == "programme.sheet_faulty"


def test_a_missing_column_is_named_with_its_row(author: Clerk) -> None:
    head = [title if title != "责任单位" else "说明" for title in HEAD]
    write(Path(SHEET), head=head)
    answer = author(*MAKE)
    assert answer.code == 1
    assert answer.err.startswith("第3行 问题:表头缺少责任单位。")


def test_merged_cells_count_for_every_row_they_cover(author: Clerk) -> None:
    write(Path(SHEET))
    text = author.done(*MAKE).out
    assert [text.count(f"title: {stage}\n") for stage in ("方案制定", "组织实施")] == [1, 1]


def with_part(name: str, content: bytes) -> Callable[[], bytes]:
    """The good sheet with one more part in its archive."""

    def made() -> bytes:
        write(Path("好.xlsx"))
        with zipfile.ZipFile("好.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return Path("好.xlsx").read_bytes()

    return made


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (with_part("xl/media/a.xml", b" " * (70 << 20)), "解压后71MB,上限64MB"),
    "macros": (with_part("xl/vbaProject.bin", b"\x00"), "含有宏"),
    "a renamed PDF": (lambda: b"%PDF-1.7\n", "不是表格"),
    "an old workbook": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), ".xls"),
    "cut short": (lambda: with_part("a.xml", b"")()[:3000], "既不是Excel"),
    "nothing": (lambda: b"", "空的"),
    "another table": (lambda: "甲,乙\n1,2\n".encode(), "表头"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_refused_in_words(author: Clerk, kind: str) -> None:
    make, words = HOSTILE[kind]
    Path(SHEET).write_bytes(make())
    answer = author(*MAKE, "--to", "流程.yaml")
    assert (answer.code, answer.out) == (1, "")
    assert words in answer.err
    assert "怎么办:" in answer.err
    assert not Path("流程.yaml").exists()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"--code": "我的流程"}, "usage.code"),
        ({"--code": "My_Flow"}, "usage.code"),
        ({"--unit": "开发园"}, "usage.word"),
        ({"--version": "0"}, "usage"),
    ],
)
def test_a_wrong_option_is_no_fault_of_the_sheet(author: Clerk, options: dict[str, Any], error: str) -> None:
    write(Path(SHEET))
    words = {"--code": "sheet-sample"} | options
    answer = author("--json", "programme", "from-sheet", SHEET, *(w for pair in words.items() for w in pair))
    assert (answer.code, answer.error["code"]) == (2, error)


def test_the_kind_of_unit_may_be_said_in_chinese(author: Clerk) -> None:
    write(Path(SHEET))
    assert "\nunit: township\n" in author.done(*MAKE, "--unit", "乡镇(街道)").out
