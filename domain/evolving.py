"""演进的公用部分: the one writer of a step's state, and what every event needs to place it.

Only `domain.evolve` and `domain.evolve_exceptional` use this; nothing else makes a case out of a case.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from domain.case import NOTHING, Case, RegisterState, StepState
from domain.states import StepStatus, may_move


class ImpossibleMoveError(RuntimeError):
    """A stored or produced event asks for a move outside the transition table."""


def write_state(state: StepState, status: StepStatus, **changes: Any) -> StepState:
    """The one writer of a step's state."""
    if not may_move(state.status, status):
        raise ImpossibleMoveError(f"{state.status} → {status}")
    return replace(state, status=status, **changes)


def step_of(case: Case, key: str) -> StepState:
    """The state of a step; one never opened has the empty state."""
    return case.steps.get(key, NOTHING)


def put(case: Case, key: str, state: StepState, **changes: Any) -> Case:
    """The case with this state of a step."""
    return replace(case, steps={**case.steps, key: state}, **changes)


def change(case: Case, key: str, **changes: Any) -> Case:
    """The case with these facts of a step changed; its status is none of them."""
    return put(case, key, replace(step_of(case, key), **changes))


NODE_TERM: dict[str, Any] = {"node_overdue": False, "node_stops": (), "node_extensions": ()}
"""What the term of a node begins with whenever the node opens."""

CLEARED: dict[str, Any] = {
    "node": "",
    "seats": (),
    "node_opened_on": None,
    "node_due": None,
    **NODE_TERM,
    "decisions": (),
    "signers": (),
    "left_out": {},
    "hands": {},
    "agenda": {},
    "urged": None,
    "resume": None,
    "machine": None,
    "closed_on": None,
    "suspended_from": None,
}
"""What a new round starts without. Evidence stays: nobody uploads twice."""

NEW_TERM: dict[str, Any] = {"overdue": False, "stops": (), "extensions": ()}
"""What a term that starts anew begins with: its clock runs, and nobody has extended it."""


def freeze(case: Case, registers: tuple[str, ...], *, frozen: bool) -> Case:
    """Freeze registers, or open them again; one never filled is frozen empty, and asks for no work."""
    if not registers:
        return case
    changed = {name: replace(case.registers.get(name, RegisterState()), frozen=frozen) for name in registers}
    return replace(case, registers={**case.registers, **changed})


def sent_back(state: StepState, on: date) -> StepState:
    """With the doer again, in the next round."""
    return write_state(state, StepStatus.RETURNED, round=state.round + 1, back_on=on, **CLEARED)


def reset(case: Case, keys: tuple[str, ...], held: tuple[str, ...] = ()) -> Case:
    """Back to 未启动, with the round kept: the next opening is the next round.

    Those held stay suspended, and go on from 未启动 when they are resumed.
    """
    if not keys:
        return case
    anew = {
        key: replace(case.steps[key], **{**CLEARED, "suspended_from": StepStatus.NOT_STARTED})
        if key in held
        else write_state(case.steps[key], StepStatus.NOT_STARTED, **CLEARED)
        for key in keys
    }
    return replace(case, steps={**case.steps, **anew})
