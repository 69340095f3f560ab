"""代录与分离: who may decide, who may record for whom, who checks, and what never counts."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.decisions import Medium, Outcome
from tests.domain.play import Play, node, programme, step

A = Outcome.AGREE
PAPER = {"medium": Medium.SIGNED_PAPER}


def reviewed(*nodes: str, by: str = "zone.handler") -> Play:
    play = Play(programme([step("1", nodes=[node("n", *(nodes or ("zone_head",)))])]))
    play.submit("1", by=by)
    return play


def refused(play: Play, code: str, by: str, **fields: object) -> None:
    play.refused(code, c.Decide, by, **({"step": "1", "node": "n", "outcome": A} | fields))


def test_nobody_decides_what_they_submitted() -> None:
    """Neither online, nor on paper, nor named in somebody else's recording."""
    play = reviewed(by="both.zone")
    refused(play, "duty.own_submission", "both.zone")
    refused(play, "duty.own_submission", "zone.handler", decided_by="both.zone", **PAPER)
    refused(play, "duty.own_submission", "zone.head", decided_by="both.zone", **PAPER)
    play.decide("1", "zone.head")
    assert play.now.status == "completed"


def test_who_holds_several_hats_decides_what_another_submitted() -> None:
    play = reviewed()
    play.decide("1", "both.zone")
    assert play.now.status == "completed"


def test_the_clerk_who_drafted_records_and_a_second_person_checks() -> None:
    """代录 on one's own draft is normal; it counts once somebody else has seen the original."""
    play = reviewed()
    play.record("1", "zone.handler", "zone.head")
    assert play.kinds() == ["check"]
    check = next(iter(play.work.values()))
    assert (check.body, check.position) == ("b-zone", "any")
    assert [check.may(f"zone.{who}") for who in ("handler", "head", "handler2")] == [False, False, True]
    at = {"step": "1", "decision": play.state("1").decisions[0].id}
    play.refused("duty.own_recording", c.CheckDecision, "zone.handler", **at)
    play.refused("duty.own_decision", c.CheckDecision, "zone.head", **at)
    for stranger in ("nobody.x", "county.handler"):
        play.refused("actor.not_entitled", c.CheckDecision, stranger, **at)
    play.given(c.CheckDecision, "zone.handler2", **at)
    assert play.now.status == "completed"
    assert play.state("1").decisions[0].verified_by == "zone.handler2"


def test_a_recording_is_checked_where_it_was_made_and_not_where_the_step_is_done() -> None:
    play = reviewed("committee")
    minutes = {"decided_by": "b-committee", "medium": Medium.MINUTES, "number": "示纪〔2022〕第5号"}
    play.decide("1", "county.handler", **minutes)
    check = next(iter(play.work.values()))
    assert (check.body, check.not_person) == ("b-county", "county.handler")
    at = {"step": "1", "decision": play.state("1").decisions[0].id}
    play.refused("actor.not_entitled", c.CheckDecision, "zone.handler", **at)
    play.given(c.CheckDecision, "county.head", **at)
    assert play.now.status == "completed"


def test_the_step_may_name_who_checks_and_the_overseer_checks_where_nobody_else_is_left() -> None:
    play = Play(programme([step("1", nodes=[node("n", "zone_head")], check_by="city_handler")]))
    play.submit("1")
    play.record("1", "zone.handler", "zone.head")
    check = next(iter(play.work.values()))
    assert (check.role, check.body, check.position) == ("city_handler", "b-city", "handler")
    at = {"step": "1", "decision": play.state("1").decisions[0].id}
    refused = play.refused("actor.not_entitled", c.CheckDecision, "zone.handler2", **at)
    assert "市编办经办" in refused.message
    play.given(c.CheckDecision, "reform.handler", **at)
    assert play.now.status == "completed"


def test_a_recording_that_does_not_match_the_original_is_struck_out() -> None:
    play = reviewed()
    play.record("1", "zone.handler", "zone.head")
    play.check_last("1", "zone.handler2", agrees=False)
    assert play.state("1").decisions == ()
    assert play.kinds() == ["decide"]


def test_nothing_is_checked_twice_nor_what_was_decided_online() -> None:
    play = reviewed("zone_head", "county_head")
    play.decide("1", "zone.head")
    at = {"step": "1", "decision": play.state("1").decisions[0].id}
    play.refused("check.nothing", c.CheckDecision, "zone.handler2", **at)
    play.refused("decision.unknown", c.CheckDecision, "zone.handler2", step="1", decision="99")


def test_the_named_decider_is_known_and_holds_the_seat() -> None:
    play = reviewed()
    refused(play, "record.decider_unknown", "zone.handler", decided_by="谁也不是", **PAPER)
    refused(play, "record.decider_wrong", "zone.handler", decided_by="county.head", **PAPER)
    refused(play, "record.person_needed", "zone.handler", decided_by="b-zone", **PAPER)


def test_a_clerk_of_the_office_is_not_named_where_its_head_must_sign() -> None:
    play = reviewed()
    refused(play, "record.decider_wrong", "zone.handler", decided_by="zone.handler2", **PAPER)


