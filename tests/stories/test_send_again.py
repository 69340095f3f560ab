"""故事: an answer was lost on the way; the program sends the same act again and gets the first answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from config.clock import FixedClock
from config.settings import Settings
from domain.case import Case
from domain.refusal import Refused
from services.bootstrap import Runtime, open_runtime
from services.checking.decisions import Clerk as Deciding
from services.checking.decisions import WaiverLine, answer_waiver, ask_waiver, list_waivers
from services.checking.loading import case_ids
from services.checking.running import check_cases, machine_entry
from services.clock import today
from services.reading import load_case
from tests.stories.clerk import LAUNCHER, OFFICE, Clerk

LATE = "4.5 名称申报和设立登记(1) · 办结"


@pytest.fixture
def runtime(clerk_at: Callable[[str], Clerk], wall_clock: FixedClock) -> Iterator[Runtime]:
    """The pilot with what the checks have found."""
    folder = clerk_at(LATE).folder
    with open_runtime(Settings(data_dir=folder), wall_clock) as opened:
        check_cases(opened, case_ids(opened.db), today(opened.db, wall_clock), machine_entry())
        yield opened


def deciding(runtime: Runtime, person: str, number: str) -> Deciding:
    return Deciding(runtime.db, runtime.wall, person, "api", number)


def found(runtime: Runtime) -> Case:
    case = next(load_case(runtime.db, each) for each in case_ids(runtime.db))
    assert case is not None
    return case


def reused(answer: object) -> None:
    assert isinstance(answer, Refused), answer
    assert answer.code == "command.reused"


def test_a_waiver_asked_for_and_answered_twice_is_one(runtime: Runtime) -> None:
    case = found(runtime)
    until = today(runtime.db, runtime.wall) + timedelta(days=30)
    clerk = deciding(runtime, OFFICE, "asked")
    first = ask_waiver(clerk, case, "P-01", reason="示例理由", until=until)
    assert isinstance(first, str), first

    assert ask_waiver(clerk, case, "P-01", reason=" 示例理由", until=until) == first
    reused(ask_waiver(clerk, case, "P-01", reason="另一个理由", until=until))
    reused(ask_waiver(clerk, case, "P-01", reason="示例理由", until=until - timedelta(days=1)))
    reused(ask_waiver(deciding(runtime, LAUNCHER, "asked"), case, "P-01", reason="示例理由", until=until))
    assert [each.id for each in list_waivers(runtime.db)] == [first]

    head = deciding(runtime, LAUNCHER, "answered")
    granted = answer_waiver(head, first, grants=True)
    assert isinstance(granted, WaiverLine), granted
    assert answer_waiver(head, first, grants=True) == granted
    reused(answer_waiver(head, first, grants=False))
    again = answer_waiver(replace(head, command_id="another"), first, grants=True)
    assert isinstance(again, Refused)
    assert again.code == "waiver.answered"
    assert ask_waiver(clerk, case, "P-01", reason="示例理由", until=until) == first
