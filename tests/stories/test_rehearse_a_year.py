"""故事: the city rehearses: every reminder, red lamp and rung comes on the day that the calendar gives it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

pytest.importorskip("chinese_calendar", reason="locked with the test dependencies")

from benchmarks.year_workload import Found, differences, rehearse

ZONES = ["yuzhou", "changge"]
"""One is left lying in March, of the other two decisions are never given."""
FIRST, LAST = date(2022, 3, 18), date(2022, 5, 31)
"""清明 and 五一 with their make-up days lie between."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return rehearse(tmp_path_factory.mktemp("year"), ZONES, FIRST, LAST)


def test_ten_weeks_of_two_zones(found: Found) -> None:
    assert differences(found) == []
    assert len(found.days) == 75
    assert found.reminders
    assert found.red
    assert found.rungs
    assert found.spells


@pytest.mark.parametrize(
    ("name", "value", "differs"),
    [
        ("SOON_DAYS", 1, "提醒"),
        ("EVERY", 4, "提醒"),
        ("LADDER", ((1, "order"), (6, "circular"), (10, "talk")), "到级"),
    ],
)
def test_a_day_of_difference_would_be_seen(
    found: Found, name: str, value: Any, differs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"benchmarks.year_oracle.{name}", value)
    assert {each.partition(" ")[0] for each in differences(found)} == {differs}
