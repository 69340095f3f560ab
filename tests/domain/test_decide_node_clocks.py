"""审批节点的时限: stopped and extended by itself beside the step's, and anew whenever the node opens."""

from datetime import date
from typing import Any

import pytest

from domain import commands as c
from domain.decisions import Outcome
from domain.duedates import DueDate
from domain.step_dates import date_lines
from tests.domain.play import MACHINE, REASON, Play, due, node, programme, step

NODE = "node/head"


def day(text: str) -> date:
    return date.fromisoformat(text)


def reviewed(*, kind: str = "approve", **term: Any) -> Play:
    """A step of 30 days, in review at a node of 5 working days since 1 March."""
    more: dict[str, Any] = {"due": due(5, "working_day", **term)}
    if kind == "consult":
        more |= {"kind": "consult", "act": "征求意见", "silence": "no_opinion"}
    nodes = [node("head", "zone_head", **more), node("county", "county_head")]
    play = Play(programme([step("1", due=[due(30)], nodes=nodes)]))
    play.submit("1")
    return play


def of_node(play: Play) -> DueDate:
    found = play.state("1").node_due
    assert found is not None
    return found


def refused(play: Play, code: str, kind: str, new: str = "", path: str = NODE) -> None:
    fields = {"number": "无文号", "approver": "示例批准人", "reason": REASON, "new": new, "path": path}
    play.refused(code, c.Propose, "zone.handler", step="1", kind=kind, **fields)


def moved(play: Play, kind: str, on: str, new: str = "") -> None:
    play.today = day(on)
    play.exception(kind, "1", new=new or on, path=NODE)


def test_the_clock_of_a_node_stops_and_the_step_goes_on() -> None:
    play = reviewed()
    assert of_node(play).date == day("2022-03-08")
    before = play.state("1").due
    moved(play, "stop_clock", "2022-03-04")
    assert of_node(play).date is None
    assert of_node(play).line.startswith("待定:自2022年3月1日次日起5个工作日,3月4日起停止计时")
    assert "node_due:1:head" not in play.timers
    moved(play, "start_clock", "2022-03-14")
    assert of_node(play).date == day("2022-03-16"), "two working days before the stop, three after it"
    assert play.timers["node_due:1:head"].on == day("2022-03-17")
    assert play.state("1").due == before
    assert not play.state("1").stops
    lines = [line.line for line in date_lines(play.state("1"))]
    assert any(line.startswith("审批时限 2022-03-04 停止计时(示编〔2022〕1号、示例批准人)") for line in lines)


def test_while_the_step_stands_still_its_node_is_stopped_by_itself() -> None:
    play = reviewed()
    play.today = day("2022-03-04")
    play.propose("stop_clock", "1")
    play.propose("stop_clock", "1", path=NODE)
    refused(play, "exception.pending", "stop_clock")
    for _ in range(2):
        play.confirm()
    assert (play.state("1").due.date, of_node(play).date) == (None, None)  # type: ignore[union-attr]
    play.today = day("2022-03-07")
    play.exception("start_clock", "1")
    assert of_node(play).date is None, "the step goes on, its node does not"
    refused(play, "clock.stopped", "stop_clock")
    refused(play, "extend.no_date", "extend", "2022-04-15")


def test_the_term_of_a_node_is_extended_by_whoever_set_it() -> None:
    play = reviewed(extend_by="county_head")
    play.propose("extend", "1", new="2022-03-15", path=NODE)
    assert [w.role for w in play.work.values() if w.kind == "confirm"] == ["county_head"]
    proposal = next(iter(play.now.proposals.values()))
    fields = {"step": "1", "round": 1, "proposal": proposal.id}
    play.refused("actor.not_entitled", c.ConfirmProposal, "reform.handler", **fields)
    play.confirm("county.head")
    assert of_node(play).date == day("2022-03-15")
    assert of_node(play).line.endswith("→ 3月8日;经批准第1次延期(示编〔2022〕1号)至3月15日")
    assert not play.state("1").node_extensions[0].late
    refused(play, "extend.limit", "extend", "2022-03-25")
    play.exception("extend", "1", new="2022-04-15")
    assert len(play.state("1").extensions) == 1, "the step has an extension of its own"


