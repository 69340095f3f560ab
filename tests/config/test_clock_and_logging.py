"""The fixed clock moves only when told; logs go to standard error and never to standard output."""

import json
import logging
from datetime import UTC, datetime, timedelta, timezone

import pytest
from loguru import logger

from config.clock import FixedClock, SystemClock, WallClock
from config.logging import configure_logging
from config.settings import load_settings


def test_fixed_clock_stands_and_is_moved(wall_clock: FixedClock) -> None:
    start = wall_clock.now()
    assert wall_clock.now() == start == datetime(2022, 3, 2, 1, 0, tzinfo=UTC)
    assert wall_clock.advance(timedelta(hours=1)) == start + timedelta(hours=1) == wall_clock.now()
    with pytest.raises(ValueError, match="go back"):
        wall_clock.advance(timedelta(seconds=-1))


def test_instants_are_aware_utc() -> None:
    clocks: list[WallClock] = [
        SystemClock(),
        FixedClock(datetime(2022, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))),
    ]
    assert [clock.now().utcoffset() for clock in clocks] == [timedelta(0), timedelta(0)]
    assert clocks[1].now() == datetime(2022, 3, 2, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2022, 3, 2))  # noqa: DTZ001


def test_logs_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(load_settings())
    logger.info("步骤 {}", "2.10")
    logging.getLogger("library").warning("a %s with {braces}", "record")
    logging.getLogger("library").debug("not asked for")
    out, err = capsys.readouterr()
    assert out == ""
    assert "步骤 2.10" in err
    assert "library" not in out
    assert "a record with {braces}" in err
    assert "not asked for" not in err


def test_logs_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ZR_LOG_JSON", "true")
    configure_logging(load_settings())
    logger.bind(case="zone-1").info("推进")
    record = json.loads(capsys.readouterr().err)["record"]
    assert (record["message"], record["extra"], record["level"]["name"]) == (
        "推进",
        {"case": "zone-1"},
        "INFO",
    )
