"""议题: a matter on its way to a meeting, as a table of states.

申报 → 列入 → 上会 → 结果; 暂缓 puts it back to wait for the next session. Nothing makes an agenda compulsory:
minutes may be recorded at any time, and what they decide ends the item (``docs/explanation/decisions.md``).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace as _replace

from domain.agenda_words import AGENDA_STATES as AGENDA_STATES
from domain.agenda_words import AgendaState as AgendaState
from domain.agenda_words import state_words as state_words
from domain.decisions import TextRef


class AgendaAct(StrEnum):
    """议题办理."""

    DECLARE = "declare"
    LIST = "list"
    TAKE_OFF = "take_off"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    DEFER = "defer"


AGENDA_ACTS: Final[dict[AgendaAct, str]] = {
    AgendaAct.DECLARE: "申报议题",
    AgendaAct.LIST: "列入议题",
    AgendaAct.TAKE_OFF: "移出议程",
    AgendaAct.DECLINE: "退回申报",
    AgendaAct.WITHDRAW: "撤回申报",
    AgendaAct.DEFER: "暂缓",
}


class AgendaMove(NamedTuple):
    """一种办理: from which states, to which; by the meeting's office or the doer; whether it says why."""

    states: frozenset[AgendaState]
    to: AgendaState
    office: bool = True
    reason: bool = False


A = AgendaState
WAITING: Final = frozenset({A.UNDECLARED, A.DECLARED, A.LISTED, A.DEFERRED})
AGENDA_MOVES: Final[dict[AgendaAct, AgendaMove]] = {
    AgendaAct.DECLARE: AgendaMove(frozenset({A.UNDECLARED}), A.DECLARED, office=False),
    AgendaAct.LIST: AgendaMove(WAITING, A.LISTED),
    AgendaAct.TAKE_OFF: AgendaMove(frozenset({A.LISTED}), A.DECLARED, reason=True),
    AgendaAct.DECLINE: AgendaMove(frozenset({A.DECLARED, A.DEFERRED}), A.UNDECLARED, reason=True),
    AgendaAct.WITHDRAW: AgendaMove(frozenset({A.DECLARED, A.DEFERRED}), A.UNDECLARED, office=False),
    AgendaAct.DEFER: AgendaMove(WAITING, A.DEFERRED),
}
"""议题办理表: act → move. 列入 also takes what nobody declared (临时动议), and moves to another session."""


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """一项议题: of one seat of a meeting node, in the present round."""

    node: str
    seat: str
    body: str
    state: AgendaState
    title: TextRef | None = None
    declared_by: str = ""
    declared_on: date | None = None
    session: str = ""
    """The session it is listed for, or was discussed in last."""
    planned_on: date | None = None
    deferred_on: date | None = None
    times: int = 0
    """How often it was put off."""

    @property
    def place(self) -> str:
        """`node|role@body`: its key within the step."""
        return f"{self.node}|{self.seat}"


def moved(item: AgendaItem, act: AgendaAct, **changes: Any) -> AgendaItem:
    """The one writer of an item's state: by the table."""
    return _replace(item, state=AGENDA_MOVES[act].to, **changes)
