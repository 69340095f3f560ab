"""会议: one session of a body that decides by meeting, as the office that keeps its agenda knows it.

Kept beside the cases: a session gathers items of many. Its states are one table; the decisions themselves are
the cases' own (``domain.agenda``).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace as _replace

from domain.refusal import RefusalError, Refused, refuse
from domain.workdays import WorkCalendar


class SessionState(StrEnum):
    """会议状态."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


S = SessionState
SESSION_STATES: Final[dict[SessionState, str]] = {
    S.PLANNED: "拟召开",
    S.HELD: "已召开",
    S.CANCELLED: "已取消",
}


class SessionAct(StrEnum):
    """会议办理."""

    PLAN = "plan"
    CHANGE = "change"
    CANCEL = "cancel"
    HOLD = "hold"


SESSION_ACTS: Final[dict[SessionAct, str]] = {
    SessionAct.PLAN: "安排会议",
    SessionAct.CHANGE: "调整会议",
    SessionAct.CANCEL: "取消会议",
    SessionAct.HOLD: "登记会议纪要",
}
SESSION_MOVES: Final[dict[SessionAct, tuple[frozenset[SessionState], SessionState]]] = {
    SessionAct.CHANGE: (frozenset({S.PLANNED}), S.PLANNED),
    SessionAct.CANCEL: (frozenset({S.PLANNED}), S.CANCELLED),
    SessionAct.HOLD: (frozenset({S.PLANNED, S.HELD}), S.HELD),
}
"""会议办理表: act → from which states, to which. Further rows of the same minutes may follow."""


class MeetingSession(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """一次会议. ``office`` is the body that keeps its agenda (会议办理机构)."""

    id: str
    body: str
    office: str
    name: str
    """What it is called: 第5次, 2026年第3期."""
    planned_on: date
    material_due: date | None = None
    """材料报送截止日."""
    state: SessionState = S.PLANNED
    held_on: date | None = None
    number: str = ""
    """纪要期号."""


class SessionEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="meeting_session"):
    """会议的事件: the session as it stands after the act."""

    act: SessionAct
    session: MeetingSession
    on: date
    reason: str = ""


def material_due(planned_on: date, workdays: int, calendar: WorkCalendar) -> date:
    """材料报送截止日: so many working days before the meeting."""
    return calendar.add_workdays(planned_on, -workdays) if workdays else planned_on


def judge_move(session: MeetingSession, act: SessionAct, **changes: object) -> MeetingSession | Refused:
    """The session after an act, or why not."""
    states, to = SESSION_MOVES[act]
    try:
        if session.state not in states:
            refuse(
                "meeting.state",
                f"这次会议{SESSION_STATES[session.state]},不能{SESSION_ACTS[act]}",
                "请另行安排一次会议",
                session=session.id,
                state=str(session.state),
            )
        if act is SessionAct.HOLD and session.state is S.HELD:
            _require_same_minutes(session, changes)
    except RefusalError as refusal:
        return refusal.refused
    return _replace(session, state=to, **changes)


def _require_same_minutes(session: MeetingSession, changes: dict[str, object]) -> None:
    if (session.held_on, session.number) != (changes.get("held_on"), changes.get("number")):
        refuse(
            "meeting.other_minutes",
            f"这次会议已按 {session.held_on} 的 {session.number} 登记",
            "补登同一份纪要的,日期和期号须一致;是另一次会议的,请另行安排",
            session=session.id,
        )
