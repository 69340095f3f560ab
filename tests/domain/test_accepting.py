"""验收: granted for a stage, by somebody who was told what in it is still open."""

from tests.domain.play import Play, node, programme, step


def built() -> Play:
    """2 reports beside the rest; z accepts the stage and waits for 1 alone."""
    stages = [
        {"id": "s1", "title": "环节一", "steps": [step("1"), step("2")]},
        {
            "id": "s2",
            "title": "验收",
            "gates": [{"step": "1"}],
            "steps": [
                step("z", doer="county_handler", nodes=[node("n", "city_head")], accepts=["s1", "s2"]),
            ],
        },
    ]
    play = Play(programme(stages=stages))
    play.submit("1")
    return play


def test_what_closes_after_the_acceptance_of_its_stage_is_accepted_with_its_closing() -> None:
    play = built()
    play.submit("z", by="county.handler")
    play.decide("z", "city.head")
    assert [play.status(key) for key in "12z"] == ["accepted", "in_progress", "accepted"]
    play.submit("2")
    assert play.emitted() == ["Submitted", "StepClosed", "StepsAccepted", "CaseCompleted"]
    assert play.status("2") == "accepted"


def test_who_asks_for_acceptance_and_who_grants_it_are_told_what_is_open() -> None:
    play = built()
    for warnings in (
        play.submit("z", by="county.handler").warnings,
        play.decide("z", "city.head").warnings,
    ):
        assert warnings == ("所验收的环节还有任务未办结:2;办结时随本次验收记为已验收",)
    complete = built()
    complete.submit("2")
    assert complete.submit("z", by="county.handler").warnings == ()


def test_a_step_done_again_while_the_acceptance_stands_is_accepted_again() -> None:
    play = built()
    play.submit("2")
    play.submit("z", by="county.handler")
    play.decide("z", "city.head")
    play.exception("reopen", "1", stands=("z",))
    assert play.status("z") == "accepted"
    play.submit("1")
    assert play.status("1") == "accepted"


def test_what_is_done_again_with_its_acceptance_waits_for_the_next_one() -> None:
    play = built()
    play.submit("2")
    play.submit("z", by="county.handler")
    play.decide("z", "city.head")
    play.exception("reopen", "1")
    play.submit("1")
    assert (play.status("1"), play.status("z")) == ("closed", "in_progress")
    play.submit("z", by="county.handler")
    play.decide("z", "city.head")
    assert play.status("1") == "accepted"
