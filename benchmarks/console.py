"""``python -m benchmarks.console``: how long the console's read models take on a whole country (示例).

Builds the database once (``--keep`` names where, and an existing one is used again), then asks each read
model as three people see it: an auditor who sees all, a reform office that sees a province, a zone's officer.
One client first, then several with a second of thinking between; both as 50th and 95th percentile, in ms.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any, Final

from benchmarks.console_data import AUDITOR, CODE, TODAY, build
from benchmarks.machine import machine
from config.clock import BUSINESS_TIMEZONE, FixedClock
from config.settings import Settings
from domain.refusal import Refused
from services.access.principals import Principal
from services.acts import Entry
from services.bootstrap import Runtime, open_runtime
from services.inbox import person_inbox
from services.office.counter import Counter
from services.views.filters import TaskFilter
from services.views.overview import show_overview
from services.views.proving import prove_case
from services.views.search import SearchFilter, search_ledger
from services.views.tasklist import Sort, list_tasks
from services.views.zone import show_zone

TARGETS: Final = {"one": 150.0, "many": 400.0}
"""95th percentile in ms that the great pages have to keep, with one client and with several."""
FILE: Final = "zone-reform.sqlite3"
Asking = Callable[[], object]


@contextmanager
def country(folder: Path, zones: int, rows: int) -> Iterator[Runtime]:
    """The database of a folder, built where there is none, on its own day."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    if not path.exists():
        began = time.perf_counter()
        written = build(path, zones, rows, tell)
        tell(f"{written},{time.perf_counter() - began:.0f} 秒")
    settings = Settings(data_dir=folder, demo=True, _env_file=None)
    wall = FixedClock(datetime.combine(TODAY, clock_time(9), tzinfo=BUSINESS_TIMEZONE))
    with open_runtime(settings) as runtime:
        yield replace(runtime, wall=wall)


def people(runtime: Runtime) -> dict[str, tuple[str, str]]:
    """Who asks, each with a case in sight: everything, a province, one zone."""
    overview = _got(show_overview(_counter(runtime, AUDITOR), TaskFilter()))
    watched = overview.watched[0]
    unit = watched.case.removeprefix(f"{CODE}/")
    province = _counter(runtime, AUDITOR)
    division = next(
        choice.value for choice in overview.counties if _sees(province, choice.value, watched.case)
    )
    office = f"demo-{division[:2]}9000:reform_office-head"
    return {
        "全部(审计)": (AUDITOR, watched.case),
        "一省(改革办)": (office, watched.case),
        "一区(经办人)": (f"demo-{unit}:zone-handler", watched.case),
    }


def _sees(counter: Counter, area: str, case: str) -> bool:
    return bool(_got(list_tasks(counter, TaskFilter(area=area, case=case), limit=1)).total)


def _counter(runtime: Runtime, person: str) -> Counter:
    return Counter(runtime, Entry(actor=person), Principal(person=person, account="", channel="console"))


def _got(answer: Any) -> Any:
    if isinstance(answer, Refused):
        raise SystemExit(str(answer))
    return answer


def pages(runtime: Runtime, person: str, case: str) -> dict[str, Asking]:
    """Each page's read model, as this person opens it; pages over HTTP go in the same way."""
    counter, found = _counter(runtime, person), TaskFilter(programme=CODE)
    ledger = SearchFilter(number="〔2022〕1号")
    return {
        "总览": lambda: _got(show_overview(counter, found)),
        "总览 逾期": lambda: _got(show_overview(counter, found.only(worst="red"))),
        "台账": lambda: _got(list_tasks(counter, found)),
        "台账 逾期": lambda: _got(list_tasks(counter, found.only(bucket="over"))),
        "台账 最近办结": lambda: _got(list_tasks(counter, found, sort=Sort.CLOSED)),
        "台账 文字": lambda: _got(list_tasks(counter, found.only(words="公示"))),
        "我的待办": lambda: person_inbox(runtime.db, person, wall=runtime.wall),
        "开发区页": lambda: _got(show_zone(counter, case)),
        "看某一天": lambda: _got(show_zone(counter, case, on=TODAY.replace(day=1))),
        "留痕查询": lambda: _got(search_ledger(counter, SearchFilter())),
        "留痕查询 文号": lambda: _got(search_ledger(counter, ledger)),
        "留痕核验": lambda: _got(prove_case(counter, case)),
    }


def measure(asking: Asking, seconds: float, think: float = 0.0) -> list[float]:
    """How long each answer took, in ms, asked again and again for so long."""
    found, until = [], time.perf_counter() + seconds
    while True:
        began = time.perf_counter()
        asking()
        found.append((time.perf_counter() - began) * 1000)
        if time.perf_counter() >= until:
            return found
        time.sleep(think)


def together(askings: list[Asking], seconds: float, think: float) -> list[float]:
    """The same by several clients at once, each with its own page, thinking between."""
    found: list[list[float]] = [[] for _ in askings]

    def client(place: int, asking: Asking) -> None:
        time.sleep(think * place / len(askings))
        found[place] = measure(asking, seconds, think)

    threads = [threading.Thread(target=client, args=each) for each in enumerate(askings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [ms for each in found for ms in each]


def told(ms: list[float]) -> dict[str, float]:
    """Half and nineteen of twenty answers are faster than this."""
    ordered = sorted(ms)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)], 1),
        "max": round(ordered[-1], 1),
    }


def run(runtime: Runtime, seconds: float, clients: int, think: float) -> dict[str, Any]:
    """All pages by one client, then each by several."""
    began = time.perf_counter()
    found: dict[str, Any] = {"one": {}, "many": {}}
    seen = people(runtime)
    found["first_s"] = round(time.perf_counter() - began, 1)
    for name, (person, case) in seen.items():
        for page, asking in pages(runtime, person, case).items():
            asking()
            found["one"][f"{name} {page}"] = told(measure(asking, seconds))
    everybody = [pages(runtime, *each) for each in seen.values()]
    for page in everybody[0]:
        askings = [everybody[place % len(everybody)][page] for place in range(clients)]
        found["many"][page] = told(together(askings, max(seconds, think * 5), think))
    return found


def missed(found: Mapping[str, Any]) -> list[str]:
    """Great pages that are slower than they may be."""
    return [
        f"{who} {name}: {figures['p95']} ms"
        for who, most in TARGETS.items()
        for name, figures in found[who].items()
        if figures["p95"] > most
    ]


def main() -> int:
    """Build, measure, tell; 1 where a target was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--zones", type=int, default=2543)
    parser.add_argument("--rows", type=int, default=1_500_000, help="ledger rows, about")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each page is asked for")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between two questions of a client")
    parser.add_argument("--keep", type=Path, help="a folder that the database stays in")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        country(options.keep or Path(folder), options.zones, options.rows) as runtime,
    ):
        found = run(runtime, options.seconds, options.clients, options.think)
    sys.stdout.write(json.dumps({"machine": machine(), **found}, ensure_ascii=False, indent=1) + "\n")
    slow = missed(found)
    tell("全部达到" if not slow else f"未达到:{'、'.join(slow)}")
    return 1 if slow else 0


def tell(text: str) -> None:
    """Say what is going on, beside the figures."""
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
