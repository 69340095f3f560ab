"""A small deadline day: one channel down for ten minutes, the relay killed twice, and nothing lost."""

from __future__ import annotations

from pathlib import Path

from benchmarks.deadline_workload import STEPS, Day, channel_of, furnish
from domain.notices.channels import CHANNELS
from integrations.sandbox.channels import start_channels

UNITS = 40
KILLS = 2


def test_nothing_is_lost_and_only_what_was_in_flight_may_come_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'zone-reform.sqlite3'}"
    furnish(url, UNITS).close()
    with start_channels(*CHANNELS) as boxes:
        found = Day(tmp_path, url, boxes, down="email").run(KILLS)
    assert found.reminders == found.in_app == found.letters == UNITS * len(STEPS)
    assert found.lost == 0
    assert found.unmarked == 0
    without_key = {name for name, rule in CHANNELS.items() if not rule.key_s}
    assert set(found.twice) <= without_key
    assert sum(found.twice.values()) + found.unsure <= KILLS * len(without_key)
    assert found.virtual_minutes >= 10
    assert {channel_of(unit) for unit in range(UNITS)} == set(CHANNELS)
