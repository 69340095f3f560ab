"""故事: the administrator looks whether the machine runs, and is told what is wrong and what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.settings import load_settings
from deployments.processes import free_port
from tests.answering_prefect import answering_prefect
from tests.stories.clerk import FILE, UNIT, Clerk

STATUS = [
    "advice", "at", "broken_runs", "business_date", "cases", "dead_timers", "due_timers", "lag_s", "messages",
    "overlaps", "prefect", "prefect_standing", "rehearsal", "up",
]  # fmt: skip


def test_with_prefect_away_the_status_says_so_and_acts_go_on(clerk: Clerk) -> None:
    data = clerk.done("--json", "status").data
    assert sorted(data) == STATUS
    assert (data["prefect"], data["broken_runs"], data["up"]) == (False, None, None)
    assert [each["code"] for each in data["advice"]] == ["prefect.away"]
    told = clerk.done("status").out
    assert "要处理:连不上 Prefect。办理照常" in told
    assert "怎么办:运行 zonectl up" in told
    assert "一切正常" not in told


def test_a_case_that_could_not_be_shown_is_named_and_put_back(clerk: Clerk, data_dir: Path) -> None:
    waiting = clerk.done("--json", "relay", "status").data
    assert sorted(waiting) == ["cases", "dead_timers", "due_timers", "lag_s", "messages"]
    assert (waiting["cases"]["people"], waiting["cases"]["dead"]) == (1, [])
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        connection.execute("UPDATE reform_case SET dead = 1, attempts = 9, last_error = '示例错误'")
        connection.commit()

    advice = clerk.done("--json", "status").data["advice"]
    assert [each["code"] for each in advice] == ["prefect.away", "cases.dead"]
    for words in (("status",), ("relay", "status")):
        told = clerk.done(*words)
        assert UNIT in told.out
        assert "示例错误" in told.out
        assert "zonectl relay requeue" in told.out + told.err

    assert clerk("relay", "requeue", "没有这个区", by="sysadmin").code == 3
    put_back = clerk.done("--json", "relay", "requeue", "鄢陵", by="sysadmin").data
    assert [put_back[kind] for kind in ("cases", "timers", "messages")] == [1, 0, 0]
    assert "已重新放回:改革任务 0 个" in clerk.done("relay", "requeue", by="sysadmin").out
    assert clerk.done("--json", "relay", "status").data["cases"]["dead"] == []


def test_what_prefect_has_lost_is_shown_again(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZR_PREFECT_PORT", str(free_port("127.0.0.1", 32_000)))
    with answering_prefect(load_settings()):
        told = clerk.done("case", "runs", "鄢陵").err
    assert "不影响办理" in told
    assert "zonectl --as sysadmin relay remirror 鄢陵" in told
    assert clerk.done("--json", "relay", "remirror", "鄢陵", by="sysadmin").data == {"cases": 1}
    assert "1 个改革任务将从头显示" in clerk.done("relay", "remirror", by="sysadmin").out
