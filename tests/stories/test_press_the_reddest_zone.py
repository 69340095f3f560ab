"""故事: a chief issues an order for the reddest zone, which signs, answers, is sent back and answers anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stories.clerk import UNIT, ZONE, ZONE_HEAD, Clerk

At = Callable[[str], Clerk]
CHIEF = "demo-xuchang-supervision-office-head"
WATCHER = "demo-xuchang-supervision-office-handler"
DONE = "1.3 起草改革实施方案 · 办结"


@pytest.fixture
def late(clerk_at: At) -> Clerk:
    """The pilot long after its dates: the business clock is moved on."""
    found = clerk_at(DONE)
    found.done("clock", "move", "2021-09-01", by="sysadmin")
    return found


def told(clerk: Clerk, *words: str, by: str) -> Any:
    return clerk.done("--json", *words, by=by).data


def kinds(clerk: Clerk, by: str) -> list[str]:
    return [row["kind"] for row in told(clerk, "inbox", by=by)["rows"]]


def test_the_whole_way_of_an_order(late: Clerk, tmp_path: Path) -> None:
    found = told(late, "order", "suggest", by=CHIEF)["suggestions"]
    assert found[0]["unit_name"] == UNIT
    assert found[0]["red"] == max(each["red"] for each in found) >= 1
    assert "亮红灯" in found[0]["facts"]
    late.refused(1, "access.denied", "order", "draft", "--from", found[0]["key"], by=ZONE)

    to = ("--to", f"{UNIT}管委会")
    draft = told(late, "order", "draft", "--from", found[0]["key"], *to, by=WATCHER)["id"]
    late.refused(1, "order.no_suggestion", "order", "draft", "--from", found[0]["key"], by=WATCHER)
    assert "order_issue" in kinds(late, CHIEF)
    assert "order_sign" not in kinds(late, ZONE), "a draft tells nobody"
    number = told(late, "order", "act", draft, "签发", by=CHIEF)["number"]
    assert number == "督办〔2021〕1号"

    paper = tmp_path / "督办单.html"
    late.done("order", "print", number, "--to", str(paper), by=CHIEF)
    for words in (number, UNIT, "亮红灯", "9月2日"):
        assert words in paper.read_text(encoding="utf-8"), words
    late.done("order", "print", number, "--to", str(tmp_path / "督办单.docx"), by=CHIEF)

    late.refused(1, "order.state", "order", "act", number, "反馈", "--text", "示例", by=ZONE)
    late.done("order", "act", number, "签收", by=ZONE)
    late.refused(1, "supervision.no_text", "order", "act", number, "反馈", by=ZONE)
    late.done("order", "act", number, "反馈", "--text", "示例:已着手", by=ZONE)
    assert "order_accept" in kinds(late, WATCHER)
    late.done("order", "act", number, "退回重报", "--text", "示例:没有写时间", by=WATCHER)
    assert "order_answer" in kinds(late, ZONE_HEAD)
    late.done("order", "act", number, "反馈", "--text", "示例:十日内办结", by=ZONE_HEAD)
    late.done("order", "act", number, "认可反馈并办结", by=CHIEF)
    page = late.done("order", "show", number, by=ZONE).out
    for words in ("已办结", "没有写时间", "十日内办结", "蓝色督办单"):
        assert words in page, words
    assert late.done("ledger", "verify").code == 0
    assert late.done("ledger", "rebuild", "--check").code == 0
