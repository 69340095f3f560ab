"""原则通过、修改后印发: the doer changes, who was named confirms, and nobody meets or signs again."""

from typing import Any

from domain import commands as c
from domain.decisions import Medium, Outcome
from tests.domain.play import REASON, Play, node, paper, programme, step

MINUTES = {"decided_by": "b-committee", "medium": Medium.MINUTES, "number": "示纪〔2022〕第5号"}
STAFF = {
    "id": "staff",
    "title": "花名册",
    "columns": [{"id": "name", "title": "姓名"}],
    "key": ["name"],
    "filled_by": ["zone_handler"],
}
HEAD = node("head", "zone_head")
COMMITTEE = node("committee", "committee", kind="meeting", act="会议议定")


def passed(*nodes: dict[str, Any], **more: Any) -> Play:
    """Passed with changes by the committee, the recording checked."""
    play = Play(
        programme(
            [
                step(
                    "1",
                    evidence=[paper("text"), paper("note", required="no")],
                    fills=["staff"],
                    nodes=list(nodes or (HEAD, COMMITTEE)),
                )
            ],
            registers=[STAFF],
        )
    )
    play.evidence("1", "text")
    play.register("1", "staff", rows=3, root="r1")
    play.submit("1")
    while play.state("1").node != "committee":
        play.decide("1", "zone.head")
    play.decide("1", "county.handler", Outcome.PASSED_WITH_CHANGES, **MINUTES, **more)
    play.check_last("1", "county.handler2")
    return play


def meeting(play: Play) -> dict[str, str]:
    decision = play.decision("1", "committee")
    assert decision is not None
    return {"step": "1", "decision": decision.id}


def changed(play: Play) -> None:
    play.evidence("1", "text", "按会议意见修改稿", as_decided=True)
    play.given(c.ReportChanges, "zone.handler", **meeting(play))


def test_the_doer_changes_somebody_named_confirms_and_the_step_closes() -> None:
    play = passed()
    assert play.kinds() == ["change"]
    play.evidence("1", "text", "按会议意见修改稿", as_decided=True)
    assert play.kinds() == ["change"], "the paper alone does not say that all is done"
    play.days(2)
    play.given(c.ReportChanges, "zone.handler", **meeting(play))
    (confirm,) = play.work.values()
    assert (confirm.kind, confirm.role, confirm.not_person) == (
        "confirm_changes",
        "reform_handler",
        "zone.handler",
    )
    play.days(1)
    play.given(c.ConfirmChanges, "reform.handler", **meeting(play))
    assert play.now.status == "completed"
    assert play.state("1").closed_on == play.today, "it counts from the confirmation"
    kept = play.decision("1", "committee")
    assert kept is not None
    assert (kept.changes, kept.changed_by, kept.confirmed_by) == (("text",), "zone.handler", "reform.handler")


def test_who_agreed_before_the_meeting_is_not_asked_again() -> None:
    play = passed(HEAD, COMMITTEE, node("county", "county_head"))
    changed(play)
    play.given(c.ConfirmChanges, "reform.handler", **meeting(play))
    assert [w.node for w in play.work.values()] == ["county"], "who comes after sees the changed paper"
    play.decide("1", "county.head")
    assert play.now.status == "completed"


def test_what_comes_after_waits_for_the_confirmation() -> None:
    play = passed(HEAD, node("committee", "committee", "county_head", kind="meeting", act="会议议定"))
    assert play.kinds() == ["change"]
    at = {"step": "1", "node": "committee", "outcome": Outcome.PASSED}
    play.refused("decide.nothing_open", c.Decide, "county.head", **at)


def test_a_register_is_changed_as_decided_too() -> None:
    play = passed()
    play.register("1", "staff", rows=4, root="r2", as_decided=True)
    assert play.kinds() == ["change"]
    play.given(c.ReportChanges, "zone.handler", **meeting(play))
    play.given(c.ConfirmChanges, "reform.handler", **meeting(play))
    assert play.now.status == "completed"
    kept = play.decision("1", "committee")
    assert kept is not None
    assert kept.changes == ("#staff",)


def test_a_paper_that_was_not_there_may_be_added_as_decided() -> None:
    play = passed()
    play.evidence("1", "note", as_decided=True)
    assert play.kinds() == ["change"]


def test_changes_made_elsewhere_are_told_in_words() -> None:
    play = passed()
    play.refused("changes.none", c.ReportChanges, "zone.handler", **meeting(play))
    play.given(c.ReportChanges, "zone.handler", **meeting(play), opinion=REASON)
    assert play.kinds() == ["confirm_changes"]


