"""到达核对: whether the tasks of a finished run have really arrived at Prefect.

Task runs travel to the server in the background; a server that is killed loses what it had not written yet.
So each run's tasks are counted some seconds later, and a case whose tasks did not arrive is shown again. What
this process has not compared when it is killed itself is lost only if Prefect was killed at the same time.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flows.crashes import arrived_tasks
from flows.environment import Job

SOON: Final = timedelta(seconds=4)
LATE: Final = timedelta(seconds=60)
"""After so long what has not arrived will not."""
AT_ONCE: Final = 40


@dataclass(frozen=True)
class _Expected:
    run_id: UUID
    tasks: int
    since: datetime
    cases: tuple[tuple[str, int], ...]
    """Case and the seq from after which it was shown."""


class Arrivals:
    """到达核对 of one relay."""

    def __init__(self) -> None:
        self._waiting: deque[_Expected] = deque()
        self._guard = threading.Lock()

    def expect(self, job: Job, now: datetime) -> None:
        """Note a finished run."""
        if job.run_id is None or not job.cases or not job.tasks:
            return
        cases = tuple(
            (claim.case_id, claim.mirrored_seq) for claim in job.cases if claim.case_id in job.shown
        )
        with self._guard:
            self._waiting.append(_Expected(job.run_id, job.tasks, now, cases))

    def missing(self, now: datetime) -> list[tuple[str, int]]:
        """Compare what is old enough; return the cases to be shown again, with the seq to begin after."""
        with self._guard:
            ready: list[_Expected] = []
            while self._waiting and len(ready) < AT_ONCE and now - self._waiting[0].since > SOON:
                ready.append(self._waiting.popleft())
        if not ready or arrived_tasks([each.run_id for each in ready]) == sum(each.tasks for each in ready):
            return []
        lost: list[tuple[str, int]] = []
        for each in ready:
            if arrived_tasks([each.run_id]) >= each.tasks:
                continue
            if now - each.since > LATE:
                lost.extend(each.cases)
            else:
                with self._guard:
                    self._waiting.append(each)
        return lost
