"""运行状况 with Prefect away: what waits and what stopped is still told, each with what to do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from config.clock import FixedClock
from config.running import Running, process_token, write_note
from config.settings import Settings
from deployments.processes import free_port
from domain.refusal import Refused
from models.statements import CASE, TIMER
from services.daily import Daily, note_daily
from services.prefect_api import PrefectApi
from services.shown import shown_case, shown_notices
from services.status import Status, case_runs, status
from tests.answering_prefect import Answering, answering_prefect
from tests.services.acting import Office, case_of, prepare


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock, 2)) as db:
        yield Office(db, wall_clock)


@pytest.fixture
def settings(migrated_db_url: str, data_dir: Path) -> Settings:
    """Nothing listens on this port."""
    return Settings(
        data_dir=data_dir, database_url=migrated_db_url, prefect_port=free_port("127.0.0.1", 31_000)
    )


def _status(office: Office, settings: Settings) -> Status:
    return status(office.db, settings, office.wall)


def test_an_idle_system_says_only_that_prefect_is_away(office: Office, settings: Settings) -> None:
    found = _status(office, settings)
    assert (found.prefect, found.up, found.broken_runs) == (False, None, None)
    assert (found.business_date, found.rehearsal, found.lag_s) == ("2022-03-02", False, 0.0)
    assert [each.code for each in found.advice] == ["prefect.away"]
    assert not found.fine


@pytest.fixture
def answering(settings: Settings) -> Iterator[type[Answering]]:
    """A Prefect on the machine's own port."""
    with answering_prefect(settings) as prefect:
        yield prefect


def test_our_own_prefect_is_well_and_that_of_another_folder_is_none_of_ours(
    office: Office, settings: Settings, answering: type[Answering]
) -> None:
    office.open()
    assert _status(office, settings).fine
    assert case_runs(office.db, settings, "示例开发区0") == []
    answering.home = "/elsewhere/prefect"
    found = _status(office, settings)
    assert (found.prefect, found.prefect_standing, found.broken_runs) == (False, "others", None)
    (advice,) = found.advice
    assert advice.code == "prefect.others"
    assert "另一个数据目录" in advice.what
    refused = case_runs(office.db, settings, "示例开发区0")
    assert isinstance(refused, Refused)
    assert "另一个数据目录" in refused.message


def test_what_a_killed_prefect_leaves_behind_is_not_taken_for_it(
    office: Office, settings: Settings, answering: type[Answering]
) -> None:
    own = os.getpid()
    dead = subprocess.Popen(["true"])
    note = Running(
        pid=own, token=process_token(own), prefect_api=settings.prefect_api_url,
        children={"prefect-server": dead.pid},
    )  # fmt: skip
    write_note(settings, note)
    dead.wait()
    found = _status(office, settings)
    assert (found.prefect, found.prefect_standing) == (False, "ended")
    assert [each.code for each in found.advice] == ["prefect.ended"]
    write_note(settings, replace(note, children={"prefect-server": own}))
    assert _status(office, settings).fine


def test_a_daily_run_that_working_days_went_by_without_is_named(office: Office, settings: Settings) -> None:
    """Done on Wednesday; Thursday and Friday went by. A weekend alone is nothing to tell of."""
    note_daily(office.db, Daily.LAMPS, date(2022, 3, 2), {}, wall=office.wall)
    for job in (Daily.CHECKS, Daily.REMINDERS, Daily.DIGEST):
        note_daily(office.db, job, date(2022, 3, 4), {}, wall=office.wall)
    office.wall.advance(timedelta(days=5))
    missed = [each for each in _status(office, settings).advice if each.code == "daily.missed"]
    assert [each.details for each in missed] == [
        ("上次登记时限和亮灯是 2022-03-02,其间 2 个工作日没有登记时限和亮灯,由这次一并登记时限和亮灯",)
    ]
    note_daily(office.db, Daily.LAMPS, date(2022, 3, 7), {}, wall=office.wall)
    assert "daily.missed" not in {each.code for each in _status(office, settings).advice}


def test_the_lag_is_the_age_of_the_oldest_act_not_shown(office: Office, settings: Settings) -> None:
    office.open()
    assert isinstance(office.wall, FixedClock)
    office.wall.advance(timedelta(seconds=90))
    office.open(1)
    found = _status(office, settings)
    assert (found.cases.people, found.lag_s) == (2, 90.0)


def test_what_stopped_is_named_with_its_error_and_a_remedy(office: Office, settings: Settings) -> None:
    office.open()
    with office.db.write() as session:
        session.connection().execute(update(CASE).values(dead=True, last_error="坏了"))
        session.connection().execute(update(TIMER).where(TIMER.c.step == "1.1").values(dead=True))
    advice = {each.code: each for each in _status(office, settings).advice}
    assert advice["cases.dead"].details == (f"示例开发区0({case_of(0)}):坏了",)
    assert "zonectl relay requeue" in advice["cases.dead"].remedy
    assert advice["timers.dead"].details[0].startswith("示例开发区0 1.1 时限:")


def test_runs_of_a_zone_need_prefect_and_say_so(office: Office, settings: Settings) -> None:
    office.open()
    answers = [case_runs(office.db, settings, words) for words in ("示例开发区0", "没有的")]
    assert [each.code for each in answers if isinstance(each, Refused)] == ["prefect.away", "case.unknown"]


def test_what_is_shown_cannot_be_told_without_prefect(office: Office, settings: Settings) -> None:
    office.open()
    with PrefectApi(settings) as api:
        assert shown_case(office.db, api, case_of(0)) is None
        assert shown_case(office.db, api, "none") is None
        assert shown_notices(office.db, api) is None
