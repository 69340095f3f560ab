"""故事: the administrator brings the zones in, by the catalogue and by an office's Excel, all or nothing."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from samples.loader import CATALOGUE_2018
from tests.messy_excel import forty_faults, saved, xuchang_as_sent
from tests.stories.clerk import Clerk

CATALOGUE = str(CATALOGUE_2018)
OPERATOR = "founding"
KEYS = [
    "added", "changed", "changes", "faults", "oddities", "root", "rows", "skipped", "source", "unchanged",
    "unused_columns", "written",
]  # fmt: skip


@pytest.fixture
def administrator(migrated_db_url: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    """Someone with an empty database, in the folder of the lists."""
    monkeypatch.setenv("ZR_DATABASE_URL", migrated_db_url)
    monkeypatch.chdir(data_dir)
    yield Clerk(data_dir)
    logger.remove()


@pytest.fixture
def here(migrated_sqlite_url: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    """The same where the kind of database does not matter."""
    monkeypatch.chdir(data_dir)
    yield Clerk(data_dir)
    logger.remove()


def rows_of_the_ledger(who: Clerk) -> int:
    return int(who.done("--json", "ledger", "verify").data["rows"])


def test_the_catalogue_comes_in_once_and_an_excel_after_it(administrator: Clerk) -> None:
    preview = administrator.done("--json", "zone", "import", CATALOGUE, "--dry-run").data
    assert sorted(preview) == KEYS
    assert (preview["added"], preview["written"], rows_of_the_ledger(administrator)) == (2543, False, 0)

    nobody = administrator("zone", "import", CATALOGUE)
    assert (nobody.code, rows_of_the_ledger(administrator)) == (2, 0)

    first = administrator.done("zone", "import", CATALOGUE, by=OPERATOR)
    assert "已导入:共2543行,新增2543个" in first.out
    assert "D297(名称):“湽博”疑为“淄博”之误" in first.err
    again = administrator.done("zone", "import", CATALOGUE, by=OPERATOR)
    assert "与登记簿一致,没有变化" in again.out
    assert rows_of_the_ledger(administrator) == 1

    saved(xuchang_as_sent(), Path("许昌.xlsx"))
    seen = administrator.done("zone", "import", "许昌.xlsx", "--dry-run")
    assert "许昌经济技术开发区 主管级:待补 → 市管" in seen.err
    assert "预览:共6行,新增0个,变更1个,不变5个" in seen.out
    assert administrator.done("--json", "zone", "import", "许昌.xlsx", by=OPERATOR).data["written"]
    assert rows_of_the_ledger(administrator) == 2
    shown = administrator.done("zone", "show", "许昌经济技术开发区").out
    assert re.search(r"主管级 +市管", shown)


def test_forty_faults_are_all_shown_and_keep_every_row_out(here: Clerk) -> None:
    book, expected = forty_faults()
    saved(book, Path("差错.xlsx"))
    answer = here("zone", "import", "差错.xlsx", by=OPERATOR)
    assert (answer.code, answer.out) == (1, "")
    named = re.findall(r"^  ([A-Z]+\d+)\(", answer.err, re.MULTILINE)
    assert sorted(named) == sorted(expected)
    assert "未导入任何一行" in answer.err
    assert (rows_of_the_ledger(here), here.done("--json", "zone", "list").data["total"]) == (0, 0)
    data = here("--json", "zone", "import", "差错.xlsx", "--dry-run")
    assert (data.code, data.error["code"], data.error["facts"]) == (1, "import.faults", {"faults": 40})


def with_part(name: str, content: bytes) -> Callable[[], bytes]:
    """The good list with one more part in its archive."""

    def made() -> bytes:
        saved(xuchang_as_sent(), Path("好.xlsx"))
        with zipfile.ZipFile("好.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return Path("好.xlsx").read_bytes()

    return made


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (with_part("xl/media/a.xml", b" " * (70 << 20)), "解压后71MB,上限64MB"),
    "macros": (with_part("xl/vbaProject.bin", b"\x00"), "含有宏"),
    "a web page": (lambda: b"<html><table></table></html>", "不是表格"),
    "an old workbook": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "旧版Excel"),
    "no heading": (lambda: "甲,乙\n1,2\n".encode(), "没有找到表头"),
    "a column missing": (lambda: "代码,名称,批准时间\nS419085,某开发区,2010-04\n".encode(), "表头缺少“面积”"),
    "nothing": (lambda: b"", "空的"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_list_is_refused_in_words(here: Clerk, kind: str) -> None:
    make, words = HOSTILE[kind]
    Path("名单.xlsx").write_bytes(make())
    answer = here("zone", "import", "名单.xlsx", by=OPERATOR)
    assert (answer.code, answer.out) == (1, "")
    assert words in answer.err
    assert "怎么办:" in answer.err
    assert rows_of_the_ledger(here) == 0


@pytest.mark.parametrize(
    ("file", "code", "error"),
    [("没有.xlsx", 3, "file.missing"), (".", 2, "usage.not_a_file"), ("/dev/zero", 2, "usage.not_a_file")],
)
def test_what_is_no_file_is_told_in_words(here: Clerk, file: str, code: int, error: str) -> None:
    answer = here("--json", "zone", "import", file, "--dry-run")
    assert (answer.code, answer.error["code"]) == (code, error)


def test_the_register_is_searched(administrator: Clerk) -> None:
    administrator.done("zone", "import", CATALOGUE, by=OPERATOR)
    found: dict[str, Any] = administrator.done("--json", "zone", "list", "鄢陵").data
    assert (sorted(found), found["total"]) == (["total", "units"], 1)
    limited = administrator.done("zone", "list", "--province", "河南省", "--limit", "2")
    assert re.search(r"共 \d+ 个,显示前 2 个", limited.err)
    assert administrator("zone", "list", "--kind", "飞地").code == 2
    assert administrator("--json", "zone", "show", "没有这个区").error["code"] == "unit.unknown"
