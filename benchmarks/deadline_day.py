"""A deadline day of the whole country: what is lost, what comes twice, and how long it takes.

``python -m benchmarks.deadline_day [--units 2543] [--kills 2]`` makes a fresh SQLite database with the zones,
each with two steps that end today, starts a sandbox for each channel over real HTTP and SMTP, leaves the
reminders, keeps one channel down for ten minutes of the day's own clock and kills the relay on its way. It
prints what people saw, and ends with 1 where something was lost, or came twice where it may not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec

from benchmarks.deadline_workload import Day, Found, furnish
from domain.notices.channels import CHANNELS
from integrations.sandbox.channels import start_channels


def main() -> int:
    """Play the day; 1 where the promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=2543)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--down", choices=tuple(CHANNELS), default="email")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deadline-day-") as made:
        folder = Path(made)
        url = f"sqlite:///{folder / 'zone-reform.sqlite3'}"
        furnish(url, given.units).close()
        with start_channels(*CHANNELS) as boxes:
            found = Day(folder, url, boxes, given.down).run(given.kills)
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
    return 0 if _kept(found) else 1


def _kept(found: Found) -> bool:
    """None lost; repetitions only where a channel takes no key, at most those in flight, and marked."""
    without_key = {name for name, rule in CHANNELS.items() if not rule.key_s}
    in_flight = found.kills * len(without_key)
    return (
        found.lost == 0
        and found.unmarked == 0
        and found.reminders == found.in_app == found.letters
        and set(found.twice) <= without_key
        and sum(found.twice.values()) + found.unsure <= in_flight
    )


if __name__ == "__main__":
    sys.exit(main())
