"""权限表的走查,会议部分: a session of a body in each of two places, one call an action."""

from __future__ import annotations

from typing import Any, Final

from domain.meeting_sessions import SessionAct
from domain.permissions import Action
from services.bootstrap import Runtime
from services.meetings.desk import (
    MeetingDesk,
    NewSession,
    SessionChange,
    SessionDone,
    change_session,
    plan_session,
)
from services.meetings.listing import show_session
from tests.services.acting import TODAY

SESSIONS: Final = ("M2022-0001", "M2022-0002")
COMMAND: Final = "walk-meeting"


def prepare_sessions(runtime: Runtime) -> None:
    """A session of the body that lies in each of the two places."""
    for number, head in enumerate(("head", "far-head")):
        asked = NewSession(body=f"zone-{number}", name="示例", planned_on=TODAY, on=TODAY)
        done = plan_session(MeetingDesk(runtime, head), asked, command_id=f"walk-session-{number}")
        assert isinstance(done, SessionDone), done
        assert done.session.id == SESSIONS[number]


def _change(asking: Any) -> Any:
    asked = SessionChange(session=SESSIONS[asking.place.number], act=SessionAct.CANCEL, on=TODAY)
    return change_session(MeetingDesk(asking.runtime, asking.who), asked, command_id=COMMAND)


MEETING_CALLS: Final[dict[Action, Any]] = {
    Action.MEETING_READ: (
        "body",
        lambda a: show_session(MeetingDesk(a.runtime, a.who), SESSIONS[a.place.number]),
    ),
    Action.MEETING_HANDLE: ("body", _change),
}
"""As in ``permission_walk_supervision``."""