@pytest.mark.parametrize(("asked_on", "late"), [("2022-03-08", False), ("2022-03-09", True)])
def test_a_request_after_the_day_of_the_node_is_allowed_and_marked(asked_on: str, late: bool) -> None:
    play = reviewed()
    if late:
        play.fire("node_due:1:head")
        assert play.state("1").node_overdue
    moved(play, "extend", asked_on, "2022-03-18")
    assert play.state("1").node_extensions[0].late is late
    assert not play.state("1").node_overdue
    assert play.timers["node_due:1:head"].on == day("2022-03-19")


@pytest.mark.parametrize(
    ("code", "kind", "new", "path"),
    [
        ("clock.running", "start_clock", "", NODE),
        ("clock.too_late", "stop_clock", "2022-03-09", NODE),
        ("date.before_predecessor", "stop_clock", "2022-02-28", NODE),
        ("extend.not_later", "extend", "2022-03-08", NODE),
        ("clock.node", "stop_clock", "", "node/county"),
        ("clock.node", "extend", "2022-04-15", "evidence/text"),
    ],
)
def test_what_cannot_be_proposed_of_a_node_is_said_at_once(code: str, kind: str, new: str, path: str) -> None:
    play = reviewed()
    play.today = day("2022-03-20")
    refused(play, code, kind, new, path)


def test_a_node_without_a_term_has_no_clock() -> None:
    play = reviewed()
    play.decide("1", "zone.head")
    refused(play, "clock.no_term", "stop_clock", path="node/county")
    refused(play, "clock.node", "stop_clock")


def test_returned_inside_the_stop_the_node_opens_with_a_clock_that_runs() -> None:
    play = reviewed()
    moved(play, "extend", "2022-03-02", "2022-03-15")
    moved(play, "stop_clock", "2022-03-04")
    play.decide("1", "zone.head", Outcome.RETURN)
    assert (play.state("1").node_stops, play.state("1").node_extensions) == ((), ())
    play.submit("1")
    assert of_node(play).date == day("2022-03-11"), "five working days from 4 March"
    refused(play, "clock.running", "start_clock")


def test_a_node_that_opens_again_in_the_same_round_begins_anew() -> None:
    play = reviewed()
    moved(play, "stop_clock", "2022-03-04")
    play.decide("1", "zone.head")
    assert play.state("1").node == "county"
    play.days(5)
    play.decide("1", "county.head", Outcome.RETURN, return_to="head")
    assert play.state("1").round == 1
    assert of_node(play).date == day("2022-03-16")
    assert not play.state("1").node_stops


def test_what_was_asked_of_a_node_that_is_done_is_stale() -> None:
    play = reviewed()
    play.propose("stop_clock", "1", path=NODE)
    proposal = next(iter(play.now.proposals.values()))
    fields = {"step": "1", "round": 1, "proposal": proposal.id}
    play.decide("1", "zone.head")
    play.refused("proposal.stale", c.ConfirmProposal, "reform.handler", **fields)
    play.days(5)
    play.decide("1", "county.head", Outcome.RETURN, return_to="head")
    play.refused("proposal.stale", c.ConfirmProposal, "reform.handler", **fields)
    play.confirm(agrees=False)


def test_silence_is_not_written_while_the_clock_of_a_consultation_stands_still() -> None:
    play = reviewed(kind="consult")
    lapse = play.timers["lapse:1:head"]
    moved(play, "stop_clock", "2022-03-04")
    play.today = day("2022-03-20")
    told = {"key": "lapse:1:head", "generation": lapse.generation}
    play.refused("timer.stale", c.FireTimer, MACHINE, **told)
    moved(play, "start_clock", "2022-03-21")
    assert play.timers["lapse:1:head"].on == day("2022-03-24")
    play.fire("lapse:1:head")
    assert play.state("1").node == "county"
