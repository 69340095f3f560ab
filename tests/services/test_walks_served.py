"""Random walks through the services, on a SQLite file and on PostgreSQL: nothing lost, doubled or passed.

300 walks of up to 50 steps on each in CI, 4,000 in ``make soak``; many cases in one database, each of a
programme of its own. What one act may do and must not is held by ``tests.domain.walk`` after each of them.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import settings

from config.clock import FixedClock
from models.database import Database
from services.ledger import verify
from services.rebuilding import check_projections
from tests.services.walking import furnish, walk

_LENGTHS = settings.default.max_examples if settings.default else 0
SOAK = _LENGTHS >= 2000
WALKS = 4000 if SOAK else 300 if _LENGTHS >= 200 else 60
APART = 1_000_000
"""The two databases are walked by different seeds: more is seen, and a fault names its own."""
ACTS = {
    "AcknowledgeReads", "AddEvidence", "AddSigner", "AdoptOpinion", "CheckDecision", "CheckFiling",
    "ConfirmChanges", "ConfirmProposal", "Decide", "Delegate", "FillRegister", "FireTimer", "HandOver",
    "InviteParticipants", "Propose", "RecordChecks", "RecordFiling", "RecordVerification", "ReportChanges",
    "SetChoice", "Submit",
}  # fmt: skip
RARE = {"AnswerDelegation", "EndDelegation", "WithdrawDecision", "WithdrawSubmission"}
"""Acts that 300 walks may miss by chance, and 4,000 do not."""


@pytest.mark.walk
@pytest.mark.timeout(3600 if SOAK else 180)
def test_nothing_is_lost_or_doubled_whatever_people_do(migrated_db_url: str, wall_clock: FixedClock) -> None:
    db = furnish(migrated_db_url, wall_clock)
    told: Counter[str] = Counter()
    wrong: dict[int, str] = {}
    first = APART if db.dialect == "postgresql" else 0
    for seed in range(first, first + WALKS):
        try:
            told += walk(db, seed, wall_clock).told
        except AssertionError as fault:
            wrong[seed] = str(fault).split("\n")[0][:200]
    assert not wrong
    if WALKS >= 300:
        assert told.keys() >= ACTS, f"the walks never came to {ACTS - told.keys()}"
    _tables_are_what_the_ledger_says(db)
    db.close()


def _tables_are_what_the_ledger_says(db: Database) -> None:
    """Each walk left its case as it ended: computed anew from the ledger, all of them are the same."""
    rebuilt = check_projections(db)
    assert rebuilt.cases == WALKS
    assert rebuilt.equal, rebuilt.differences[:5]
    assert verify(db).true
