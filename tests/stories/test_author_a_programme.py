"""故事: an author writes a programme: every fault with line, reason and mend; what is sound is published."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from loguru import logger

from tests.domain.programme_sample import SOUND
from tests.stories.clerk import FILE, Clerk

AUTHOR = "founding"
LINE = re.compile(r"第 (\d+) 行 (问题|提醒):(.+)。(.+)\(([a-z]+\.[a-z_]+)\)")
"""Line, severity, reason, mend, code."""


@pytest.fixture
def author(migrated_sqlite_url: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    """Someone with an empty database, in the folder of the files."""
    monkeypatch.chdir(data_dir)
    yield Clerk(data_dir)
    logger.remove()


def told(author: Clerk, text: str | bytes) -> list[tuple[int, str, str]]:
    """Check a text that must be refused; each complaint has line, reason and mend."""
    file = Path("模板.yaml")
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    answer = author("programme", "check", str(file))
    assert (answer.code, answer.out) == (1, ""), answer.err
    assert "不能发布" in answer.err
    assert answer.err.endswith("怎么办:按上列各行改正后再检查\n代码:programme.faulty\n")
    found = [LINE.fullmatch(line) for line in answer.err.splitlines() if line.startswith("第 ")]
    assert found
    assert all(found), answer.err
    return [(int(each[1]), each[5], each[3]) for each in found if each and each[2] == "问题"]


def line_of(text: str, part: str) -> int:
    assert text.count(part) == 1, f"{part!r} stands {text.count(part)} times"
    return text[: text.index(part)].count("\n") + 1


HOSTILE: dict[str, tuple[bytes, int, str]] = {
    "billion laughs": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "yaml.anchor"),
    "an alias": (b"programme: x\ntitle: *y\n", 2, "yaml.alias"),
    "a tag that runs": (b'programme: !!python/object/apply:os.system ["id"]\n', 1, "yaml.tag"),
    "a tab": (b"programme: x\nstages:\n\t- id: y\n", 3, "text.tab"),
    "NUL": (b"programme: x\ntitle: a\x00b\n", 2, "text.control"),
    "an escape sequence": (b'programme: x\ntitle: "\x1b[31m"\n', 2, "text.control"),
    "right to left": ("programme: x\ntitle: \u202eabc\n".encode(), 2, "text.control"),
    "50 MB": (b"# " + b"x" * 50_000_000, 1, "file.too_large"),
    "too deep": (b"a: " + b"[" * 5000 + b"]" * 5000, 1, "file.too_deep"),
    "GBK": ("programme: x\ntitle: 示例\n".encode("gbk"), 2, "file.encoding"),
    "UTF-16": ("programme: x\n".encode("utf-16"), 1, "file.encoding"),
    "nothing": (b"", 1, "file.empty"),
    "a list": (b"- programme: x\n", 1, "file.shape"),
    "two documents": (b"programme: x\n---\nprogramme: y\n", 2, "yaml.documents"),
    "a key twice": (b"programme: x\ntitle: a\nprogramme: y\n", 3, "key.duplicate"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_by_its_line(author: Clerk, kind: str) -> None:
    text, line, code = HOSTILE[kind]
    assert told(author, text)[0][:2] == (line, code)


WRONG: dict[str, tuple[str, str, str, str, str]] = {
    # what is replaced, by what, the code, what the reason says, and what stands on the line to be named
    "unknown role": (
        "doer: receiver_handler",
        "doer: reciever",
        "unknown.role",
        "reciever",
        "doer: reciever",
    ),
    "cycle": (
        "title: 起草方案\n        doer: zone_handler\n",
        'title: 起草方案\n        doer: zone_handler\n        gates: [{step: "1.4"}]\n',
        "gate.ring",
        "1.1 等 1.4",
        'gates: [{step: "1.4"}]',
    ),
    "a step never reached": (
        "title: 验收\n",
        "title: 验收\n        when: [{scope: [plan]}]\n",
        "step.never_reached",
        "",
        "",
    ),
    "nobody signs": ("roles: [zone_head]}", "roles: []}", "node.no_signer", "", "roles: []}"),
    "shorter than its publicity": (
        "amount: 10, basis",
        "amount: 4, basis",
        "due.shorter_than_publicity",
        "5",
        "amount: 4, basis",
    ),
    "one does and decides": (
        "roles: [zone_head]}",
        "roles: [zone_handler]}",
        "duty.same_person",
        "",
        "roles: [zone_handler]}",
    ),
    "a number that is none": ("version: 1\n", "version: 一\n", "value.wrong", "整数", "version: 一"),
    "a list that is none": ("bodies:\n", "bodies: 管委会\nothers:\n", "value.list", "", "bodies: 管委会"),
    "a key that is none": (
        "title: 示例专项\n",
        "title: 示例专项\ntitel: x\n",
        "key.unknown",
        "titel",
        "titel: x",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_in_substance_is_named_on_its_line(author: Clerk, kind: str) -> None:
    old, new, code, reason, marked = WRONG[kind]
    assert old in SOUND
    text = SOUND.replace(old, new, 1)
    found = {each[1]: each for each in told(author, text)}
    assert code in found, found
    assert reason in found[code][2]
    if marked:
        assert found[code][0] == line_of(text, marked)


def test_a_paper_asked_for_twice_is_pointed_out_and_may_be_meant(author: Clerk) -> None:
    text = SOUND.replace("title: 方案修改稿, revises: 1.1/plan", "title: 方案草案")
    Path("模板.yaml").write_text(text, encoding="utf-8")
    answer = author.done("programme", "check", "模板.yaml")
    (found,) = [each for line in answer.err.splitlines() if (each := LINE.fullmatch(line))]
    assert (int(found[1]), found[2]) == (line_of(text, "{id: plan, title: 方案草案}"), "提醒")
    assert "方案草案" in found[3]
    assert "revises: 1.1/plan" in found[4]
    assert "另有 1 处提醒" in answer.out


def test_a_sound_programme_is_played_through(author: Clerk) -> None:
    Path("模板.yaml").write_text(SOUND, encoding="utf-8")
    assert "检查通过:推演了" in author.done("programme", "check", "模板.yaml").out
    data = author.done("programme", "check", "模板.yaml", "--json").data
    assert sorted(data) == ["exploration", "faults", "name", "sha256", "sound"]
    assert data["sound"]
    assert not Path("logs").exists(), "checking needs no data folder"


@pytest.mark.parametrize(
    ("file", "code", "error"),
    [("没有.yaml", 3, "file.missing"), (".", 2, "usage.not_a_file"), ("/dev/zero", 2, "usage.not_a_file")],
)
@pytest.mark.parametrize("verb", ["check", "publish"])
def test_what_is_no_file_is_told_in_words(author: Clerk, verb: str, file: str, code: int, error: str) -> None:
    answer = author("--json", "programme", verb, file, by=AUTHOR)
    assert (answer.code, answer.error["code"]) == (code, error)


def test_publishing_is_done_once_and_for_all(author: Clerk) -> None:
    Path("模板.yaml").write_text(SOUND, encoding="utf-8")
    nobody = author("programme", "publish", "模板.yaml")
    assert (nobody.code, "--as" in nobody.err) == (2, True)

    first = author.done("--json", "programme", "publish", "模板.yaml", by=AUTHOR).data
    assert sorted(first) == [
        "already", "programme", "published_at", "published_by", "sha256", "title", "version",
    ]  # fmt: skip
    assert (first["programme"], first["version"], first["already"]) == ("sample", 1, False)
    again = author.done("programme", "publish", "模板.yaml", by=AUTHOR)
    assert "早已发布,内容相同,没有改动" in again.out

    Path("模板.yaml").write_text(SOUND.replace("起草方案", "起草初稿"), encoding="utf-8")
    changed = author("--json", "programme", "publish", "模板.yaml", by=AUTHOR)
    assert (changed.code, changed.error["code"]) == (4, "programme.changed")
    assert "把 version 改为 2 再发布" in changed.error["remedy"]

    listed = author.done("--json", "programme", "list").data["programmes"]
    assert [each["sha256"] for each in listed] == [first["sha256"]]
    Path("取出.yaml").write_text(author.done("programme", "show", "sample", "--yaml").out, encoding="utf-8")
    taken = author.done("--json", "programme", "check", "取出.yaml").data
    assert taken["sha256"] == first["sha256"], "what was published is what is run"


def test_a_faulty_programme_leaves_no_trace(author: Clerk) -> None:
    Path("模板.yaml").write_text(SOUND.replace("doer: receiver_handler", "doer: nobody"), encoding="utf-8")
    answer = author("programme", "publish", "模板.yaml", by=AUTHOR)
    assert (answer.code, answer.out) == (1, "")
    assert "zonectl programme check" in answer.err
    with closing(sqlite3.connect(FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("show", "没有"), 3, "programme.not_published"),
        (("show", "sample/x"), 2, "usage.version"),
        (("show", "sample/2"), 3, "programme.not_published"),
    ],
)
def test_what_is_not_published_is_not_shown(
    author: Clerk, words: tuple[str, ...], code: int, error: str
) -> None:
    answer = author("--json", "programme", *words)
    assert (answer.code, answer.error["code"]) == (code, error)
