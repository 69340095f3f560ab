"""待办直读: the inbox read past the engine is the engine's inbox, at every state of a story."""

from __future__ import annotations

from pathlib import Path

import pytest

import programmes
from cli.demo.setting_up import fill_database, make_database
from config.settings import Settings
from domain.refusal import Refused
from services.acts import Entry
from services.bootstrap import Runtime, open_runtime
from services.clock import today
from services.desk import Desk
from services.inbox import WorkEntry, person_inbox
from services.quick_inbox import InboxRow, quick_inbox
from tests.stories.clerk import play_until

CASE = "development-zone/zone:2018:provincial:1115"
STORY = ("1.3 起草改革实施方案 · 办结", "1.10 修改完善 · 办结")
PEOPLE = (
    *(f"demo-yanling-{position}" for position in ("handler", "head", "member")),
    *(f"demo-yanling-reform-office-{position}" for position in ("handler", "head", "member")),
    *(f"demo-yanling-task-force-{position}" for position in ("handler", "head", "member")),
    "demo-yanling-drc-handler",
    "demo-yanling-estab-office-handler",
    "demo-yanling-finance-bureau-head",
    "demo-xuchang-reform-office-head",
)
"""Who does, signs and checks, in several offices; the one of the drc has two hats."""


def _same(runtime: Runtime, person: str, limit: int) -> int:
    """Compare one person's inbox both ways; return how much waits."""
    slow = person_inbox(runtime.db, person, wall=runtime.wall, limit=limit)
    quick = quick_inbox(runtime.settings.database_url, person, wall=runtime.wall, limit=limit)
    assert not isinstance(slow, Refused)
    assert not isinstance(quick, Refused)
    assert [_of_entry(each) for each in slow] == [_of_row(each) for each in quick.rows]
    assert quick.today == today(runtime.db, runtime.wall)
    assert quick.overdue == sum(row.due_on is not None and row.due_on < quick.today for row in quick.rows)
    return quick.total


def _of_entry(entry: WorkEntry) -> tuple[object, ...]:
    return (
        entry.case_id, entry.key, entry.kind, entry.step, entry.round, entry.node, entry.seat, entry.role,
        entry.body, entry.position, entry.opened_on, entry.due_on, entry.acting_for,
    )  # fmt: skip


def _of_row(row: InboxRow) -> tuple[object, ...]:
    return (
        row.case, row.key, row.kind, row.step, row.round, row.node, row.seat, row.role,
        row.body, row.position, row.opened_on, row.due_on, row.acting_for,
    )  # fmt: skip


@pytest.mark.timeout(180)
def test_everybodys_inbox_is_the_same_at_every_state(db_url: str, data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, database_url=db_url, demo=True)
    make_database(settings)
    with open_runtime(settings) as runtime:
        fill_database(runtime, Path(programmes.__file__).parent, lambda _text: None)
        assert sum(_same(runtime, person, 1000) for person in PEOPLE) == 0
        for words in STORY:
            play_until(runtime, words)
            assert sum(_same(runtime, person, 1000) for person in PEOPLE) >= 1
        _hand_over(runtime)
        waiting = {person: _same(runtime, person, 1000) for person in PEOPLE}
        fullest = max(waiting, key=lambda person: waiting[person])
        assert waiting["demo-yanling-reform-office-head"] >= 2
        assert waiting["demo-yanling-reform-office-handler"] < waiting["demo-yanling-reform-office-head"]
        assert _same(runtime, fullest, 1) > 1, "a short inbox counts all, and shows the same first one"


def _hand_over(runtime: Runtime) -> None:
    """The clerk proposes twice, which another has to confirm."""
    desk = Desk(runtime, Entry(actor="demo-yanling-reform-office-handler"), CASE)
    for kind in ("suspend", "terminate"):
        done = desk.propose("1.11", kind, "示例理由", number="无文号", approver="示例批准人")
        assert not isinstance(done, Refused), done


def test_a_stranger_is_refused_in_the_same_words(db_url: str, data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, database_url=db_url, demo=True)
    make_database(settings)
    with open_runtime(settings) as runtime:
        slow = person_inbox(runtime.db, "nobody", wall=runtime.wall)
        quick = quick_inbox(settings.database_url, "nobody", wall=runtime.wall, limit=20)
    assert isinstance(slow, Refused)
    assert slow == quick
