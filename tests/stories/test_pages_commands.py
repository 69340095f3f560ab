"""故事: an administrator copies the commands of the how-to pages and of the tutorial; each does what it says.

Every ``bash`` block runs, page by page from top to bottom, on a copy of what the
demonstration leaves, as the reader has it who ran ``make demo``. A block that
cannot run there stands under the mark ``<!-- 不运行:why -->``; a command with a Chinese word behind ``--as``
is a pattern that the reader fills in.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from samples.loader import load_sample
from tests.house.sources import ROOT, relative
from tests.stories.clerk import Clerk

PAGES = sorted([*(ROOT / "docs/how-to").glob("*.md"), *(ROOT / "docs/tutorial").glob("*.md")])
NOT_RUN = re.compile(r"<!-- 不运行:.+ -->")
ZONECTL = ".venv/bin/zonectl"
FINDS = "代码:checks.failed\n"
"""A check that found something has done its work, and ends with 1 for scripts."""
HERE = ("samples", "programmes")
"""Folders of the project that commands name."""


def blocks(text: str) -> Iterator[list[str]]:
    """The lines of every block that is to run."""
    before = ""
    for token in MarkdownIt().parse(text):
        if token.type == "fence" and token.info.strip() == "bash" and not NOT_RUN.search(before):
            yield token.content.splitlines()
        if token.type in ("fence", "html_block", "inline"):
            before = token.content


def is_pattern(words: list[str]) -> bool:
    """Whether the reader has to write a person's id first."""
    return "--as" in words and not words[words.index("--as") + 1].isascii()


def run_page(clerk: Clerk, text: str) -> int:
    """Run a page's blocks; return how many commands ran."""
    person, ran = "", 0
    for lines in blocks(text):
        for line in lines:
            words = shlex.split(line, comments=True)
            if not words or is_pattern(words):
                continue
            if words[0] == "export":
                name, _, value = words[1].partition("=")
                assert name in ("ZR_DATA_DIR", "ZR_AS"), f"mark the block as not run: {line}"
                person = value if name == "ZR_AS" else person
                continue
            assert words[0] == ZONECTL, f"mark the block as not run: {line}"
            asked = [str(clerk.folder) if word == "var/demo" else word for word in words[1:]]
            answer = clerk(*asked, by="" if "--as" in asked else person)
            assert answer.code == 0 or FINDS in answer.err, f"{line}\n{answer.err}"
            ran += 1
    return ran


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_the_commands_of_a_page_run(
    page: Path, after_the_demo: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in HERE:
        (tmp_path / name).symlink_to(ROOT / name)
    run_page(after_the_demo, page.read_text(encoding="utf-8"))


def test_the_paper_page_does_run_its_commands(after_the_demo: Clerk) -> None:
    text = (ROOT / "docs/how-to/record-a-paper-decision.md").read_text(encoding="utf-8")
    assert run_page(after_the_demo, text) >= 9
    shown = after_the_demo.done(
        "--json", "step", "show", "长葛", "1.2", by="demo-changge-reform-office-handler"
    )
    assert shown.data["state"]["decisions"][0]["number"] == "示例纪要〔2022〕第6号"


def test_the_mark_and_the_rule_work(after_the_demo: Clerk) -> None:
    marked = "<!-- 不运行:示例 -->\n```bash\nmake demo\n```\n"
    assert list(blocks(marked)) == []
    assert list(blocks(marked + "\n```bash\nls\n```\n")) == [["ls"]]
    with pytest.raises(AssertionError, match="mark the block"):
        run_page(after_the_demo, "```bash\nls\n```\n")
    with pytest.raises(AssertionError, match="没有找到"):
        run_page(after_the_demo, f"```bash\n{ZONECTL} case show 没有的开发区\n```\n")


def test_every_person_in_an_example_is_in_the_sample() -> None:
    known = {person.id for person in load_sample().persons}
    pages = [*PAGES, ROOT / "docs/reference/cli.md"]
    named = {
        name for page in pages for name in re.findall(r"demo-[a-z0-9_-]+", page.read_text(encoding="utf-8"))
    }
    assert named
    assert named - known == set()
