"""Every form in which a session of a meeting was ever stored is read by the program of today."""

from pathlib import Path

import msgspec

from domain.meeting_sessions import MeetingSession, SessionEvent
from services.meetings.rows import decode_event, decode_session, session_row

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def test_a_stored_session_is_read() -> None:
    seen: set[str] = set()
    for line in (GOLDEN / "meetings-1.jsonl").read_text(encoding="utf-8").splitlines():
        event, request = decode_event(line)
        assert request.startswith("sha256:")
        (stored,) = msgspec.json.decode(line)
        assert msgspec.to_builtins(event) == {key: stored[key] for key in stored if key != "request"}
        assert decode_session(session_row(event.session, 1)[-1]) == event.session
        seen |= {*stored, *stored["session"]}
    assert {*SessionEvent.__struct_fields__, *MeetingSession.__struct_fields__} <= seen