def test_where_a_body_works_outside_the_system_its_name_will_do() -> None:
    play = reviewed("city_head")
    refused(play, "record.person_needed", "zone.handler", decided_by="b-city", **PAPER)
    play.body_kinds = {"city": "external"}
    play.record("1", "zone.handler", "b-city", medium=Medium.REPLY, number="示批〔2022〕3号")
    play.check_last("1", "zone.handler2")
    assert play.now.status == "completed"


def test_recording_is_for_the_drafter_the_named_recorders_and_the_deciding_body() -> None:
    play = reviewed("committee")
    minutes = {"decided_by": "b-committee", "medium": Medium.MINUTES, "number": "示纪〔2022〕第5号"}
    for by in ("zone.handler", "county.handler"):
        play.record("1", by, "b-committee", **{k: v for k, v in minutes.items() if k != "decided_by"})
        play.check_last("1", f"{by}2", agrees=False)
    refused(play, "actor.not_entitled", "county.head", **minutes)
    refused(play, "actor.not_entitled", "nobody.x", **minutes)


def test_a_recording_says_how_it_was_decided_and_an_own_decision_is_online() -> None:
    play = reviewed()
    refused(play, "record.medium", "zone.handler", decided_by="zone.head")
    refused(play, "decide.medium", "zone.head", medium=Medium.SIGNED_PAPER)
    refused(play, "decide.medium", "zone.head", decided_by="zone.head", medium=Medium.TELEPHONE)


def test_a_second_answer_on_the_same_seat_is_refused() -> None:
    play = reviewed("zone_head", "county_head")
    play.decide("1", "zone.head")
    refused(play, "actor.not_entitled", "zone.head2")
    play.record("1", "zone.handler", "county.head")
    refused(play, "decide.nothing_open", "county.head")


def test_a_seat_is_named_where_one_holds_several() -> None:
    play = Play(programme([step("1", nodes=[node("n", "zone_head", "county_head", mode="all")])]))
    play.submit("1")
    refused(play, "decide.which_seat", "zone.handler", decided_by="zone.head", **PAPER)
    refused(play, "decide.seat", "zone.head", seat="county_head@b-zone")
    refused(play, "actor.not_entitled", "zone.head", seat="county_head@b-county")
    play.decide("1", "zone.head", seat="zone_head@b-zone")


@pytest.mark.parametrize("days", [1, 3])
def test_decisions_keep_the_order_of_dates_or_say_why_not(days: int) -> None:
    play = reviewed("zone_head")
    early = play.today
    play.days(-days)
    refused(play, "date.before_predecessor", "zone.head")
    play.decide("1", "zone.head", out_of_order="领导外出,先签后报")
    assert play.now.status == "completed"
    assert early > play.today


def test_nothing_has_happened_on_a_day_to_come() -> None:
    play = reviewed()
    refused(play, "date.future", "zone.head", on=play.today + timedelta(days=1))


def test_late_entry_is_marked_with_its_days() -> None:
    play = reviewed()
    on = play.today
    play.days(9)
    play.decide("1", "zone.head", on=on)
    assert play.last is not None
    assert getattr(play.last.events[0], "late_days", None) == 9


def test_a_decision_is_withdrawn_by_who_gave_or_recorded_it_until_the_next_has_spoken() -> None:
    play = Play(
        programme(
            [step("1", nodes=[node("a", "zone_head"), node("b", "county_head"), node("c", "city_head")])]
        )
    )
    play.submit("1")
    play.decide("1", "zone.head")
    mine = play.state("1").decisions[0].id
    play.refused("withdraw.not_yours", c.WithdrawDecision, "zone.head2", step="1", decision=mine)
    play.given(c.WithdrawDecision, "zone.head", step="1", decision=mine)
    assert [w.node for w in play.work.values()] == ["a"]
    play.decide("1", "zone.head")
    play.decide("1", "county.head")
    mine = play.state("1").decisions[0].id
    play.refused("withdraw.too_late", c.WithdrawDecision, "zone.head", step="1", decision=mine)
    yours = play.state("1").decisions[1].id
    play.given(c.WithdrawDecision, "county.head", step="1", decision=yours)
    assert [w.node for w in play.work.values()] == ["b"]


def test_a_submission_is_withdrawn_until_somebody_has_decided() -> None:
    play = reviewed("zone_head", "county_head")
    play.given(c.WithdrawSubmission, "zone.handler", step="1")
    assert (play.status("1"), play.state("1").round) == ("in_progress", 2)
    play.refused("withdraw.not_submitted", c.WithdrawSubmission, "zone.handler", step="1")
    play.submit("1")
    play.record("1", "zone.handler", "zone.head")
    play.given(c.WithdrawSubmission, "zone.handler", step="1")
    play.submit("1")
    play.decide("1", "zone.head")
    play.refused("withdraw.decided", c.WithdrawSubmission, "zone.handler", step="1")


def test_a_person_named_for_a_body_without_accounts_is_of_that_body() -> None:
    play = reviewed("committee")
    refused(play, "record.decider_wrong", "zone.handler", decided_by="county.head", outcome=A, **PAPER)
    play.decide(
        "1", "zone.handler", decided_by="committee.member", medium=Medium.MINUTES, number="示纪〔2022〕第5号"
    )
    play.check_last("1", "zone.handler2")
    assert play.now.status == "completed"
