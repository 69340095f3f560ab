"""计划节点: the dates by which a stage or a step is planned to be done, beside the terms that bind it.

A plan moves: each date that was ever set stays, with the document or decision it rests on, so that a lag is
read against what was planned then. A planned date binds nobody; it only lets the lamp say 滞后.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

STAGE = "stage/"
STEP = "step/"
"""What the place of a planned date begins with, its id behind it."""


class PlannedDate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """一次计划: the date, and by what it was set; without a date the plan is taken back."""

    planned_on: date | None = None
    on: date
    by: str
    number: str
    approver: str


def planned(
    milestones: Mapping[str, tuple[PlannedDate, ...]], step: str, stage: str
) -> tuple[str, date] | None:
    """The place and the date that hold for a step: its own, else that of its stage."""
    for place in (f"{STEP}{step}", f"{STAGE}{stage}"):
        dates = milestones.get(place, ())
        if dates and dates[-1].planned_on is not None:
            return place, dates[-1].planned_on
    return None
