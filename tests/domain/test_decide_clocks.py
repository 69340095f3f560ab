"""停止计时、恢复计时、延期: who may move a term, how often, and what its line says then."""

from datetime import date, timedelta

import pytest

from domain import commands as c
from domain.decisions import Outcome
from tests.domain.play import MACHINE, REASON, Play, due, node, programme, step

HEAD = [node("head", "zone_head")]


def timed(**more: object) -> Play:
    return Play(programme([step("1", due=[due(10, "working_day", **more)], nodes=HEAD)]))


def day(text: str) -> date:
    return date.fromisoformat(text)


def ends(play: Play) -> date | None:
    found = play.state("1").due
    return found.date if found else None


def line(play: Play) -> str:
    found = play.state("1").due
    assert found is not None
    return found.line


def refused_proposal(play: Play, code: str, kind: str, new: str = "") -> None:
    fields = {"number": "无文号", "approver": "示例批准人", "reason": REASON, "new": new}
    play.refused(code, c.Propose, "zone.handler", step="1", kind=kind, **fields)


def test_days_on_which_the_clock_stood_still_are_not_counted() -> None:
    play = timed()
    assert ends(play) == day("2022-03-15")
    play.today = day("2022-03-08")
    play.exception("stop_clock", "1", new="2022-03-08")
    assert ends(play) is None
    assert "due:1" not in play.timers, "nothing falls overdue while the clock stands still"
    assert line(play) == (
        "待定:自2022年3月1日次日起10个工作日,3月8日起停止计时(示编〔2022〕1号),"
        "已计4个工作日,尚余6个工作日,恢复计时后重算"
    )
    assert play.state("1").stops[0].approver == "示例批准人"
    play.today = day("2022-03-21")
    play.exception("start_clock", "1", new="2022-03-17")
    assert ends(play) == day("2022-03-24"), "4 days before 8 March, 6 from 17 March on"
    assert line(play) == ("自2022年3月1日次日起10个工作日:3月8—16日停止计时(示编〔2022〕1号)不计入 → 3月24日")
    assert play.timers["due:1"].on == day("2022-03-25")


def test_a_second_stop_adds_to_the_first() -> None:
    play = timed()
    for since, until in (("2022-03-04", "2022-03-08"), ("2022-03-10", "2022-03-11")):
        play.today = day(since)
        play.exception("stop_clock", "1", new=since)
        play.today = day(until)
        play.exception("start_clock", "1", new=until)
    assert ends(play) == day("2022-03-18"), "two working days and one"
    assert len(play.state("1").stops) == 2


def test_a_month_moves_by_the_days_that_were_not_counted() -> None:
    play = Play(programme([step("1", due=[due(1, "month")], nodes=HEAD)]))
    assert ends(play) == day("2022-04-01")
    play.today = day("2022-03-10")
    play.exception("stop_clock", "1")
    assert line(play).endswith("停止计时(示编〔2022〕1号),恢复计时后重算")
    play.today = day("2022-03-15")
    play.exception("start_clock", "1")
    assert ends(play) == day("2022-04-06"), "five days"


@pytest.mark.parametrize(
    ("code", "kind", "new"),
    [
        ("clock.running", "start_clock", ""),
        ("clock.too_late", "stop_clock", "2022-03-16"),
        ("date.future", "stop_clock", "2022-03-21"),
        ("date.before_predecessor", "stop_clock", "2022-02-28"),
        ("field.date", "extend", "月底"),
        ("extend.not_later", "extend", "2022-03-15"),
    ],
)
def test_what_cannot_be_proposed_is_said_at_once(code: str, kind: str, new: str) -> None:
    play = timed()
    play.today = day("2022-03-20")
    refused_proposal(play, code, kind, new)


def test_a_clock_that_stands_still_is_neither_stopped_again_nor_extended() -> None:
    play = timed()
    play.exception("stop_clock", "1")
    refused_proposal(play, "clock.stopped", "stop_clock")
    refused_proposal(play, "extend.no_date", "extend", "2022-04-15")
    play.days(2)
    play.exception("start_clock", "1")
    play.days(2)
    refused_proposal(play, "date.before_predecessor", "stop_clock", "2022-03-02")


def test_a_step_without_a_running_term_has_no_clock() -> None:
    play = Play(programme([step("1", nodes=HEAD)]))
    refused_proposal(play, "clock.no_term", "stop_clock")
    refused_proposal(play, "extend.no_date", "extend", "2022-04-15")


