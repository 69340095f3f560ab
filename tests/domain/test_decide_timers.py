"""计时: what runs, when it strikes, and that nothing stale or early does anything."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.decisions import Outcome
from tests.domain.play import MACHINE, Play, due, node, paper, programme, step

ASK = node(
    "ask", "county_head", "city_head", kind="consult", act="征求意见", silence="no_opinion", due=due(5)
)
PUBLIC = {"notice": "notice", "amount": 5, "unit": "day", "basis": {"text": "示例"}}


def timed() -> Play:
    return Play(programme([step("1", due=[due(10)], nodes=[ASK, node("head", "zone_head")])]))


def test_a_timer_strikes_on_the_day_after_its_last_day() -> None:
    play = timed()
    timer = play.timers["due:1"]
    term = play.state("1").due
    assert term is not None
    assert term.date is not None
    assert timer.on == term.date + timedelta(days=1), "a period ends at 24:00 of its last day"
    play.today = timer.on - timedelta(days=1)
    play.refused("timer.early", c.FireTimer, MACHINE, key=timer.key, generation=timer.generation)
    play.fire("due:1")
    assert play.state("1").overdue
    assert "due:1" not in play.timers
    play.refused("timer.stale", c.FireTimer, MACHINE, key=timer.key, generation=timer.generation)
    assert play.kinds() == ["submit"], "overdue work is still to be done"


def test_a_timer_of_an_older_date_is_stale() -> None:
    text = paper("text", fields=["issued_on"])
    play = Play(
        programme([step("1", evidence=[text], due=[due(10, start={"slot": "1/text", "field": "issued_on"})])])
    )
    assert not play.timers, "it waits for a date nobody knows yet"
    play.evidence("1", "text", fields={"issued_on": "2022-03-01"})
    older = play.timers["due:1"]
    play.evidence("1", "text", "二稿", fields={"issued_on": "2022-03-20"})
    newer = play.timers["due:1"]
    assert newer.on > older.on
    play.today = newer.on
    play.refused("timer.stale", c.FireTimer, MACHINE, key="due:1", generation=older.generation)
    play.fire("due:1")


def test_unknown_timers_are_stale() -> None:
    timed().refused("timer.stale", c.FireTimer, MACHINE, key="due:9", generation=1)


def test_silence_counts_only_for_who_was_silent() -> None:
    play = timed()
    play.submit("1")
    play.decide("1", "county.head", Outcome.OPINION)
    play.fire("lapse:1:ask")
    told = {d.seat: d.outcome for d in play.state("1").decisions}
    assert told == {
        "county_head@b-county": Outcome.OPINION,
        "city_head@b-city": Outcome.LAPSED,
    }
    assert play.kinds() == ["adopt"]
    assert "lapse:1:ask" not in play.timers
    lapsed = next(d for d in play.state("1").decisions if d.outcome is Outcome.LAPSED)
    assert (lapsed.recorded_by, lapsed.decided_by) == ("clock", "b-city")


def test_without_silence_a_consultation_waits() -> None:
    patient = {k: v for k, v in ASK.items() if k != "silence"}
    play = Play(programme([step("1", nodes=[patient])]))
    play.submit("1")
    assert [str(timer.kind) for timer in play.timers.values()] == ["node_due"]
    play.fire("node_due:1:ask")
    assert play.kinds() == ["decide"] * len(play.kinds()), "told, and nobody's answer is written"


def test_an_answer_recorded_and_not_yet_checked_is_no_silence() -> None:
    play = timed()
    play.submit("1")
    play.record("1", "zone.handler", "county.head", outcome=Outcome.NO_OPINION, seat="county_head@b-county")
    play.fire("lapse:1:ask")
    assert play.kinds() == ["check"]
    play.check_last_of("county_head@b-county", "zone.handler2")
    assert play.state("1").node == "head"


def test_a_period_must_run_out_before_the_submission() -> None:
    notice = paper("notice", fields=["starts_on"], moment="before_period")
    play = Play(programme([step("1", evidence=[notice], publicity=PUBLIC)]))
    play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    first = play.timers["period:1"]
    play.evidence("1", "notice", "更正公示", fields={"starts_on": "2022-03-09"})
    assert play.timers["period:1"].on > first.on
    play.today = first.on
    play.refused("period.running", c.Submit, "zone.handler", step="1")
    play.fire("period:1")
    assert play.state("1").period_ended
    play.submit("1")
    assert play.now.status == "completed"


def test_a_period_needs_its_start() -> None:
    notice = paper("notice", fields=[], moment="before_period", required="no")
    play = Play(programme([step("1", evidence=[notice], publicity=PUBLIC)]), sound=False)
    at = {"step": "1", "slot": "notice", "mode": "reference", "title": "公示"}
    play.refused("period.no_start", c.AddEvidence, "zone.handler", **at)
    play.refused("period.not_started", c.Submit, "zone.handler", step="1")


@pytest.mark.parametrize("kind", ["suspend", "terminate"])
def test_nothing_strikes_while_it_is_held_or_ended(kind: str) -> None:
    play = timed()
    timer = play.timers["due:1"]
    play.exception(kind, "1")
    play.today = timer.on
    play.refused("timer.stale", c.FireTimer, MACHINE, key="due:1", generation=timer.generation)


def test_timers_run_on_through_every_act_that_does_not_end_their_period() -> None:
    """Return, re-submission, decision, recording: the step's term is the same day all through."""
    play = timed()
    last = play.timers["due:1"].on
    play.submit("1")
    play.decide("1", "county.head", Outcome.NO_OPINION)
    play.decide("1", "city.head", Outcome.NO_OPINION)
    play.decide("1", "zone.head", Outcome.RETURN)
    assert play.timers["due:1"].on == last
    play.submit("1")
    play.given(c.WithdrawSubmission, "zone.handler", step="1")
    assert play.timers["due:1"].on == last


def test_a_term_from_submission_is_set_with_it() -> None:
    play = Play(programme([step("1", due=[due(7, start="submission")], nodes=[node("head", "zone_head")])]))
    waiting = play.state("1").due
    assert waiting is not None
    assert waiting.date is None
    play.days(3)
    play.submit("1")
    assert "due:1" in play.timers
