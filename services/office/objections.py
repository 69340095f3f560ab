"""查看异议: what was raised against a notice and answered; who raised it only for who may know."""

from __future__ import annotations

from domain.permissions import Action
from domain.refusal import Refused
from services.desk_objections import ObjectionLine, objections_of
from services.office.counter import Counter
from services.permits import case_target


def list_objections(counter: Counter, case_id: str, key: str) -> tuple[ObjectionLine, ...] | Refused:
    """异议一览 of a step; names are left out where personal data are not the reader's to see."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    masked = counter.refuses(Action.REGISTER_READ_PERSONAL, case_target(counter.db, case))
    return objections_of(counter.db, case, key, names=masked is None)
