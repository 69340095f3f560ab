"""状态表: every move that the table has is made by some act, and no act makes another."""

from collections.abc import Iterator
from itertools import product

import pytest

from domain import commands as c
from domain.case import StepState
from domain.decisions import Outcome
from domain.evolving import ImpossibleMoveError, write_state
from domain.plan import compile_plan
from domain.states import DONE, OPEN, STATUS_TITLES, TRANSITIONS, WITH_DOER, StepStatus, may_move
from tests.domain.play import REASON, node
from tests.domain.step_states import NODES, RECEIPT, Staged, built, moves, reach

S = StepStatus
ALL_OPEN = sorted(OPEN)


def played() -> Iterator[Staged]:
    """Cases that between them go every way of the table."""
    yield from _submissions()
    yield from _exceptions()
    yield from _set_aside()
    yield from _returns()
    yield _new_version()


def _submissions() -> Iterator[Staged]:
    """From each status in which the doer has it, through whatever stages the step has."""
    for verify, review, file in product([True, False], repeat=3):
        for status in WITH_DOER:
            play = reach(S.IN_PROGRESS, verify=verify, review=review, file=file)
            if status is not S.IN_PROGRESS:
                play.closed()
                if status is S.RETURNED:
                    play.submit("z", by="county.handler")
                    play.submit("y", by="county.handler")
                    play.decide("y", "county.head", Outcome.RETURN, return_to="s")
                else:
                    play.exception("reopen", "s")
            assert play.state("s").status is status
            play.closed()
            yield play


def _exceptions() -> Iterator[Staged]:
    """Suspended and resumed, ended, set aside, taken back by a step before: from wherever that may happen."""
    for status in S:
        if status in OPEN:
            for kind in ("suspend", "terminate"):
                play = reach(status)
                play.exception(kind, "s")
                if kind == "suspend":
                    play.exception("resume", "s", by="reform.handler2")
                yield play
        if status in OPEN | DONE | {S.SUSPENDED}:
            play = reach(status)
            play.exception("reopen", "p")
            if status is S.SUSPENDED:
                play.exception("resume", "s")
            play.exception("terminate", "p")
            yield play


def _set_aside() -> Iterator[Staged]:
    """Not applicable, ended while held, opened again, taken back by the doer."""
    for status in WITH_DOER:
        play = reach(status)
        play.exception("not_applicable", "s")
        yield play
    ended = reach(S.SUSPENDED)
    ended.exception("terminate", "s")
    yield ended
    aside = reach(S.NOT_APPLICABLE)
    aside.exception("terminate", "z", by="reform.handler2")
    yield aside
    for status in (S.NOT_APPLICABLE, S.ACCEPTED, S.CLOSED):
        play = reach(status)
        play.exception("reopen", "s")
        yield play
    for status in (S.VERIFYING, S.IN_REVIEW):
        play = reach(status)
        play.given(c.WithdrawSubmission, "zone.handler", step="s")
        yield play


def _returns() -> Iterator[Staged]:
    """Sent back by an outcome, a register, an approver, a receiver, a later step."""
    for status in (S.IN_PROGRESS, S.RETURNED, S.REOPENED):
        play = reach(status)
        play.result("bad")
        play.exception("reopen", "p")
        play.exception("not_applicable", "p")
        assert play.status("s") == "in_progress"
        play.submit("s")
        play.submit("s")
        yield play
    rejected = reach(S.FILING)
    rejected.given(c.RecordFiling, "city.handler", step="s", outcome="rejected")
    yield rejected
    refused = reach(S.IN_REVIEW)
    refused.decide("s", "zone.head", Outcome.DISAGREE)
    yield refused
    early = reach(S.CLOSED)
    early.exception("not_applicable", "z", by="reform.handler2")
    early.submit("y", by="county.handler")
    early.decide("y", "county.head", Outcome.RETURN, return_to="s")
    yield early
    reopened = reach(S.NOT_STARTED)
    reopened.exception("not_applicable", "p")
    for slot, fields in (("text", {"name": "示例公司"}), ("result", {"result": "good"})):
        reopened.evidence("s", slot, fields=fields)
    reopened.register("s", "staff", rows=1)
    reopened.closed()
    reopened.exception("reopen", "s")
    reopened.result("bad")
    reopened.submit("s")
    yield reopened


def _new_version() -> Staged:
    """A node inserted while it is filed."""
    play = reach(S.FILING)
    plan = compile_plan(built().model_copy(deep=True))
    body = plan.programme.stages[0].steps[1]
    asked = type(body.nodes[0]).model_validate(node("n3", "county_head"))
    changed = body.model_copy(update={"nodes": [*body.nodes, asked]})
    stage = plan.programme.stages[0].model_copy(
        update={"steps": [plan.programme.stages[0].steps[0], changed]}
    )
    play.plan = compile_plan(plan.programme.model_copy(update={"stages": [stage, plan.programme.stages[1]]}))
    play.given(c.RecordFiling, "city.handler", step="s", outcome="accepted", fields=RECEIPT)
    return play


def test_the_table_is_exactly_what_happens() -> None:
    made = {move for play in played() for move in moves(play.events)}
    table = {(old, new) for old, allowed in TRANSITIONS.items() for new in allowed}
    assert made - table == set()
    assert table - made == set(), "a move that nothing makes is no move"


@pytest.mark.parametrize("old", list(S))
def test_only_moves_of_the_table_can_be_written(old: StepStatus) -> None:
    for new in S:
        if may_move(old, new):
            assert write_state(StepState(status=old), new).status is new
        else:
            with pytest.raises(ImpossibleMoveError):
                write_state(StepState(status=old), new)


def test_every_status_has_a_row_and_a_title() -> None:
    assert set(TRANSITIONS) == set(STATUS_TITLES) == set(S)
    assert not OPEN & DONE
    assert WITH_DOER < OPEN


def test_what_has_ended_stays_ended() -> None:
    assert TRANSITIONS[S.TERMINATED] == frozenset()


def test_a_done_step_is_moved_only_by_name() -> None:
    """No act on another step closes, accepts or re-opens it but acceptance, a return and a reset."""
    for status in DONE:
        play = reach(status)
        for kind, fields in ((c.Submit, {}), (c.WithdrawSubmission, {})):
            play.refused("step.not_open", kind, "zone.handler", step="s", **fields)
        play.refused(
            "step.not_open",
            c.Decide,
            "zone.head",
            step="s",
            node="n1",
            outcome=Outcome.RETURN,
            opinion=REASON,
        )


def test_all_nodes_of_the_staged_step_are_used() -> None:
    assert [n["id"] for n in NODES] == ["n1", "n2", "ask"]
