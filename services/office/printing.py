"""打印和归位: at the counter: forms to sign on paper, and signed ones that come back."""

from __future__ import annotations

from pathlib import Path

from domain.permissions import Action
from domain.refusal import Refused
from services.office.counter import Counter
from services.paper.matching import Matched, Prefill, match_code, match_scan
from services.paper.printing import Asked, Printed, print_step


def print_form(counter: Counter, asked: Asked) -> Printed | Refused:
    """打印文书: every print has a code of its own."""
    return counter.out_of_scope(str(Action.STEP_PRINT)) or print_step(
        counter.db, counter.person, asked, wall=counter.wall, channel=counter.entry.channel
    )


def match_typed(counter: Counter, code: str) -> Prefill | Refused:
    """按编码归位."""
    refused = counter.out_of_scope(str(Action.CASE_READ))
    return refused or match_code(counter.db, counter.person, code, wall=counter.wall)


def match_file(counter: Counter, path: Path) -> Matched | Refused:
    """扫描件归位: what is found is shown, nothing is recorded or kept."""
    refused = counter.out_of_scope(str(Action.CASE_READ))
    return refused or match_scan(counter.db, counter.person, path, wall=counter.wall)
