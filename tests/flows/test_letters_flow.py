"""Letters in a real Prefect: each is a task that names its channel, no person; a fault pauses a channel."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect import tags
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from config.clock import FixedClock
from domain.notices.letters import LetterState
from flows.environment import handing_over, prefect_thread, using
from flows.lanes import Lanes
from services.notifying.holding import release_held
from services.notifying.pausing import channel_states
from services.notifying.reminding import remind
from services.notifying.sharing import share_out
from services.prefect_api import PrefectApi
from tests.flows.stack import Stack, until
from tests.services.notified import CLERK, LOST, Told

TAG = "letters"


def due_today(url: str, wall: FixedClock) -> Told:
    """Eight reminders wait for the clerk by mail."""
    told = Told(url, wall, "email")
    told.wish("email")
    told.open()
    told.at("2022-03-16", "09:00")
    remind(told.runtime)
    share_out(told.runtime.notifying)
    release_held(told.runtime.notifying)
    return told


@pytest.mark.prefect
@pytest.mark.timeout(180)
def test_a_letter_is_a_task_that_names_no_person(stack: Stack, wall_clock: FixedClock) -> None:
    told = due_today(stack.settings.database_url, wall_clock)
    told.ports["email"].answers = [LOST]
    api = {PREFECT_API_URL: stack.settings.prefect_api_url, PREFECT_LOGGING_TO_API_ENABLED: False}
    for _ in range(2):
        work = Lanes(told.runtime, "relay").letters("email")
        assert work is not None
        with (
            temporary_settings(api),
            prefect_thread(),
            using(told.runtime),
            handing_over(work.job),
            tags(TAG),
        ):
            work.call()
        told.later(120)
    with PrefectApi(stack.settings) as prefect:

        def names() -> list[str]:
            return [task.name for task in prefect.task_runs(run_tags=[TAG]) or []]

        until(lambda: len(names()) == 9, "eight letters, one of them twice")
        told_of = names()
    assert sum(name.endswith("可能已发") for name in told_of) == 1
    assert sum(name.endswith(" 已发") for name in told_of) == 8
    assert not any(CLERK in name or "1.1" in name for name in told_of)
    told.close()


def test_a_fault_of_our_own_gives_back_and_pauses(tmp_path: Path, wall_clock: FixedClock) -> None:
    told = due_today(f"sqlite:///{tmp_path / 'zone-reform.sqlite3'}", wall_clock)
    lanes = Lanes(told.runtime, "relay")
    work = lanes.letters("email")
    assert work is not None
    assert lanes.letters("email") is None, "all are in hand"
    work.fail("示例错误")
    assert lanes.letters("email") is None, "the channel waits"
    (state,) = channel_states(told.db)
    assert (state.failures, state.last_error) == (1, "示例错误")
    told.later(60)
    again = lanes.letters("email")
    assert again is not None
    again.give_back()
    told.go()
    assert told.states("email")[LetterState.SENT] == 8
    told.close()
