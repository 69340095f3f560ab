"""系统: how it runs, and whether the ledger is whole."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.permissions import Action
from domain.refusal import Refused
from services.ledger import verify
from services.office.counter import Counter
from services.seals import last_seal
from services.status import Status, status
from services.verification import Verification


class SealLine(msgspec.Struct, frozen=True, kw_only=True):
    """封存: the last one."""

    number: int
    made_at: datetime


def show_status(counter: Counter) -> Status | Refused:
    """运行状况."""
    refused = counter.refuses(Action.STATUS_READ)
    return refused or status(counter.db, counter.runtime.settings, counter.wall)


def verify_ledger(counter: Counter) -> Verification | Refused:
    """核验留痕: the whole ledger, as it is stored."""
    return counter.refuses(Action.LEDGER_VERIFY) or verify(counter.db)


def show_last_seal(counter: Counter) -> SealLine | Refused | None:
    """最近一次封存; ``None`` where there is none."""
    refused = counter.refuses(Action.LEDGER_VERIFY)
    if refused is not None:
        return refused
    found = last_seal(counter.db)
    return None if found is None else SealLine(number=found[0], made_at=found[1])
