"""A reform year of the city on the business clock: how long it takes, and whether every date is right.

    python -m benchmarks.year                 the sample of Xuchang, January 2021 to May 2022, day by day
    python -m benchmarks.year --zones yuzhou changge --first 2022-03-18 --last 2022-05-31

All goes through the services, without Prefect: people act as the sample's story (示例) says, each morning the
routine of the day runs. Beside it an oracle that shares nothing with the engine but the tables of open work
and steps, and counts working days by another library, says which reminder, which red lamp and which rung of
the ladder belongs on which day. Ends with 1 where the two differ or the time is over.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.year_workload import differences, rehearse

LIMIT_S: Final = 120.0


def main() -> int:
    """Rehearse and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--zones", nargs="*", default=[])
    parser.add_argument("--first", type=date.fromisoformat)
    parser.add_argument("--last", type=date.fromisoformat)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reform-year-") as folder:
        found = rehearse(Path(folder), given.zones, given.first, given.last)
    wrong = differences(found)
    figures = {
        "days": len(found.days),
        "acts": found.acts,
        "reminders": len(found.reminders),
        "red_days": len(found.red),
        "spells": len(found.spells),
        "rungs": len(found.rungs),
        "seconds": round(found.seconds, 1),
        "differences": wrong,
    }
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    return int(bool(wrong) or found.seconds > LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
