"""会议议定之日起算: a term that waits for a meeting, follows a planned day, and is fixed by the minutes."""

from datetime import date
from typing import Any

from domain import commands as c
from domain.decisions import Medium, Outcome
from domain.duedates import DueStatus
from tests.domain.play import Play, due, node, paper, programme, step

MEETING = node("meeting", "committee", kind="meeting", act="会议议定")
MINUTES = {"medium": Medium.MINUTES, "number": "示例纪要〔2022〕5号", "meeting": "示例县委常委会"}
AGENDA = paper("agenda", fields=["held_on"], required="no")


def bound(**start: Any) -> Play:
    """Step 1 is decided by a meeting; step 2, open beside it, is due five working days after."""
    source = {"meeting": "1/meeting", **start}
    return Play(
        programme(
            [
                step("1", nodes=[MEETING], evidence=[AGENDA]),
                step("2", due=[due(5, "working_day", start=source)], nodes=[node("head", "zone_head")]),
            ]
        )
    )


def decided(play: Play, outcome: Outcome = Outcome.PASSED, on: str = "2022-03-10") -> None:
    play.today = max(play.today, date.fromisoformat(on))
    play.record("1", "county.handler", "b-committee", outcome=outcome, on=date.fromisoformat(on), **MINUTES)


def test_a_term_waits_for_the_meeting_and_counts_from_the_day_it_was_held() -> None:
    play = bound()
    term = play.state("2").due
    assert term is not None
    assert term.status is DueStatus.WAITING
    assert term.line == "待定:“节点meeting”会议议定后起算,5个工作日"
    play.submit("1")
    decided(play)
    assert play.state("2").due == term, "recorded, and not yet checked against the minutes"
    play.check_last("1", "county.handler2")
    fixed = play.state("2").due
    assert fixed is not None
    assert (fixed.date, fixed.status) == (date(2022, 3, 17), DueStatus.SET)
    assert "due:2" in play.timers


def test_before_the_meeting_the_planned_day_is_provisional() -> None:
    play = bound(planned={"slot": "1/agenda", "field": "held_on"})
    play.evidence("1", "agenda", fields={"held_on": "2022-03-08"})
    planned = play.state("2").due
    assert planned is not None
    assert (planned.date, planned.status) == (date(2022, 3, 15), DueStatus.PROVISIONAL)
    assert planned.line.endswith("→ 3月15日(暂定:以会议实际召开日期为准)")
    play.evidence("1", "agenda", "改期", fields={"held_on": "2022-03-09"})
    assert play.timers["due:2"].on == date(2022, 3, 17), "the plan has moved, and the term with it"
    play.submit("1")
    decided(play)
    play.check_last("1", "county.handler2")
    fixed = play.state("2").due
    assert fixed is not None
    assert (fixed.date, fixed.provisional) == (date(2022, 3, 17), False)


def test_a_deferred_matter_and_a_struck_recording_fix_nothing() -> None:
    play = bound()
    play.submit("1")
    decided(play, Outcome.DEFERRED)
    play.check_last("1", "county.handler2")
    decided(play, on="2022-03-11")
    play.check_last("1", "county.handler2", agrees=False)
    term = play.state("2").due
    assert term is not None
    assert term.date is None


def test_a_corrected_date_of_the_meeting_moves_the_term() -> None:
    play = bound()
    play.submit("1")
    decided(play)
    play.check_last("1", "county.handler2")
    number = play.state("1").decisions[0].id
    play.exception("correct", "1", path=f"decision/{number}/occurred_on", new="2022-03-09")
    term = play.state("2").due
    assert term is not None
    assert term.date == date(2022, 3, 16)


def test_a_node_counts_from_a_meeting_too() -> None:
    after = node("head", "zone_head", due=due(3, "working_day", start={"meeting": "1/meeting"}))
    play = Play(programme([step("1", nodes=[MEETING]), step("2", nodes=[after])]))
    play.submit("2")
    waiting = play.state("2").node_due
    assert waiting is not None
    assert waiting.date is None
    play.submit("1")
    decided(play)
    play.check_last("1", "county.handler2")
    fixed = play.state("2").node_due
    assert fixed is not None
    assert fixed.date == date(2022, 3, 15)
    assert [t.on for t in play.timers.values()] == [date(2022, 3, 16)]
    play.given(c.Decide, "zone.head", step="2", node="head", outcome=Outcome.AGREE)