def test_an_extension_is_decided_by_whoever_set_the_date() -> None:
    play = timed(extend_by="county_head")
    play.propose("extend", "1", new="2022-03-31")
    assert [w.role for w in play.work.values() if w.kind == "confirm"] == ["county_head"]
    proposal = next(iter(play.now.proposals.values()))
    fields = {"step": "1", "round": 1, "proposal": proposal.id}
    play.refused("actor.not_entitled", c.ConfirmProposal, "reform.handler", **fields)
    play.confirm("county.head")
    assert ends(play) == day("2022-03-31")
    assert line(play).endswith("→ 3月15日;经批准第1次延期(示编〔2022〕1号)至3月31日")
    extension = play.state("1").extensions[0]
    assert (extension.old, extension.new, extension.late) == (day("2022-03-15"), day("2022-03-31"), False)


def test_a_term_is_extended_no_more_often_than_the_programme_allows() -> None:
    play = timed(extensions=2)
    for new in ("2022-03-25", "2022-03-31"):
        play.exception("extend", "1", new=new)
    refused_proposal(play, "extend.limit", "extend", "2022-04-15")
    assert line(play).endswith("经批准第2次延期(示编〔2022〕1号)至3月31日")
    once = timed()
    once.exception("extend", "1", new="2022-03-25")
    refused_proposal(once, "extend.limit", "extend", "2022-04-15")
    never = timed(extensions=0)
    refused_proposal(never, "extend.limit", "extend", "2022-04-15")


def test_a_late_request_is_allowed_and_marked() -> None:
    play = timed()
    play.fire("due:1")
    assert play.state("1").overdue
    play.exception("extend", "1", new=(play.today + timedelta(days=10)).isoformat())
    assert play.state("1").extensions[0].late
    assert not play.state("1").overdue
    assert "due:1" in play.timers


def test_a_stop_after_an_extension_moves_the_extended_date() -> None:
    play = timed()
    play.exception("extend", "1", new="2022-03-22")
    play.today = day("2022-03-21")
    play.exception("stop_clock", "1")
    play.today = day("2022-03-24")
    play.exception("start_clock", "1")
    assert ends(play) == day("2022-03-25"), "three working days after 22 March"
    assert line(play).endswith("至3月22日,3月21—23日停止计时(示编〔2022〕1号)不计入 → 3月25日")


def test_an_extension_never_shortens_a_term_that_moved_later() -> None:
    play = Play(
        programme([step("1", due=[due(5), due(20, start="submission")], nodes=HEAD)]),
        sound=False,
    )
    play.exception("extend", "1", new="2022-03-10")
    assert ends(play) == day("2022-03-10")
    play.submit("1")
    assert ends(play) == day("2022-03-21"), "the term from submission ends later than the extension"


def test_work_goes_on_while_the_clock_stands_still() -> None:
    play = timed()
    play.exception("stop_clock", "1")
    play.submit("1")
    play.decide("1", "zone.head")
    assert play.now.status == "completed"


def test_a_return_keeps_the_clock_and_a_reopening_starts_it_anew() -> None:
    play = timed()
    play.exception("extend", "1", new="2022-03-31")
    play.exception("stop_clock", "1")
    play.submit("1")
    play.decide("1", "zone.head", Outcome.RETURN)
    assert ends(play) is None
    assert play.state("1").extensions
    play.submit("1")
    play.decide("1", "zone.head")
    play.days(10)
    play.exception("reopen", "1")
    assert not play.state("1").stops
    assert not play.state("1").extensions
    assert ends(play) == day("2022-03-25"), "ten working days from 11 March"


def test_a_proposal_that_time_has_passed_is_stale() -> None:
    play = timed()
    play.propose("stop_clock", "1")
    play.propose("extend", "1", new="2022-03-20")
    stop, extend = play.now.proposals.values()
    play.given(c.ConfirmProposal, "reform.handler", step="1", round=1, proposal=stop.id)
    play.refused("proposal.stale", c.ConfirmProposal, "reform.handler", step="1", round=1, proposal=extend.id)


def test_a_timer_of_the_date_before_is_stale() -> None:
    play = timed()
    older = play.timers["due:1"]
    play.exception("extend", "1", new="2022-03-31")
    play.today = day("2022-04-01")
    play.refused("timer.stale", c.FireTimer, MACHINE, key="due:1", generation=older.generation)
    play.fire("due:1")
