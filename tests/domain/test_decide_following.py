"""议定事项: what waits for them, and who may do what about them."""

from datetime import timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.decide import Accepted
from domain.decisions import Medium, Outcome
from domain.refusal import Refused
from tests.domain.play import REASON, Play, node, programme, step

MINUTES = {"medium": Medium.MINUTES, "number": "示纪〔2022〕第5号"}


def decided(*, checked: bool = True) -> Play:
    """A meeting has passed step 1; step 2 comes after it, step 3 after nothing."""
    meeting = node("n0", "committee") | {"kind": "meeting", "act": "会议议定"}
    play = Play(programme([step("1", nodes=[meeting]), step("2", after=["1"]), step("3")]))
    play.submit("1")
    play.given(
        c.Decide,
        "county.handler",
        step="1",
        node="n0",
        outcome=Outcome.PASSED,
        decided_by="b-committee",
        **MINUTES,
    )
    if checked:
        check(play)
    return play


def check(play: Play) -> None:
    (decision,) = play.state("1").decisions
    play.given(c.CheckDecision, "county.handler2", step="1", decision=decision.id)


def wanted(play: Play, by: str = "county.handler", **more: Any) -> Accepted | Refused:
    fields = {"body": "b-city", "position": "head", "opinion": REASON} | more
    return play.act(c.AddFollowUp, by, step="1", **fields)


def status(play: Play, key: str) -> str:
    return str(play.state(key).status)


@pytest.mark.parametrize("blocks", [True, False])
def test_what_comes_after_waits_only_where_it_is_marked_so(blocks: bool) -> None:
    play = decided(checked=False)
    assert isinstance(wanted(play, blocks=blocks), Accepted)
    check(play)
    assert status(play, "1") == "closed"
    assert status(play, "3") == "in_progress"
    assert status(play, "2") == ("not_started" if blocks else "in_progress")
    (id_,) = play.now.follow_ups
    play.given(c.ReportFollowUp, "city.head", step="1", follow_up=id_, opinion=REASON)
    assert status(play, "2") == ("not_started" if blocks else "in_progress"), "reported is not confirmed"
    play.given(c.ConfirmFollowUp, "reform.handler", step="1", follow_up=id_)
    assert status(play, "2") == "in_progress"


def test_a_blocking_one_that_is_dropped_lets_go() -> None:
    play = decided(checked=False)
    wanted(play, blocks=True)
    check(play)
    (id_,) = play.now.follow_ups
    refused = play.act(c.DropFollowUp, "reform.handler", step="1", follow_up=id_)
    assert isinstance(refused, Refused)
    assert refused.code == "follow_up.reason_missing"
    play.given(c.DropFollowUp, "reform.handler", step="1", follow_up=id_, reason=REASON)
    assert status(play, "2") == "in_progress"


def test_what_is_open_already_goes_on() -> None:
    play = decided()
    assert status(play, "2") == "in_progress"
    wanted(play, blocks=True)
    play.given(c.Submit, "zone.handler", step="2")
    assert status(play, "2") == "closed"


def test_they_are_asked_for_after_the_case_is_complete() -> None:
    play = decided()
    wanted(play)
    for key in ("2", "3"):
        play.submit(key)
    assert play.now.status == "completed"
    (item,) = play.work.values()
    assert (item.kind, item.body, item.position) == ("follow_up", "b-city", "head")
    (id_,) = play.now.follow_ups
    play.given(c.ReportFollowUp, "city.head", step="1", follow_up=id_, opinion=REASON)
    play.given(c.ConfirmFollowUp, "reform.handler", step="1", follow_up=id_)
    assert not play.work


@pytest.mark.parametrize(
    ("by", "more", "code"),
    [
        ("city.head", {}, "actor.not_entitled"),
        ("county.handler", {"body": "b-nowhere"}, "consult.unknown_body"),
        ("county.handler", {"position": "boss"}, "follow_up.position"),
        ("county.handler", {"decision": "9"}, "follow_up.no_meeting"),
    ],
)
def test_what_is_refused_at_recording(by: str, more: dict[str, Any], code: str) -> None:
    refused = wanted(decided(), by, **more)
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_a_day_before_the_meeting_is_refused() -> None:
    play = decided()
    refused = wanted(play, due_on=play.today - timedelta(days=1))
    assert isinstance(refused, Refused)
    assert refused.code.startswith("date.")


def test_only_who_is_responsible_reports_and_only_once() -> None:
    play = decided()
    wanted(play)
    (id_,) = play.now.follow_ups
    fields = {"step": "1", "follow_up": id_}
    told = [
        play.act(c.ReportFollowUp, "county.head", opinion=REASON, **fields),
        play.act(c.ConfirmFollowUp, "reform.handler", **fields),
        play.act(c.ReportFollowUp, "city.head", opinion=REASON, **fields),
        play.act(c.ReportFollowUp, "city.head", opinion=REASON, **fields),
        play.act(c.DropFollowUp, "county.handler", **fields),
        play.act(c.ConfirmFollowUp, "reform.handler", agrees=False, **fields),
        play.act(c.ConfirmFollowUp, "reform.handler", **fields),
        play.act(c.ConfirmFollowUp, "reform.handler", **fields),
        play.act(c.DropFollowUp, "reform.handler", reason=REASON, **(fields | {"follow_up": "77"})),
    ]
    assert [each.code if isinstance(each, Refused) else "" for each in told] == [
        "actor.not_entitled",
        "follow_up.not_reported",
        "",
        "follow_up.reported",
        "actor.not_entitled",
        "follow_up.reason_missing",
        "",
        "follow_up.done",
        "follow_up.unknown",
    ]


def test_nothing_is_reported_before_the_minutes_are_checked() -> None:
    play = decided(checked=False)
    wanted(play)
    (id_,) = play.now.follow_ups
    refused = play.act(c.ReportFollowUp, "city.head", step="1", follow_up=id_, opinion=REASON)
    assert isinstance(refused, Refused)
    assert refused.code == "follow_up.unchecked"
