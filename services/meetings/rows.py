"""会议行: a session as a row, the same at an act and when computed anew from the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec

from domain.meeting_sessions import MeetingSession, SessionEvent
from models import statements as s
from models.tables import MeetingSessionRow
from services.transaction import Row

_encode = msgspec.json.Encoder(order="sorted").encode
decode_session = msgspec.json.Decoder(MeetingSession).decode
_decode_events = msgspec.json.Decoder(list[dict[str, Any]]).decode
REQUEST: Final = "request"
"""Beside the event: what tells its command from another one."""


def decode_event(body: str) -> tuple[SessionEvent, str]:
    """The event of a ledger row, and the digest of what was asked."""
    (content,) = _decode_events(body)
    request = content.pop(REQUEST, "")
    return msgspec.convert(content, SessionEvent), str(request)


def session_row(session: MeetingSession, seq: int) -> Row:
    """In the order of ``MEETING_COLUMNS``."""
    values = (session.id, session.body, session.office, session.state.value, int(session.id[1:5]))
    return (*values, session.planned_on.isoformat(), seq, _encode(session).decode())


def row_of(session: MeetingSession, seq: int) -> MeetingSessionRow:
    """The row to be stored."""
    values = dict(zip(s.MEETING_COLUMNS, session_row(session, seq), strict=True))
    values["planned_on"] = date.fromisoformat(values["planned_on"])
    return MeetingSessionRow(**values)
