"""转人工办理 and 重新交系统办理: who has a matter, the machine or people, and never both."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import MachineWork
from tests.domain.play import MACHINE, Play
from tests.domain.test_decide_machine import RECEIPT, filing, verifying

BY = "county.handler"
REASON = "示例备案系统不予受理(422):缺少备案说明"


def machine_of(play: Play) -> MachineWork:
    machine = play.state("1").machine
    assert machine is not None
    return machine


def stopped(play: Play) -> Play:
    play.given(c.TurnManual, MACHINE, step="1", reason=REASON, stopped=True)
    return play


@pytest.mark.parametrize(("play", "work"), [(filing("http"), "file"), (verifying(), "verify")])
def test_what_the_machine_gives_up_is_the_work_of_people_at_once(play: Play, work: str) -> None:
    assert play.kinds() == []
    stopped(play)
    assert play.kinds() == [work]
    assert list(play.timers) == []
    assert (machine_of(play).why, machine_of(play).stopped) == (REASON, True)
    play.refused("machine.turned", c.TurnManual, MACHINE, step="1", reason=REASON, stopped=True)


def test_a_late_answer_is_told_and_does_not_count() -> None:
    play = filing("http")
    play.given(c.TurnManual, BY, step="1")
    play.refused("machine.manual", c.RecordFiling, MACHINE, step="1", outcome="accepted", fields=RECEIPT)
    play.given(c.TurnManual, MACHINE, step="1", reason="对方已受理,回执 示函〔2022〕1号")
    assert machine_of(play).why == "对方已受理,回执 示函〔2022〕1号"
    assert play.kinds() == ["file"]
    assert not machine_of(play).stopped, "nothing for the operator"


def test_only_the_responsible_people_take_over_and_only_once() -> None:
    play = filing("http")
    play.refused("actor.not_entitled", c.TurnManual, "zone.head", step="1")
    play.given(c.TurnManual, BY, step="1", stopped=True)
    assert not machine_of(play).stopped, "a person stops nothing, they take over"
    play.refused("machine.turned", c.TurnManual, BY, step="1")


def test_recording_by_hand_takes_the_matter_from_the_machine() -> None:
    play = filing("http")
    play.given(c.RecordFiling, BY, step="1", outcome="accepted", fields=RECEIPT)
    assert play.kinds() == ["check_filing"]
    assert list(play.timers) == [], "the machine asks no more"
    play.refused("file.already", c.RecordFiling, MACHINE, step="1", outcome="accepted", fields=RECEIPT)
    play.given(c.CheckFiling, "zone.handler", step="1", agrees=False)
    assert play.kinds() == ["file"], "still by hand"


def test_sent_again_it_is_the_machine_that_has_it() -> None:
    play = filing("http")
    play.refused("machine.asking", c.AskAgain, BY, step="1")
    stopped(play)
    play.days(1)
    play.refused("actor.not_entitled", c.AskAgain, "zone.head", step="1")
    play.given(c.AskAgain, BY, step="1")
    assert play.kinds() == []
    assert (machine_of(play).why, machine_of(play).stopped) == ("", False)
    (timer,) = play.timers.values()
    assert timer.on == date(2022, 3, 8), "three days from 2 March is a Saturday: Monday, and the day after"
    play.given(c.RecordFiling, MACHINE, step="1", outcome="accepted", fields=RECEIPT)
    assert play.now.status == "completed"


def test_what_is_registered_by_hand_is_not_sent_again() -> None:
    play = stopped(filing("http"))
    play.given(c.RecordFiling, BY, step="1", outcome="accepted", fields=RECEIPT)
    play.refused("file.already", c.AskAgain, MACHINE, step="1")
    by_hand = filing("manual")
    by_hand.refused("machine.no_system", c.AskAgain, BY, step="1")


def test_nothing_is_turned_where_nobody_was_asked() -> None:
    play = filing("http")
    play.given(c.RecordFiling, MACHINE, step="1", outcome="rejected", message="要件不全")
    for kind in (c.TurnManual, c.AskAgain):
        play.refused("machine.not_now", kind, BY, step="1")


def test_the_clock_says_what_the_last_question_brought() -> None:
    play = filing("http")
    (timer,) = play.timers.values()
    play.today = timer.on
    play.given(c.FireTimer, MACHINE, key=timer.key, generation=timer.generation, reason="示例系统没有应答")
    assert machine_of(play).why == "示例系统没有应答"
    turned = [event for event in play.events if isinstance(event, e.ManualTurned)]
    assert [event.by for event in turned] == [""]
