"""The sweep in a real Prefect: shards run together by what the settings say; once a day by the clock."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from prefect import tags
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

from config.check_settings import CheckRunner
from config.clock import BUSINESS_TIMEZONE, FixedClock
from config.settings import Settings
from domain.states import StepStatus
from flows.advance import advance_case
from flows.check_compliance import RunnerMissingError, check_compliance, runner_of
from flows.environment import prefect_thread, using
from services.bootstrap import Runtime, open_runtime
from services.checking.sweeping import last_sweep
from services.prefect_api import PrefectApi
from services.reading import load_case
from tests.flows.stack import Stack
from tests.services.acting import TODAY, Office, agreeing, case_of, done, prepare, submitting
from tests.services.test_checking import with_checks

UNITS = 12
TAG = "sweep"


@pytest.mark.prefect
@pytest.mark.timeout(180)
def test_a_sweep_is_a_run_of_shards_and_is_done_once_a_day(stack: Stack) -> None:
    wall = FixedClock(datetime(2022, 3, 2, 9, 0, tzinfo=BUSINESS_TIMEZONE))
    settings = stack.settings.model_copy(update={"check_shard": 10})
    prepare(settings.database_url, wall, units=UNITS, text=with_checks()).close()
    api = {PREFECT_API_URL: settings.prefect_api_url, PREFECT_LOGGING_TO_API_ENABLED: False}
    with open_runtime(settings, wall) as runtime, temporary_settings(api), prefect_thread(), using(runtime):
        office = Office(runtime.db, wall)
        for unit in range(UNITS):
            office.open(unit)
        done(office.send(submitting(), "clerk-0"))
        done(office.send(agreeing(), "head"))
        with tags(TAG):
            first = check_compliance(by_hand=False)
            again = check_compliance(by_hand=False)
            by_hand = check_compliance()
        assert (first["cases"], first["opened"]) == (UNITS, 1)
        assert again == {}
        assert (by_hand["cases"], by_hand["opened"], by_hand["recorded"]) == (UNITS, 0, 0)
        assert last_sweep(runtime.db) == TODAY
    with PrefectApi(settings) as prefect:
        names = [run.name for run in prefect.flow_runs(tags=[TAG]) or []]
    assert names.count("合规检查") == 3
    assert names.count("分批检查") == 2


def gated() -> str:
    """1.2 opens when P-04 has passed and 1.1 is done; 1.3 waits for nothing."""
    made = msgspec.json.decode(with_checks())
    made["stages"][0]["steps"][1]["gates"].append({"check": "P-04"})
    made["checks"][1]["parameters"]["days"] = "0"
    return msgspec.json.encode(made).decode()


@pytest.mark.prefect
@pytest.mark.timeout(180)
def test_checks_are_asked_when_a_step_is_closed(stack: Stack, tmp_path: Path, migrated_db_url: str) -> None:
    """On both databases: the flow that shows the closing asks the checks, and the step behind them opens."""
    wall = FixedClock(datetime(2022, 3, 2, 9, 0, tzinfo=BUSINESS_TIMEZONE))
    prepare(migrated_db_url, wall, units=1, text=gated()).close()
    settings = stack.settings.model_copy(update={"database_url": migrated_db_url, "data_dir": tmp_path})
    api = {PREFECT_API_URL: stack.settings.prefect_api_url, PREFECT_LOGGING_TO_API_ENABLED: False}
    with open_runtime(settings, wall) as runtime, temporary_settings(api), prefect_thread(), using(runtime):
        office = Office(runtime.db, wall)
        office.open()
        advance_case(case_of(0))
        assert checks_of(runtime) == {}, "nothing was handed in yet"
        done(office.send(submitting(), "clerk-0"))
        done(office.send(agreeing(), "head"))
        assert "1.2" not in opened(runtime)
        advance_case(case_of(0))
        assert checks_of(runtime)["P-04"]
        assert "1.2" in opened(runtime)
        seqs = office.seqs()
        advance_case(case_of(0))
        advance_case(case_of(0))
        assert office.seqs() == seqs, "what the checks told asks no checks again"


def checks_of(runtime: Runtime) -> dict[str, bool]:
    case = load_case(runtime.db, case_of(0))
    assert case is not None
    return {name: result.passed for name, result in case.checks.items()}


def opened(runtime: Runtime) -> set[str]:
    case = load_case(runtime.db, case_of(0))
    assert case is not None
    return {key for key, state in case.steps.items() if state.status is not StepStatus.NOT_STARTED}


@pytest.mark.parametrize(
    ("runner", "kind"),
    [(CheckRunner.THREADS, ThreadPoolTaskRunner), (CheckRunner.PROCESSES, ProcessPoolTaskRunner)],
)
def test_the_runner_is_a_setting(runner: CheckRunner, kind: type) -> None:
    assert isinstance(runner_of(Settings(check_runner=runner, check_workers=3)), kind)


def test_a_cluster_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("flows.check_compliance.import_module", missing)
    with pytest.raises(RunnerMissingError, match="prefect-dask"):
        runner_of(Settings(check_runner=CheckRunner.DASK))