def test_what_is_not_as_decided_goes_back_to_the_doer_with_reason() -> None:
    play = passed()
    changed(play)
    play.refused("changes.reason_missing", c.ConfirmChanges, "reform.handler", **meeting(play), agrees=False)
    play.given(c.ConfirmChanges, "reform.handler", **meeting(play), agrees=False, reason=REASON)
    assert play.kinds() == ["change"]
    changed(play)
    play.given(c.ConfirmChanges, "reform.handler2", **meeting(play))
    assert play.now.status == "completed"


def test_a_change_after_the_report_takes_another_report() -> None:
    play = passed()
    changed(play)
    play.evidence("1", "text", "又一稿", as_decided=True)
    assert play.kinds() == ["change"]
    play.refused("changes.not_reported", c.ConfirmChanges, "reform.handler", **meeting(play))


def test_any_other_change_is_for_the_meeting_again() -> None:
    play = passed()
    changed(play)
    play.evidence("1", "text", "擅自修改")
    assert [w.node for w in play.work.values()] == ["head"]
    play.decide("1", "zone.head")
    assert {w.node for w in play.work.values()} == {"committee"}


def test_nothing_is_changed_as_decided_once_it_is_confirmed() -> None:
    play = passed(HEAD, COMMITTEE, node("county", "county_head"))
    changed(play)
    play.given(c.ConfirmChanges, "reform.handler", **meeting(play))
    late = {"step": "1", "slot": "text", "mode": "reference", "title": "再改", "as_decided": True}
    play.refused("evidence.not_decided", c.AddEvidence, "zone.handler", **late)
    play.refused("changes.nothing", c.ReportChanges, "zone.handler", **meeting(play), opinion=REASON)
    play.refused("changes.nothing", c.ConfirmChanges, "reform.handler", **meeting(play))


def test_nobody_confirms_what_they_changed_or_submitted() -> None:
    play = passed(
        HEAD, node("committee", "committee", kind="meeting", act="会议议定", confirm_by="zone_head")
    )
    play.evidence("1", "text", "按会议意见修改稿", as_decided=True)
    play.given(c.ReportChanges, "zone.handler2", **meeting(play))
    (confirm,) = play.work.values()
    assert [confirm.may(who) for who in ("zone.handler", "zone.handler2", "zone.head")] == [
        False,
        False,
        True,
    ]
    play.refused("duty.own_changes", c.ConfirmChanges, "zone.handler2", **meeting(play))
    play.refused("duty.own_changes", c.ConfirmChanges, "zone.handler", **meeting(play))
    play.refused("actor.not_entitled", c.ConfirmChanges, "reform.handler", **meeting(play))
    play.given(c.ConfirmChanges, "zone.head", **meeting(play))
    assert play.now.status == "completed"


def test_the_minutes_may_name_who_confirms() -> None:
    play = passed(confirm_by="city_head")
    changed(play)
    assert [w.role for w in play.work.values()] == ["city_head"]


def test_who_is_named_must_be_able_to_act_and_only_changes_are_confirmed() -> None:
    play = passed()
    play.given(c.WithdrawDecision, "county.handler", **meeting(play))
    at = {"step": "1", "node": "committee", "opinion": REASON, **MINUTES}
    with_changes = {**at, "outcome": Outcome.PASSED_WITH_CHANGES}
    for named in ("nobody", "committee", "company_handler"):
        play.refused("decide.confirmer", c.Decide, "county.handler", **with_changes, confirm_by=named)
    plain = {**at, "outcome": Outcome.PASSED}
    play.refused("decide.confirmer_unasked", c.Decide, "county.handler", **plain, confirm_by="city_head")


def test_changes_keep_the_order_of_dates() -> None:
    play = passed()
    before = play.today
    play.days(3)
    early = {"on": before.replace(year=2021), **meeting(play)}
    play.refused("date.before_predecessor", c.ReportChanges, "zone.handler", **early, opinion=REASON)
    play.given(c.ReportChanges, "zone.handler", **meeting(play), opinion=REASON)
    play.refused("date.before_predecessor", c.ConfirmChanges, "reform.handler", on=before, **meeting(play))


def test_a_return_after_the_meeting_voids_it_with_its_changes() -> None:
    play = passed(HEAD, COMMITTEE, node("county", "county_head"))
    changed(play)
    play.given(c.ConfirmChanges, "reform.handler", **meeting(play))
    play.decide("1", "county.head", Outcome.RETURN, return_to="committee")
    assert {w.node for w in play.work.values()} == {"committee"}
