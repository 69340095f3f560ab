"""退回 to a step before, 直接送回 or not: the returner waits for that one, whatever stands between."""

from domain.decisions import Outcome
from tests.domain.play import Play, node, programme, step


def between() -> Play:
    """`3` under review by two, after `2`, after `1`; `1` and `2` are done."""
    nodes = [node("first", "zone_head"), node("second", "county_head")]
    steps = [step("1"), step("2", after=["1"]), step("3", after=["2"], nodes=nodes), step("4", after=["3"])]
    play = Play(programme(steps))
    for each in ("1", "2", "3"):
        play.submit(each)
    play.decide("3", "zone.head")
    return play


def test_straight_back_by_way_of_a_step_before_with_what_stands_between() -> None:
    play = between()
    play.decide("3", "county.head", Outcome.RETURN, return_to="1", stands=("2",), resume=True)
    assert [play.status(each) for each in "123"] == ["returned", "closed", "not_started"], "3 waits for 1"
    play.submit("1")
    assert [play.status(each) for each in "123"] == ["closed", "closed", "in_progress"]
    play.submit("3")
    assert (play.state("3").node, [d.node for d in play.state("3").decisions]) == ("second", ["first"])


def test_straight_back_by_way_of_a_step_before_with_the_steps_between_done_again() -> None:
    play = between()
    play.decide("3", "county.head", Outcome.RETURN, return_to="1", resume=True)
    assert [play.status(each) for each in "123"] == ["returned", "not_started", "not_started"]
    for each in ("1", "2", "3"):
        play.submit(each)
    assert play.state("3").node == "second"
    play.decide("3", "county.head")
    assert play.status("3") == "closed"


def test_straight_back_does_not_wait_for_a_step_set_aside() -> None:
    play = between()
    play.decide("3", "county.head", Outcome.RETURN, return_to="1", stands=("2",), resume=True)
    play.exception("not_applicable", "1")
    assert play.status("3") == "in_progress"


def test_not_straight_back_it_waits_all_the_same_and_all_nodes_are_asked() -> None:
    play = between()
    play.decide("3", "county.head", Outcome.RETURN, return_to="1", stands=("2",))
    assert [play.status(each) for each in "123"] == ["returned", "closed", "not_started"]
    play.submit("1")
    assert play.status("3") == "in_progress"
    play.submit("3")
    assert (play.state("3").node, play.state("3").decisions) == ("first", ())


def test_sent_back_past_a_step_set_aside_it_waits_for_the_one_it_was_sent_to() -> None:
    """2 is 不适用 and starts nothing anew: by its gates alone 3 would open while 1 is in rework."""
    nodes = [node("first", "zone_head"), node("second", "county_head")]
    play = Play(programme([step("1"), step("2", after=["1"]), step("3", after=["2"], nodes=nodes)]))
    play.submit("1")
    play.exception("not_applicable", "2")
    play.submit("3")
    play.decide("3", "zone.head", Outcome.RETURN, return_to="1")
    assert [play.status(each) for each in "123"] == ["returned", "not_applicable", "not_started"]
    play.submit("1")
    assert play.status("3") == "in_progress"


def test_nothing_waits_for_a_step_set_aside_meanwhile() -> None:
    play = between()
    play.decide("3", "county.head", Outcome.RETURN, return_to="1", stands=("2",))
    play.exception("not_applicable", "1")
    assert play.status("3") == "in_progress"
