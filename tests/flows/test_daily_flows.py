"""每日定时 in a real Prefect: each once a day; a failed run starts the teller, the administrator is told."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from importlib.resources import files

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from sqlalchemy import select

from config.check_settings import CheckRunner
from config.clock import BUSINESS_TIMEZONE, FixedClock, SystemClock
from config.prefect_env import WORK_POOL, client_environment, without_prefect
from domain.lamps import LampRule
from flows.check_compliance import RunnerMissingError, check_compliance
from flows.daily import deadlines_and_lamps, morning_digest, remind_due
from flows.environment import RNG, prefect_thread, using
from flows.failed_runs import tell_failed_runs
from models.statements import RED_LAMP
from models.tables import AdministratorRow, NoticeRow, PersonRow
from services.bootstrap import Runtime, open_runtime
from services.daily import Daily, last_done
from services.notifying.driving import go_round
from services.prefect_api import PrefectApi
from tests.flows.stack import Stack, until
from tests.services.acting import Office, prepare

ADMIN = "示例系统管理员"


def deploy(stack: Stack) -> None:
    """As `zonectl up` does it: nobody clicks."""
    environment = without_prefect(os.environ) | client_environment(
        stack.settings, stack.settings.prefect_api_url
    )
    for words in (
        ("work-pool", "create", WORK_POOL, "--type", "process", "--overwrite"),
        (
            "deploy",
            "--name",
            "tell-failed-runs",
            "--prefect-file",
            str(files("deployments") / "prefect.yaml"),
        ),
    ):
        subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *words],
            env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip


def appoint(runtime: Runtime) -> None:
    with runtime.db.write() as session:
        session.add(PersonRow(id=ADMIN, name_id="示例"))
        session.flush()
        session.add(AdministratorRow(person=ADMIN, role="system_admin", since=runtime.wall.now()))


@pytest.mark.prefect
@pytest.mark.timeout(240)
def test_the_day_runs_once_and_a_failure_reaches_the_administrator(stack: Stack) -> None:
    wall = FixedClock(datetime(2022, 3, 2, 9, 0, tzinfo=BUSINESS_TIMEZONE))
    settings = stack.settings.model_copy(update={"check_runner": CheckRunner.DASK})
    prepare(settings.database_url, wall, units=1).close()
    deploy(stack)
    api = {PREFECT_API_URL: settings.prefect_api_url, PREFECT_LOGGING_TO_API_ENABLED: False}
    with open_runtime(settings, wall) as runtime, temporary_settings(api), prefect_thread(), using(runtime):
        appoint(runtime)
        Office(runtime.db, wall).open()
        wall.set(datetime(2022, 3, 19, 7, 30, tzinfo=BUSINESS_TIMEZONE))
        assert remind_due(by_hand=False) == {}, "a Saturday"
        wall.set(datetime(2022, 3, 21, 7, 30, tzinfo=BUSINESS_TIMEZONE))
        first = deadlines_and_lamps(by_hand=False)
        assert (first["fired"], first["began"]) == (8, 8), "what three days without a run have left"
        assert deadlines_and_lamps(by_hand=False) == {}
        assert deadlines_and_lamps()["began"] == 0
        assert remind_due(by_hand=False)["due"] == 8
        assert morning_digest(by_hand=False) == {"shared": 0, "released": 0}
        days = {job: last_done(runtime.db, job) for job in (Daily.LAMPS, Daily.REMINDERS, Daily.DIGEST)}
        assert set(days.values()) == {date(2022, 3, 21)}
        with runtime.db.read() as session:
            red = session.connection().execute(select(RED_LAMP.c.rule)).scalars().all()
        assert red == [LampRule.OVERDUE] * 8

        with pytest.raises(RunnerMissingError):
            check_compliance()
        wall.set(SystemClock().now())
        until(lambda: "运行失败告知" in started(stack), "the automation starts the teller")
        assert (tell_failed_runs(), tell_failed_runs()) == (1, 0)
        go_round(runtime, "test", RNG)
        with runtime.db.read() as session:
            told = [row for row in session.execute(select(NoticeRow)).scalars() if row.recipient == ADMIN]
        assert len(told) == 1
        assert "合规检查" in told[0].payload
        assert "失败" in told[0].payload


def started(stack: Stack) -> list[str]:
    """Runs that stand in Prefect, those that nobody has taken up yet included, by what they are."""
    titles = {"tell-failed-runs": "运行失败告知"}
    with PrefectApi(stack.settings) as prefect:
        runs = prefect.flow_runs() or []
    return [titles[run.flow] for run in runs if run.flow in titles and "auto-scheduled" not in run.tags]
