"""接力通道: what one thread of the relay takes up next, and how it is done.

- people: a person's act, one at a time; with more than 20 waiting, up to 100 in one run;
- general: people's acts first, then what a launch has left behind;
- messages: a batch of one channel;
- letters: one lane a channel to persons, so that a slow one holds up no other;
- outside: one lane a system, so that a slow one holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from flows.advance import advance_case, advance_cases
from flows.contact import contact_outside
from flows.deliver import deliver
from flows.environment import RNG, Job
from flows.patience import bulk_turn, people_at_work
from services import delivery, outside, relaying
from services.bootstrap import Runtime
from services.mirroring import batch_tags, run_label
from services.notifying.claiming import claim_letters, hold_back, letters_wait, release_letters

MANY: Final = 20
"""With more cases waiting than this, one run takes many."""
BULK: Final = 50
"""Cases of a launch in one run: few enough that a run is short."""


@dataclass
class Work:
    """What a lane has claimed: the flow to call, and what to do with the rows after it."""

    job: Job
    call: Callable[[], object]
    give_back: Callable[[], None]
    """After Prefect went away: nothing counts as tried."""
    fail: Callable[[str], None]
    """After a fault of the flow: counts as a try."""
    people: bool = False
    tags: tuple[str, ...] = ()
    """What the run can be found by."""


@dataclass(frozen=True)
class Lanes:
    """What the threads of one relay take up. ``name`` is who claims."""

    runtime: Runtime
    name: str

    def people(self) -> Work | None:
        """Take people's acts."""
        waiting = relaying.count_waiting(self.runtime.db, self.runtime.wall, bulk=False, limit=MANY + 1)
        if not waiting:
            return None
        return self._cases(bulk=False, limit=relaying.BATCH if waiting > MANY else 1)

    def general(self) -> Work | None:
        """Take people's acts, or else what a launch has left behind."""
        found = self.people()
        if found is not None:
            return found
        if not relaying.count_waiting(self.runtime.db, self.runtime.wall, bulk=True, limit=1):
            return None
        return self._cases(bulk=True, limit=BULK)

    def _cases(self, *, bulk: bool, limit: int) -> Work | None:
        db, wall, lease_s = self.runtime.db, self.runtime.wall, self.runtime.settings.relay_lease_s
        claims = relaying.claim_cases(db, wall, self.name, lease_s, bulk=bulk, limit=limit)
        if not claims:
            return None
        job = Job(cases=claims)
        if bulk:
            job.cut_short = self._people_wait
        ids = [claim.case_id for claim in claims]
        call = partial(advance_case, ids[0]) if len(ids) == 1 else partial(advance_cases, ids)
        return Work(
            job=job,
            call=call,
            give_back=lambda: relaying.release(db, claims),
            fail=lambda error: relaying.fail(db, wall, claims, error, RNG),
            people=not bulk,
            tags=run_label(db, ids[0]).tags if len(ids) == 1 else batch_tags(db, ids),
        )

    def _people_wait(self) -> bool:
        return bool(relaying.count_waiting(self.runtime.db, self.runtime.wall, bulk=False, limit=1))

    def messages(self) -> Work | None:
        """Take a batch of messages of the channel where they wait longest."""
        db, wall, lease_s = self.runtime.db, self.runtime.wall, self.runtime.settings.relay_lease_s
        channel = delivery.waiting_channel(db, wall, tuple(self.runtime.channels))
        if not channel:
            return None
        claims = delivery.claim_messages(db, wall, self.name, lease_s, channel)
        if not claims:
            return None
        return Work(
            job=Job(messages=claims),
            call=lambda: deliver(channel),
            give_back=lambda: delivery.give_back(db, wall, claims, "", None),
            fail=lambda error: delivery.give_back(db, wall, claims, error, RNG),
        )

    def letters(self, channel: str) -> Work | None:
        """Take a batch of letters of one channel to persons."""
        post = self.runtime.notifying
        if not letters_wait(post, channel):
            return None
        claims = claim_letters(post, self.name, self.runtime.settings.relay_lease_s, channel)
        if not claims:
            return None
        return Work(
            job=Job(letters=claims),
            call=lambda: deliver(channel),
            give_back=lambda: release_letters(post, claims),
            fail=lambda error: hold_back(post, channel, claims, error, RNG),
        )

    def outside(self, kind: str) -> Work | None:
        """Take what one case asks of one outside system."""
        db, wall, lease_s = self.runtime.db, self.runtime.wall, self.runtime.settings.relay_lease_s
        case_id = outside.waiting_outside(db, wall, kind)
        if not case_id:
            return None
        claims = outside.claim_outside(db, wall, self.name, lease_s, case_id, kind)
        if not claims:
            return None
        return Work(
            job=Job(outside=claims),
            call=lambda: contact_outside(case_id, kind),
            give_back=lambda: outside.give_back(self.runtime, claims, "", None),
            fail=lambda error: outside.give_back(self.runtime, claims, error, RNG),
            tags=run_label(db, case_id).tags,
        )


def do(work: Work) -> None:
    """Call the flow of ``work``; a person's act makes bulk work wait meanwhile."""
    if work.people:
        with people_at_work():
            work.call()
    elif work.job.outside or work.job.letters:
        work.call()
    else:
        with bulk_turn:
            work.call()
