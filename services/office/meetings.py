"""会议: at the counter: what a token was made for is asked here, the rest by the services."""

from __future__ import annotations

from domain.permissions import Action
from domain.refusal import Refused
from services.meetings import desk as sessions
from services.meetings import listing, paper, recording
from services.meetings.desk import MeetingDesk, NewSession, SessionChange, SessionDone
from services.meetings.listing import AgendaLine, SessionLine, SessionPage
from services.meetings.paper import PrintedAgenda
from services.meetings.recording import Minutes, MinutesDone
from services.office.counter import Counter


def _desk(counter: Counter) -> MeetingDesk:
    return MeetingDesk(counter.runtime, counter.person, counter.entry.channel)


def list_sessions(counter: Counter, body: str, state: str) -> tuple[SessionLine, ...] | Refused:
    """会议清单."""
    refused = counter.out_of_scope(str(Action.MEETING_READ))
    return refused or listing.list_sessions(_desk(counter), body=body, state=state)


def show_session(counter: Counter, id_: str) -> SessionPage | Refused:
    """一次会议."""
    refused = counter.out_of_scope(str(Action.MEETING_READ))
    return refused or listing.show_session(_desk(counter), id_)


def body_agenda(counter: Counter, body: str) -> tuple[AgendaLine, ...] | Refused:
    """待议议题."""
    refused = counter.out_of_scope(str(Action.MEETING_READ))
    return refused or listing.body_agenda(_desk(counter), body)


def print_agenda(counter: Counter, id_: str) -> PrintedAgenda | Refused:
    """议题汇总表."""
    refused = counter.out_of_scope(str(Action.MEETING_READ))
    return refused or paper.print_agenda(_desk(counter), id_)


def plan_session(counter: Counter, asked: NewSession, command_id: str) -> SessionDone | Refused:
    """安排会议."""
    refused = counter.out_of_scope(str(Action.MEETING_HANDLE))
    return refused or sessions.plan_session(_desk(counter), asked, command_id=command_id)


def change_session(counter: Counter, asked: SessionChange, command_id: str) -> SessionDone | Refused:
    """调整、取消会议."""
    refused = counter.out_of_scope(str(Action.MEETING_HANDLE))
    return refused or sessions.change_session(_desk(counter), asked, command_id=command_id)


def record_minutes(counter: Counter, asked: Minutes, command_id: str) -> MinutesDone | Refused:
    """登记会议纪要."""
    refused = counter.out_of_scope(str(Action.MEETING_HANDLE))
    return refused or recording.record_minutes(_desk(counter), asked, command_id=command_id)
