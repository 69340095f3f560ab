"""待登记: a decision of a meeting or of a body outside waits in the inbox of who can enter it."""

from domain import commands as c
from domain.decisions import Medium, Outcome
from tests.domain.play import REASON, Play, node, programme, step


def test_a_meeting_waits_for_its_recorder_beside_the_meeting_itself() -> None:
    play = Play(programme([step("1", nodes=[node("m", "committee", kind="meeting", act="会议议定")])]))
    play.submit("1")
    assert play.kinds() == ["decide", "record"]
    item = next(w for w in play.work.values() if w.kind == "record")
    assert (item.role, item.body, item.seat) == ("county_handler", "b-county", "committee@b-committee")
    play.record(
        "1", "county.handler", "b-committee", outcome=Outcome.PASSED, medium=Medium.MINUTES, number="无文号"
    )
    assert play.kinds() == ["check"], "recorded, it waits for its check and for no second recording"
    play.given(c.CheckDecision, "county.handler2", step="1", decision="1", agrees=False, reason=REASON)
    assert play.kinds() == ["decide", "record"], "struck out, it is to be recorded again"


def test_without_recorders_it_is_the_doer_who_enters_an_answer_from_outside() -> None:
    play = Play(programme([step("1", nodes=[node("a", "letterbox", "zone_head", mode="all")])]))
    play.submit("1")
    found = {(w.kind, w.role, w.seat) for w in play.work.values()}
    assert found == {
        ("decide", "letterbox", "letterbox@b-letterbox"),
        ("record", "zone_handler", "letterbox@b-letterbox"),
        ("decide", "zone_head", "zone_head@b-zone"),
    }, "who signs in is not recorded for"
