"""重算日期: what a newly loaded notice moves in a case, and what it leaves alone."""

from datetime import date
from typing import Any

from domain import commands as c
from domain.calendar_notice import Notice, NoticeDay, calendar_with, statutory_days
from domain.decide import Accepted, decide
from domain.decisions import Outcome
from domain.events import DatesRecounted
from domain.judging import Facts
from domain.refusal import Refused
from domain.workdays import DayKind, WorkCalendar
from tests.domain.play import MACHINE, Play, due, node, paper, programme, step

TERM = {"unit": "working_day"}
LONGER = Notice(
    year=2022,
    number="示例办〔2022〕1号",
    days=(
        *(NoticeDay(day, DayKind.HOLIDAY, name) for day, name in statutory_days(2022)),
        NoticeDay(date(2022, 3, 7), DayKind.HOLIDAY, "示例节"),
    ),
)
"""The statutory days of 2022, one further day off, and no make-up days."""
LOADED = calendar_with([LONGER], "示例日历")


def recounted(play: Play, calendar: WorkCalendar = LOADED) -> Accepted | Refused:
    """The case under another calendar; an accepted recount moves it on."""
    play.count += 1
    command = c.RecountDates(
        command_id=f"c{play.count}", case="k", occurred_on=play.today, source=LONGER.number
    )
    facts = Facts(today=play.today, actor=MACHINE, calendar=calendar)
    result = decide(play.plan, play.case, command, facts)
    if isinstance(result, Accepted):
        play._take(result)
    return result


def moved(play: Play) -> tuple[str, ...]:
    result = recounted(play)
    assert isinstance(result, Accepted), str(result)
    told = result.events[-1]
    assert isinstance(told, DatesRecounted)
    return told.moved


def ends(play: Play, key: str = "1") -> date | None:
    found = play.state(key).due
    return found.date if found else None


def steps(*made: dict[str, Any]) -> Play:
    return Play(programme(list(made)))


def test_terms_of_steps_and_nodes_move_and_their_timers_with_them() -> None:
    asked = node("head", "zone_head", due=due(5, **TERM))
    play = steps(step("1", due=[due(5, **TERM)]), step("2", nodes=[asked]))
    play.submit("2")
    assert moved(play) == ("1", "2")
    assert ends(play) == date(2022, 3, 9)
    line = play.state("1").due
    assert line is not None
    assert "3月5—7日示例节放假扣除" in line.line
    assert {str(t.kind): t.on for t in play.timers.values()} == {
        "due": date(2022, 3, 10),
        "node_due": date(2022, 3, 10),
    }


def test_a_second_recount_has_nothing_to_do() -> None:
    play = steps(step("1", due=[due(5, **TERM)]))
    assert moved(play) == ("1",)
    again = recounted(play)
    assert isinstance(again, Refused)
    assert again.code == "recount.nothing"


def test_where_no_day_changes_nothing_is_written() -> None:
    play = steps(step("1", due=[due(2, **TERM)]), step("2"))
    again = recounted(play)
    assert isinstance(again, Refused)
    assert play.state("1").due is not None


def test_a_suspended_step_is_recounted_too_and_a_closed_one_is_not() -> None:
    play = steps(step("1", due=[due(5, **TERM)]), step("2", due=[due(5, **TERM)]), step("3"))
    play.exception("suspend", "1")
    play.submit("2")
    assert play.status("2") == "closed"
    assert moved(play) == ("1",)
    play.exception("resume", "1")
    assert play.timers["due:1"].on == date(2022, 3, 10)


def test_a_term_from_submission_is_recounted_from_it_after_a_return() -> None:
    play = steps(
        step("1", due=[due(5, start="submission", **TERM)], nodes=[node("head", "zone_head")]),
    )
    play.days(1)
    play.submit("1")
    assert ends(play) == date(2022, 3, 9)
    play.decide("1", "zone.head", Outcome.RETURN)
    assert moved(play) == ("1",)
    assert ends(play) == date(2022, 3, 10), "the submission of 2 March"


def test_after_a_reopening_the_old_submission_counts_no_more() -> None:
    play = steps(
        step(
            "1",
            due=[due(5, **TERM), due(5, start="submission", **TERM)],
            nodes=[node("head", "zone_head")],
        ),
        step("2"),
    )
    play.submit("1")
    play.decide("1", "zone.head")
    play.today = date(2022, 3, 3)
    play.exception("reopen", "1")
    assert ends(play) == date(2022, 3, 10)
    assert moved(play) == ("1",)
    assert ends(play) == date(2022, 3, 11), "from the reopening of 3 March"


def test_what_somebody_decided_stays_and_what_stood_still_is_kept() -> None:
    play = steps(step("1", due=[due(5, **TERM)]), step("2", due=[due(5, **TERM)]))
    play.exception("extend", "1", new="2022-03-31")
    play.today = date(2022, 3, 3)
    play.exception("stop_clock", "2", new="2022-03-03")
    assert moved(play) == (), "the extended day is the same, and the other clock stands still"
    assert ends(play) == date(2022, 3, 31)
    play.today = date(2022, 3, 4)
    play.exception("start_clock", "2", new="2022-03-04")
    assert ends(play, "2") == date(2022, 3, 9)
    assert moved(play) == ("2",)
    assert ends(play, "2") == date(2022, 3, 10)


def test_a_publicity_period_moves_and_one_that_is_over_does_not() -> None:
    public = {"notice": "notice", "amount": 5, "basis": {"text": "示例"}}
    notice = paper("notice", fields=["starts_on"], moment="before_period")
    play = steps(step("1", evidence=[notice], publicity=public))
    play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    period = play.state("1").period
    assert period is not None
    assert (period.ends_on, period.other_ends_on) == (date(2022, 3, 7), date(2022, 3, 8))
    assert moved(play) == ("1",)
    longer = play.state("1").period
    assert longer is not None
    assert (longer.ends_on, longer.other_ends_on) == (date(2022, 3, 8), date(2022, 3, 9))
    assert play.timers["period:1"].on == date(2022, 3, 9)

    late = steps(step("1", evidence=[notice], publicity=public))
    late.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    late.fire("period:1")
    late.today = date(2022, 3, 20)
    assert isinstance(recounted(late), Refused)
    assert late.state("1").period_ended


def test_the_period_of_a_suspended_step_moves_with_it() -> None:
    public = {"notice": "notice", "amount": 5, "basis": {"text": "示例"}}
    notice = paper("notice", fields=["starts_on"], moment="before_period")
    play = steps(step("1", evidence=[notice], publicity=public))
    play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    play.exception("suspend", "1")
    assert moved(play) == ("1",)
    play.exception("resume", "1")
    assert play.timers["period:1"].on == date(2022, 3, 9)


def test_an_ended_case_takes_no_recount() -> None:
    play = steps(step("1", due=[due(5, **TERM)]))
    play.submit("1")
    ended = recounted(play)
    assert isinstance(ended, Refused)
    assert ended.code == "case.ended"
