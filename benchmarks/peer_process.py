"""One engine in a process of its own, told by lines of JSON what to do.

``python -m benchmarks.peer_process ours sqlite`` reads one command a line and answers with one line.

Every engine gets its own interpreter and its own database, is driven by the same code
(``peers/common.py``), and lies still while another one is measured. Peers may need another Python than ours,
so nothing of ours is imported unless this process is ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent / "peers"))
import common  # type: ignore[import-not-found]

TEMPLATES: Final = 25
INBOX_ROWS: Final = 20
ROLES: Final = ("zone", "county", "municipal")


def make(kind: str, db: str) -> Any:
    """Return the engine ``kind`` on ``sqlite`` or ``pg``."""
    if kind == "ours":
        from benchmarks.ours import Ours

        return Ours(db)
    if kind == "floor":
        from engines.floor import Floor  # type: ignore[import-not-found]

        return Floor(db)
    if kind == "viewflow":
        from engines.viewflow_peer import ViewflowPeer  # type: ignore[import-not-found]

        return ViewflowPeer(db)
    raise SystemExit(f"unknown engine {kind!r}")


def warm(peer: Any) -> dict[str, Any]:
    """Walk one case, checked: caches and prepared statements are there before anything is measured."""
    measure(peer, 0)
    return {"engine": peer.name, "variant": peer.variant, "versions": peer.versions()}


def measure(peer: Any, seconds: float) -> dict[str, Any]:
    """Walk whole cases for about ``seconds`` and check each finished one."""
    result, cases = common.measured(peer, seconds, min_cases=1)
    if result.get("errors"):
        raise SystemExit(result["errors"][0])
    result["checked"] = common.verify(peer, cases)["cases_checked"]
    return dict(result)


def store(peer: Any, cases: int) -> dict[str, Any]:
    """Store ``cases`` cases in progress, their bodies generated and marked 示例."""
    how = peer.preload(cases, TEMPLATES)
    peer.settle()
    measure(peer, 0)
    return {"how": how}


def inbox(peer: Any, rounds: int) -> dict[str, Any]:
    """Read the first rows of a role's inbox over all cases, each role in turn."""
    found, rows = [], []
    for role in ROLES * rounds:
        began = time.perf_counter()
        rows.append(len(peer.role_inbox(role, INBOX_ROWS)))
        found.append(time.perf_counter() - began)
    return {"ms": common.ms(found), "rows": min(rows)}


def ledger(peer: Any, times: int) -> dict[str, Any]:
    """Verify the whole ledger ``times`` times; only ours has one."""
    from services.ledger import verify

    speeds, rows = [], 0
    for _ in range(times):
        began = time.perf_counter()
        result = verify(peer.engine)
        speeds.append(result.rows / (time.perf_counter() - began))
        rows = result.rows
        if not result.true:
            raise SystemExit(str(result.findings[0]))
    return {"rows": rows, "rows_per_s": statistics.median(speeds), "each": [round(each) for each in speeds]}


COMMANDS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "warm": warm,
    "measure": measure,
    "store": store,
    "inbox": inbox,
    "ledger": ledger,
}


def main() -> None:
    """Answer each line of standard input with one line on standard output, until it ends."""
    # Engines that print must not garble the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = make(*sys.argv[1:3])
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            result = COMMANDS[asked.pop("do")](peer, **asked)
            answers.write(json.dumps(result) + "\n")
            answers.flush()
    finally:
        with contextlib.suppress(BrokenPipeError):
            answers.close()
        peer.close()


if __name__ == "__main__":
    main()
