"""议题状态: the states of an item and their names, apart from the rules so that an inbox opens quickly."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final


class AgendaState(StrEnum):
    """议题状态."""

    UNDECLARED = "undeclared"
    DECLARED = "declared"
    LISTED = "listed"
    DEFERRED = "deferred"
    RECORDED = "recorded"
    """待核对: the result waits for the second person. Read from the decision, never stored."""
    DECIDED = "decided"
    """已议定. Read from the decision, never stored."""


A = AgendaState
AGENDA_STATES: Final[dict[AgendaState, str]] = {
    A.UNDECLARED: "待申报议题",
    A.DECLARED: "待列入",
    A.LISTED: "待上会",
    A.DEFERRED: "暂缓,待上会",
    A.RECORDED: "待核对",
    A.DECIDED: "已议定",
}
TO_HOLD: Final = "待录结果"
"""A listed item whose session's day has come."""


def state_words(state: AgendaState, planned_on: date | None, today: date) -> str:
    """议题状态 in words: once the session's day has come, its result is waited for."""
    come = state is AgendaState.LISTED and planned_on is not None and planned_on <= today
    return TO_HOLD if come else AGENDA_STATES[state]
