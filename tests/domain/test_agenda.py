"""议题: every act in every state against the table, and that minutes need no agenda."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain import commands as c
from domain.agenda import AGENDA_MOVES, AgendaAct, AgendaState
from domain.decide import Accepted
from domain.decisions import Medium, Outcome
from domain.judging import Actor, Facts
from domain.meeting_sessions import MeetingSession, SessionAct, SessionState, judge_move
from domain.refusal import Refused
from tests.domain.play import REASON, Play, node, programme, step

SEAT = "committee@b-committee"
PLACE = f"n0|{SEAT}"
A = AgendaState


class Meeting(Play):
    """A case, and the session that an act names."""

    session: MeetingSession | None = None

    def facts(self, actor: Actor, decider: Actor | None = None) -> Facts:
        return msgspec.structs.replace(super().facts(actor, decider), session=self.session)


def waiting() -> Meeting:
    meeting = node("n0", "committee") | {"kind": "meeting", "act": "会议议定"}
    play = Meeting(programme([step("1", nodes=[meeting]), step("2")]))
    play.submit("1")
    return play


def session(play: Play, **changes: Any) -> MeetingSession:
    told = {"id": "M2022-0001", "body": "b-committee", "office": "b-zone", "name": "示例第1次会议"}
    return MeetingSession(**{**told, "planned_on": play.now.opened_on, **changes})


def put(play: Meeting, by: str = "county.handler", **changes: Any) -> Accepted | Refused:
    play.session = session(play, **changes)
    return play.act(c.ListAgenda, by, step="1", session="M2022-0001")


ACTS: dict[AgendaAct, Any] = {
    AgendaAct.DECLARE: lambda p, by: p.act(c.DeclareAgenda, by, step="1"),
    AgendaAct.LIST: put,
    AgendaAct.TAKE_OFF: lambda p, by: p.act(c.TakeOffAgenda, by, step="1", reason=REASON),
    AgendaAct.DECLINE: lambda p, by: p.act(c.TakeOffAgenda, by, step="1", reason=REASON, declined=True),
    AgendaAct.WITHDRAW: lambda p, by: p.act(c.WithdrawAgenda, by, step="1"),
}


def recorded(play: Play, outcome: Outcome) -> None:
    play.given(
        c.Decide, "county.handler", step="1", node="n0", outcome=outcome, decided_by="b-committee",
        medium=Medium.MINUTES, number="示纪〔2022〕第5号", opinion=REASON,
    )  # fmt: skip


def checked(play: Play) -> None:
    (decision,) = play.state("1").decisions
    play.given(c.CheckDecision, "county.handler2", step="1", decision=decision.id)


def brought_to(state: AgendaState) -> Meeting:
    play = waiting()
    if state in (A.DECLARED, A.LISTED):
        assert isinstance(ACTS[AgendaAct.DECLARE](play, "zone.handler"), Accepted)
    if state is A.LISTED:
        assert isinstance(put(play), Accepted)
    if state in (A.DEFERRED, A.RECORDED):
        recorded(play, Outcome.DEFERRED)
    if state is A.DEFERRED:
        checked(play)
    return play


@pytest.mark.parametrize("state", [s for s in A if s is not A.DECIDED])
@pytest.mark.parametrize("act", list(ACTS))
def test_the_table_is_what_is_allowed(state: AgendaState, act: AgendaAct) -> None:
    play = brought_to(state)
    move = AGENDA_MOVES[act]
    answer = ACTS[act](play, "county.handler" if move.office else "zone.handler")
    if state not in move.states:
        assert isinstance(answer, Refused)
        assert answer.code == "agenda.state"
        return
    assert isinstance(answer, Accepted), answer
    item = play.state("1").agenda.get(PLACE)
    assert (item.state if item else A.UNDECLARED) is move.to


def test_who_has_no_part_in_it_is_refused() -> None:
    for act, call in ACTS.items():
        source = next(state for state in A if state in AGENDA_MOVES[act].states)
        answer = call(brought_to(source), "zone.handler" if AGENDA_MOVES[act].office else "county.handler")
        assert isinstance(answer, Refused)
        assert answer.code == "actor.not_entitled", act


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": "b-city"}, "meeting.other_body"),
        ({"state": SessionState.CANCELLED}, "meeting.cancelled"),
        ({"id": "M2022-0002"}, "meeting.unknown"),
    ],
)
def test_a_session_has_to_be_of_the_same_body_and_stand(changes: dict[str, Any], code: str) -> None:
    answer = put(waiting(), **changes)
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_put_off_waits_again_and_no_clock_moves() -> None:
    play = brought_to(A.LISTED)
    before = play.state("1")
    recorded(play, Outcome.DEFERRED)
    assert play.state("1").agenda[PLACE].state is A.LISTED, "not before its check"
    checked(play)
    after = play.state("1")
    item = after.agenda[PLACE]
    assert (item.state, item.session, item.times) == (A.DEFERRED, "", 1)
    assert (after.due, after.node_due, after.generation) == (before.due, before.node_due, before.generation)
    assert after.node == "n0"


def test_minutes_need_no_agenda_and_a_new_round_begins_without_one() -> None:
    play = brought_to(A.UNDECLARED)
    recorded(play, Outcome.PASSED)
    checked(play)
    assert str(play.state("1").status) == "closed"
    play = brought_to(A.LISTED)
    recorded(play, Outcome.REJECTED)
    checked(play)
    assert play.state("1").round == 2
    assert play.state("1").agenda == {}


def test_sessions_move_by_their_table() -> None:
    planned = session(waiting())
    held = judge_move(planned, SessionAct.HOLD, held_on=planned.planned_on, number="示纪〔2022〕第5号")
    assert isinstance(held, MeetingSession)
    assert held.state is SessionState.HELD
    again = judge_move(held, SessionAct.HOLD, held_on=planned.planned_on, number="示纪〔2022〕第6号")
    assert isinstance(again, Refused)
    assert again.code == "meeting.other_minutes"
    for act in (SessionAct.CHANGE, SessionAct.CANCEL):
        refused = judge_move(held, act)
        assert isinstance(refused, Refused)
        assert refused.code == "meeting.state"
    assert msgspec.structs.replace(held, held_on=None, number="", state=SessionState.PLANNED) == planned
